"""When each entry happened and changed: the orders of the list, its days, and what falls between
two of them."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import UTC, date, datetime
from string import ascii_uppercase, digits
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from incidents.record.sets import Numbers, at_least, bitmap, numbers_of
from sources.public_ids import LENGTH

# When it happened or changed, in microseconds since 1970, and the id of the incident as a number in
# base 36, which sorts as the id does.
Position: TypeAlias = tuple[int, int]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = _EPOCH.toordinal()
_DAY = 86_400_000_000
# Days. Of what began so shortly before a day all are looked at.
_SHORT = 7
# Of base 36, and what each of an id is worth.
_FIGURES = np.array([*digits, *ascii_uppercase])
_WORTH = 36 ** np.arange(LENGTH - 1, -1, -1)


def instant(at: datetime) -> int:
    """Microseconds since 1970."""
    since = at - _EPOCH
    return since.days * _DAY + since.seconds * 1_000_000 + since.microseconds


def position(at: datetime, incident: str) -> Position:
    return instant(at), int(incident, 36)


def public_ids(incidents: NDArray[np.int64]) -> list[str]:
    """The ids that the second parts of positions stand for."""
    figures = _FIGURES[incidents[:, None] // _WORTH % 36]
    ids: list[str] = figures.view(f"U{LENGTH}").ravel().tolist()
    return ids


class Order:
    """By the number of the entry. The first `in_order` numbers go up with the position, so of
    these a span of time is a span of numbers. What is added later, out of order, is looked at one
    by one.
    """

    def __init__(self) -> None:
        self.size = 0
        self.in_order = 0
        self.at = np.zeros(0, np.int64)
        self.incident = np.zeros(0, np.int64)
        self.last_day = np.zeros(0, np.int32)  # ordinals
        self.changed_at = np.zeros(0, np.int64)
        self.longer = BitMap()  # those in order that ended more than _SHORT days after they began

    def add(
        self,
        at: Iterable[int],
        incident: Iterable[int],
        last_day: Iterable[int],
        changed_at: Iterable[int],
    ) -> Numbers:
        """The numbers of the new entries."""
        start = self.size
        ats, incidents = np.fromiter(at, np.int64), np.fromiter(incident, np.int64)
        end = start + len(ats)
        self.at, self.incident = at_least(self.at, end), at_least(self.incident, end)
        self.last_day = at_least(self.last_day, end)
        self.changed_at = at_least(self.changed_at, end)
        self.at[start:end], self.incident[start:end] = ats, incidents
        self.last_day[start:end] = np.fromiter(last_day, np.int32)
        self.changed_at[start:end] = np.fromiter(changed_at, np.int64)
        numbers = np.arange(start, end, dtype=np.uint32)
        if self.in_order == start:
            self.in_order = start + self._ascending(start, end)
            added = numbers[: self.in_order - start]
            beyond = self.last_day[added] > _day(self.at[added]) + _SHORT
            self.longer.update(bitmap(added[beyond]))
        self.size = end
        return numbers

    def _ascending(self, start: int, end: int) -> int:
        """How many from `start` on go up."""
        before = max(start - 1, 0)
        at, incident = self.at[before:end], self.incident[before:end]
        up = (at[1:] > at[:-1]) | ((at[1:] == at[:-1]) & (incident[1:] > incident[:-1]))
        falls = np.flatnonzero(~up)
        return int(falls[0]) + 1 + before - start if len(falls) else end - start

    def begun_by(self, day: date) -> BitMap:
        end = _start(day.toordinal() + 1)
        begun = BitMap(range(self._place(end)))
        loose = self._loose()
        begun.update(bitmap(loose[self.at[loose] < end]))
        return begun

    def not_over_before(self, day: date) -> BitMap:
        start = self._place(_start(day.toordinal()))
        long_before = self._place(_start(day.toordinal() - _SHORT))
        going_on = BitMap(range(start, self.in_order))
        shortly_before = np.arange(long_before, start, dtype=np.uint32)
        before_that = numbers_of(self.longer & BitMap(range(long_before)))
        for others in (shortly_before, before_that, self._loose()):
            going_on.update(bitmap(others[self.last_day[others] >= day.toordinal()]))
        return going_on

    def days(self, within: BitMap, earliest: date | None, most: int) -> dict[date, int]:
        """By first day; those that began before `earliest` count on it.

        Where they span more than `most` days, by month: under any one day of it, but under the
        very first and the very last day where these lie in it.
        """
        if not within:
            return {}
        loose = within & BitMap(range(self.in_order, self.size))
        settled = within - loose
        at = np.sort(self.at[numbers_of(loose)])
        ends = [*at[:1], *at[-1:], *(self.at[[settled.min(), settled.max()]] if settled else [])]
        low = earliest.toordinal() if earliest else 1
        first, last = max(_day(min(ends)), low), max(_day(max(ends)), low)
        starts = list(range(first, last + 1)) if last - first < most else _months(first, last)
        bounds = [_start(day) for day in starts[1:]]
        places = np.searchsorted(self.at[: self.in_order], bounds).tolist()
        before = [settled.rank(place - 1) if place else 0 for place in places]
        below = [0, *(np.searchsorted(at, bounds) + before).tolist(), len(within)]
        named = [*starts[:-1], last]
        numbers = zip(named, below[:-1], below[1:], strict=True)
        return {date.fromordinal(day): end - start for day, start, end in numbers if end > start}

    def newest(self, within: BitMap, limit: int, after: Position | None = None) -> Numbers:
        """The `limit` numbers that come first, newest first; with `after` those that come after."""
        loose = within & BitMap(range(self.in_order, self.size))
        settled = within - loose
        if after:
            settled &= BitMap(range(self._place(*after)))
        return self._first(self.at, _last(settled, limit) | loose, limit, after)

    def last_changed(self, within: BitMap, limit: int, after: Position | None = None) -> Numbers:
        """The same in the order in which they changed. Looks at each."""
        return self._first(self.changed_at, within, limit, after)

    def _first(
        self, moments: NDArray[np.int64], within: BitMap, limit: int, after: Position | None
    ) -> Numbers:
        found = numbers_of(within)
        at, incident = moments[found], self.incident[found]
        if after:
            later = (at < after[0]) | ((at == after[0]) & (incident < after[1]))
            found, at, incident = found[later], at[later], incident[later]
        if len(found) > limit:
            # To sort them all would take longer by far.
            late = at >= np.partition(at, -limit)[-limit]
            found, at, incident = found[late], at[late], incident[late]
        return found[np.lexsort((incident, at))[::-1]][:limit]

    def _loose(self) -> Numbers:
        return np.arange(self.in_order, self.size, dtype=np.uint32)

    def _place(self, at: int, incident: int = -1) -> int:
        """How many of those in order come before that position in time."""
        ats = self.at[: self.in_order]
        start, end = (int(np.searchsorted(ats, at, side)) for side in ("left", "right"))
        return start + int(np.searchsorted(self.incident[start:end], incident))


def _last(within: BitMap, limit: int) -> BitMap:
    """The `limit` largest."""
    if len(within) <= limit:
        return within
    return within & BitMap(range(within[len(within) - limit], within.max() + 1))


def _day(at: Any) -> Any:
    """The ordinal of the day of one moment, or of an array of them."""
    return at // _DAY + _EPOCH_DAY


def _start(day: int) -> int:
    return (day - _EPOCH_DAY) * _DAY


def _months(first: int, last: int) -> list[int]:
    """`first`, and the first day of each month that begins after it, up to `last`."""
    starts, day = [first], date.fromordinal(first).replace(day=1)
    while (following := day.toordinal() + monthrange(day.year, day.month)[1]) <= last:
        starts.append(following)
        day = date.fromordinal(following)
    return starts
