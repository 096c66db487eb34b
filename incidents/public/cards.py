"""Cards: entries as lists show them, each rendered once in each language and kept.

A version never changes, so its card does not either, nor what was known of it at a moment. What
does not follow from that alone is left open in the card, and each page fills it in: the names of
the places, which come from the newest version that names them, of whichever incident; whether its
days are those asked for; the moment; and what is searched for.
Where words were removed from a version, its incident has a newer one, with a card of its own.
"""

from array import array
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from html import unescape
from itertools import zip_longest
from typing import NamedTuple, TypeAlias

from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from incidents.public.addresses import of_incident
from incidents.public.fragments import fragment, pattern
from incidents.public.highlight import GAP, OPEN, TEXT, highlighted, marked_at
from incidents.public.kept import Kept
from incidents.public.known import iso
from incidents.public.naming import marked
from incidents.public.strips import strip
from incidents.public.wording import happened, hour
from incidents.record.models import Entry, RecordPlace
from incidents.record.models.entries import Shown, State
from incidents.record.search import Wanted

# Of HTML, in this process: some twenty thousand cards.
MOST_BYTES = 64_000_000

# How often a publish may come between the list and its entries.
_ATTEMPTS = 3

# What a page fills in, in the order in which it stands in a card.
_OPEN = ("possibly", "known", "places", "passage")
_LEFT = {name: f"{GAP}{name}{GAP}" for name in _OPEN}

# What stands in place of the HTML from one character to another.
Edit: TypeAlias = tuple[int, int, str]


class Found(NamedTuple):
    """What a search found: marks in what a card shows, and HTML with words that it does not."""

    marks: Sequence[Edit] = ()
    passage: str = ""


NOTHING = Found()


@dataclass(frozen=True)
class Card:
    """`places`: ids from the place itself up to the country. `gaps`: where in `html` what is left
    open stands. `texts`: start and end of each text of the record, one after the other."""

    serial: int
    incident: str
    slug: str
    at: datetime
    changed_at: datetime
    first_day: date
    last_day: date
    places: list[str]
    html: str
    gaps: list[int]
    texts: "array[int]"
    rank: int | None  # among what was searched for

    def marks(self, wanted: Wanted) -> tuple[list[Edit], set[tuple[str, ...]]]:
        """What is wanted of its texts, marked; and which phrases these are."""
        edits: list[Edit] = []
        phrases: set[tuple[str, ...]] = set()
        for start, end in zip(self.texts[::2], self.texts[1::2], strict=True):
            text = unescape(self.html[start:end])
            if spans := wanted.spans(text):
                edits.append((start, end, marked_at(text, spans)))
                phrases.update(phrase for _, _, phrase in spans)
        return edits, phrases

    def filled(
        self,
        names: Mapping[str, SafeString],
        possibly: bool = False,
        known: datetime | None = None,
        found: Found = NOTHING,
    ) -> SafeString:
        """As HTML, with those of its places that have `names` (see names_in); its link leads to
        what was `known` then."""
        mark = _("possibly in these dates") if possibly else ""
        possible = format_html(' <span class="possibly">{}</span>', mark) if possibly else ""
        then = f"?known={iso(known)}" if known else ""
        places = [names[key] for key in self.places if key in names]
        where = ", ".join(places) if places else escape(_("Place not recorded"))
        given = zip(self.gaps, (possible, then, where, found.passage), strict=True)
        pieces, done = [], 0
        for start, end, html in sorted([*((at, at, html) for at, html in given), *found.marks]):
            pieces += [self.html[done:start], html]
            done = end
        return SafeString("".join([*pieces, self.html[done:]]))


def names_in(
    cards: Iterable[Card], named: Mapping[str, RecordPlace], wanted: Wanted | None = None
) -> dict[str, SafeString]:
    """The names of the cards' places as HTML, by id; what is `wanted` of them is marked."""
    keys = {key for card in cards for key in card.places}
    return {key: conditional_escape(marked(named[key], wanted)) for key in keys if key in named}


# What the card is of, language, dated or not.
Key: TypeAlias = tuple[Hashable, str | None, bool]


