"""The bars above the timeline: how many entries began when, each bar a way to its days."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from urllib.parse import parse_qs

import pytest
from django.http import QueryDict
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from incidents.public.density import MOST_BARS, Density, density
from incidents.public.filters import Filters
from incidents.record.publish import publish
from incidents.tests.factories import make_claim, make_incident

numbers_by_day = st.dictionaries(
    st.dates(date(1990, 1, 1), date(2040, 12, 31)),
    st.integers(1, 10_000),
    max_size=40,
)


def bars_of(numbers: dict[date, int], query: str = "") -> Density | None:
    return density(Filters.read(QueryDict(query)), numbers)


def days_of(address: str) -> tuple[date, date]:
    query = parse_qs(address.removeprefix("?"))
    return date.fromisoformat(query["from"][0]), date.fromisoformat(query["to"][0])


def test_a_few_weeks_are_drawn_by_day() -> None:
    drawn = bars_of({date(2022, 6, 27): 2, date(2022, 7, 3): 4})

    assert drawn is not None
    assert [(bar.label, bar.number) for bar in drawn.bars] == [
        ("27 Jun 2022", 2),
        ("3 Jul 2022", 4),
    ]
    assert drawn.width == 70, "the five days between have room, but no bar"
    assert drawn.bars[1].height == 2 * drawn.bars[0].height


def test_some_years_are_drawn_by_month_and_many_by_year() -> None:
    months, years = (
        bars_of({date(2022, 6, 27): 1, date(2024, 2, 29): 1}),
        bars_of({date(1992, 6, 27): 1, date(2024, 2, 29): 1}),
    )

    assert months is not None
    assert years is not None
    assert [bar.label for bar in months.bars] == ["June 2022", "February 2024"]
    assert days_of(months.bars[1].address) == (date(2024, 2, 1), date(2024, 2, 29))
    assert [bar.label for bar in years.bars] == ["1992", "2024"]


@pytest.mark.parametrize(
    ("query", "wider"),
    [
        ("", []),
        ("from=2022-07-03&to=2022-07-03", ["July 2022", "2022", "all dates"]),
        ("from=2022-07-01&to=2022-07-31", ["2022", "all dates"]),
        ("from=2022-06-30&to=2022-07-03", ["2022", "all dates"]),
        ("from=2021-12-31&to=2022-07-03", ["all dates"]),
        ("from=2022-07-03", ["all dates"]),
    ],
)
def test_one_step_after_the_other_leads_out_of_the_days_asked_for(
    query: str, wider: list[str]
) -> None:
    drawn = bars_of({date(2022, 7, 3): 1, date(2022, 7, 2): 1}, query)

    assert drawn is not None
    assert [label for label, _ in drawn.wider] == wider


def test_the_ways_out_keep_the_other_filters() -> None:
    drawn = bars_of({date(2022, 7, 3): 1}, "from=2022-07-03&kind=strike&to=2022-07-03")

    assert drawn is not None
    assert [address for _, address in drawn.wider] == [
        "?from=2022-07-01&kind=strike&to=2022-07-31",
        "?from=2022-01-01&kind=strike&to=2022-12-31",
        "?kind=strike",
    ]


def test_a_short_span_asked_for_is_drawn_whole_and_a_long_one_as_far_as_there_are_entries() -> None:
    short = bars_of({date(2022, 7, 3): 1}, "from=2022-07-01&to=2022-07-31")
    long = bars_of({date(2022, 7, 2): 1, date(2022, 7, 3): 1}, "from=0001-01-01&to=9999-12-31")

    assert short is not None
    assert long is not None
    assert (len(short.slots), short.bars[0].x) == (31, 20)
    assert len(long.slots) == 2


def test_a_single_day_asked_for_is_still_drawn_as_it_is_a_way_back() -> None:
    drawn = bars_of({date(2022, 7, 3): 9}, "from=2022-07-03&to=2022-07-03")

    assert drawn is not None
    assert [bar.label for bar in drawn.bars] == ["3 Jul 2022"]


def test_one_day_or_none_leaves_nothing_to_choose() -> None:
    assert bars_of({}) is None
    assert bars_of({date(2022, 7, 3): 9}) is None


def test_an_entry_that_began_before_the_days_asked_for_counts_on_the_first_of_them() -> None:
    drawn = bars_of({date(2022, 2, 24): 1, date(2022, 7, 3): 1}, "from=2022-07-01&to=2022-07-31")

    assert drawn is not None
    assert [bar.label for bar in drawn.bars] == ["1 Jul 2022", "3 Jul 2022"]


def test_a_bar_keeps_the_other_filters() -> None:
    drawn = bars_of({date(2022, 7, 1): 1, date(2022, 7, 3): 1}, "from=2022-06-01&kind=strike")

    assert drawn is not None
    assert drawn.bars[0].address == "?from=2022-07-01&kind=strike&to=2022-07-01"


@given(numbers_by_day)
def test_every_entry_is_in_one_bar_and_its_day_within_the_days_of_that_bar(
    numbers: dict[date, int],
) -> None:
    drawn = bars_of(numbers)

    if drawn is None:
        assert len(numbers) < 2
        return
    assert sum(bar.number for bar in drawn.bars) == sum(numbers.values())
    assert drawn.width <= MOST_BARS * 10
    spans = [days_of(bar.address) for bar in drawn.bars]
    assert all(last + timedelta(1) <= first for (_, last), (first, _) in pairwise(spans))
    for day, number in numbers.items():
        inside = [s for s in spans if s[0] <= day <= s[1]]
        assert len(inside) == 1
        assert drawn.bars[spans.index(inside[0])].number >= number


@pytest.mark.django_db
def test_the_page_links_each_bar_to_its_days(client: Client) -> None:
    for day in (1, 3):
        incident = make_incident(
            earliest=datetime(2022, 7, day, 9, tzinfo=UTC),
            latest=datetime(2022, 7, day, 10, tzinfo=UTC),
        )
        make_claim(incident=incident)
        publish(incident)

    page = client.get("/").content.decode()

    assert 'href="/?from=2022-07-01&amp;to=2022-07-01"' in page
    assert 'aria-label="3 Jul 2022: 1 incident"' in page
