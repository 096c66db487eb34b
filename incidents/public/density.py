"""How the entries asked for lie in time: bars of days, months or years, each of them a link."""

from bisect import bisect_right
from calendar import monthrange
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape

from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from incidents.public.filters import Filters
from incidents.public.fragments import pattern
from incidents.public.wording import incidents_when, span_of

# As many as this still fit a phone; with more, a bar stands for a longer time.
MOST_BARS = 93
HEIGHT = 60
WIDTH = 10

Span = tuple[date, date]  # first and last day, both included


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
    """`slots`: the days of each place that a bar has or would have, in order."""

    bars: list[Bar]
    slots: list[Span]
    unit: str
    wider: list[tuple[str, str]]  # label and address of the spans around the days asked for
    height: int = HEIGHT

    def links(self, home: str) -> SafeString:
        """The bars as HTML, with addresses of the timeline at `home`."""
        bar = pattern("_bar.html", "address", "label", "x", "y", "height", whole=self.height)
        language = get_language()
        bars = [
            bar
            % {
                "address": escape(home + one.address),
                "label": escape(incidents_when(language, one.label, one.number)),
                "x": one.x,
                "y": one.y,
                "height": one.height,
            }
            for one in self.bars
        ]
        return SafeString("".join(bars))

    @property
    def firsts(self) -> str:
        return " ".join([first.isoformat() for first, _last in self.slots])

    @property
    def width(self) -> int:
        return WIDTH * len(self.slots)

    @property
    def first(self) -> str:
        return span_of(get_language(), *self.slots[0])

    @property
    def last(self) -> str:
        return span_of(get_language(), *self.slots[-1])


def density(filters: Filters, numbers: Mapping[date, int]) -> Density | None:
    """Bars from the number of entries by first day (see Numbers); None where there is no choice.

    An entry that began before the days asked for counts on the first of them.
    """
    earliest = filters.values.get("from", date.min)
    wider = list(_wider(filters))
    days = [max(day, earliest) for day in numbers]
    if not days or (len(set(days)) < 2 and not wider):
        return None
    unit, slots = _slots(*_drawn(filters, days))
    starts = [first for first, _last in slots]
    counts = Counter[date]()
    for day, number in zip(days, numbers.values(), strict=True):
        counts[starts[bisect_right(starts, day) - 1]] += number
    most = max(counts.values())
    # Of all that a bar's address says, the days alone are its own.
    around = filters.address(given=[("from", "0"), ("to", "0")])
    language = get_language()
    bars = [
        _bar(span_of(language, *slot), around, index * WIDTH, slot, counts[slot[0]], most)
        for index, slot in enumerate(slots)
        if counts[slot[0]]
    ]
    return Density(bars, slots, unit, wider)


def _bar(label: str, around: str, x: int, slot: Span, number: int, most: int) -> Bar:
    first, last = slot
    # A single entry beside a thousand is still to be seen.
    height = max(4, HEIGHT * number // most)
    address = around.replace("from=0", f"from={first}").replace("to=0", f"to={last}")
    return Bar(label, number, x, HEIGHT - height, height, address)


def _address(filters: Filters, span: Span) -> str:
    first, last = span
    return filters.address(given=[("from", first.isoformat()), ("to", last.isoformat())])


def _drawn(filters: Filters, days: list[date]) -> Span:
    """From the first day to the last; a short span asked for is drawn whole, with its gaps."""
    first, last = filters.values.get("from"), filters.values.get("to")
    if first and last and (last - first).days < MOST_BARS:
        return first, last
    return min(days), max(days)


def _slots(first: date, last: date) -> tuple[str, list[Span]]:
    """What a bar stands for, in words; days if they are few enough, else months, else years."""
    days = (last - first).days + 1
    if days <= MOST_BARS:
        slots = [(day, day) for day in (first + timedelta(n) for n in range(days))]
        return _("one bar a day"), slots
    months = [
        (year, month)
        for year in range(first.year, last.year + 1)
        for month in range(1, 13)
        if (first.year, first.month) <= (year, month) <= (last.year, last.month)
    ]
    if len(months) <= MOST_BARS:
        return _("one bar a month"), [_month(date(*month, 1)) for month in months]
    years = [date(year, 1, 1) for year in range(first.year, last.year + 1)]
    return _("one bar a year"), [_year(year) for year in years]


def _month(day: date) -> Span:
    return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])


def _year(day: date) -> Span:
    return date(day.year, 1, 1), date(day.year, 12, 31)


def _wider(filters: Filters) -> Iterator[tuple[str, str]]:
    """The ways out of the days asked for: their month, their year, and all of time."""
    first, last = filters.values.get("from"), filters.values.get("to")
    if first and last:
        for span in (_month(first), _year(first)):
            if span[0] <= first <= last <= span[1] and span != (first, last):
                yield span_of(get_language(), *span), _address(filters, span)
    if first or last:
        yield _("all dates"), filters.address(given=[("from", ""), ("to", "")])
