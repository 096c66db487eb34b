"""Facets: how many of the entries asked for fall under each value of each filter, exactly.

The counts of one facet leave out that facet's own choice: they say what choosing another value
would give. All counts come from one SQL statement.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from functools import reduce
from typing import Any, TypeAlias

from django.contrib.postgres.fields import ArrayField
from django.db.models import Aggregate, CharField, Count, F, Func, QuerySet, Sum, TextChoices, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from incidents.public.filters import FACETS, Filters
from incidents.public.naming import Name, name_of
from incidents.record.models import (
    Entry,
    EntryMomentQuerySet,
    EntryQuerySet,
    RecordActor,
    RecordPlace,
    RecordSource,
)
from incidents.vocabulary import IncidentKind, PlaceKind, Question, Side, Stance, Standing

# Actors and outlets have no end: the most frequent stand in the rail, and those chosen.
MOST = 20

_VOCABULARIES: dict[str, type[TextChoices]] = {
    "kind": IncidentKind,
    "standing": Standing,
    "side": Side,
    "question": Question,
    "stance": Stance,
}
# Rows of facet, value, number.
Grouped: TypeAlias = "QuerySet[Any, tuple[str, str, int]]"

_TOTAL = "incidents"
_CLAIMS = "claims"
_DAYS = "days"
_ORIGINS = "origins"
# What part of the entries asked for the balance line tells of, by its name there.
_SHARES: dict[str, dict[str, Any]] = {
    "contested": {"standing": Standing.CONTESTED},
    "countered": {"countered": True},
    "verified": {"verification__gt": ""},
}
_NO_STANDING_HERE = {Standing.NO_CLAIMS.value}  # publishing refuses an incident without claims


@dataclass
class Choice:
    value: str
    label: str
    count: int
    chosen: bool
    indent: int = 0
    language: str = ""  # of the label, where it is not the page's


@dataclass
class Facet:
    key: str
    label: str
    choices: list[Choice]

    @property
    def chosen(self) -> list[Choice]:
        return [choice for choice in self.choices if choice.chosen]


@dataclass
class Balance:
    """How much of what was asked for rests on how many. Each share is a number of incidents.

    `verified` counts verification statements of any outcome.
    """

    incidents: int
    claims: int
    origins: int
    contested: int
    countered: int
    verified: int


@dataclass
class Counted:
    balance: Balance
    facets: list[Facet]
    days: dict[str, int]  # entries by first day, ISO 8601
    places: dict[str, RecordPlace]


def count(filters: Filters, shown_places: set[str]) -> Counted:
    """Facets and totals of `filters`. `shown_places` are fetched along, for the page's entries."""
    numbers = _numbers(filters)
    places = RecordPlace.named(set(numbers["place"]) | shown_places | set(_asked(filters, "place")))
    return Counted(
        balance=Balance(
            origins=len(numbers[_ORIGINS]),
            **{name: numbers[name].get("", 0) for name in (_TOTAL, _CLAIMS, *_SHARES)},
        ),
        facets=[
            _facet(filters, "kind", _words("kind", filters, numbers["kind"])),
            _facet(filters, "place", _places(filters, numbers["place"], places)),
            *(
                _facet(filters, key, _words(key, filters, numbers[key]))
                for key in ("standing", "side", "question", "stance")
            ),
            _facet(filters, "actor", _actors(filters, numbers["actor"])),
            _facet(filters, "publisher", _publishers(filters, numbers["publisher"])),
        ],
        days=numbers[_DAYS],
        places=places,
    )


def numbers_of(filters: Filters, key: str, values: list[str]) -> dict[str, int]:
    """How many of the entries asked for fall under each of a few values of one facet."""
    entries = filters.entries(but=key).having_any(FACETS[key], values)
    grouped = _grouped(entries, key, _each(FACETS[key]), Count("*"))
    return {value: number for _, value, number in grouped if value in values}


def _asked(filters: Filters, key: str) -> list[str]:
    asked: list[str] = filters.values.get(key, [])
    return asked


