"""Entries are counted one by one or set by set, whichever is faster: both give the same numbers."""

from collections import Counter
from itertools import chain

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from incidents.record import sets
from incidents.record.bitmaps import Bitmaps
from incidents.record.models import Clock
from incidents.record.saved import from_parts, to_parts
from incidents.record.sets import Sets

# The values of entry after entry, some with more than a row of cells takes, added in a few goes.
added = st.lists(
    st.lists(st.sets(st.integers(0, 30), max_size=2 * sets._WIDEST), min_size=1, max_size=5),
    min_size=1,
    max_size=4,
)


def made(goes: list[list[set[int]]]) -> Sets:
    field, number = Sets(in_rows=True), 0
    for entries in goes:
        numbers = np.arange(number, number + len(entries), dtype=np.uint32)
        field.add_several(numbers, [" ".join(f"v{n:02}" for n in entry) for entry in entries])
        number += len(entries)
    return field


@pytest.mark.parametrize("few", [0, 100], ids=["by sets", "by entries"])
@given(goes=added, data=st.data())
def test_values_are_counted_in_any_entries(
    few: int, goes: list[list[set[int]]], data: st.DataObject
) -> None:
    field, entries = made(goes), list(chain(*goes))
    within = data.draw(st.sets(st.integers(0, len(entries) - 1)))
    expected = Counter(f"v{value:02}" for number in within for value in entries[number])
    ranked = sorted(expected.items(), key=lambda pair: (-pair[1], pair[0]))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sets, "_FEW", few)
        assert field.counts(BitMap(within)) == expected
        assert field.counts(BitMap(within), field.values[:6]) == {
            value: expected[value] for value in field.values[:6] if expected[value]
        }
        assert list(field.most(BitMap(within), 5).items()) == ranked[:5]
        assert field.different(BitMap(within)) == len(expected)


def test_a_field_of_more_values_than_a_byte_holds_is_counted() -> None:
    field = made([[{1}], [set(range(2, 400, 40))], [set(range(400)), {399}]])

    assert field.counts(BitMap([0, 3]), [f"v{n:02}" for n in (1, 2, 3, 4, 399)]) == {
        "v01": 1,
        "v399": 1,
    }
    assert field.different(BitMap([1, 2])) == 400


def test_what_one_entry_has_beyond_its_cells_is_saved_and_read() -> None:
    actors = [f"actor{number}" for number in range(3 * sets._WIDEST)]
    row = [1, 5, "7", 738_000, 0, 0, 0, "strike", "denied", "", 0, 1, None, "UA settlement"]
    arrays = ["UA", "", "", "", " ".join(actors), "", ""]
    bitmaps = Bitmaps.empty().with_changes([[*row, *arrays]])

    clock, read = from_parts(to_parts(Clock(1, "sha", ""), bitmaps))

    assert clock == Clock(1, "sha", "")
    assert read.counts(read.alive, "actors") == dict.fromkeys(actors, 1)
