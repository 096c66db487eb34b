"""Cards: entries as lists show them, each rendered once in each language and kept.

A version never changes, so its card does not either. What does not follow from the version alone is
left open in the card, and each page fills it in: the names of the places, which come from the
newest version that names them, of whichever incident; and whether its days are those asked for.
Where words were removed from a version, its incident has a newer one, with a card of its own.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from incidents.public.found import Passage
from incidents.public.fragments import fragment
from incidents.public.kept import Kept
from incidents.public.naming import marked
from incidents.record.models import Entry, EntryMoment, RecordPlace
from incidents.record.models.entries import State
from incidents.record.search import Wanted

# Of HTML, in this process: some twenty thousand cards.
MOST_BYTES = 64_000_000

# How often a publish may come between the list and its entries.
_ATTEMPTS = 3

# Stands in no text: PostgreSQL keeps none that has it.
_GAP = "\0"


@dataclass(frozen=True)
class Card:
    """`places`: ids from the place itself up to the country. `pieces`: the HTML around the gaps."""

    incident: str
    at: datetime
    changed_at: datetime
    first_day: date
    last_day: date
    places: list[str]
    pieces: list[str]

    def filled(self, names: Mapping[str, SafeString], possibly: bool = False) -> SafeString:
        """As HTML, with those of its places that have `names` (see names_in)."""
        start, middle, end = self.pieces
        mark = _("possibly in these dates")
        possible = format_html(' <span class="possibly">{}</span>', mark) if possibly else ""
        places = [names[key] for key in self.places if key in names]
        where = ", ".join(places or [escape(_("Place not recorded"))])
        return SafeString("".join([start, possible, middle, where, end]))


def names_in(
    cards: Iterable[Card], named: Mapping[str, RecordPlace], wanted: Wanted | None = None
) -> dict[str, SafeString]:
    """The names of the cards' places as HTML, by id; what is `wanted` of them is marked."""
    keys = {key for card in cards for key in card.places}
    return {key: conditional_escape(marked(named[key], wanted)) for key in keys if key in named}


# What the card is of, language, dated or not. It is of a state; or where the bitmaps chose it, of
# a serial within their making.
Key: TypeAlias = tuple[State | tuple[object, int], str | None, bool]


def _size(card: Card) -> int:
    return sum(map(len, card.pieces))


_kept: Kept[Key, Card] = Kept(MOST_BYTES)


def cards_of(ask: Callable[[], list[State]], dated: bool) -> list[Card]:
    """Of the entries that `ask` gives, in that order; a query for those that are not kept.

    A `dated` card says the day; else a heading above says it.
    """
    language = get_language()
    for _attempt in range(_ATTEMPTS):
        states = ask()
        found = {state: card for state in states if (card := _kept.get((state, language, dated)))}
        missing = {state[:3]: state for state in states if state not in found}
        if missing:
            serials = [serial for serial, *_rest in missing]
            for entry in Entry.objects.filter(serial__in=serials).defer("search"):
                if state := missing.get((entry.serial, entry.incident, entry.changed_at)):
                    found[state] = card = card_of(entry, dated)
                    _kept.put((state, language, dated), card, _size(card))
        if all(state in found for state in states):
            break
        # Since they were asked for, one of them was published anew, or withdrawn.
    return [found[state] for state in states if state in found]


def cards_at(making: object, serials: list[int], dated: bool) -> list[Card]:
    """Of the entries with these serials, in that order; a query for those that are not kept.

    Without those that are no more: incidents of which a newer version was published meanwhile.
    """
    language = get_language()
    keys: dict[int, Key] = {serial: ((making, serial), language, dated) for serial in serials}
    found = {serial: card for serial, key in keys.items() if (card := _kept.get(key))}
    if missing := keys.keys() - found.keys():
        for entry in Entry.objects.filter(serial__in=missing).defer("search"):
            found[entry.serial] = card = card_of(entry, dated)
            _kept.put(keys[entry.serial], card, _size(card))
    return [found[serial] for serial in serials if serial in found]


def card_of(
    entry: Entry | EntryMoment,
    dated: bool,
    wanted: Wanted | None = None,
    known: datetime | None = None,
    found: Passage | None = None,
) -> Card:
    """Not kept; as `known` at that moment, with what was `wanted` marked where it is `found`."""
    text = fragment(
        "_entry.html",
        entry=entry,
        dated=dated,
        wanted=wanted,
        known=known,
        found=found,
        possibly=_GAP,
        places=_GAP,
    )
    return Card(
        incident=entry.incident,
        at=entry.at,
        changed_at=entry.changed_at,
        first_day=entry.first_day,
        last_day=entry.last_day,
        places=entry.places[::-1],
        pieces=text.split(_GAP),
    )