def _numbers(filters: Filters) -> dict[str, dict[str, int]]:
    """Facet -> value -> number of entries; and the totals of entries and claims."""
    whole = filters.entries()
    parts = [
        _grouped(whole, _TOTAL, Value(""), Count("*")),
        _grouped(whole, _CLAIMS, Value(""), Sum("claim_count", default=0)),
        _grouped(whole, _DAYS, Cast("first_day", CharField()), Count("*")),
        _grouped(whole, _ORIGINS, _each("origins"), Count("*")),
        *(
            _grouped(whole.filter(**share), name, Value(""), Count("*"))
            for name, share in _SHARES.items()
        ),
        *(
            _grouped(filters.entries(but=key), key, _each(name), Count("*"))
            for key, name in FACETS.items()
        ),
    ]
    numbers: dict[str, dict[str, int]] = defaultdict(dict)
    for facet, value, number in _union(parts):
        numbers[facet][value] = number
    return numbers


def _each(name: str) -> F | Func:
    """The value of a field, or each of its values where it is an array."""
    if isinstance(Entry._meta.get_field(name), ArrayField):
        return Func(F(name), function="unnest", output_field=CharField())
    return F(name)


def _grouped(
    entries: EntryQuerySet | EntryMomentQuerySet,
    facet: str,
    value: F | Func | Value,
    number: Aggregate,
) -> Grouped:
    return (
        entries.order_by()
        .annotate(facet=Value(facet), value=value)
        .values("facet", "value")
        .annotate(number=number)
        .values_list("facet", "value", "number")
    )


def _union(parts: list[Grouped]) -> Grouped:
    return reduce(lambda one, other: one.union(other, all=True), parts)


def _facet(filters: Filters, key: str, choices: list[Choice]) -> Facet:
    return Facet(key, str(filters.form.fields[key].label), choices)


def _words(key: str, filters: Filters, numbers: dict[str, int]) -> list[Choice]:
    """Every word of a vocabulary, in its order, those that nothing falls under too."""
    chosen = _asked(filters, key)
    return [
        Choice(word.value, str(word.label), numbers.get(word.value, 0), word.value in chosen)
        for word in _VOCABULARIES[key]
        if word.value not in _NO_STANDING_HERE or word.value in chosen
    ]


def _places(
    filters: Filters, numbers: dict[str, int], places: dict[str, RecordPlace]
) -> list[Choice]:
    """The tree down to regions, and below a region once it, or a place in it, is chosen."""
    chosen = set(_asked(filters, "place"))
    opened = {above for key in chosen if key in places for above in places[key].details["path"]}
    rows = [
        place
        for key in {*numbers, *chosen}
        if (place := places.get(key))
        and (
            place.kind in (PlaceKind.COUNTRY, PlaceKind.REGION)
            or opened & set(place.details["path"][:-1])
        )
        and not _under_a_closed_region(place, places, opened)
    ]
    rows.sort(key=lambda place: [_label(places, key) for key in place.details["path"]])
    found = [
        _named(name_of(p), p.id, numbers, chosen, indent=len(p.details["path"]) - 1) for p in rows
    ]
    return found + _unknown(chosen - {choice.value for choice in found})


def _named(
    name: Name, key: str, numbers: dict[str, int], chosen: Collection[str], indent: int = 0
) -> Choice:
    return Choice(key, name.text, numbers.get(key, 0), key in chosen, indent, name.language)


def _under_a_closed_region(
    place: RecordPlace, places: dict[str, RecordPlace], opened: set[str]
) -> bool:
    return any(
        key not in opened and key in places and places[key].kind == PlaceKind.REGION
        for key in place.details["path"][:-1]
    )


def _label(places: dict[str, RecordPlace], key: str) -> str:
    return name_of(places[key]).text if key in places else ""


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
    named = RecordActor.named(_most(numbers, chosen))
    return _ranked({key: name_of(row) for key, row in named.items()}, numbers, chosen)


def _publishers(filters: Filters, numbers: dict[str, int]) -> list[Choice]:
    chosen = _asked(filters, "publisher")
    rows = (
        RecordSource.objects.filter(publisher__in=_most(numbers, chosen))
        .order_by("publisher", "-serial")
        .distinct("publisher")
    )
    names = dict(rows.values_list("publisher", "publisher_name"))
    return _ranked({key: Name(name, "") for key, name in names.items()}, numbers, chosen)


def _ranked(names: dict[str, Name], numbers: dict[str, int], chosen: list[str]) -> list[Choice]:
    found = [_named(name, key, numbers, chosen) for key, name in names.items()]
    found.sort(key=lambda choice: (-choice.count, choice.label))
    return found + _unknown(set(chosen) - set(names))
