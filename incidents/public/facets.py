"""Facets: how many of the entries asked for fall under each value of each filter, exactly.

The counts of one facet leave out that facet's own choice: they say what choosing another value
would give. They come from the bitmaps of this process (index.py), or where these cannot
be used from one SQL statement (grouping.py). While the bitmaps are being read nothing is counted:
rows do not wait for numbers.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db.models import TextChoices
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from incidents.public import grouping, tallying
from incidents.public.choices import Choice, Facet
from incidents.public.filters import FACETS, Filters
from incidents.public.names import names
from incidents.public.naming import Name, name_of
from incidents.public.numbers import MOST, AtPlace, Balance, Numbers
from incidents.record.models import RecordPlace
from incidents.vocabulary import IncidentKind, PlaceKind, Question, Side, Stance, Standing

_VOCABULARIES: dict[str, type[TextChoices]] = {
    "kind": IncidentKind,
    "standing": Standing,
    "side": Side,
    "question": Question,
    "stance": Stance,
}
_WIDE = {PlaceKind.COUNTRY.value, PlaceKind.REGION.value}
_NO_STANDING_HERE = {Standing.NO_CLAIMS.value}  # publishing refuses an incident without claims


@dataclass
class Counted:
    """`balance`: None where the numbers are still to come."""

    balance: Balance | None
    facets: list[Facet]
    days: dict[date, int]  # see Numbers
    places: dict[str, RecordPlace]


def count(filters: Filters, shown_places: set[str]) -> Counted:
    """Facets and totals of `filters`. `shown_places` are fetched along, for the page's entries."""
    numbers = None if filters.awaits_numbers else _numbers(filters)
    found = numbers.facets if numbers else _uncounted()
    places = names().places({*found["place"], *shown_places, *_asked(filters, "place")})
    return Counted(
        balance=numbers.balance if numbers else None,
        facets=[
            _facet(filters, "kind", _words("kind", filters, found["kind"])),
            _facet(filters, "place", _places(filters, found["place"], places)),
            *(
                _facet(filters, key, _words(key, filters, found[key]))
                for key in ("standing", "side", "question", "stance")
            ),
            _facet(filters, "actor", _actors(filters, found["actor"])),
            _facet(filters, "publisher", _publishers(filters, found["publisher"])),
        ],
        days=numbers.days if numbers else {},
        places=places,
    )


def numbers_of(filters: Filters, key: str, values: list[str]) -> dict[str, int]:
    """How many of the entries asked for fall under each of a few values of one facet."""
    if filters.parts:
        return tallying.numbers_of(filters, filters.parts, key, values)
    return grouping.numbers_of(filters, key, values)


def by_place(filters: Filters) -> list[AtPlace]:
    if filters.parts:
        return tallying.by_place(filters, filters.parts)
    return list(filters.entries().by_place())


def _numbers(filters: Filters) -> Numbers:
    if filters.parts:
        return tallying.numbers(filters, filters.parts)
    return grouping.numbers(filters)


def _uncounted() -> dict[str, dict[str, int]]:
    """What can be chosen without knowing how often it is found."""
    return {key: {} for key in FACETS} | {"place": dict.fromkeys(names().wide(), 0)}


def _asked(filters: Filters, key: str) -> list[str]:
    asked: list[str] = filters.values.get(key, [])
    return asked


def _facet(filters: Filters, key: str, choices: list[Choice]) -> Facet:
    label = str(filters.form.fields[key].label)
    uncounted = filters.form.errors or filters.awaits_numbers
    return Facet(key, label, choices, counted=not uncounted)


def _words(key: str, filters: Filters, numbers: dict[str, int]) -> list[Choice]:
    """Every word of a vocabulary, in its order, those that nothing falls under too."""
    chosen = _asked(filters, key)
    return [
        Choice(word, label, numbers.get(word, 0), word in chosen)
        for word, label in _labels(key, get_language())
        if word not in _NO_STANDING_HERE or word in chosen
    ]


@lru_cache
def _labels(key: str, language: str | None) -> list[tuple[str, str]]:
    """The words of a vocabulary in the language that is active now, which is `language`."""
    return [(word.value, str(word.label)) for word in _VOCABULARIES[key]]


def _places(
    filters: Filters, numbers: dict[str, int], places: dict[str, RecordPlace]
) -> list[Choice]:
    """The tree down to regions, and below a region once it, or a place in it, is chosen."""
    chosen = set(_asked(filters, "place"))
    opened = {above for key in chosen if key in places for above in places[key].details["path"]}
    closed = {
        key for key, place in places.items() if place.kind == PlaceKind.REGION and key not in opened
    }
    rows = []
    for key in {*numbers, *chosen} & places.keys():
        place = places[key]
        above = place.details["path"][:-1]
        shown = place.kind in _WIDE or not opened.isdisjoint(above)
        if shown and closed.isdisjoint(above):
            rows.append(place)
    found = [
        _named(name, key, numbers, chosen, depth)
        for key, name, depth in names().in_order(rows, places)
    ]
    return found + _unknown(chosen - {choice.value for choice in found})


def _named(
    name: Name, key: str, numbers: dict[str, int], chosen: Collection[str], indent: int = 0
) -> Choice:
    return Choice(key, name.text, numbers.get(key, 0), key in chosen, indent, name.language)


def _unknown(keys: set[str]) -> list[Choice]:
    """Chosen ids that no live entry uses: shown, so that they can be taken back."""
    return [
        Choice(key, _("%(id)s (not in the record)") % {"id": key}, 0, chosen=True)
        for key in sorted(keys)
    ]


def _most(numbers: dict[str, int], chosen: list[str]) -> set[str]:
    ranked = sorted(numbers, key=lambda key: (-numbers[key], key))
    return {*ranked[:MOST], *chosen}


def _actors(filters: Filters, numbers: dict[str, int]) -> list[Choice]:
    chosen = _asked(filters, "actor")
    named = names().actors(_most(numbers, chosen))
    return _ranked({key: name_of(row) for key, row in named.items()}, numbers, chosen)


def _publishers(filters: Filters, numbers: dict[str, int]) -> list[Choice]:
    chosen = _asked(filters, "publisher")
    named = names().publishers(_most(numbers, chosen))
    return _ranked({key: Name(name, "") for key, name in named.items()}, numbers, chosen)


def _ranked(named: dict[str, Name], numbers: dict[str, int], chosen: list[str]) -> list[Choice]:
    found = [_named(name, key, numbers, chosen) for key, name in named.items()]
    found.sort(key=lambda choice: (-choice.count, choice.label, choice.value))
    return found + _unknown(set(chosen) - named.keys())
