"""The timeline: entries by day, newest first, with facets and chips."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from incidents.public.chips import chips
from incidents.public.clock import from_the_record, wants_part
from incidents.public.density import density
from incidents.public.facets import Counted, count
from incidents.public.filters import Cursor, Filters
from incidents.public.page import render
from incidents.public.wording import day
from incidents.record.models import Entry, EntryMoment, RecordPlace

PAGE = 50


@dataclass
class Shown:
    """An entry on the page. `possibly`: its time may lie outside the dates asked for."""

    entry: Entry | EntryMoment
    places: list[RecordPlace]  # from the place itself up to the country
    possibly: bool


@dataclass
class Group:
    label: str
    entries: list[Shown]


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
        "view": "timeline",
        "counted": counted,
        "density": density(filters, counted.days),
        "groups": _grouped(shown, filters),
        "chips": chips(filters, counted, reverse("timeline")),
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
    places = [counted.places[key] for key in reversed(entry.places) if key in counted.places]
    return Shown(entry, places, possibly=outside)


def _grouped(shown: list[Shown], filters: Filters) -> list[Group]:
    def heading(one: Shown) -> date:
        entry = one.entry
        return entry.changed_at.date() if filters.sort_field == "changed_at" else entry.first_day

    changed = filters.sort_field == "changed_at"
    return [
        Group(_("Changed on %(day)s") % {"day": day(when)} if changed else day(when), list(group))
        for when, group in groupby(shown, key=heading)
    ]
