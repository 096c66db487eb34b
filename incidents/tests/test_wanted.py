"""Sets of terms find what PostgreSQL finds, whatever is published, changed, withdrawn or kept."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyroaring import BitMap

from incidents.public.wanted import Terms, likely
from incidents.record.bitmaps import ARRAYS, PLAIN, Bitmaps
from incidents.record.models import Entry, RecordTerm
from incidents.record.order import instant
from incidents.record.postings import advance, keys_of, make
from incidents.record.search import Wanted, vector
from incidents.tests.factories import make_entry

pytestmark = pytest.mark.django_db

START = datetime(2022, 7, 1, tzinfo=UTC)
# 4e5x is two terms to PostgreSQL, S-300 two to us; the last is of letters that we do not fold.
WORDS = ["missile", "ракета", "drone", "S-300", "300", "s", "4e5x", "strike", "Հարված"]

texts = st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join)
phrases = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)
parts = st.tuples(st.sampled_from(["", "-"]), phrases).map(lambda one: f'{one[0]}"{one[1]}"')
searches = st.lists(
    st.one_of(st.sampled_from(WORDS), parts, st.just("or")), min_size=1, max_size=6
).map(" ".join)
steps = st.one_of(
    st.tuples(st.just("publish"), texts, texts),
    st.tuples(st.just("update"), st.integers(0, 9), texts),
    st.tuples(st.just("withdraw"), st.integers(0, 9)),
    st.sampled_from([("make",), ("advance",), ("start",)]),
    st.tuples(st.just("search"), searches),
)


class Site:
    """Entries as they come and go, and the bitmaps of a process that has seen all of it."""

    def __init__(self) -> None:
        Entry.objects.all().delete()
        RecordTerm.objects.all().delete()
        self.bitmaps = Bitmaps.empty()
        self.serial = 0
        self.live: list[int] = []

    def publish(self, title: str, quote: str = "") -> None:
        self.serial += 1
        self.live.append(self.serial)
        # Several happen at one moment, and none in the order of publication.
        at = START + timedelta(hours=self.serial * 7 % 5)
        search = vector({"A": [title], "D": [quote]})
        make_entry(serial=self.serial, title=title, search=search, at=at)
        entry = Entry.objects.get(serial=self.serial)
        plain = (getattr(entry, name, " ") for name in PLAIN)
        arrays = (" ".join(getattr(entry, name, [])) for name in ARRAYS)
        day, changed_at = entry.last_day.toordinal(), instant(entry.changed_at)
        when = (instant(entry.at), entry.incident, day, changed_at, 0, 0)
        self.bitmaps = self.bitmaps.with_changes([(entry.serial, *when, *plain, *arrays)])

    def withdraw(self, which: int) -> None:
        if self.live:
            gone = self.live.pop(which % len(self.live))
            Entry.objects.filter(serial=gone).delete()
            self.bitmaps = self.bitmaps.with_changes([], gone=[gone])

    def found(self, terms: Terms, words: str) -> BitMap:
        return self.serials(terms.matching(self.bitmaps, Wanted.read(words)))

    def serials(self, numbers: BitMap) -> BitMap:
        return BitMap(self.bitmaps.serials.of(numbers).tolist())


def by_sql(words: str) -> BitMap:
    found = Entry.objects.searching(Wanted.read(words))
    return BitMap(found.values_list("serial", flat=True))


@pytest.fixture
def rare_is_common(monkeypatch: pytest.MonkeyPatch) -> None:
    """Terms of two entries are kept in pairs, and of sets three versions behind no use is made."""
    monkeypatch.setattr("incidents.record.postings.COMMON", 2)
    monkeypatch.setattr("incidents.public.wanted._MOST_LATER", 2)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(taken=st.lists(steps, min_size=4, max_size=20), last=searches)
@pytest.mark.usefixtures("rare_is_common")
def test_sets_find_what_postgresql_finds(taken: list[tuple[Any, ...]], last: str) -> None:
    site = Site()
    started: list[Terms] = []
    for step in [*taken, ("start",), ("search", last)]:
        match step:
            case "publish", title, quote:
                site.publish(title, quote)
            case "update", which, title:
                site.withdraw(which)
                site.publish(title)
            case "withdraw", which:
                site.withdraw(which)
            case ("make",):
                make()
            case ("advance",):
                advance()
            case ("start",):
                started.append(Terms(site.bitmaps))
            case "search", words:
                expected = by_sql(words)
                assert [site.found(terms, words) for terms in started] == [expected] * len(started)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    titles=st.lists(texts, min_size=3, max_size=8),
    quotes=st.lists(texts, min_size=3, max_size=3),
    words=searches,
)
def test_those_with_the_words_in_their_titles_are_ranked_first_by_sets_as_by_sql(
    titles: list[str], quotes: list[str], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("incidents.public.wanted.MOST_RANKED", 2)
    monkeypatch.setattr("incidents.record.models.entries.MOST_RANKED", 2)
    site = Site()
    for number, title in enumerate(titles):
        site.publish(title, quotes[number % 3])
    make()
    wanted = Wanted.read(words)

    within = Terms(site.bitmaps).matching(site.bitmaps, wanted)
    chosen = likely(site.bitmaps, within, wanted)

    expected = Entry.objects.searching(wanted).likely(wanted)
    assert set(chosen) == set(expected.values_list("serial", flat=True))


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("rare_is_common")
def test_several_processes_make_the_same_sets_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("incidents.record.postings._CHUNK", 2)
    site = Site()
    for title in ("Missile strike", "Drone strike", "", "Missile strike", "Strike"):
        site.publish(title)
    site.withdraw(1)
    read: list[int] = []
    make(read.append, processes=1)
    kept = [*RecordTerm.objects.values()]

    make(processes=2)

    assert [*RecordTerm.objects.values()] == kept
    assert {row["key"] for row in kept} > {"strik", "strik:A", "misil strik"}
    assert read == [2, 4, 5]


def test_what_is_asked_again_costs_no_query(
    django_assert_num_queries: Any,
) -> None:
    site = Site()
    site.publish("Missile strike")
    make()
    terms = Terms(site.bitmaps)
    with django_assert_num_queries(2):  # one a word
        site.found(terms, "missile strike")

    with django_assert_num_queries(0):
        assert site.found(terms, "strike -missile") == BitMap()

    site.publish("Drone strike")
    with django_assert_num_queries(1):  # the new entry
        assert site.found(terms, "strike -missile") == BitMap([2])


def test_words_at_the_end_of_a_very_long_text_have_their_neighbours() -> None:
    """PostgreSQL counts up to 16,383, and all words after that stand there."""
    search = "'alpha':16382 'bravo':16383 'delta':16383 'early':1A,16381"

    assert set(keys_of(search, {"alpha", "bravo", "delta", "early"})) == {
        "alpha",
        "bravo",
        "delta",
        "early",
        "early:A",
        "early alpha",
        "alpha bravo",
        "alpha delta",
    }