def _size(card: Card) -> int:
    return len(card.html) + len(card.texts) * card.texts.itemsize


_kept: Kept[Key, Card] = Kept(MOST_BYTES)


def cards_of(ask: Callable[[], list[State]], dated: bool) -> list[Card]:
    """Of the entries that `ask` gives, in that order; a query for those that are not kept.

    A `dated` card says the day; else a heading above says it.
    """
    for _attempt in range(_ATTEMPTS):
        states = {state[0]: state for state in ask()}

        def rows(serials: list[int], states: Mapping[int, State] = states) -> list[Shown]:
            """A serial alone may come again (see Bitmaps.making)."""
            entries = Entry.objects.order_by().at_serials(serials).shown()
            return [
                e for e in entries if (e.serial, e.incident, e.changed_at) == states[e.serial][:3]
            ]

        cards = cards_at(states, rows, dated)
        if len(cards) == len(states):
            break
        # Since they were asked for, one of them was published anew, or withdrawn.
    return cards


def cards_at(
    states: Mapping[int, Hashable],
    ask: Callable[[list[int]], Iterable[Shown]],
    dated: bool,
) -> list[Card]:
    """Of the entries with these serials, in that order: each in a state, for ever the same thing.
    `ask` is for those that are not kept.

    Without those that are no more: incidents of which a newer version was published meanwhile.
    """
    language = get_language()
    keys: dict[int, Key] = {serial: (state, language, dated) for serial, state in states.items()}
    found = {serial: card for serial, key in keys.items() if (card := _kept.get(key))}
    if missing := [serial for serial in keys if serial not in found]:
        for entry in ask(missing):
            if key := keys.get(entry.serial):
                found[entry.serial] = card = card_of(entry, dated)
                _kept.put(key, card, _size(card))
    return [found[serial] for serial in keys if serial in found]


def card_of(entry: Shown, dated: bool) -> Card:
    """Not kept."""
    html = _html(entry, dated)
    pieces = html.split(GAP)
    kept, at = [], 0
    gaps: list[int] = []
    texts = array("I")
    for before, left in zip_longest(pieces[::2], pieces[1::2], fillvalue=""):
        kept.append(before)
        at += len(before)
        if left.startswith(TEXT):
            text = left.removeprefix(TEXT)
            kept.append(text)
            texts.extend((at, at + len(text)))
            at += len(text)
        elif left:
            gaps.append(at)
    return Card(
        serial=entry.serial,
        incident=entry.incident,
        slug=entry.slug,
        at=entry.at,
        changed_at=entry.changed_at,
        first_day=entry.first_day,
        last_day=entry.last_day,
        places=entry.places[::-1],
        html="".join(kept),
        gaps=gaps,
        texts=texts,
        rank=entry.rank,
    )


def _html(entry: Shown, dated: bool) -> str:
    """What is left open of it, and each text of the record, stands between two GAPs."""
    language = get_language()
    when = happened if dated else hour
    address = of_incident(entry.incident, entry.slug)
    return _pattern(language, entry.kind, entry.standing, entry.language) % {
        "incident": entry.incident,
        "earliest": entry.earliest.isoformat(),
        "when": escape(when(entry.earliest, entry.latest, entry.precision, entry.zone)),
        "address": address,
        "title": highlighted(entry.title, OPEN),
        "counted": _counted(language, entry.claim_count, entry.report_count, len(entry.origins)),
        "strip": strip(entry, address, OPEN),
        **_LEFT,
    }


@lru_cache(maxsize=1_000)
def _pattern(_page_language: str | None, kind: str, standing: str, language: str) -> str:
    own = ("incident", "earliest", "when", "address", "title", "counted", "strip")
    looks = {"kind": kind, "standing": standing, "language": language}
    return pattern("_entry.html", *own, *_OPEN, **looks)


@lru_cache(maxsize=10_000)
def _counted(_page_language: str | None, claims: int, reports: int, origins: int) -> SafeString:
    return fragment("_counted.html", claims=claims, reports=reports, origins=origins)
