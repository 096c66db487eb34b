"""The words by which a search found an entry, where the list does not show them anyway."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

from incidents.public.naming import name_of
from incidents.public.rows import cut
from incidents.record.document import Document
from incidents.record.models import Entry, EntryMoment, RecordPlace, Version
from incidents.record.search import Wanted, spoken_of
from incidents.record.standing import Told, told
from incidents.record.strip import When, when

# Characters around the first match; cut between words where there are any.
_BEFORE = 80
_AFTER = 160


@dataclass(frozen=True)
class Passage:
    """Words of the record, in `language` or in more than one (""); `told` where they claim."""

    text: str
    language: str
    told: Told | None = None
    when: When | None = None


def passages(
    entries: Sequence[Entry | EntryMoment],
    named: Mapping[str, RecordPlace],
    wanted: Wanted | None,
    known: datetime | None,
) -> dict[int, Passage]:
    """By serial, for the entries that were found by words that the list does not show."""
    if wanted is None:
        return {}
    missing = {entry.serial: _unseen(entry, named, wanted) for entry in entries}
    versions = Version.objects.in_bulk([serial for serial, phrases in missing.items() if phrases])
    found = {}
    for serial, version in versions.items():
        document = cast(Document, version.document)
        if one := _passage(document, told(document, cut(known)), wanted, missing[serial]):
            found[serial] = one
    return found


def _unseen(
    entry: Entry | EntryMoment, named: Mapping[str, RecordPlace], wanted: Wanted
) -> set[tuple[str, ...]]:
    """The phrases that are nowhere among what the list shows of an entry."""
    answers = [answer for line in entry.strip for answer in line["answers"]]
    places = (named[key] for key in entry.places if key in named)
    names = [name_of(one).text for one in (*places, *(a["speaker"] for a in answers))]
    shown = [entry.title, *names, *(answer["text"] for answer in answers)]
    return set(wanted.phrases) - {phrase for text in shown for phrase in _phrases(text, wanted)}


def _passage(
    document: Document, claims: list[Told], wanted: Wanted, phrases: set[tuple[str, ...]]
) -> Passage | None:
    """Of what the entry was found by the words that hold most of `phrases`, cut to a line."""
    best = max(
        _passages(document, claims),
        key=lambda one: len(phrases & _phrases(one.text, wanted)),
        default=None,
    )
    if best is None or not phrases & _phrases(best.text, wanted):
        return None
    start = next(start for start, _, phrase in wanted.spans(best.text) if phrase in phrases)
    return replace(best, text=_cut(best.text, start))


def _phrases(text: str, wanted: Wanted) -> set[tuple[str, ...]]:
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
