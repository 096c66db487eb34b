import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from incidents.models import Incident
from incidents.record.publish import publish
from incidents.tests.api_reading import answer, listed, problem
from incidents.tests.factories import (
    make_actor,
    make_claim,
    make_incident,
    make_place,
    make_published,
    make_statement,
)
from incidents.tests.reading import ids
from incidents.vocabulary import Question, Side
from sources.moments import Precision

pytestmark = pytest.mark.django_db

NOON = "2022-07-03T12:00Z"


@pytest.fixture
def incident() -> Incident:
    """At 06:00 one side speaks of three killed, at 18:00 the other one denies it."""
    incident = make_incident(place=make_place("Belgorod"))
    answers: list[tuple[int, Side, dict[str, Any]]] = [
        (6, Side.RUSSIA, {"text": "3 killed"}),
        (18, Side.UKRAINE, {"question": Question.RESPONSIBILITY, "stance": "denies"}),
    ]
    for hour, side, fields in answers:
        speaker = make_actor(f"Speaker at {hour}", side=side)
        said_at = datetime(2022, 7, 3, hour, 0, tzinfo=UTC)
        statement = make_statement(
            speaker=speaker, said_at=said_at, said_precision=Precision.MINUTE
        )
        make_claim(incident=incident, statement=statement, **fields)
    publish(incident)
    return incident


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"kind": ["strike", "protest"]},
        {"q": "Лисичанськ"},
        {"from": "2022-07-02", "to": "2022-07-02"},
        {"sort": "changed"},
        {"q": "Lysychansk", "sort": "relevance"},
        {"known": "2022-06-01"},
        {"killed_min": 4},
        {"utm_source": "letter"},
    ],
)
def test_a_query_string_of_the_timeline_finds_the_same_incidents_in_the_same_order(
    client: Client, query: dict[str, Any]
) -> None:
    place = make_place()
    for day, kind, title in (
        (3, "strike", "One"),
        (1, "strike", "Two"),
        (2, "other", "Лисичанськ"),
    ):
        at = datetime(2022, 7, day, 12, 0, tzinfo=UTC)
        make_published(
            title=title, kind=kind, place=place, earliest=at, latest=at, precision="minute"
        )

    found = [one["id"] for one in listed(client, "/incidents/", limit=2, **query)]

    assert found == ids(client.get("/", query, follow=True))


def test_an_incident_is_what_the_json_download_says_of_it(
    client: Client, incident: Incident
) -> None:
    (one,) = listed(client, "/incidents/")
    assert answer(client, f"/incidents/{incident.public_id.lower()}/") == one

    download = b"".join(client.get("/incidents.json"))
    (same,) = json.loads(download)["incidents"]
    assert {key: one[key] for key in same} == same
    assert set(one) - set(same) == {"api", "versions"}


def test_an_incident_carries_its_clashes_origins_and_figures_with_speaker_and_time(
    client: Client, incident: Incident
) -> None:
    found = answer(client, f"/incidents/{incident.public_id}/")

    assert [body["name"] for body in found["origins"]]
    figure, denial = found["claims"]
    assert (figure["number"]["low"], figure["number"]["high"]) == (3, None)
    assert figure["number"]["qualifier"] == "at_least"
    assert figure["speaker"]["name"] == "Speaker at 6"
    assert figure["said"]["at"] == "2022-07-03T06:00:00Z"
    assert figure["said"]["precision"] == "minute"
    assert (denial["stance"], denial["number"]) == ("denies", None)


def test_as_known_at_a_moment_nothing_is_told_of_what_came_later(
    client: Client, incident: Incident
) -> None:
    (then,) = listed(client, "/incidents/", known=NOON)

    assert answer(client, f"/incidents/{incident.public_id}/", known=NOON) == then
    assert [claim["text"] for claim in then["claims"]] == ["3 killed"]
    assert then["standing"] == "one_origin"


def test_before_anybody_spoke_an_incident_has_no_claims(client: Client, incident: Incident) -> None:
    then = answer(client, f"/incidents/{incident.public_id}/", known="2022-07-01")

    assert (then["standing"], then["claims"], then["clashes"]) == ("no_claims", [], [])
    assert then["verification"] is None


@pytest.mark.parametrize("query", ["known=never", "known=%00", "kwown=2022", "known=2022&known="])
def test_an_incident_is_not_shown_for_a_query_that_cannot_be_read(
    client: Client, incident: Incident, query: str
) -> None:
    found = problem(client, f"/incidents/{incident.public_id}/?{query}", 400)

    assert "claims" not in found
