"""The numbers of a filter from the bitmaps (record/bitmaps.py).

These come in parts where a moment is asked for: no entry is in two of them.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, TypeAlias

from pyroaring import BitMap

from incidents.public.density import MOST_BARS
from incidents.public.filters import FACETS, Filters, meeting
from incidents.public.names import names
from incidents.public.numbers import MOST, AtPlace, Balance, Numbers
from incidents.record.bitmaps import Bitmaps
from incidents.vocabulary import PlaceKind, Standing

# The entries of each part that are counted.
Within: TypeAlias = list[tuple[Bitmaps, BitMap]]


def numbers(filters: Filters, parts: Sequence[Bitmaps]) -> Numbers:
    sets = [(part, filters.sets(part)) for part in parts]
    whole = [(part, meeting(part, of_part)) for part, of_part in sets]
    # Where nothing was chosen of a facet, leaving that out changes nothing.
    others = {
        key: [(part, meeting(part, of_part, but=key)) for part, of_part in sets]
        if key in filters.values
        else whole
        for key in FACETS
    }
    chosen = {key: filters.values.get(key, []) for key in FACETS}
    return Numbers(
        balance=_balance(whole),
        facets={
            "place": _counts(others["place"], "places", _listed(parts, chosen["place"])),
            "actor": _most(others["actor"], "actors", chosen["actor"]),
            "publisher": _most(others["publisher"], "publishers", chosen["publisher"]),
            **{
                key: _counts(others[key], FACETS[key])
                for key in ("kind", "standing", "side", "question", "stance")
            },
        },
        days=_days(whole, filters.values.get("from")),
    )


def numbers_of(
    filters: Filters, parts: Sequence[Bitmaps], key: str, values: list[str]
) -> dict[str, int]:
    """How many of the entries asked for fall under each of a few values of one facet."""
    within = [(part, filters.within(part, but=key)) for part in parts]
    return _counts(within, FACETS[key], values)


def by_place(filters: Filters, parts: Sequence[Bitmaps]) -> list[AtPlace]:
    """As FactsQuerySet.by_place, of each part by itself."""
    return [spot for part in parts for spot in part.spots(filters.within(part))]


def _balance(within: Within) -> Balance:
    incidents = sum(len(entries) for _, entries in within)
    return Balance(
        incidents=incidents,
        claims=sum(part.total(entries, "claim_count") for part, entries in within),
        origins=_different(within, "origins"),
        contested=_counts(within, "standing", [Standing.CONTESTED]).get("contested", 0),
        countered=sum(part.total(entries, "countered") for part, entries in within),
        verified=incidents - _counts(within, "verification", [""]).get("", 0),
    )


def _counts(within: Within, field: str, values: Iterable[Any] | None = None) -> dict[Any, int]:
    (first, entries), *rest = within
    numbers = Counter(first.counts(entries, field, values))
    for part, some in rest:
        numbers.update(part.counts(some, field, values))
    return numbers


def _different(within: Within, field: str) -> int:
    """Of all but the first part, which may be large, the values are looked at one by one."""
    (first, entries), *rest = within
    others = {value for part, some in rest for value in part.counts(some, field)}
    return first.different(entries, field) + len(others) - len(first.counts(entries, field, others))


def _most(within: Within, field: str, chosen: list[str]) -> dict[str, int]:
    """Those that most entries have, and those chosen.

    What is in no other part, and not among the most of the first, is not among the most of all.
    """
    (first, entries), *rest = within
    found = first.most(entries, field, MOST)
    others = {value for part, some in rest for value in part.counts(some, field)}
    if others:
        numbers = _counts(within, field, {*found, *others})
        ranked = sorted(numbers, key=lambda value: (-numbers[value], value))
        found = {value: numbers[value] for value in ranked[:MOST]}
    return found | _counts(within, field, chosen)


def _days(within: Within, earliest: date | None) -> dict[date, int]:
    """Where the parts are long, by month and by day mixed: see Order.days."""
    days = Counter[date]()
    for part, entries in within:
        days.update(part.days(entries, earliest, MOST_BARS))
    return days


def _listed(parts: Sequence[Bitmaps], chosen: list[str]) -> set[str]:
    """Countries and regions, and what lies in those that are chosen or hold what is."""
    wide = names().wide()
    listed = {*wide, *chosen}
    # Of entries that are there now, all places are known to the first part.
    tree = parts[0].places
    unfolded = list(tree.around(chosen))
    while unfolded:
        for inner in tree.directly_in(unfolded.pop()):
            if wide.get(inner) != PlaceKind.REGION and inner not in listed:
                unfolded.append(inner)
            listed.add(inner)
    return listed
