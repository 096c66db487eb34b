"""What a row of the desk may hold: constraints of the database, and the words of clean()."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from incidents.models import Actor, Citation, Claim, Incident, Place
from incidents.tests.factories import (
    make_actor,
    make_citation,
    make_claim,
    make_incident,
    make_place,
    make_relation,
    make_snapshot,
    make_statement,
)
from incidents.vocabulary import (
    ControlStatus,
    PlaceKind,
    Qualifier,
    Question,
    RelationKind,
    Side,
    Verification,
)
from sources.moments import Precision

pytestmark = pytest.mark.django_db

MORNING = datetime(2022, 7, 3, 9, 0, tzinfo=UTC)
EVENING = datetime(2022, 7, 3, 18, 0, tzinfo=UTC)


@contextmanager
def refused(constraint: str) -> Iterator[None]:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        yield


def number(
    qualifier: str, low: int | None = None, high: int | None = None, word: str = ""
) -> dict[str, Any]:
    return {
        "text": "as many as were said",
        "qualifier": qualifier,
        "low": low,
        "high": high,
        "vague_word": word,
        "unit": "people" if qualifier else "",
    }


@pytest.mark.parametrize(
    "fields",
    [
        number(""),
        number("exactly", 3, 3),
        number("exactly", 0, 0),
        number("about", 108, 108),
        number("nearly", 40, 40),
        number("at_least", 3),
        number("more_than", 20),
        number("up_to", None, 5),
        number("less_than", None, 10),
        number("between", 3, 5),
        number("vague", word="dozens"),
    ],
    ids=lambda fields: fields["qualifier"] or "no number",
)
def test_a_number_that_fits_its_qualifier_is_kept(fields: dict[str, Any]) -> None:
    claim = make_claim(cited=False, **fields)

    claim.full_clean()


@pytest.mark.parametrize(
    "fields",
    [
        number("", 3, 3),
        number("", 3),
        number("", None, 3),
        number("", word="dozens"),
        *(
            fields
            for qualifier in ("exactly", "about", "nearly")
            for fields in (
                number(qualifier),
                number(qualifier, 3),
                number(qualifier, None, 3),
                number(qualifier, 3, 5),
                number(qualifier, 3, 3, "dozens"),
            )
        ),
        *(
            fields
            for qualifier in ("at_least", "more_than")
            for fields in (
                number(qualifier),
                number(qualifier, None, 3),
                number(qualifier, 3, 3),
                number(qualifier, 3, None, "dozens"),
            )
        ),
        *(
            fields
            for qualifier in ("up_to", "less_than")
            for fields in (
                number(qualifier),
                number(qualifier, 3),
                number(qualifier, 3, 3),
                number(qualifier, None, 3, "dozens"),
            )
        ),
        number("between"),
        number("between", 3),
        number("between", None, 3),
        number("between", 3, 3),
        number("between", 5, 3),
        number("between", 3, 5, "dozens"),
        number("vague"),
        number("vague", 12, None, "dozens"),
        number("vague", None, 12, "dozens"),
        number("vague", 12, 24, "dozens"),
        number("roughly", 3, 3),
    ],
    ids=lambda fields: "-".join(
        str(fields[key]) for key in ("qualifier", "low", "high", "vague_word")
    ),
)
def test_a_number_that_does_not_fit_its_qualifier_is_refused(fields: dict[str, Any]) -> None:
    with refused("claim_number_matches_qualifier"):
        make_claim(**fields)


def test_every_qualifier_is_tried_above() -> None:
    assert set(Qualifier.values) == {
        "exactly", "about", "nearly", "at_least", "more_than", "up_to", "less_than", "between",
        "vague",
    }  # fmt: skip


@pytest.mark.parametrize("figure", ["low", "high"])
def test_no_number_is_below_zero(figure: str) -> None:
    qualifier = {"low": "at_least", "high": "up_to"}[figure]

    with refused(f"incidents_claim_{figure}_check"):
        make_claim(**number(qualifier) | {figure: -1})


def test_a_figure_needs_a_unit_and_a_unit_a_figure() -> None:
    with refused("claim_unit_with_number_only"):
        make_claim(**number("exactly", 3, 3) | {"unit": ""})
    with refused("claim_unit_with_number_only"):
        make_claim(**number("") | {"unit": "people"})


@pytest.mark.parametrize("status", ControlStatus.values)
def test_a_control_claim_takes_every_control_status(status: str) -> None:
    make_claim(question=Question.CONTROL, text="who holds it", control_status=status).full_clean()


def test_a_control_claim_needs_a_status() -> None:
    with refused("claim_control_on_control_only"):
        make_claim(question=Question.CONTROL, text="full control")


@pytest.mark.parametrize("question", sorted(set(Question.values) - {"control"}))
def test_no_other_claim_has_control_fields(question: str) -> None:
    place = make_place()
    fields = {"text": "an answer"} | (
        {"verification": "verified"} if question == "verification" else {}
    )
    for control in (
        {"control_status": "full_control"},
        {"control_place": place},
        {"control_side": Side.RUSSIA},
    ):
        with refused("claim_control_on_control_only"):
            make_claim(question=question, **fields | control)


def test_a_control_claim_names_a_known_side() -> None:
    with refused("claim_control_side_known"):
        make_claim(
            question=Question.CONTROL,
            text="full control",
            control_status="full_control",
            control_side="mars",
        )


@pytest.mark.parametrize("result", Verification.values)
def test_only_a_verification_claim_has_a_result(result: str) -> None:
    make_claim(question=Question.VERIFICATION, text=result, verification=result).full_clean()

    with refused("claim_verification_on_verification_only"):
        make_claim(question=Question.DAMAGE, text=result, verification=result)


def test_a_verification_claim_needs_a_result() -> None:
    with refused("claim_verification_on_verification_only"):
        make_claim(question=Question.VERIFICATION, text="could not verify")


def test_only_a_claim_about_responsibility_accuses_somebody() -> None:
    accused = make_actor("Armed Forces", side=Side.UKRAINE)
    make_claim(question=Question.RESPONSIBILITY, text="they did it", accused=accused)

    with refused("claim_accused_on_responsibility_only"):
        make_claim(question=Question.CAUSE, text="their missile", accused=accused)


def test_a_claim_gives_an_answer() -> None:
    with refused("claim_answer_not_empty"):
        make_claim(text="")


def test_a_figure_is_not_counted_in_itself() -> None:
    claim = make_claim()

    with refused("claim_not_subset_of_itself"):
        Claim.objects.filter(pk=claim.pk).update(subset_of=claim)


def test_a_figure_is_counted_in_one_of_the_same_incident() -> None:
    claim = make_claim()
    make_claim(incident=claim.incident, subset_of=claim).full_clean()

    with pytest.raises(ValidationError, match="belongs to another incident"):
        make_claim(subset_of=claim).full_clean()


@pytest.mark.parametrize(
    ("earliest", "latest"),
    [(None, None), (MORNING, MORNING), (MORNING, EVENING)],
)
def test_an_incident_may_be_undated_or_an_instant_or_a_span(
    earliest: datetime | None, latest: datetime | None
) -> None:
    make_incident(earliest=earliest, latest=latest).full_clean()


@pytest.mark.parametrize(
    ("earliest", "latest"),
    [(EVENING, MORNING), (MORNING, None), (None, MORNING)],
)
def test_the_latest_is_not_before_the_earliest_and_neither_is_missing_alone(
    earliest: datetime | None, latest: datetime | None
) -> None:
    with refused("incident_interval_whole"):
        make_incident(earliest=earliest, latest=latest)


def test_a_precision_is_one_of_those_we_know() -> None:
    with refused("incident_precision_known"):
        make_incident(precision="fortnight")
    with refused("statement_precision_known"):
        make_statement(said_precision="fortnight")


@pytest.mark.parametrize("zone", ["Europe/Kyiv", "Europe/Moscow", "UTC"])
def test_a_zone_is_one_of_the_iana_list(zone: str) -> None:
    make_incident(zone=zone).full_clean()


@pytest.mark.parametrize("zone", ["Kyiv", "+03:00", "../../etc/passwd", ""])
def test_another_zone_is_refused(zone: str) -> None:
    with pytest.raises(ValidationError) as error:
        make_incident(zone=zone).full_clean()

    assert set(error.value.message_dict) == {"zone"}


def test_an_incident_is_not_a_part_of_itself_even_round_a_corner() -> None:
    whole = make_incident()
    part = make_incident(parent=whole)
    part.full_clean()

    with refused("incident_not_part_of_itself"):
        Incident.objects.filter(pk=whole.pk).update(parent=whole)
    whole.parent = part
    with pytest.raises(ValidationError, match="a circle"):
        whole.full_clean()


def test_the_words_of_a_citation_stand_in_its_snapshot() -> None:
    snapshot = make_snapshot(text="🇺🇦 Троє загиблих.")
    citation = Citation(claim=make_claim(cited=False), snapshot=snapshot, start=3, end=7)

    citation.quote = "Троє"
    citation.full_clean()
    citation.quote = "троє"
    with pytest.raises(ValidationError, match="do not stand there"):
        citation.full_clean()


def test_a_citation_does_not_reach_past_the_end_of_the_text() -> None:
    snapshot = make_snapshot(text="Three")
    citation = Citation(
        claim=make_claim(cited=False), snapshot=snapshot, start=0, end=9, quote="Three"
    )

    with pytest.raises(ValidationError, match="do not stand there"):
        citation.full_clean()


def test_a_citation_without_words_is_refused() -> None:
    with pytest.raises(ValidationError, match="end before they start"):
        Citation(
            claim=make_claim(cited=False), snapshot=make_snapshot(), start=3, end=3, quote=""
        ).full_clean(exclude=["quote"])
    with refused("citation_span_not_empty"):
        make_citation(make_claim(cited=False), quote="", snapshot=make_snapshot())


def test_the_same_words_carry_a_claim_once() -> None:
    claim, snapshot = make_claim(cited=False), make_snapshot(text="Three killed")
    make_citation(claim, "Three", snapshot=snapshot)
    make_citation(claim, "Three killed", snapshot=snapshot)

    with refused("citation_once"):
        make_citation(claim, "Three", snapshot=snapshot)


def test_evidence_and_what_rests_on_it_is_not_deleted_under_a_claim() -> None:
    place = make_place()
    claim = make_claim(
        question=Question.CONTROL,
        text="full control",
        control_status="full_control",
        control_place=place,
    )
    snapshot = claim.citations.get().snapshot

    assert claim.statement.speaker
    for row in (
        snapshot,
        snapshot.source,
        snapshot.source.publisher,
        claim.statement,
        claim.statement.speaker,
        claim.incident,
        claim.incident.place,
        place,
    ):
        assert row
        with pytest.raises(ProtectedError):
            row.delete()


def test_a_claim_that_another_one_stands_in_relation_to_is_not_deleted() -> None:
    claim, target = make_claim(), make_claim()
    make_relation(claim, target)

    with pytest.raises(ProtectedError):
        target.delete()
    claim.delete()
    target.delete()


@pytest.mark.parametrize("kind", RelationKind.values)
def test_a_claim_stands_in_no_relation_to_itself(kind: str) -> None:
    claim = make_claim()

    with refused("claim_relation_to_another"):
        make_relation(claim, claim, kind)


def test_a_relation_is_recorded_once() -> None:
    claim, target = make_claim(), make_claim()
    make_relation(claim, target, "disputes")
    make_relation(claim, target, "reframes")

    with refused("claim_relation_once"):
        make_relation(claim, target, "disputes")


def said_by(speaker: Actor | None, at: datetime | None, **fields: Any) -> Claim:
    said = make_statement(speaker=speaker, said_at=at, said_precision=Precision.HOUR)
    return make_claim(cited=False, statement=said, **fields)


def test_a_later_figure_by_the_same_speaker_is_an_update() -> None:
    governor = make_actor()

    make_relation(said_by(governor, EVENING), said_by(governor, MORNING), "updates").full_clean()


def test_a_later_figure_by_another_of_the_same_body_is_an_update() -> None:
    body = make_actor("Ministry")
    one, other = (
        make_actor("Minister", organisation=body),
        make_actor("Spokesman", organisation=body),
    )

    make_relation(said_by(one, EVENING), said_by(other, MORNING), "updates").full_clean()
    make_relation(said_by(body, EVENING), said_by(other, MORNING), "updates").full_clean()


@pytest.mark.parametrize("kind", ["updates", "corrects", "retracts"])
def test_a_figure_by_somebody_else_updates_corrects_and_retracts_nothing(kind: str) -> None:
    theirs = said_by(make_actor("Mayor"), MORNING)

    for speaker in (make_actor("Governor"), None):
        relation = make_relation(said_by(speaker, EVENING), theirs, kind)
        with pytest.raises(ValidationError, match="Only the same speaker"):
            relation.full_clean()


@pytest.mark.parametrize(
    "kind", sorted(set(RelationKind.values) - {"updates", "corrects", "retracts"})
)
def test_anybody_may_stand_in_any_other_relation(kind: str) -> None:
    ours, theirs = said_by(make_actor("Governor"), None), said_by(make_actor("Mayor"), EVENING)

    make_relation(ours, theirs, kind).full_clean()


@pytest.mark.parametrize(
    ("later", "earlier"),
    [(MORNING, MORNING), (MORNING, EVENING), (None, MORNING), (EVENING, None)],
)
def test_an_update_covers_a_later_time(later: datetime | None, earlier: datetime | None) -> None:
    governor = make_actor()
    relation = make_relation(said_by(governor, later), said_by(governor, earlier), "updates")

    with pytest.raises(ValidationError, match="covers a later time"):
        relation.full_clean()


def test_what_a_figure_covers_counts_before_when_it_was_said() -> None:
    governor = make_actor()
    older = said_by(governor, EVENING, as_of=MORNING, as_of_precision=Precision.HOUR)
    newer = said_by(governor, MORNING, as_of=EVENING, as_of_precision=Precision.HOUR)

    make_relation(newer, older, "updates").full_clean()
    with pytest.raises(ValidationError, match="covers a later time"):
        make_relation(older, newer, "updates").full_clean()


def test_a_figure_covers_the_time_to_the_end_of_the_span_that_is_known() -> None:
    claim = said_by(make_actor(), MORNING)

    assert claim.covers_until == MORNING + timedelta(hours=1)
    assert said_by(make_actor(), None).covers_until is None


def test_an_actor_is_not_its_own_organisation_even_round_a_corner() -> None:
    body = make_actor("Ministry")
    member = make_actor("Minister", organisation=body)
    member.full_clean()

    with refused("actor_not_its_own_organisation"):
        Actor.objects.filter(pk=body.pk).update(organisation=body)
    body.organisation = member
    with pytest.raises(ValidationError, match="a circle"):
        body.full_clean()


def test_an_actor_stands_on_a_known_side() -> None:
    with refused("actor_side_known"):
        make_actor("Somebody", side="mars")


def test_only_a_country_lies_in_nothing() -> None:
    with refused("place_country_has_no_parent"):
        Place.objects.create(name="Lysychansk", kind=PlaceKind.SETTLEMENT)
    with refused("place_country_has_no_parent"):
        make_place("Ukraine", kind=PlaceKind.COUNTRY, parent=make_place("Union", kind="country"))


def test_a_place_lies_in_a_larger_one() -> None:
    town = make_place("Lysychansk")
    make_place("Refinery", kind=PlaceKind.SITE, parent=town).full_clean()

    with pytest.raises(ValidationError, match="A region cannot lie in a settlement"):
        make_place("Oblast", kind=PlaceKind.REGION, parent=town).full_clean()


def test_the_path_of_a_hall_in_a_plant_still_begins_with_the_country() -> None:
    place = make_place("Ukraine", kind=PlaceKind.COUNTRY)
    for name, kind in (
        ("Luhansk Oblast", PlaceKind.REGION),
        ("Sievierodonetsk Raion", PlaceKind.DISTRICT),
        ("Lysychansk", PlaceKind.SETTLEMENT),
        ("Refinery", PlaceKind.SITE),
        ("Hall 2", PlaceKind.SITE),
    ):
        place = make_place(name, kind=kind, parent=place)
        place.full_clean()

    assert [one.name for one in place.path()] == [
        "Ukraine",
        "Luhansk Oblast",
        "Sievierodonetsk Raion",
        "Lysychansk",
        "Refinery",
        "Hall 2",
    ]


def test_sites_in_a_circle_still_have_a_path_that_ends() -> None:
    plant = make_place("Plant", kind=PlaceKind.SITE)
    hall = make_place("Hall", kind=PlaceKind.SITE, parent=plant)
    plant.parent = hall

    assert plant.path() == [hall, plant]


@pytest.mark.parametrize(
    ("latitude", "longitude"), [(48.9, None), (None, 38.4), (90.1, 38.4), (48.9, -180.1)]
)
def test_coordinates_are_whole_and_on_earth(
    latitude: float | None, longitude: float | None
) -> None:
    with refused("place_coordinates_whole"):
        make_place(latitude=latitude, longitude=longitude)
