"""The timeline: entries by day, newest first, with facets and chips."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from incidents.public.cards import NOTHING, Card, names_in
from incidents.public.chips import chips
from incidents.public.clock import from_the_record, unfinished
from incidents.public.density import density
from incidents.public.facets import count
from incidents.public.filtered import answered, strays
from incidents.public.filters import Filters
from incidents.public.found import found_in
from incidents.public.listed import listed
from incidents.public.wording import day
from incidents.record.models import RecordPlace
from incidents.record.models.entries import MOST_RANKED

PAGE = 50


@dataclass
class Group:
    """Cards under one heading."""

    label: str
    cards: list[SafeString]

    @property
    def html(self) -> SafeString:
        return SafeString("".join(self.cards))


@from_the_record
def timeline(request: HttpRequest) -> HttpResponse:
    filters = Filters.read(request.GET)
    address = reverse("timeline") + filters.address(given=[("after", request.GET.get("after", ""))])
    if strays(request, filters, address):
        return HttpResponseRedirect(address)
    page = listed(filters, PAGE + 1)
    counted = count(filters, {key for one in page for key in one.places})
    balance = counted.balance
    context = {
        "filters": filters,
        "canonical": request.build_absolute_uri(address),
        "view": "timeline",
        "here": address,
        "counted": counted,
        "density": density(filters, counted.days),
        "groups": _grouped(page[:PAGE], filters, counted.places),
        "chips": chips(filters, counted, reverse("timeline")),
        "earlier": _earlier(filters, page),
        "newest": reverse("timeline") + filters.address() if "after" in filters.values else "",
        "unranked": filters.ranked and balance and balance.incidents > MOST_RANKED,
        "most_ranked": MOST_RANKED,
    }
    response = answered(request, filters, address, context)
    return response if balance else unfinished(response)


def _earlier(filters: Filters, page: list[Card]) -> str:
    if len(page) <= PAGE:
        return ""
    return filters.address(given=[("after", str(filters.cursor(page[PAGE - 1])))])


def _grouped(cards: list[Card], filters: Filters, named: dict[str, RecordPlace]) -> list[Group]:
    first, last = filters.values.get("from"), filters.values.get("to")
    names = names_in(cards, named, filters.wanted)
    found = found_in(cards, named, filters.wanted, filters.known)

    def filled(cards: Iterable[Card]) -> list[SafeString]:
        return [
            card.filled(
                names,
                possibly=bool(
                    (first and card.first_day < first) or (last and card.last_day > last)
                ),
                known=filters.known,
                found=found.get(card.serial, NOTHING),
            )
            for card in cards
        ]

    if filters.ranked:
        return [Group(_("Best matches first"), filled(cards))] if cards else []
    if filters.sort_field == "changed_at":
        return [
            Group(_("Changed on %(day)s") % {"day": day(when)}, filled(group))
            for when, group in groupby(cards, key=lambda card: card.changed_at.date())
        ]
    return [
        Group(day(when), filled(group))
        for when, group in groupby(cards, key=lambda card: card.first_day)
    ]
