from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from incidents.models import Claim, Incident, Place
from incidents.record.publish import publish, withdraw
from incidents.tests.api_reading import answer, listed, problem
from incidents.tests.factories import (
    make_actor,
    make_citation,
    make_claim,
    make_incident,
    make_place,
    make_relation,
    make_snapshot,
    make_source,
    make_statement,
)
from incidents.vocabulary import ControlStatus, Qualifier, Question, Side, Stance

pytestmark = pytest.mark.django_db


def said(hour: int, **speaker: Any) -> dict[str, Any]:
    actor = make_actor(f"Speaker at {hour}", **speaker)
    at = datetime(2022, 7, 3, hour, 0, tzinfo=UTC)
    return {"statement": make_statement(speaker=actor, said_at=at, said_precision="minute")}


def texts(client: Client, **query: Any) -> list[str]:
    return [claim["text"] for claim in listed(client, "/claims/", limit=2, **query)]


@pytest.fixture
def town() -> Place:
    return make_place("Lysychansk")


@pytest.fixture
def incident(town: Place) -> Incident:
    """At Belgorod: two tolls, a vague one, silence on the cause, and a word on Lysychansk."""
    place = make_place("Belgorod", parent=town.parent)
    incident = make_incident(place=place)
    body = make_actor("Ministry")
    make_claim(incident=incident, text="at least 3 killed", **said(6, organisation=body))
    make_claim(
        incident=incident, text="2 to 5 killed", qualifier=Qualifier.BETWEEN, low=2, high=5,
        unit="people", **said(7, side=Side.UKRAINE),
    )  # fmt: skip
    make_claim(
        incident=incident, text="dozens killed", qualifier=Qualifier.VAGUE, vague_word="dozens",
        unit="people", **said(8, side=Side.OTHER),
    )  # fmt: skip
    make_claim(
        incident=incident, text="no comment", question=Question.CAUSE,
        stance=Stance.DECLINES_TO_COMMENT, **said(9, side=Side.UKRAINE),
    )  # fmt: skip
    make_claim(
        incident=incident, text="Lysychansk is held", question=Question.CONTROL,
        control_status=ControlStatus.HELD, control_place=town, control_side=Side.UKRAINE,
        **said(10, side=Side.UKRAINE),
    )  # fmt: skip
    publish(incident)
    return incident


ALL = ["Lysychansk is held", "no comment", "dozens killed", "2 to 5 killed", "at least 3 killed"]


@pytest.mark.usefixtures("incident")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ALL),
        ({"question": "cause"}, ALL[1:2]),
        ({"question": ["cause", "control"]}, ALL[:2]),
        ({"stance": "declines_to_comment"}, ALL[1:2]),
        ({"side": "russia"}, ALL[4:]),
        ({"side": ["russia", "other"]}, [ALL[2], ALL[4]]),
        ({"killed_min": 0}, ALL[3:]),
        ({"killed_min": 3}, ALL[3:]),
        ({"killed_min": 5}, ALL[3:4]),
        ({"killed_min": 6}, []),
        ({"known": "2022-07-03T07:30Z"}, ALL[3:]),
        ({"from": "2022-07-03", "to": "2022-07-03"}, ALL),
        ({"from": "2022-07-04"}, []),
        ({"to": "2022-07-02"}, []),
        ({"question": "killed", "side": "ukraine"}, ALL[3:4]),
    ],
)
def test_filters_narrow_the_list_of_claims(
    client: Client, query: dict[str, Any], expected: list[str]
) -> None:
    assert texts(client, **query) == expected


def test_an_actor_stands_for_itself_and_a_body_for_all_who_speak_for_it(
    client: Client, incident: Incident
) -> None:
    speaker = Claim.objects.get(text="at least 3 killed").statement.speaker
    assert speaker
    assert speaker.organisation

    for actor in (speaker, speaker.organisation):
        assert texts(client, actor=actor.public_id) == ["at least 3 killed"]


def test_a_place_finds_what_happened_there_and_who_is_said_to_hold_it(
    client: Client, incident: Incident, town: Place
) -> None:
    assert incident.place
    assert town.parent
    assert texts(client, place=town.public_id) == ["Lysychansk is held"]
    assert texts(client, place=incident.place.public_id) == ALL
    assert texts(client, place=town.parent.public_id) == ALL


