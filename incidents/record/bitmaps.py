"""The entries in memory: for each value that readers filter by, the set of entries that have it.

A new version of an incident comes as a new entry, and the one before leaves `alive`: what was put
in a set stays there, and every answer goes through `alive`. So what one thread holds stays as it is
while another applies what was published since.

PostgreSQL stays the truth: all this is made of Entry, and must count the same.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import pairwise
from typing import Any

import numpy as np
from pyroaring import BitMap

from incidents.record.order import Order, Position, instant, public_ids
from incidents.record.sets import Numbers, Sets, at_least, bitmap, numbers_of

# Fields of Entry with a value each, and those with an array of values.
PLAIN = ("kind", "standing", "verification", "countered", "claim_count", "killed_most", "spot")
ARRAYS = ("places", "sides", "questions", "stances", "actors", "origins", "publishers")
# Of these there are many values, and in a few entries they are counted entry by entry.
MANY = ("kind", "spot", "places", "actors", "origins", "publishers")
# What a row holds: `at` and `changed_at` as order.instant, `last_day` as date.toordinal gives it;
# `known_from` and `settled_from`, instants too, the first and the last of its moments; `spot`, the
# place and how closely it is known, a blank between them. Of an array one text, its values with
# blanks between.
COLUMNS = (
    *("serial", "at", "incident", "last_day", "changed_at", "known_from", "settled_from"),
    *PLAIN,
    *ARRAYS,
)


class Serials:
    """The serial of the version of each entry, and back. Serials begin at 1."""

    def __init__(self) -> None:
        self.by_number = np.zeros(0, np.uint32)
        self.numbers = np.zeros(0, np.int32)  # by serial; -1 for none
        self.newest = 0  # of the serials; 0 for none

    def add(self, numbers: Numbers, serials: Numbers) -> None:
        self.by_number = at_least(self.by_number, int(numbers[-1]) + 1)
        self.by_number[numbers] = serials
        before = len(self.numbers)
        self.numbers = at_least(self.numbers, int(serials.max()) + 1)
        self.numbers[before:] = -1
        self.numbers[serials] = numbers
        self.newest = max(self.newest, int(serials.max()))

    def of(self, numbers: Numbers | BitMap) -> Numbers:
        return self.by_number[numbers_of(numbers) if isinstance(numbers, BitMap) else numbers]

    def known(self, serials: Sequence[int] | BitMap) -> BitMap:
        """The entries with these serials; without those of which there is none."""
        wanted = numbers_of(serials) if isinstance(serials, BitMap) else np.array(serials, np.int64)
        numbers = self.numbers[wanted[wanted < len(self.numbers)]]
        # A set is made of sorted numbers in half the time.
        return bitmap(np.sort(numbers[numbers >= 0].astype(np.uint32)))


class Known:
    """From when on something was known of each entry, and from when on all: by its number."""

    def __init__(self) -> None:
        self.from_when = np.zeros(0, np.int64)
        self.settled_from = np.zeros(0, np.int64)

    def add(self, numbers: Numbers, known_from: Any, settled_from: Any) -> None:
        end = int(numbers[-1]) + 1
        self.from_when = at_least(self.from_when, end)
        self.settled_from = at_least(self.settled_from, end)
        self.from_when[numbers] = np.fromiter(known_from, np.int64)
        self.settled_from[numbers] = np.fromiter(settled_from, np.int64)

    def something(self, moment: int) -> BitMap:
        """Those of which something was known at that instant, and numbers of none."""
        return bitmap(np.flatnonzero(self.from_when <= moment).astype(np.uint32))

    def everything(self, moment: int) -> BitMap:
        """Those of which all was known at that instant, and numbers of none."""
        return bitmap(np.flatnonzero(self.settled_from <= moment).astype(np.uint32))


class Tree:
    """Which places lie directly in which: in all paths that any entry ever gave."""

    def __init__(self) -> None:
        self.inside: defaultdict[str, set[str]] = defaultdict(set)
        self.outside: defaultdict[str, set[str]] = defaultdict(set)

    def add(self, paths: Iterable[str]) -> None:
        """Ids from the outermost place inwards, blanks between them."""
        for path in set(paths):
            for outer, inner in pairwise(path.split()):
                self.inside[outer].add(inner)
                self.outside[inner].add(outer)

    def directly_in(self, place: str) -> list[str]:
        return list(self.inside.get(place, ()))

    def around(self, places: Iterable[str]) -> set[str]:
        """These and all that they lie in."""
        found, rest = set(), list(places)
        while rest:
            if (place := rest.pop()) not in found:
                found.add(place)
                rest += self.outside.get(place, ())
        return found


@dataclass(frozen=True)
class Bitmaps:
    alive: BitMap
    fields: dict[str, Sets]
    order: Order
    serials: Serials
    known: Known
    places: Tree
    # Of moments that are past: their words are in no set of the search.
    past: bool = False
    # The same object in all that continue one another. Within a making a serial tells one entry. It
    # does not for ever: a standby that takes over may lack the newest versions, and gives theirs
    # anew.
    making: object = field(default_factory=object)

    @classmethod
    def empty(cls) -> "Bitmaps":
        fields = {name: Sets(in_rows=name in MANY) for name in (*PLAIN, *ARRAYS)}
        return cls(BitMap(), fields, Order(), Serials(), Known(), Tree())

    def with_changes(self, rows: Sequence[Sequence[Any]], gone: Sequence[int] = ()) -> "Bitmaps":
        """With `rows` added, as COLUMNS names them, and without the serials that are `gone`.

        To apply the same again changes no answer. One thread at a time may do this. It is fastest
        where rows come in the order of time.
        """
        alive = self.alive - self.serials.known(gone)
        if rows:
            serial, at, incident, last_day, changed, *rest = zip(*rows, strict=True)
            known, settled, *columns = rest
            alive -= self.serials.known(serial)
            numbers = self.order.add(at, (int(one, 36) for one in incident), last_day, changed)
            self.places.add(columns[len(PLAIN)])
            for name, column in zip((*PLAIN, *ARRAYS), columns, strict=True):
                if name in ARRAYS:
                    self.fields[name].add_several(numbers, column)
                else:
                    self.fields[name].add(numbers, column)
            self.serials.add(numbers, np.array(serial, np.uint32))
            self.known.add(numbers, known, settled)
            alive |= bitmap(numbers)
        return replace(self, alive=alive)

    # As it was at a moment: `settled` and, of what is `open`, other rows (indexing.at_moment).

    def settled(self, moment: datetime) -> "Bitmaps":
        """Of those of which all was known by then, so that they were what they are."""
        return replace(self, alive=self.alive & self.known.everything(instant(moment)))

    def open(self, moment: datetime) -> list[int]:
        """The serials of those of which something was known by then, and not all."""
        at = instant(moment)
        known = self.alive & self.known.something(at)
        serials: list[int] = self.serials.of(known - self.known.everything(at)).tolist()
        return serials

    def positions(self, serials: Sequence[int], field: str = "at") -> list[Position]:
        """Where in the list each of these stands."""
        numbers = self.serials.numbers[list(serials)]
        at = (self.order.at if field == "at" else self.order.changed_at)[numbers]
        return list(zip(at.tolist(), self.order.incident[numbers].tolist(), strict=True))

    def settled_from(self, serials: Sequence[int]) -> list[int]:
        """Since which instant each of these has been what it is, as order.instant."""
        numbers = self.serials.numbers[list(serials)]
        found: list[int] = self.known.settled_from[numbers].tolist()
        return found

    # What is asked for. These sets may hold what is not alive.

    def having_any(self, field: str, values: Iterable[Any]) -> BitMap:
        return self.fields[field].having_any(values)

    def having_serials(self, serials: BitMap) -> BitMap:
        return self.serials.known(serials)

    def killed_at_least(self, number: int) -> BitMap:
        figures = self.fields["killed_most"]
        wanted = [most for most in figures.values if most is not None and most >= number]
        return figures.having_any(wanted)

    def overlapping(self, first: date | None, last: date | None) -> BitMap:
        """Those that may have happened on a day from `first` to `last`, both included."""
        late_enough = self.order.not_over_before(first) if first else self.alive
        early_enough = self.order.begun_by(last) if last else self.alive
        return late_enough & early_enough

    # What is counted, in a set that went through `alive`.

    def counts(
        self, within: BitMap, field: str, values: Iterable[Any] | None = None
    ) -> dict[Any, int]:
        """By value, of all values or of these; without those that nothing has."""
        return self.fields[field].counts(within, values)

    def most(self, within: BitMap, field: str, limit: int) -> dict[Any, int]:
        """The `limit` values that most have, most first; of equal ones those that sort first."""
        return self.fields[field].most(within, limit)

    def different(self, within: BitMap, field: str) -> int:
        """How many values at least one has."""
        return self.fields[field].different(within)

    def total(self, within: BitMap, field: str) -> int:
        """The sum of a field of numbers."""
        return sum(value * number for value, number in self.counts(within, field).items())

    def spots(self, within: BitMap) -> list[tuple[str, str, int, str]]:
        """Place, how closely it is known, how many entries, and the id of one of them."""
        spots, counted, one = self.fields["spot"].with_one(within)
        incidents = public_ids(self.order.incident[one])
        return [
            (*spot.split(" "), number, incident)
            for spot, number, incident in zip(spots, counted, incidents, strict=True)
        ]

    def days(self, within: BitMap, earliest: date | None, most: int) -> dict[date, int]:
        """See Order.days."""
        return self.order.days(within, earliest, most)

    def newest(
        self, within: BitMap, limit: int, after: Position | None = None, field: str = "at"
    ) -> list[int]:
        """The serials of the `limit` entries that come first, newest first by when it happened or,
        with `changed_at`, changed, then by id; with `after` of those that come after that position.
        """
        first = self.order.newest if field == "at" else self.order.last_changed
        serials: list[int] = self.serials.of(first(within, limit, after)).tolist()
        return serials

    def all_newest(self, within: BitMap) -> Numbers:
        """The serials of all of them in that order: four bytes for each."""
        return self.serials.of(self.order.newest(within, len(within)))
