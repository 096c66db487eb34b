"""Chance that can be drawn again: everything follows from the seed and a position."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

from sources.public_ids import ALPHABET

T = TypeVar("T")

_PAIRS = [first + second for first in ALPHABET for second in ALPHABET]


def public_id(random: Random) -> str:
    """Ten Crockford base32 characters. Of millions two are the same once in hundreds of records."""
    bits = random.getrandbits(50)
    key = "".join([_PAIRS[(bits >> shift) & 1023] for shift in (0, 10, 20, 30, 40)])
    return public_id(random) if MARK in key else key


# How the ids of incidents, claims and reports end, and only they: their twins' ids (bench/twins.py)
# end otherwise, and sort as they do.
MARK = "ZZZ"


def numbered_id(number: int) -> str:
    """Another one for each number below 2**30, in no visible order."""
    bits = (number * 0x2545F491 + 0x1B873593) % 2**30
    return f"{_PAIRS[bits >> 20]}{_PAIRS[(bits >> 10) & 1023]}{_PAIRS[bits & 1023]}{MARK}0"


class Skewed(Generic[T]):
    """Draws the first ones much more often than the last: the nth with weight 1 / n ** exponent."""

    def __init__(self, ones: Sequence[T], exponent: float = 1.0) -> None:
        self.ones = ones
        self._sums = list(accumulate(1 / n**exponent for n in range(1, len(ones) + 1)))

    def draw(self, random: Random) -> T:
        return self.ones[bisect_left(self._sums, random.random() * self._sums[-1])]


class Calendar:
    """Which day how much happened: bursts, and quiet weeks."""

    def __init__(self, random: Random, first: date, last: date) -> None:
        self._first = first
        self._sums = list(accumulate(_loads(random, (last - first).days + 1)))

    def at(self, share: float) -> datetime:
        """The minute by which `share` (0 to 1) of everything has happened."""
        wanted = share * self._sums[-1]
        day = min(bisect_left(self._sums, wanted), len(self._sums) - 1)
        before = self._sums[day - 1] if day else 0.0
        minutes = int((wanted - before) / (self._sums[day] - before) * 1439)
        midnight = datetime(self._first.year, self._first.month, self._first.day, tzinfo=UTC)
        return midnight + timedelta(days=day, minutes=minutes)


def _loads(random: Random, days: int) -> Iterable[float]:
    burst = 3.0
    for _ in range(days):
        burst = 1 + (burst - 1) * 0.8 + (random.random() < 0.03) * random.expovariate(0.25)
        yield burst * random.lognormvariate(0, 0.35)
