"""The active filters of a view, each with the address that takes it back."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from incidents.public.facets import Counted
from incidents.public.filters import Filters
from incidents.public.wording import day, utc


@dataclass
class Chip:
    label: str
    value: str
    without: str  # the address with this filter taken back
    language: str = ""  # of the value, where it is not the page's


def chips(filters: Filters, counted: Counted, home: str) -> list[Chip]:
    """One chip for each value that narrows the view at `home`, to see it and to take it back."""
    if filters.form.errors:
        return []

    def without(key: str, value: str) -> str:
        return home + filters.address(drop=[(key, value)])

    found = [
        Chip(facet.label, choice.label, without(facet.key, choice.value), choice.language)
        for facet in counted.facets
        for choice in facet.chosen
    ]
    for key, words in _single(filters.values):
        value = str(filters.form.query[key])
        found.append(Chip(str(filters.form.fields[key].label), words, without(key, value)))
    return found


def _single(values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The filters that take one value, in words."""
    if "q" in values:
        yield "q", _("“%(words)s”") % {"words": values["q"]}
    for key in ("from", "to"):
        if key in values:
            yield key, day(values[key])
    if "killed_min" in values:
        yield "killed_min", str(values["killed_min"])
    if "known" in values:
        yield "known", utc(values["known"])
