from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from incidents.linking.likely import Reported, likely_incidents, similar_incidents, span_of
from incidents.linking.proposal import proposed_incident
from incidents.linking.spans import DAY, Span
from incidents.linking.utterances import same_utterance
from incidents.models import Actor, Claim, Incident, Place, Statement
from incidents.tests.factories import (
    make_actor,
    make_citation,
    make_claim,
    make_incident,
    make_place,
    make_snapshot,
    make_source,
    make_statement,
)
from incidents.vocabulary import IncidentKind, PlaceKind, Qualifier, Question, Stance
from sources.models import Source, SourceLink
from sources.moments import Precision

moments = st.datetimes(datetime(2014, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
lengths = st.timedeltas(timedelta(minutes=1), timedelta(days=500))
spans = st.builds(lambda start, length: Span(start, start + length), moments, lengths)

JULY_3 = datetime(2022, 7, 3, tzinfo=UTC)


def shebekino() -> Reported:
    return Reported(
        IncidentKind.STRIKE, (make_place("Shebekino", latitude=50.41, longitude=36.91),), JULY_3
    )


@given(spans, spans)
def test_two_times_overlap_both_ways_or_neither_and_then_nothing_lies_between(
    one: Span, other: Span
) -> None:
    assert one.overlaps(other) == other.overlaps(one)
    assert one.apart(other) == other.apart(one)
    if one.overlaps(other):
        assert one.apart(other) == timedelta(0)
    assert one.overlaps(other.widened(one.apart(other) + timedelta(microseconds=1)))


@pytest.mark.django_db
@settings(max_examples=30)
@given(start=moments, precision=st.sampled_from(Precision.values), wanted=spans)
def test_the_index_loses_no_incident_that_may_have_happened_then(
    start: datetime, precision: str, wanted: Span
) -> None:
    Incident.objects.all().delete()
    incident = make_incident(place=None, earliest=start, latest=start, precision=precision)
    span = span_of(incident)
    assert span

    # Days of UTC against days of the place: three hours.
    around = wanted.widened(timedelta(hours=3))
    found = Incident.objects.perhaps_between(around.start, around.end)

    if span.overlaps(wanted):
        assert found.get() == incident


@pytest.mark.django_db
def test_the_incident_of_the_same_place_and_day_comes_before_one_near_by() -> None:
    reported = shebekino()
    (place,) = reported.places
    near = make_place("Belgorod", parent=place.parent, latitude=50.50, longitude=36.60)
    far = make_place("Kharkiv", parent=place.parent, latitude=49.99, longitude=36.23)
    there = make_incident(place=place, kind=IncidentKind.EXPLOSION)
    near_by = make_incident(place=near, kind=IncidentKind.STRIKE)
    make_incident(place=far)
    make_incident(place=place, earliest=JULY_3 + 5 * DAY, latest=JULY_3 + 5 * DAY)

    found = likely_incidents(reported)

    assert [(one.incident, one.reasons) for one in found] == [
        (there, ["same place", "same day", "like kind"]),
        (near_by, ["24 km away", "same day", "same kind"]),
    ]


@pytest.mark.django_db
def test_an_incident_known_by_its_region_or_by_its_month_is_likely_too() -> None:
    reported = shebekino()
    (place,) = reported.places
    region = make_place("Belgorod Oblast", kind=PlaceKind.REGION, parent=place.parent)
    place.parent = region
    place.save()
    first = datetime(2022, 7, 1, tzinfo=UTC)
    wide = make_incident(place=region, earliest=first, latest=first, precision=Precision.MONTH)

    (found,) = likely_incidents(reported)

    assert found.incident == wide
    assert found.reasons[:2] == [
        "Belgorod Oblast, in which Shebekino lies",
        "the times overlap",
    ]


@pytest.mark.django_db
def test_what_the_report_feeds_already_is_likely_and_so_is_what_a_linked_report_feeds() -> None:
    reported = shebekino()
    source, linked = make_source(), make_source()
    SourceLink.objects.create(source=linked, kind=SourceLink.Kind.REPUBLISHES, target=source)
    text = "At least three people were killed"
    snapshot = make_snapshot(source=source, text=text)
    fed = make_incident(title="Fed")
    for _ in range(2):
        make_citation(make_claim(incident=fed, cited=False), snapshot=snapshot)
    by_the_other = make_claim(cited=False)
    make_citation(by_the_other, snapshot=make_snapshot(source=linked, text=text))

    found = likely_incidents(reported, source)

    assert [one.incident for one in found] == [fed, by_the_other.incident]
    assert "2 claims of this report are there" in found[0].reasons
    assert "a claim of a linked report is there" in found[1].reasons


@pytest.mark.django_db
def test_nothing_known_proposes_nothing_and_a_merged_incident_is_never_proposed() -> None:
    reported = shebekino()
    winner = make_incident()
    make_incident(place=reported.places[0], state="merged", merged_into=winner)

    assert likely_incidents(reported) == []
    assert likely_incidents(Reported()) == []
    assert similar_incidents(Incident()) == []


@pytest.mark.django_db
def test_similar_is_what_agrees_in_place_time_and_kind_all_three() -> None:
    (place,) = shebekino().places
    like = make_incident(place=place, kind=IncidentKind.EXPLOSION)
    make_incident(place=place, kind=IncidentKind.PROTEST)
    make_incident(place=place, earliest=JULY_3 + DAY, latest=JULY_3 + DAY)
    make_incident(place=None)
    new = Incident(kind="strike", place=place, earliest=JULY_3, latest=JULY_3 + DAY)

    assert [one.incident for one in similar_incidents(new)] == [like]
    assert similar_incidents(like) == []


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 20])
def test_proposing_costs_the_same_for_few_and_for_many(
    number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    reported = shebekino()
    source = make_source()
    snapshot = make_snapshot(source=source, text="At least three people were killed")
    speaker = make_actor()
    for _ in range(number):
        statement = make_statement(speaker=speaker)
        claim = make_claim(
            incident=make_incident(place=reported.places[0]), statement=statement, cited=False
        )
        make_citation(claim, snapshot=snapshot)
    typed = Claim(
        statement=Statement(speaker=speaker, said_at=JULY_3),
        question=Question.KILLED,
        qualifier=Qualifier.AT_LEAST,
        low=3,
    )

    with django_assert_num_queries(8):
        assert likely_incidents(reported, source)
    with django_assert_num_queries(5):
        assert similar_incidents(Incident(kind="strike", place=reported.places[0], earliest=JULY_3))
    with django_assert_num_queries(7):
        assert same_utterance(typed, source)


def test_a_new_incident_is_proposed_in_neutral_words_on_the_clock_of_its_place() -> None:
    russia = Place(kind=PlaceKind.COUNTRY, name="Russia", iso_code="RU")
    samara = Place(kind=PlaceKind.REGION, name="Samara Oblast", iso_code="RU-SAM", parent=russia)
    town = Place(kind=PlaceKind.SETTLEMENT, name="Chapayevsk", parent=samara)
    reported = Reported("strike", (samara, town), JULY_3, zone="Europe/Samara")

    incident = proposed_incident(reported)

    assert incident.title == "Strike reported in Chapayevsk, 3 July 2022"
    assert (incident.place, incident.place_precision) == (town, "settlement")
    assert incident.zone == "Europe/Samara"
    assert (incident.earliest, incident.latest) == (JULY_3, JULY_3 + DAY)


def test_a_day_named_in_london_is_that_day_where_it_happened() -> None:
    russia = Place(kind=PlaceKind.COUNTRY, name="Russia", iso_code="RU")
    belgorod = Place(
        kind=PlaceKind.REGION, name="Belgorod Oblast", iso_code="RU-BEL", parent=russia
    )
    sunday = datetime(2022, 7, 3, tzinfo=ZoneInfo("Europe/London"))

    incident = proposed_incident(Reported("strike", (belgorod,), sunday, zone="Europe/London"))

    there = ZoneInfo("Europe/Moscow")
    assert incident.earliest == datetime(2022, 7, 3, tzinfo=there)
    assert incident.latest == datetime(2022, 7, 4, tzinfo=there)


def on_record() -> Claim:
    """“At least 3 killed”, said on Telegram on 3 July at nine."""
    return make_claim(statement=make_statement(speaker=make_actor()))


def typed(recorded: Claim, **fields: object) -> Claim:
    """The same as in another report, unsaved."""
    answer = {"question": recorded.question, "qualifier": "at_least", "low": 3, "unit": "people"}
    statement = Statement(speaker=recorded.statement.speaker, said_at=JULY_3)
    return Claim(**{"statement": statement, "text": "3 dead"} | answer | fields)


@pytest.mark.django_db
def test_the_same_words_in_another_outlet_are_found() -> None:
    recorded = on_record()

    (found,) = same_utterance(typed(recorded))

    assert found.claim == recorded
    assert found.reasons == ["same speaker", "same figure", "same day"]


@pytest.mark.django_db
def test_an_outlet_that_dropped_the_hedge_or_named_the_ministry_is_found_too() -> None:
    recorded = on_record()
    ministry = make_actor("Ministry")
    Actor.objects.exclude(pk=ministry.pk).update(organisation=ministry)
    statement = Statement(speaker=ministry, said_at=JULY_3)

    (found,) = same_utterance(typed(recorded, statement=statement, qualifier="exactly", high=3))

    assert found.reasons[:2] == ["same body: Ministry", "same figure, there “at least”"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "other",
    [
        {"low": 4},
        {"question": Question.INJURED},
        {"stance": Stance.DENIES},
        {"group": "children"},
        {"statement": Statement(said_at=JULY_3)},
    ],
    ids=["figure", "question", "stance", "group", "nobody"],
)
def test_another_figure_question_stance_group_or_speaker_is_another_claim(
    other: dict[str, object],
) -> None:
    assert same_utterance(typed(on_record(), **other)) == []


@pytest.mark.django_db
def test_words_of_another_day_are_another_claim_unless_only_the_week_is_known() -> None:
    recorded = on_record()
    later = Statement(speaker=recorded.statement.speaker, said_at=JULY_3 + 3 * DAY)
    assert same_utterance(typed(recorded, statement=later)) == []

    Statement.objects.update(said_precision=Precision.WEEK)

    assert len(same_utterance(typed(recorded, statement=later))) == 1


@pytest.mark.django_db
def test_undated_words_are_compared_by_when_they_were_printed() -> None:
    recorded = on_record()
    Statement.objects.update(said_at=None)
    Source.objects.update(published_at=JULY_3 + timedelta(hours=20))
    undated = typed(recorded, statement=Statement(speaker=recorded.statement.speaker))

    assert same_utterance(undated) == []
    (found,) = same_utterance(undated, make_source(published_at=JULY_3 + DAY))
    assert found.reasons == ["same speaker", "same figure", "printed in the same days"]


@pytest.mark.django_db
def test_a_reprint_of_a_report_that_carries_it_says_so() -> None:
    recorded = on_record()
    carrier = recorded.citations.get().snapshot.source
    reprint = make_source()
    SourceLink.objects.create(source=reprint, kind=SourceLink.Kind.REPUBLISHES, target=carrier)

    (found,) = same_utterance(typed(recorded), reprint)

    assert found.reasons[-1] == "one of its reports and this one are linked: republished"
