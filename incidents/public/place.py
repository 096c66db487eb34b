"""A place: its names, who says who holds it, what was reported there, and what lies in it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse

from incidents.public.addresses import moved, named
from incidents.public.cards import cards_of, names_in
from incidents.public.clock import from_the_record
from incidents.public.held import Held, held
from incidents.public.inset import drawn
from incidents.public.lanes import FILLS
from incidents.public.naming import name_of
from incidents.public.page import render
from incidents.public.wording import day
from incidents.record.models import Entry, EntryClaim, RecordCount, RecordPlace

INCIDENTS = 20
INSIDE = 100
CLAIMS = 60  # on who holds the very place; those about the latest times


@dataclass(frozen=True)
class Inside:
    """A place directly in the one shown, and what is recorded of it."""

    place: RecordPlace
    incidents: int
    claims: int  # on who holds it or what lies in it


@from_the_record
def place(request: HttpRequest, place: str, slug: str = "") -> HttpResponse:
    row = RecordPlace.known_as(place)
    if row is None:
        raise Http404
    address = named("place", row.id, row.name)
    if request.path != address:
        return moved(request, address)
    newest = Entry.objects.having_any("places", [place]).newest("at")[:INCIDENTS]
    cards = cards_of(newest.states, dated=False)
    counts = RecordCount.objects.of(place)
    incidents, claims = counts[RecordCount.What.INCIDENTS], counts[RecordCount.What.CONTROL]
    inside = _most({**incidents, **claims}, incidents)
    names = RecordPlace.named(
        {*row.details["path"], *inside, *(key for card in cards for key in card.places)}
    )
    marked = names_in(cards, names)
    context = {
        "place": row,
        "name": name_of(row).text,
        "path": [names[key] for key in row.details["path"][:-1] if key in names],
        "inset": drawn(row.id, row.details),
        "held": _held(row, claims.get("", 0), names),
        "claims": sum(claims.values()),
        "fills": FILLS.items(),
        "days": [
            (day(when), [card.filled(marked) for card in group])
            for when, group in groupby(cards, key=lambda card: card.first_day)
        ],
        "incidents": sum(incidents.values()),
        "inside": [
            Inside(names[key], incidents.get(key, 0), claims.get(key, 0))
            for key in inside
            if key in names
        ],
    }
    return render(request, "place.html", context)


def _most(keys: Iterable[str], incidents: Mapping[str, int]) -> list[str]:
    """Ids of places, those with the most incidents first."""
    return sorted(filter(None, keys), key=lambda key: (-incidents.get(key, 0), key))[:INSIDE]


def _held(place: RecordPlace, number: int, names: dict[str, RecordPlace]) -> Held | None:
    """None where nobody claims who holds this very place."""
    if not number:
        return None
    newest = EntryClaim.objects.on_control().newest_of([place.id], CLAIMS)
    (found,) = held({place.id: number}, newest, names)
    return found
