"""The values of one field, and of each value the set of the entries that have it."""

from array import array
from bisect import insort
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

Numbers: TypeAlias = NDArray[np.uint32]
Whole = TypeVar("Whole", bound=np.integer[Any])

# Up to here to count entry by entry is faster than to intersect thousands of sets.
_FEW = 60_000


class Codes(dict[Any, int]):
    """Values numbered in the order in which they come."""

    def __missing__(self, value: Any) -> int:
        self[value] = code = len(self)
        return code


class Sets:
    """Only ever added to, so that it may be read while another thread adds.

    An entry goes by its number, and a value by its code: its place in `values` and `sets`.
    """

    def __init__(self, in_rows: bool = False) -> None:
        self.codes = Codes()
        self.values: list[Any] = []
        self.sets: list[BitMap] = []
        self.sizes = np.zeros(0, np.int64)  # at least as large as the sets
        self.rows = Rows() if in_rows else None

    def add(self, numbers: Numbers, values: Iterable[Any]) -> None:
        """To the entries `numbers` a value each."""
        self._add(numbers, self._codes(values))

    def add_several(self, numbers: Numbers, texts: Iterable[str]) -> None:
        """To the entries `numbers` a text each, whose words are their values.

        Each different text is read once: few places and bodies hold most entries.
        """
        different = Codes()
        which = np.fromiter(map(different.__getitem__, texts), np.intp, len(numbers))
        words = [text.split() for text in different]
        codes = self._codes(chain.from_iterable(words))
        ends = np.cumsum(np.fromiter(map(len, words), np.int64))[which]
        lengths = np.fromiter(map(len, words), np.int64)[which]
        codes = codes[_spans(ends - lengths, lengths)]
        if self.rows is not None:
            self.rows.add(numbers, codes, lengths)
        self._add(np.repeat(numbers, lengths), codes)

    def _codes(self, values: Iterable[Any]) -> Numbers:
        """Of values that may be new."""
        codes = np.fromiter(map(self.codes.__getitem__, values), np.uint32)
        for value in islice(self.codes, len(self.values), None):
            self.sets.append(BitMap())
            self.values.append(value)
        return codes

    def _add(self, each: Numbers, codes: Numbers) -> None:
        """To each entry the value of the code beside it."""
        by_code = np.argsort(codes, kind="stable")
        found, starts = np.unique(codes[by_code], return_index=True)
        for code, part in zip(found, np.split(each[by_code], starts[1:]), strict=False):
            self.sets[code].update(bitmap(part))
        sizes = np.bincount(codes, minlength=len(self.sets))
        sizes[: len(self.sizes)] += self.sizes
        self.sizes = sizes

    def having_any(self, values: Iterable[Any]) -> BitMap:
        return BitMap.union(BitMap(), *(have for _, have in self._of(values)))

    def counts(self, within: BitMap, values: Iterable[Any] | None = None) -> dict[Any, int]:
        """By value, of all values or of these; without those that nothing has."""
        pairs = zip(self.values, self.sets, strict=False) if values is None else self._of(values)
        numbers = ((value, within.intersection_cardinality(have)) for value, have in pairs)
        return {value: number for value, number in numbers if number}

    def _of(self, values: Iterable[Any]) -> Iterator[tuple[Any, BitMap]]:
        for value in values:
            if (code := self.codes.get(value)) is not None and code < len(self.sets):
                yield value, self.sets[code]

    def most(self, within: BitMap, limit: int) -> dict[Any, int]:
        """The `limit` values that most have, most first; of equal ones those that sort first."""
        if self.rows is not None and len(within) <= _FEW:
            numbers = self.rows.counts(within, len(self.values))
            found = np.flatnonzero(numbers)
            if len(found) > limit:
                least = np.partition(numbers[found], -limit)[-limit]
                found = found[numbers[found] >= least]
            ranked = sorted((-int(numbers[code]), self.values[code]) for code in found)
        else:
            ranked = self._ranked_by_sets(within, limit)
        return {value: -less for less, value in ranked[:limit]}

    def _ranked_by_sets(self, within: BitMap, limit: int) -> list[tuple[int, Any]]:
        """Largest sets first, and no further than the sets are large enough."""
        sizes = self.sizes
        ranked: list[tuple[int, Any]] = []
        by_size = np.argsort(-sizes, kind="stable")
        for code, size in zip(by_size.tolist(), sizes[by_size].tolist(), strict=True):
            if len(ranked) == limit and size < -ranked[-1][0]:
                break
            if number := within.intersection_cardinality(self.sets[code]):
                insort(ranked, (-number, self.values[code]))
                del ranked[limit:]
        return ranked

    def different(self, within: BitMap) -> int:
        """How many values at least one has."""
        if self.rows is not None and len(within) <= _FEW:
            return int(np.count_nonzero(self.rows.counts(within, len(self.values))))
        return sum(map(within.intersect, self.sets))


class Rows:
    """The codes of entry after entry in `flat`; those of entry n end before `ends[n + 1]`."""

    def __init__(self) -> None:
        self.flat = np.zeros(0, np.uint32)
        self.ends = np.zeros(1, np.uint32)

    def add(self, numbers: Numbers, codes: Numbers, lengths: NDArray[np.int64]) -> None:
        """Numbers that follow on those before."""
        start, first, last = int(self.ends[numbers[0]]), int(numbers[0]), int(numbers[-1])
        self.flat = at_least(self.flat, start + len(codes))
        self.ends = at_least(self.ends, last + 2)
        self.flat[start : start + len(codes)] = codes
        self.ends[first + 1 : last + 2] = start + np.cumsum(lengths)

    def counts(self, within: BitMap, values: int) -> NDArray[np.intp]:
        """How many entries have each of the codes below `values`."""
        numbers = numbers_of(within)
        starts = self.ends[numbers]
        places = _spans(starts, self.ends[numbers + 1] - starts)
        # Read last: what stands in the ends stands in it, even if a thread adds meanwhile.
        return np.bincount(self.flat[places], minlength=values)


def _spans(starts: NDArray[Whole], lengths: NDArray[Whole]) -> NDArray[Whole]:
    """The numbers from each start on, so many of them, one span after the other."""
    gaps = starts - (np.cumsum(lengths, dtype=lengths.dtype) - lengths)
    places = np.repeat(gaps, lengths)
    places += np.arange(len(places), dtype=places.dtype)
    return places


def bitmap(numbers: Numbers) -> BitMap:
    # Over the buffer of an array it is an order of magnitude faster than over that of numpy. Not
    # packed into runs: where entries that follow one another are alike, as those of a burst are,
    # to count with runs takes ten times as long.
    return BitMap(array("I", numbers.tobytes()), optimize=False)


def numbers_of(within: BitMap) -> Numbers:
    return np.frombuffer(within.to_array(), np.uint32)


def at_least(have: NDArray[Any], size: int) -> NDArray[Any]:
    """With room for `size`, and where it must grow, for some more."""
    if len(have) >= size:
        return have
    larger = np.zeros(size + size // 16 + 1024, have.dtype)
    larger[: len(have)] = have
    return larger
