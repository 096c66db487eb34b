"""The numbers of a filter by SQL: one statement groups the entries by each facet."""

from collections import defaultdict
from datetime import date
from functools import reduce
from typing import Any, TypeAlias

from django.contrib.postgres.fields import ArrayField
from django.db.models import Aggregate, CharField, Count, F, Func, QuerySet, Sum, Value
from django.db.models.functions import Cast

from incidents.public.filters import FACETS, Filters
from incidents.public.numbers import Balance, Numbers
from incidents.record.models import Entry, EntryMomentQuerySet, EntryQuerySet
from incidents.vocabulary import Standing

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


def numbers(filters: Filters) -> Numbers:
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
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for facet, value, number in _union(parts):
        found[facet][value] = number
    return Numbers(
        balance=Balance(
            origins=len(found[_ORIGINS]),
            **{name: found[name].get("", 0) for name in (_TOTAL, _CLAIMS, *_SHARES)},
        ),
        facets={key: found[key] for key in FACETS},
        days={date.fromisoformat(day): number for day, number in found[_DAYS].items()},
    )


def numbers_of(filters: Filters, key: str, values: list[str]) -> dict[str, int]:
    """How many of the entries asked for fall under each of a few values of one facet."""
    entries = filters.entries(but=key).having_any(FACETS[key], values)
    grouped = _grouped(entries, key, _each(FACETS[key]), Count("*"))
    return {value: number for _, value, number in grouped if value in values}


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
