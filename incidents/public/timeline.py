"""The timeline: entries by day, newest first, with facets and chips."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from incidents.public.clock import from_the_record
from incidents.public.facets import Counted, count
from incidents.public.filters import Cursor, Filters
from incidents.public.wording import day, moment
from incidents.record.models import Facts

PAGE = 50


@dataclass
class Shown:
    """An entry on the page. `possibly`: its time may lie outside the dates asked for."""

    entry: Facts
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
    if not request.headers.get("HX-Request") and _has_blanks(request):
        # A form without script sends its empty fields too: one state has one address.
        return HttpResponseRedirect(reverse("timeline") + filters.address())
    entries = _page(filters)
    counted = count(filters, {key for entry in entries for key in entry.places})
    shown = [_shown(entry, filters, counted) for entry in entries[:PAGE]]
    context = {
        "filters": filters,
        "counted": counted,
        "groups": _grouped(shown, filters),
        "chips": _chips(filters, counted),
        "earlier": _earlier(filters, entries),
        "newest": filters.address() if "after" in filters.values else "",
        "known": filters.known,
    }
    part = "_timeline.html" if _wants_part(request) else "timeline.html"
    response = render(request, part, context)
    if part == "_timeline.html":
        response["HX-Push-Url"] = reverse("timeline") + filters.address(
            after=request.GET.get("after") or None
        )
    return response


def _wants_part(request: HttpRequest) -> bool:
    return bool(
        request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request")
    )


def _has_blanks(request: HttpRequest) -> bool:
    return any("" in values for _, values in request.GET.lists())


def _page(filters: Filters) -> list[Facts]:
    """The page's entries, and one more where there is a next page."""
    entries = filters.entries().defer("search").newest(filters.sort_field)
    cursor: Cursor | None = filters.values.get("after")
    if cursor is not None:
        entries = entries.after(filters.sort_field, cursor.moment, cursor.incident)
    return list(entries[: PAGE + 1])


def _earlier(filters: Filters, entries: list[Facts]) -> str:
    if len(entries) <= PAGE:
        return ""
    last = entries[PAGE - 1]
    return filters.address(after=str(Cursor(getattr(last, filters.sort_field), last.incident)))


def _shown(entry: Facts, filters: Filters, counted: Counted) -> Shown:
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
    values = filters.values
    chips = [
        Chip(facet.label, choice.label, filters.address(drop=[(facet.key, choice.value)]))
        for facet in counted.facets
        for choice in facet.chosen
    ]
    single = {
        "q": lambda: f"“{values['q']}”",
        "from": lambda: day(values["from"]),
        "to": lambda: day(values["to"]),
        "killed_min": lambda: str(values["killed_min"]),
        "known": lambda: moment(values["known"].isoformat(), "minute", "UTC"),
    }
    chips += [
        Chip(str(filters.form.fields[key].label), words(), filters.address(**{key: None}))
        for key, words in single.items()
        if key in values
    ]
    return chips
