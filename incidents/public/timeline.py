"""The timeline: entries by day, newest first, with facets and chips."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from incidents.public.clock import from_the_record, wants_part
from incidents.public.density import density
from incidents.public.facets import Counted, count
from incidents.public.filters import Cursor, Filters
from incidents.public.page import render
from incidents.public.wording import day, moment
from incidents.record.models import Entry, EntryMoment

PAGE = 50


@dataclass
class Shown:
    """An entry on the page. `possibly`: its time may lie outside the dates asked for."""

    entry: Entry | EntryMoment
    place: str
    possibly: bool


@dataclass
class Group:
    label: str
    entries: list[Shown]


@dataclass
class Chip:
    label: str
    value: str
    without: str  # the address with this filter taken back


@from_the_record
def timeline(request: HttpRequest) -> HttpResponse:
    filters = Filters.read(request.GET)
    address = reverse("timeline") + filters.address(given=[("after", request.GET.get("after", ""))])
    if not wants_part(request) and _has_blanks(request) and not filters.errors:
        # A form without script sends its empty fields too: one state has one address.
        return HttpResponseRedirect(address)
    entries = _page(filters)
    counted = count(filters, {key for entry in entries for key in entry.places})
    shown = [_shown(entry, filters, counted) for entry in entries[:PAGE]]
    context = {
        "filters": filters,
        "counted": counted,
        "density": density(filters, counted.days),
        "groups": _grouped(shown, filters),
        "chips": _chips(filters, counted),
        "earlier": _earlier(filters, entries),
        "newest": reverse("timeline") + filters.address() if "after" in filters.values else "",
        "known": filters.known,
    }
    if not wants_part(request):
        return render(request, "timeline.html", context)
    response = render(request, "_timeline.html", context)
    # An address that cannot be read stays as it is, or a reload would show something else.
    response["HX-Push-Url"] = request.get_full_path() if filters.errors else address
    return response


def _has_blanks(request: HttpRequest) -> bool:
    return any("" in values for _, values in request.GET.lists())


def _page(filters: Filters) -> list[Entry | EntryMoment]:
    """The page's entries, and one more where there is a next page."""
    entries = filters.entries().defer("search").newest(filters.sort_field)
    cursor: Cursor | None = filters.values.get("after")
    if cursor is not None:
        entries = entries.after(filters.sort_field, cursor.moment, cursor.incident)
    return list(entries[: PAGE + 1])


def _earlier(filters: Filters, entries: Sequence[Entry | EntryMoment]) -> str:
    if len(entries) <= PAGE:
        return ""
    last = entries[PAGE - 1]
    cursor = Cursor(getattr(last, filters.sort_field), last.incident)
    return filters.address(given=[("after", str(cursor))])


def _shown(entry: Entry | EntryMoment, filters: Filters, counted: Counted) -> Shown:
    first, last = filters.values.get("from"), filters.values.get("to")
    outside = bool((first and entry.first_day < first) or (last and entry.last_day > last))
    names = [counted.places[key].name for key in reversed(entry.places) if key in counted.places]
    return Shown(entry, ", ".join(names), possibly=outside)


def _grouped(shown: list[Shown], filters: Filters) -> list[Group]:
    def heading(one: Shown) -> date:
        entry = one.entry
        return entry.changed_at.date() if filters.sort_field == "changed_at" else entry.first_day

    prefix = "Changed on " if filters.sort_field == "changed_at" else ""
    return [Group(prefix + day(when), list(group)) for when, group in groupby(shown, key=heading)]


def _chips(filters: Filters, counted: Counted) -> list[Chip]:
    """One chip for each value that narrows the list, to see it and to take it back."""
    if filters.form.errors:
        return []
    chips = [
        Chip(facet.label, choice.label, _without(filters, facet.key, choice.value))
        for facet in counted.facets
        for choice in facet.chosen
    ]
    for key, words in _single(filters.values):
        without = _without(filters, key, str(filters.form.query[key]))
        chips.append(Chip(str(filters.form.fields[key].label), words, without))
    return chips


def _without(filters: Filters, key: str, value: str) -> str:
    return reverse("timeline") + filters.address(drop=[(key, value)])


def _single(values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The filters that take one value, in words."""
    if "q" in values:
        yield "q", f"“{values['q']}”"
    for key in ("from", "to"):
        if key in values:
            yield key, day(values[key])
    if "killed_min" in values:
        yield "killed_min", str(values["killed_min"])
    if "known" in values:
        yield "known", moment(values["known"], "minute", "UTC") + " UTC"
