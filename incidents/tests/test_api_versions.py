import hashlib
from http import HTTPStatus

import pytest
from django.test import Client

from incidents.models import Incident
from incidents.record.models import Version
from incidents.record.publish import merge, publish, withdraw
from incidents.tests.api_reading import BASE, answer, listed, problem
from incidents.tests.factories import make_claim, make_place, make_published

pytestmark = pytest.mark.django_db


@pytest.fixture
def history() -> tuple[Incident, Incident]:
    """Six versions of two incidents: published, corrected, withdrawn, published again; merged."""
    place = make_place()
    first = make_published(place=place)
    Incident.objects.filter(pk=first.pk).update(title="Blasts")
    publish(first, "Another title.", Version.Kind.CORRECTED)
    withdraw(first, "Under review.")
    publish(first, "The review is done.")
    second = make_published(place=place)
    merge(second, first, "The same explosion.")
    return first, second


def test_changes_hold_every_version_in_the_order_of_serials(
    client: Client, history: tuple[Incident, Incident]
) -> None:
    found = listed(client, "/changes/", limit=2)

    serials = list(Version.objects.order_by("serial").values_list("serial", flat=True))
    assert [one["serial"] for one in found] == serials
    kinds = ["published", "corrected", "withdrawn", "updated", "published", "merged", "updated"]
    assert [one["kind"] for one in found] == kinds
    assert {one["incident"] for one in found} == {one.public_id for one in history}
    into = [one["merged_into"] for one in found if one["kind"] == "merged"]
    assert into == [history[0].public_id]


@pytest.mark.usefixtures("history")
def test_a_mirror_is_the_record_byte_by_byte_and_its_chain_holds(client: Client) -> None:
    previous = ""
    for change in listed(client, "/changes/", since=0, limit=3):
        mirrored = client.get(change["bytes"]).content
        assert hashlib.sha256(mirrored).hexdigest() == change["sha256"]
        assert change["previous"] == previous
        previous = change["sha256"]

    assert previous == Version.objects.order_by("serial").last().sha256  # type: ignore[union-attr]
    assert previous == answer(client, "/")["newest"]["sha256"]


def test_whoever_asks_again_gets_what_is_new_and_no_more(
    client: Client, history: tuple[Incident, Incident]
) -> None:
    until = answer(client, "/changes/")["until"]
    assert until == answer(client, "/")["record_clock"]
    assert answer(client, "/changes/", since=until) == {
        "record_clock": until, "next": None, "until": until, "changes": []
    }  # fmt: skip

    withdraw(history[0], "Once more.")

    (new,) = answer(client, "/changes/", since=until)["changes"]
    assert (new["serial"], new["kind"], new["note"]) == (until + 1, "withdrawn", "Once more.")


def test_versions_stand_newest_first_and_those_of_one_incident_alone(
    client: Client, history: tuple[Incident, Incident]
) -> None:
    serials = [one["serial"] for one in listed(client, "/versions/", limit=2)]
    assert serials == sorted(serials, reverse=True)

    second = history[1].public_id
    numbers = [one["number"] for one in listed(client, "/versions/", incident=second)]
    assert numbers == [2, 1]
    (one,) = listed(client, "/versions/", incident=second.lower(), number=1)
    assert one["kind"] == "published"


@pytest.mark.usefixtures("history")
def test_a_version_has_its_document_and_hashes_for_ever(client: Client) -> None:
    for version in Version.objects.all():
        found = answer(client, f"/versions/{version.serial}/")
        assert found["document"] == version.document
        assert (found["sha256"], found["previous"]) == (version.sha256, version.previous_sha256)


def test_the_id_of_a_withdrawn_incident_is_gone_and_its_versions_are_not(client: Client) -> None:
    incident = make_published()
    withdraw(incident, "It was entered twice.")

    found = problem(client, f"/incidents/{incident.public_id}/", 410)

    assert found["detail"] == "It was entered twice."
    assert found["version"]["kind"] == "withdrawn"
    kinds = [one["kind"] for one in answer(client, found["versions"])["versions"]]
    assert kinds == ["withdrawn", "published"]
    assert listed(client, "/incidents/") == listed(client, "/claims/") == []


def test_the_id_of_a_merged_incident_leads_to_the_other(
    client: Client, history: tuple[Incident, Incident]
) -> None:
    first, second = (one.public_id for one in history)

    response = client.get(f"{BASE}/incidents/{second}/")

    assert response.status_code == HTTPStatus.MOVED_PERMANENTLY
    assert response["Location"] == f"{BASE}/incidents/{first}/"
    assert response["Access-Control-Allow-Origin"] == "*"


def test_an_empty_record_stands_at_nought(client: Client) -> None:
    make_claim()  # of a draft

    root = answer(client, "/")

    assert (root["record_clock"], root["newest"]) == (0, None)
    assert answer(client, "/changes/") == {
        "record_clock": 0, "next": None, "until": 0, "changes": []
    }  # fmt: skip
