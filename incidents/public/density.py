"""How the entries asked for lie in time: bars of days, months or years, each of them a link."""

from calendar import monthrange
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from incidents.public.filters import Filters
from incidents.public.wording import span_of

# As many as this still fit a phone; with more, a bar stands for a longer time.
MOST_BARS = 93
HEIGHT = 60
WIDTH = 10


@dataclass
class Bar:
    label: str
    number: int
    x: int
    y: int
    height: int
    address: str  # narrows the timeline to the days of this bar


@dataclass
class Density:
    bars: list[Bar]
    width: int
    height: int
    first: str
    last: str


def density(filters: Filters, numbers: Mapping[str, int]) -> Density | None:
    """Bars from the number of entries by first day (ISO 8601); None where there is no choice.

    An entry that began before the days asked for counts on the first of them.
    """
    earliest = filters.values.get("from", date.min)
    days = [max(date.fromisoformat(day), earliest) for day in numbers]
    if len(set(days)) < 2:
        return None
    spans = _spans(min(days), max(days))
    counts = Counter[date]()
    for day, number in zip(days, numbers.values(), strict=True):
        counts[next(first for first, last in spans if first <= day <= last)] += number
    most = max(counts.values())
    bars = [
        _bar(filters, index * WIDTH, first, last, counts[first], most)
        for index, (first, last) in enumerate(spans)
        if counts[first]
    ]
    return Density(bars, WIDTH * len(spans), HEIGHT, span_of(*spans[0]), span_of(*spans[-1]))


def _bar(filters: Filters, x: int, first: date, last: date, number: int, most: int) -> Bar:
    # A single entry beside a thousand is still to be seen.
    height = max(4, HEIGHT * number // most)
    address = filters.address(given=[("from", first.isoformat()), ("to", last.isoformat())])
    return Bar(span_of(first, last), number, x, HEIGHT - height, height, address)


def _spans(first: date, last: date) -> list[tuple[date, date]]:
    """First and last day of each bar: days if they are few enough, else months, else years."""
    days = (last - first).days + 1
    if days <= MOST_BARS:
        return [(day, day) for day in (first + timedelta(n) for n in range(days))]
    months = [
        (year, month)
        for year in range(first.year, last.year + 1)
        for month in range(1, 13)
        if (first.year, first.month) <= (year, month) <= (last.year, last.month)
    ]
    if len(months) <= MOST_BARS:
        return [(date(y, m, 1), date(y, m, monthrange(y, m)[1])) for y, m in months]
    return [(date(y, 1, 1), date(y, 12, 31)) for y in range(first.year, last.year + 1)]
