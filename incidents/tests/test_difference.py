from datetime import UTC, datetime
from typing import Any, cast

import pytest

from incidents.models import Claim, Incident, Version
from incidents.record.difference import Change, differences
from incidents.record.document import Document
from incidents.record.publish import publish
from incidents.tests.factories import (
    make_actor,
    make_citation,
    make_claim,
    make_place,
    make_published,
    make_statement,
)
from incidents.vocabulary import Question, Side
from sources.models import Source

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident() -> Incident:
    return make_published()


@pytest.fixture
def claim(incident: Incident) -> Claim:
    return Claim.objects.select_related("statement__speaker").get()


def change(row: Any, **fields: Any) -> None:
    type(row)._default_manager.filter(pk=row.pk).update(**fields)


def after_publishing(incident: Incident) -> list[Change]:
    """What the newest version of the incident changed."""
    publish(incident, "Something changed.")
    after, before = Version.objects.filter(incident=incident.public_id).order_by("-number")[:2]
    return differences(cast(Document, before.document), cast(Document, after.document))


def test_a_version_does_not_differ_from_itself(incident: Incident) -> None:
    document = cast(Document, Version.objects.get().document)

    assert differences(document, document) == []


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("title", "Blasts", Change("Title", "Explosions reported in Belgorod", "Blasts")),
        ("summary", "", Change("Summary", "Officials of both sides spoke of explosions.", "")),
        ("kind", "strike", Change("Kind", "Explosion", "Strike")),
        ("precision", "part_of_day", Change("Precision of the time", "hour", "part of day")),
        ("zone", "Europe/Moscow", Change("Time zone", "Europe/Kyiv", "Europe/Moscow")),
        ("time_inferred", True, Change("Whether the time was inferred", "no", "yes")),
        ("place_precision", "region", Change("Precision of the place", "settlement", "region")),
        ("place_note", "a market", Change("Place as reported", "", "a market")),
    ],
)
def test_a_changed_field_of_the_incident_is_said_in_words(
    incident: Incident, field: str, value: Any, expected: Change
) -> None:
    change(incident, **{field: value})

    assert after_publishing(incident) == [expected]


def test_a_changed_time_is_said(incident: Incident) -> None:
    change(incident, latest=datetime(2022, 7, 3, 2, 0, tzinfo=UTC))

    assert after_publishing(incident) == [
        Change("Latest time", "2022-07-03T01:00:00Z", "2022-07-03T02:00:00Z")
    ]


def test_another_place_is_said_by_its_name(incident: Incident) -> None:
    change(incident, place=make_place("Belgorod"))

    assert after_publishing(incident) == [Change("Place", "Lysychansk", "Belgorod")]


def test_a_place_that_was_taken_away_leaves_nothing(incident: Incident) -> None:
    change(incident, place=None)

    assert after_publishing(incident) == [Change("Place", "Lysychansk", "")]


def test_a_renamed_place_and_a_renamed_speaker_are_said(incident: Incident, claim: Claim) -> None:
    assert incident.place
    assert claim.statement.speaker
    change(incident.place, name="Lysychansk (city)")
    change(claim.statement.speaker, name="V. Gladkov")

    found = after_publishing(incident)

    assert Change("Place name", "Lysychansk", "Lysychansk (city)") in found
    assert Change("Speaker", "Vyacheslav Gladkov", "V. Gladkov") in found


def test_a_new_claim_stands_with_question_speaker_and_citations(incident: Incident) -> None:
    statement = make_statement(speaker=make_actor("Mayor", side=Side.RUSSIA))
    new = make_claim(
        incident=incident, statement=statement, question=Question.DAMAGE, text="houses hit"
    )
    make_citation(new, "houses were hit")

    found = after_publishing(incident)

    assert Change("Damage, Mayor", "", "houses hit (2 citations)", new.public_id) in found


def test_a_changed_standing_is_said_in_words(incident: Incident) -> None:
    make_claim(
        incident=incident,
        statement=make_statement(speaker=make_actor("Mayor", side=Side.UKRAINE)),
        qualifier="exactly",
        low=1,
        high=1,
        unit="people",
    )

    assert Change("Standing", "One origin", "Contested") in after_publishing(incident)


def test_a_dropped_claim_is_said_and_no_longer_linked(incident: Incident, claim: Claim) -> None:
    make_claim(incident=incident, question=Question.DAMAGE, text="houses hit")
    publish(incident, "Damage added.")
    claim.delete()

    assert Change(
        "Killed, Vyacheslav Gladkov", "at least 3 killed (1 citation)", ""
    ) in after_publishing(incident)


def test_a_changed_answer_is_said_before_and_after(incident: Incident, claim: Claim) -> None:
    change(claim, text="three or more killed")

    assert after_publishing(incident) == [
        Change(
            "Killed, Vyacheslav Gladkov",
            "at least 3 killed (1 citation)",
            "three or more killed (1 citation)",
            claim.public_id,
        )
    ]


@pytest.mark.parametrize("fields", [{"channel": "Facebook"}, {"role": "mayor"}])
def test_an_edited_detail_of_a_statement_is_not_silent(
    incident: Incident, claim: Claim, fields: dict[str, Any]
) -> None:
    change(claim.statement, **fields)

    (found,) = after_publishing(incident)

    assert (found.what, found.before) == ("Killed, Vyacheslav Gladkov", "")
    assert "edited" in found.after


def test_an_earlier_claim_put_before_another_is_no_change_of_the_other(
    incident: Incident, claim: Claim
) -> None:
    """It takes index 0 among the statements: the other's index is no part of what it says."""
    first = make_statement(said_at=datetime(2022, 7, 1, tzinfo=UTC))
    make_claim(incident=incident, statement=first, question=Question.DAMAGE, text="houses hit")

    claims = [found.claim for found in after_publishing(incident)]

    assert claim.public_id not in claims


def test_new_and_edited_sources_are_said(incident: Incident, claim: Claim) -> None:
    source = Source.objects.get()
    publisher = source.publisher.name
    change(source, archive_url="https://archive.example/x")
    make_citation(claim, "three people died")

    found = [one for one in after_publishing(incident) if one.what == "Source"]

    assert [one.before for one in found].count(f"{publisher}: {source.title}") == 1
    assert {one.after for one in found} > {"its details were edited"}
    assert len(found) == 2
