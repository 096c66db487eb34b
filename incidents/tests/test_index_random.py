"""After any verbs of publishing, bitmaps and SQL tell the same, of any filter."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from itertools import product
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.http import QueryDict
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from incidents.models import Claim, Incident
from incidents.public import grouping, tallying
from incidents.public.filters import Filters
from incidents.public.index import current
from incidents.public.numbers import AtPlace
from incidents.record.bitmaps import Bitmaps
from incidents.record.indexing import Indexed, at_moment, caught_up
from incidents.record.models import Version
from incidents.record.models.entries import Shown
from incidents.record.order import position
from incidents.record.publish import (
    NothingToPublish,
    PublishingBlocked,
    merge,
    publish,
    unmerge,
    withdraw,
)
from incidents.record.saved import from_parts, to_parts
from incidents.tests.factories import (
    make_citation,
    make_claim,
    make_place,
    make_published,
    make_snapshot,
    make_source,
    make_statement,
)
from incidents.vocabulary import IncidentKind, Question, Stance

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bitmaps")]

# To shrink an example that publishes takes minutes.
PHASES = [phase for phase in Phase if phase is not Phase.shrink]
SAID = datetime(2022, 7, 3, 9, tzinfo=UTC)  # of the first claim of each incident
HOUR = "%Y-%m-%dT%H:00Z"
VERBS = ("publish", "publish", "update", "claim", "claim", "withdraw", "return", "merge", "unmerge")
TITLES = ("Explosions", "First explosions", "Later quoted", "Explosions, first quoted later")
steps = st.tuples(st.sampled_from(VERBS), st.integers(0, 3), st.integers(0, 3), st.integers(0, 400))
queries = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from(IncidentKind.values[:3]),
        "from": st.dates(date(2022, 1, 1), date(2022, 3, 1)).map(str),
        "to": st.dates(date(2022, 3, 2), date(2023, 3, 1)).map(str),
        "question": st.sampled_from(Question.values[:3]),
        "stance": st.sampled_from(Stance.values[:2]),
        "killed_min": st.just("1"),
        "q": st.sampled_from(
            ["quoted", "-quoted", '"later quoted"', "explosions -later", "first or no"]
        ),
        "known": st.integers(0, 900).map(lambda hours: f"{SAID + timedelta(hours=hours):{HOUR}}"),
    },
)


class Desk:
    """A few incidents, and what is done with them."""

    def __init__(self) -> None:
        self.place = make_place()
        self.incidents: list[Incident] = []
        self.moved: dict[int, list[int]] = {}  # claims by the incident that was merged

    def do(self, verb: str, one: int, other: int, day: int) -> None:
        if verb == "publish" or not self.incidents:
            at = datetime(2022, 1, 1, 12, tzinfo=UTC) + timedelta(days=day)
            long = timedelta(days=day % 3)
            fields = {"title": TITLES[day % 4], "kind": IncidentKind.values[day % 3]}
            made = make_published(place=self.place, earliest=at, latest=at + long, **fields)
            self.incidents.append(made)
            return
        incident = self._fresh(one)
        deeds: dict[str, Callable[[], object]] = {
            "update": lambda: self._update(incident, day),
            "claim": lambda: self._claim(incident, day),
            "withdraw": lambda: withdraw(incident, "Under review."),
            "return": lambda: publish(incident, "The review is done."),
            "merge": lambda: self._merge(incident, self._fresh(other)),
            "unmerge": lambda: self._unmerge(incident),
        }
        # Not every verb can be done to every incident.
        with suppress(NothingToPublish, PublishingBlocked):
            deeds[verb]()

    def _fresh(self, one: int) -> Incident:
        return Incident.objects.get(pk=self.incidents[one % len(self.incidents)].pk)

    def _update(self, incident: Incident, day: int) -> None:
        if incident.state == Incident.State.PUBLISHED:
            Incident.objects.filter(pk=incident.pk).update(kind=IncidentKind.values[day % 3])
            publish(incident, "Another kind.")

    def _claim(self, incident: Incident, hours: int) -> None:
        """Said so many hours after the first, printed then, and in other words a week later."""
        if incident.state == Incident.State.PUBLISHED:
            said_at = SAID + timedelta(hours=hours)
            said = make_statement(said_at=said_at)
            figures = {"low": hours, "unit": "people", "qualifier": "at_least"}
            claim = make_claim(incident=incident, statement=said, cited=False, **figures)
            for days, words in ((0, "First quoted"), (7, "Later quoted")):
                report = make_source(published_at=said_at + timedelta(days=days))
                make_citation(claim, words, snapshot=make_snapshot(source=report, text=words))
            publish(incident, "Another claim.")

    def _merge(self, incident: Incident, into: Incident) -> None:
        claims = list(incident.claims.values_list("pk", flat=True))
        merge(incident, into, "The same.")
        self.moved[incident.pk] = claims

    def _unmerge(self, incident: Incident) -> None:
        claims = Claim.objects.filter(pk__in=self.moved.get(incident.pk, []))

        def take_back() -> None:
            claims.update(incident=incident)

        unmerge(incident, take_back, "Not the same.")


def assert_same(bitmaps: Bitmaps, query: dict[str, str]) -> None:
    asked = QueryDict(mutable=True)
    asked.update(query)
    filters = Filters.read(asked)
    parts = at_moment(bitmaps, filters.known) if filters.known else [bitmaps]
    from_memory, by_sql = tallying.numbers(filters, parts), grouping.numbers(filters)
    assert from_memory.balance == by_sql.balance
    for key, numbers in from_memory.facets.items():
        # What lies in a place is counted when that is opened.
        shown = numbers if key == "place" else by_sql.facets[key]
        assert numbers == {value: by_sql.facets[key][value] for value in shown}, key
    assert sum(from_memory.days.values()) == sum(by_sql.days.values())
    if by_sql.days:
        earliest = filters.values.get("from", min(by_sql.days))
        ends = {max(day, earliest) for day in (min(by_sql.days), max(by_sql.days))}
        assert {min(from_memory.days), max(from_memory.days)} == ends
    assert_same_places(tallying.by_place(filters, parts), filters)
    for part, field in product(parts, ("at", "changed_at")):
        assert_same_pages(part, filters, parts, field)
    if filters.wanted:
        assert_same_matches(query | {"sort": "relevance"})


def assert_same_places(from_memory: list[AtPlace], filters: Filters) -> None:
    found = Counter[tuple[str, str]]()
    for place, precision, number, one in from_memory:
        found[place, precision] += number
        if number == 1:
            filters.entries().get(incident=one, place=place, place_precision=precision)
    assert found == {key[:2]: key[2] for key in filters.entries().by_place()}


def assert_same_pages(part: Bitmaps, filters: Filters, parts: list[Bitmaps], field: str) -> None:
    """Two at a time, each page from the last of the one before."""
    every = filters.entries().newest(field).values_list("serial", field, "incident")
    within, after, found = filters.within(part), None, list[int]()
    assert len(every) == sum(len(filters.within(one)) for one in parts)
    rows = [row for row in every if part.serials.known([row[0]]) & within]
    while page := part.newest(within, 2, after, field):
        found += page
        _, at, incident = rows[len(found) - 1]
        after = position(at, incident)
    assert found == [serial for serial, *_ in rows]


def assert_same_matches(query: dict[str, str]) -> None:
    """Best first, two at a time."""
    filters, found = Filters.read(QueryDict(urlencode(query))), list[Shown]()
    while page := filters.page()[:2].shown():
        found += page
        after = str(filters.cursor(page[-1]))
        filters = Filters.read(QueryDict(urlencode(query | {"after": after})))
    assert filters.wanted
    assert found == filters.entries().likely(filters.wanted).ranked(filters.wanted).shown()


@pytest.fixture
def few_ranked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("incidents.public.wanted.MOST_RANKED", 3)
    monkeypatch.setattr("incidents.record.models.entries.MOST_RANKED", 3)


@settings(max_examples=6, suppress_health_check=list(HealthCheck), phases=PHASES)
@given(st.lists(st.lists(steps, max_size=3), min_size=1, max_size=3), st.lists(queries, max_size=3))
@pytest.mark.usefixtures("few_ranked")
def test_bitmaps_tell_what_sql_tells(
    requests: list[list[tuple[str, int, int, int]]], asked: list[dict[str, str]]
) -> None:
    with transaction.atomic():
        desk = Desk()
        for between in requests:
            for step in between:
                desk.do(*step)
            bitmaps = current()
            assert bitmaps is not None
            for query in [{}, *asked]:
                assert_same(bitmaps, query)
        # The next example gives the same serials to other versions.
        transaction.set_rollback(True)


@settings(max_examples=2, suppress_health_check=list(HealthCheck), phases=PHASES)
@given(st.lists(steps, max_size=5), st.lists(steps, max_size=3), queries)
@pytest.mark.usefixtures("few_ranked")
def test_what_was_saved_tells_the_same_and_catches_up(
    before: list[tuple[str, int, int, int]],
    after: list[tuple[str, int, int, int]],
    query: dict[str, str],
) -> None:
    with transaction.atomic():
        desk = Desk()
        for step in before:
            desk.do(*step)
        bitmaps = current()
        assert bitmaps is not None

        saved = Indexed(*from_parts(to_parts(Version.objects.now(), bitmaps)))
        for step in after:
            desk.do(*step)
        read = caught_up(saved)

        assert read is not None
        assert_same(read.bitmaps, {})
        assert_same(read.bitmaps, query)
        transaction.set_rollback(True)