def test_a_source_finds_the_claims_that_it_carries(client: Client, incident: Incident) -> None:
    source = make_source()
    text = "No comment was given."
    make_citation(Claim.objects.get(text="no comment"), "No comment",
                  snapshot=make_snapshot(source=source, text=text))  # fmt: skip
    publish(incident, "Another report.")

    assert texts(client, source=source.public_id) == ["no comment"]
    assert texts(client, source=source.public_id, known="2022-07-03T18:29Z") == []
    assert texts(client, source=source.public_id, known="2022-07-03T18:30Z") == ["no comment"]


def test_claims_of_one_incident_can_be_listed_alone(client: Client, incident: Incident) -> None:
    other = make_incident(place=incident.place)
    make_claim(incident=other, text="another", **said(11))
    publish(other)

    assert texts(client, incident=other.public_id) == ["another"]
    assert texts(client) == ["another", *ALL]


def test_a_claim_says_who_when_and_of_which_version_of_which_incident(
    client: Client, incident: Incident
) -> None:
    claim = Claim.objects.get(text="2 to 5 killed")

    found = answer(client, f"/claims/{claim.public_id.lower()}/")

    assert found == next(one for one in listed(client, "/claims/") if one["id"] == claim.public_id)
    assert found["incident"]["id"] == incident.public_id
    assert found["incident"]["version"]["number"] == 1
    assert found["speaker"]["name"] == "Speaker at 7"
    assert found["said"]["at"] == "2022-07-03T07:00:00Z"
    number = found["number"]
    assert (number["low"], number["high"], number["qualifier"]) == (2, 5, "between")


def test_a_vague_figure_names_no_number(client: Client, incident: Incident) -> None:
    (vague,) = listed(client, "/claims/", side="other")

    assert (vague["number"]["low"], vague["number"]["high"]) == (None, None)
    assert vague["number"]["word"] == "dozens"


def test_relations_to_what_nobody_had_claimed_yet_are_not_told(
    client: Client, incident: Incident
) -> None:
    early, late = (Claim.objects.get(text=words) for words in (ALL[4], ALL[3]))
    make_relation(early, late)
    publish(incident, "They dispute each other.")

    (then,) = listed(client, "/claims/", known="2022-07-03T06:30Z")
    assert then["relations"] == []
    (now,) = (one for one in listed(client, "/claims/") if one["id"] == early.public_id)
    assert now["relations"] == [{"kind": "disputes", "claim": late.public_id}]


def test_a_claim_that_is_no_longer_made_is_gone_and_leads_to_the_version_that_had_it(
    client: Client, incident: Incident
) -> None:
    claim = Claim.objects.get(text="dozens killed")
    Claim.objects.filter(pk=claim.pk).update(left_out=True)
    publish(incident, "Entered by mistake.")

    found = problem(client, f"/claims/{claim.public_id}/", 410)

    assert found["version"]["number"] == 1


def test_claims_of_a_withdrawn_incident_are_gone(client: Client, incident: Incident) -> None:
    claim = Claim.objects.get(text="dozens killed")
    withdraw(incident, "It was entered twice.")

    assert problem(client, f"/claims/{claim.public_id}/", 410)["version"]["number"] == 1
    assert listed(client, "/claims/") == []


def test_a_claim_of_a_draft_does_not_exist(client: Client) -> None:
    claim = make_claim()

    problem(client, f"/claims/{claim.public_id}/", 404)
    assert listed(client, "/claims/") == []


@pytest.mark.usefixtures("incident")
@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("question=nothing", "question"),
        ("stance=asserts&stance=x", "stance"),
        ("actor=x", "actor"),
        ("killed_min=-1", "killed_min"),
        ("from=2022-07-04&to=2022-07-03", "to"),
        ("known=yesterday", "known"),
        ("speaker=0123456789", None),
    ],
)
def test_a_filter_that_cannot_be_read_is_named(
    client: Client, query: str, parameter: str | None
) -> None:
    found = problem(client, f"/claims/?{query}", 400)

    assert [error["parameter"] for error in found["errors"]] == [parameter]
