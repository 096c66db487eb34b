"""The values of one field, and of each value the set of the entries that have it."""

from array import array
from bisect import insort
from collections.abc import Iterable
from itertools import chain, islice, pairwise
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

Numbers: TypeAlias = NDArray[np.uint32]

# Up to here to count entry by entry is faster than to intersect many sets.
_FEW = 60_000
# Of no more values than these to intersect their sets is faster all the same.
_FEW_VALUES = 4
# Cells that an entry has at most, in two bytes each where there are thousands of values.
_WIDEST = 8


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
        self._ordered: tuple[NDArray[np.int64], list[tuple[int, int]]] = self.sizes, []

    def add(self, numbers: Numbers, values: Iterable[Any]) -> None:
        """To the entries `numbers` a value each."""
        self._add(numbers, self._codes(values), np.ones(len(numbers), np.int64))

    def add_several(self, numbers: Numbers, texts: Iterable[str]) -> None:
        """To the entries `numbers` a text each, whose words are their values.

        Each different text is read once: few places and bodies hold most entries.
        """
        different = Codes()
        which = np.fromiter(map(different.__getitem__, texts), np.intp, len(numbers))
        words = [text.split() for text in different]
        codes = self._codes(chain.from_iterable(words))
        sizes = np.fromiter(map(len, words), np.int64)
        ends, lengths = np.cumsum(sizes)[which], sizes[which]
        self._add(numbers, codes[_spans(ends - lengths, lengths)], lengths)

    def _codes(self, values: Iterable[Any]) -> Numbers:
        """Of values that may be new."""
        codes = np.fromiter(map(self.codes.__getitem__, values), np.uint32)
        for value in islice(self.codes, len(self.values), None):
            self.sets.append(BitMap())
            self.values.append(value)
        return codes

    def _add(self, numbers: Numbers, codes: Numbers, lengths: NDArray[np.int64]) -> None:
        """To the entries `numbers` so many of the codes each."""
        if self.rows is not None:
            self.rows.add(numbers, codes, lengths)
        # Of one byte or two, numbers are sorted many times faster.
        small = codes.astype(np.min_scalar_type(len(self.sets)))
        each = np.repeat(numbers, lengths)[np.argsort(small, kind="stable")]
        sizes = np.bincount(codes, minlength=len(self.sets))
        found = np.flatnonzero(sizes)
        ends = np.cumsum(sizes[found]).tolist()
        for code, (start, end) in zip(found.tolist(), pairwise([0, *ends]), strict=True):
            self.sets[code].update(bitmap(each[start:end]))
        sizes[: len(self.sizes)] += self.sizes
        self.sizes = sizes

    def having_any(self, values: Iterable[Any]) -> BitMap:
        return BitMap.union(BitMap(), *(self.sets[code] for code in self._known(values)))

    def counts(self, within: BitMap, values: Iterable[Any] | None = None) -> dict[Any, int]:
        """By value, of all values or of these; without those that nothing has."""
        codes = list(range(len(self.values))) if values is None else self._known(values)
        if self.rows is not None and len(codes) > _FEW_VALUES and len(within) <= _FEW:
            numbers = self.rows.counts(within, len(self.values))[codes].tolist()
        else:
            numbers = [within.intersection_cardinality(self.sets[code]) for code in codes]
        found = zip(codes, numbers, strict=True)
        return {self.values[code]: number for code, number in found if number}

    def _known(self, values: Iterable[Any]) -> list[int]:
        """The codes of those that anything has."""
        codes = (self.codes.get(value) for value in values)
        return [code for code in codes if code is not None and code < len(self.sets)]

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
        ranked: list[tuple[int, Any]] = []
        for code, size in self._largest():
            if len(ranked) == limit and size < -ranked[-1][0]:
                break
            if number := within.intersection_cardinality(self.sets[code]):
                insort(ranked, (-number, self.values[code]))
                del ranked[limit:]
        return ranked

    def _largest(self) -> list[tuple[int, int]]:
        """Codes and sizes, the largest first: the same list until something is added."""
        sizes, ordered = self._ordered
        if sizes is not self.sizes:
            sizes = self.sizes
            by_size = np.argsort(-sizes, kind="stable")
            ordered = list(zip(by_size.tolist(), sizes[by_size].tolist(), strict=True))
            self._ordered = sizes, ordered
        return ordered

    def with_one(self, within: BitMap) -> tuple[list[Any], list[int], Numbers]:
        """Of a field with a value each, in rows: each value, how many have it, and one of them."""
        assert self.rows is not None
        numbers = numbers_of(within)
        cells = self.rows.cells[:, 0].take(numbers)
        counted = np.bincount(cells)
        one = np.zeros(len(counted), np.uint32)
        one[cells] = numbers
        found = np.flatnonzero(counted)
        values = [self.values[cell - 1] for cell in found.tolist()]
        return values, counted[found].tolist(), one[found]

    def different(self, within: BitMap) -> int:
        """How many values at least one has."""
        if self.rows is not None and len(within) <= _FEW:
            return int(np.count_nonzero(self.rows.counts(within, len(self.values))))
        return sum(map(within.intersect, self.sets))


class Rows:
    """The codes of entry after entry, to be counted together: a row of `cells` each, where 0 is
    none and n + 1 the code n. What is more than a row takes is in `rest`.
    """

    def __init__(self) -> None:
        self.cells = np.zeros((0, 1), np.uint8)
        self.rest: dict[int, Numbers] = {}
        self.longer = BitMap()  # those with a rest

    def add(self, numbers: Numbers, codes: Numbers, lengths: NDArray[np.int64]) -> None:
        """Numbers that follow on those before, and so many codes of each."""
        start, end = int(numbers[0]), int(numbers[-1]) + 1
        self._grow(end, int(lengths.max()), int(codes.max(initial=0)) + 1)
        width = self.cells.shape[1]
        starts = np.cumsum(lengths) - lengths
        fits = np.arange(len(codes)) < np.repeat(starts + width, lengths)
        self.cells[start:end][np.arange(width) < lengths[:, None]] = codes[fits] + 1
        for place in np.flatnonzero(lengths > width).tolist():
            first, last = starts[place] + width, starts[place] + lengths[place]
            self.rest[start + place] = codes[first:last].copy()
            self.longer.add(start + place)

    def _grow(self, size: int, width: int, most: int) -> None:
        cells = at_least(self.cells, size)
        if (more := min(width, _WIDEST) - cells.shape[1]) > 0:
            cells = np.pad(cells, ((0, 0), (0, more)))
        # The smaller a cell is, the more of them are near the processor.
        holds = np.promote_types(cells.dtype, np.min_scalar_type(most))
        self.cells = cells.astype(holds, copy=False)

    def counts(self, within: BitMap, values: int) -> NDArray[np.intp]:
        """How many entries have each of the codes below `values`."""
        codes = self.cells.take(numbers_of(within), axis=0).ravel()
        numbers = np.bincount(codes, minlength=values + 1)[1:]
        if rest := [self.rest[number] for number in within & self.longer]:
            numbers += np.bincount(np.concatenate(rest), minlength=values)
        return numbers


def _spans(starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers from each start on, so many of them, one span after the other."""
    gaps = starts - (np.cumsum(lengths) - lengths)
    return np.repeat(gaps, lengths) + np.arange(lengths.sum())


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
    larger = np.zeros((size + size // 16 + 1024, *have.shape[1:]), have.dtype)
    larger[: len(have)] = have
    return larger
