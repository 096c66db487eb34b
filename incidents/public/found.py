"""The words by which a search found an entry, where the list does not show them anyway.

They follow from the entry's card, which never changes, from what is searched for, and from the
names of its places: by these they are kept.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias, cast

from django.utils.translation import get_language

from incidents.public.cards import Card, Found
from incidents.public.fragments import fragment
from incidents.public.kept import Kept
from incidents.public.naming import name_of
from incidents.public.rows import cut
from incidents.record.document import Document
from incidents.record.models import RecordPlace, Version
from incidents.record.search import Wanted, spoken_of
from incidents.record.standing import Told, told
from incidents.record.strip import When, when

# Characters around the first match; cut between words where there are any.
_BEFORE = 80
_AFTER = 160

# Of what is kept, in this process: of some five thousand entries.
_MOST_BYTES = 16_000_000
_MARK = 200  # bytes of one mark in a card

Phrase: TypeAlias = tuple[str, ...]
# Serial, last change and HTML of the card; language, what is wanted, and when it was known; which
# phrases stand in the names of its places.
Key: TypeAlias = tuple[int, datetime, str, str | None, Wanted, datetime | None, frozenset[Phrase]]

_kept: Kept[Key, Found] = Kept(_MOST_BYTES)


@dataclass(frozen=True)
class Passage:
    """Words of the record, in `language` or in more than one (""); `told` where they claim."""

    text: str
    language: str
    told: Told | None = None
    when: When | None = None


def found_in(
    cards: Sequence[Card],
    named: Mapping[str, RecordPlace],
    wanted: Wanted | None,
    known: datetime | None,
) -> dict[int, Found]:
    """By serial. Documents are read of the entries whose cards do not show all that is wanted, when
    they are asked for the first time."""
    if wanted is None:
        return {}
    shown = {key: named[key] for card in cards for key in card.places if key in named}
    in_places = {key: _phrases(name_of(place).text, wanted) for key, place in shown.items()}
    language = get_language()
    keys: dict[int, Key] = {}
    for card in cards:
        seen = frozenset[Phrase]().union(*(in_places.get(key, ()) for key in card.places))
        version = (card.serial, card.changed_at, card.html)
        keys[card.serial] = (*version, language, wanted, known, seen)
    found = {serial: one for serial, key in keys.items() if (one := _kept.get(key))}
    rest = [card for card in cards if card.serial not in found]
    for card, one in _made(rest, keys, wanted, known):
        found[card.serial] = one
        size = len(card.html) + len(one.passage) + _MARK * len(one.marks)
        _kept.put(keys[card.serial], one, size)
    return found


def _made(
    cards: Sequence[Card], keys: Mapping[int, Key], wanted: Wanted, known: datetime | None
) -> Iterator[tuple[Card, Found]]:
    """Beside the cards, which have not been asked for in this way."""
    marks = {}
    missing: dict[int, set[Phrase]] = {}
    for card in cards:
        marks[card.serial], phrases = card.marks(wanted)
        missing[card.serial] = set(wanted.phrases) - phrases - keys[card.serial][-1]
    passages = _passages_of(missing, wanted, known)
    for card in cards:
        passage = _shown(passages.get(card.serial), card, wanted)
        yield card, Found(marks[card.serial], passage)


def _shown(passage: Passage | None, card: Card, wanted: Wanted) -> str:
    if passage is None:
        return ""
    return fragment("_passage.html", entry=card, found=passage, wanted=wanted)


def _passages_of(
    missing: Mapping[int, set[Phrase]], wanted: Wanted, known: datetime | None
) -> dict[int, Passage]:
    """By serial, where words of its document have any of the phrases that are missing."""
    versions = Version.objects.in_bulk([serial for serial, phrases in missing.items() if phrases])
    found = {}
    for serial, version in versions.items():
        document = cast(Document, version.document)
        if one := _passage(document, told(document, cut(known)), wanted, missing[serial]):
            found[serial] = one
    return found


def _passage(
    document: Document, claims: list[Told], wanted: Wanted, phrases: set[Phrase]
) -> Passage | None:
    """Of what the entry was found by the words that hold most of `phrases`, cut to a line."""
    best, most = None, 0
    for one in _passages(document, claims):
        number = len(phrases & _phrases(one.text, wanted))
        if number > most:
            best, most = one, number
        if number == len(phrases):
            break
    if best is None:
        return None
    start = next(start for start, _, phrase in wanted.spans(best.text) if phrase in phrases)
    return replace(best, text=_cut(best.text, start))


def _phrases(text: str, wanted: Wanted) -> set[Phrase]:
    return {phrase for _, _, phrase in wanted.spans(text)}


def _passages(document: Document, claims: list[Told]) -> Iterator[Passage]:
    """What search_vector indexes, best first."""
    incident = document["incident"]
    language = incident["language"]
    yield Passage(incident["summary"], language)
    yield Passage(incident["place_note"], language)
    for one in claims:
        said = (one, when(document, one.claim))
        yield Passage(one.claim["text"], language, *said)
        for citation in one.claim["citations"]:
            snapshots = document["sources"][citation["source"]]["snapshots"]
            yield Passage(citation["quote"], snapshots[citation["snapshot"]]["language"], *said)
    for named in spoken_of(document, claims):
        yield from (Passage(f"{named['name']} ({spelling})", "") for _, spelling in named["names"])


def _cut(text: str, start: int) -> str:
    """A line of `text` around `start`."""
    first, last = max(0, start - _BEFORE), start + _AFTER
    if first:
        blank = text.find(" ", first, start)
        first = first if blank < 0 else blank + 1
    if last < len(text):
        blank = text.rfind(" ", start, last)
        last = last if blank < 0 else blank
    before, after = "…" * (first > 0), "…" * (last < len(text))
    return f"{before}{text[first:last]}{after}"
