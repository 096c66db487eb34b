import csv
import json
from http import HTTPStatus
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from incidents.record.models import EntryClaim
from incidents.record.publish import withdraw
from incidents.tests.factories import load_demo_data, make_actor, make_incident, make_place
from incidents.tests.test_territory import JULY_2, JULY_4, control, publish_all
from incidents.vocabulary import PlaceKind, RelationKind, Side, Stance

pytestmark = pytest.mark.django_db


def written(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == HTTPStatus.OK
    return response.getvalue().decode()


def table(client: Client, query: str = "") -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(written(client, f"/territory.csv{query}")[1:])))


def claims(client: Client, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(written(client, f"/territory.json{query}"))["claims"]
    return found


def test_a_row_says_who_says_who_holds_what_and_since_when(client: Client) -> None:
    region = make_place("Luhansk Oblast", kind=PlaceKind.REGION)
    place = make_place("Lysychansk", parent=region)
    sak = make_actor("Sak", side=Side.UKRAINE)
    claim = control(place, speaker=sak, stance=Stance.DENIES, text="not theirs")
    publish_all(claim)

    (row,) = table(client)

    assert row["claim_id"] == claim.public_id
    assert row["claim_url"] == f"http://testserver/claims/{claim.public_id}/"
    assert row["incident_id"] == claim.incident.public_id
    assert row["version_url"].endswith(f"/incidents/{claim.incident.public_id}/v/1/")
    assert row["control_place_path"] == "Ukraine › Luhansk Oblast › Lysychansk"
    assert (row["control_status"], row["control_side"]) == ("full_control", "russia")
    assert (row["stance"], row["answer"]) == ("denies", "not theirs")
    assert (row["speaker"], row["speaker_side"]) == ("Sak", "ukraine")
    assert (row["about"], row["about_precision"]) == ("2022-07-03T00:00:00Z", "day")
    assert row["known_at"] == "2022-07-04T00:00:00Z"


def test_json_holds_the_same_claims_with_the_words_they_rest_on(client: Client) -> None:
    claim = control(make_place())
    publish_all(claim)

    (found,) = claims(client)

    assert found["claim"]["id"] == claim.public_id
    assert [citation["quote"] for citation in found["claim"]["citations"]] == ["the words"]
    assert found["version"]["number"] == 1


def test_both_hold_all_claims_of_the_demo_and_obey_the_filter(client: Client) -> None:
    load_demo_data()

    assert len(table(client)) == len(claims(client)) == EntryClaim.objects.on_control().count()
    sides = {row["speaker_side"] for row in table(client, "?side=ukraine&status=contested")}
    assert sides == {"ukraine"}


def test_what_was_not_yet_claimed_is_not_told_not_even_its_id(client: Client) -> None:
    incident = make_incident()
    place = make_place()
    late = control(place, at=JULY_4, incident=incident)
    early = control(place, at=JULY_2, incident=incident)
    early.relations.create(kind=RelationKind.DISPUTES, target=late)
    publish_all(early)

    assert late.public_id in written(client, "/territory.json")
    whole = written(client, "/territory.json?known=2022-07-03")

    assert early.public_id in whole
    assert late.public_id not in whole


def test_no_cell_starts_a_formula(client: Client) -> None:
    publish_all(control(make_place(), text="=HYPERLINK(1)"))

    assert table(client)[0]["answer"] == "'=HYPERLINK(1)"


@pytest.mark.parametrize("extension", ["csv", "json"])
def test_a_filter_that_cannot_be_read_is_refused(client: Client, extension: str) -> None:
    response = client.get(f"/territory.{extension}?side=martian")

    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert b"martian" in response.content


def test_a_file_is_named_after_its_filter(client: Client) -> None:
    response = client.get("/territory.csv?side=russia")

    name = response.headers["Content-Disposition"]
    assert name == 'attachment; filename="claimline-territory-side-russia.csv"'


def test_withdrawn_claims_are_in_no_download(client: Client) -> None:
    claim = control(make_place())
    publish_all(claim)
    withdraw(claim.incident, "Entered twice.")

    assert table(client) == claims(client) == []


@pytest.mark.parametrize("number", [1, 4])
def test_a_download_asks_as_much_for_many_claims_as_for_one(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    publish_all(*(control(make_place(f"Town {n}")) for n in range(number)))

    with django_assert_num_queries(3):
        table(client)


def test_the_page_leads_to_both_with_its_filter(client: Client) -> None:
    page = client.get("/territory/?side=russia").content.decode()

    assert 'href="/territory.csv?side=russia"' in page
    assert 'href="/territory.json?side=russia"' in page
