"""The timeline: entries by day, newest first, with facets and chips."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from incidents.public.chips import chips
from incidents.public.clock import from_the_record, wants_part
from incidents.public.density import density
from incidents.public.facets import Counted, count
from incidents.public.filters import Filters
from incidents.public.found import Passage, passage, unseen
from incidents.public.page import render
from incidents.public.rows import cut
from incidents.public.wording import day
from incidents.record.document import Document
from incidents.record.models import Entry, EntryMoment, RecordPlace, Version
from incidents.record.models.entries import MOST_RANKED
from incidents.record.standing import told

PAGE = 50


@dataclass
class Shown:
    """An entry on the page. `possibly`: its time may lie outside the dates asked for.

    `found`: the words by which a search found it, where nothing else of the list shows them.
    """

    entry: Entry | EntryMoment
    places: list[RecordPlace]  # from the place itself up to the country
    possibly: bool
    found: Passage | None = None


@dataclass
class Group:
    """Entries under one heading; it says the day of each, or `dated` entries say it themselves."""

    label: str
    entries: list[Shown]
    dated: bool


@from_the_record
def timeline(request: HttpRequest) -> HttpResponse:
    filters = Filters.read(request.GET)
    address = reverse("timeline") + filters.address(given=[("after", request.GET.get("after", ""))])
    if not wants_part(request) and filters.has_blanks and not filters.errors:
        # One state has one address.
        return HttpResponseRedirect(address)
    entries = _page(filters)
    counted = count(filters, {key for entry in entries for key in entry.places})
    shown = [_shown(entry, filters, counted) for entry in entries[:PAGE]]
    _show_found(shown, filters)
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
        "unranked": filters.ranked and counted.balance.incidents > MOST_RANKED,
        "most_ranked": MOST_RANKED,
    }
    if not wants_part(request):
        return render(request, "timeline.html", context)
    response = render(request, "_timeline.html", context)
    # An address that cannot be read stays as it is, or a reload would show something else.
    response["HX-Push-Url"] = request.get_full_path() if filters.errors else address
    return response


def _page(filters: Filters) -> list[Entry | EntryMoment]:
    """The page's entries, and one more where there is a next page."""
    return list(filters.page().defer("search")[: PAGE + 1])


def _earlier(filters: Filters, entries: Sequence[Entry | EntryMoment]) -> str:
    if len(entries) <= PAGE:
        return ""
    return filters.address(given=[("after", str(filters.cursor(entries[PAGE - 1])))])


def _shown(entry: Entry | EntryMoment, filters: Filters, counted: Counted) -> Shown:
    first, last = filters.values.get("from"), filters.values.get("to")
    outside = bool((first and entry.first_day < first) or (last and entry.last_day > last))
    places = [counted.places[key] for key in reversed(entry.places) if key in counted.places]
    return Shown(entry, places, possibly=outside)


def _show_found(shown: list[Shown], filters: Filters) -> None:
    """Passages for the entries that were found by words that the list does not show."""
    wanted = filters.wanted
    if wanted is None:
        return
    missing = {one.entry.serial: unseen(one.entry, one.places, wanted) for one in shown}
    versions = Version.objects.in_bulk([serial for serial, phrases in missing.items() if phrases])
    for one in shown:
        if version := versions.get(one.entry.serial):
            document = cast(Document, version.document)
            claims = told(document, cut(filters.known))
            one.found = passage(document, claims, wanted, missing[version.serial])


def _grouped(shown: list[Shown], filters: Filters) -> list[Group]:
    if filters.ranked:
        return [Group(_("Best matches first"), shown, dated=True)] if shown else []
    if filters.sort_field == "changed_at":
        return [
            Group(_("Changed on %(day)s") % {"day": day(when)}, list(group), dated=True)
            for when, group in groupby(shown, key=lambda one: one.entry.changed_at.date())
        ]
    return [
        Group(day(when), list(group), dated=False)
        for when, group in groupby(shown, key=lambda one: one.entry.first_day)
    ]
