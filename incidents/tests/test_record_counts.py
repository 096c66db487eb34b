"""Counts that the record keeps: whatever is published, they are what counting anew would give."""

from datetime import UTC, datetime

import pytest
from django.core.management import call_command

from incidents.models import Claim, Incident
from incidents.record.counting import wrong_count
from incidents.record.models import EntryClaim, RecordCount, RecordGone
from incidents.record.publish import merge, publish, withdraw
from incidents.tests.factories import (
    make_actor,
    make_claim,
    make_incident,
    make_place,
    make_statement,
)
from incidents.vocabulary import PlaceKind, Qualifier, Question, Side

pytestmark = pytest.mark.django_db

What = RecordCount.What


def a_dispute(title: str = "Explosions") -> Incident:
    """At one place: a spokesman of a ministry says 3 were killed by the other side, which says 5,
    and who holds the place."""
    if (place := Incident.objects.values_list("place", flat=True).first()) is None:
        country = make_place("Ukraine", kind=PlaceKind.COUNTRY)
        region = make_place("Luhansk Oblast", kind=PlaceKind.REGION, parent=country)
        place = make_place(parent=region).pk
    ministry = make_actor("Ministry", side=Side.UKRAINE)
    spokesman = make_actor("Spokesman", side=Side.UKRAINE, organisation=ministry)
    governor = make_actor("Governor")
    incident = make_incident(title=title, place_id=place)
    for actor, low in ((spokesman, 3), (governor, 5)):
        statement = make_statement(speaker=actor, said_at=datetime(2022, 7, 3, 9, low, tzinfo=UTC))
        make_claim(
            incident=incident,
            statement=statement,
            qualifier=Qualifier.EXACTLY,
            low=low,
            high=low,
            unit="people",
        )
    make_claim(
        incident=incident,
        statement=make_statement(speaker=governor),
        question=Question.CONTROL,
        text="we hold it",
        control_status="full_control",
        control_place_id=place,
        control_side=Side.RUSSIA,
    )
    publish(incident)
    return incident


def test_counts_follow_every_verb_of_publishing() -> None:
    first, second = a_dispute(), a_dispute("More explosions")
    assert wrong_count() is None

    Claim.objects.filter(incident=second, question=Question.CONTROL).delete()
    publish(second, "One claim less.")
    assert wrong_count() is None
    assert RecordCount.objects.filter(what=What.CONTROL).count() == 3

    withdraw(first, "In doubt.")
    assert wrong_count() is None
    assert not RecordCount.objects.filter(what=What.CONTROL).exists()

    publish(first, "Again.")
    merge(second, first, "The same.")
    assert wrong_count() is None
    assert (
        RecordCount.objects.filter(what=What.INCIDENTS)
        .values_list("number", flat=True)
        .distinct()
        .get()
        == 1
    )


def test_a_claim_of_a_spokesman_is_one_of_the_body_too_and_clashes_for_both() -> None:
    a_dispute()
    governor = EntryClaim.objects.get(low=5).speaker
    spoken = EntryClaim.objects.get(low=3)

    assert RecordCount.objects.of(spoken.organisation) == {
        What.SPEAKS: {Question.KILLED: 1},
        What.SPOKEN_FOR: {spoken.speaker: 1},
        What.OTHERS: {governor: 1},
    }
    assert RecordCount.objects.of(governor)[What.THEM] == {spoken.speaker: 1}


def test_what_left_the_public_list_is_remembered_until_it_is_back() -> None:
    incident = a_dispute()
    withdraw(incident, "In doubt.")

    gone = RecordGone.objects.get()
    assert (gone.incident, gone.kind, len(gone.places)) == (incident.public_id, "explosion", 3)

    publish(incident, "Again.")
    assert not RecordGone.objects.exists()


def test_a_rebuild_counts_anew() -> None:
    withdraw(a_dispute(), "In doubt.")
    a_dispute("More explosions")
    counts = set(RecordCount.objects.values_list("of", "what", "value", "number"))
    RecordCount.objects.all().delete()
    RecordGone.objects.all().delete()

    call_command("rebuild_record", verbosity=0)

    assert set(RecordCount.objects.values_list("of", "what", "value", "number")) == counts
    assert RecordGone.objects.count() == 1
