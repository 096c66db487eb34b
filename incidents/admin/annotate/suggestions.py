"""The claims that a text seems to carry, each with what editors made of it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from django.db.models import F, Q
from django.db.models.functions import Left, Length

from incidents.inflection import names_of
from incidents.models import Actor, ActorName, Citation, Place, PlaceName, SuggestionVerdict
from incidents.names import fold
from incidents.vocabulary import Question
from sources.models import Snapshot
from sources.suggestions.places import Known, NameIndex, stem
from sources.suggestions.proposals import Proposal, Reading, Span, Speaker
from sources.suggestions.reading import LONGEST, read

_CAPITALISED = re.compile(r"\b[^\W\d_][\w'’ʼ-]*")
_BEGINNING = 4  # letters by which names are looked up; the reader of the text compares the whole
_MOST_NAMES = 20_000
_MOST_SPEAKERS = 500
_POSSESSIVE = re.compile(r"['’]s?\b")
_SMALL_WORDS = frozenset(["of", "the", "and", "for", "in", "a"])
_TELLING = 5  # letters of a word: “Ukrainian” and “Ukraine” are one

Verdicts = dict[tuple[int, int, str], SuggestionVerdict]


@dataclass
class Suggestion:
    """One proposal as the page shows it. `recorded`: a claim already rests on these words."""

    proposal: Proposal
    quote: str
    speaker: Actor | None
    places: list[Place] = field(default_factory=list)
    verdict: SuggestionVerdict | None = None
    recorded: bool = False

    @property
    def key(self) -> str:
        return f"{self.proposal.span.start}-{self.proposal.span.end}-{self.proposal.question}"

    @property
    def looked_at(self) -> bool:
        return self.verdict is not None or self.recorded

    @property
    def rejected(self) -> bool:
        return self.verdict is not None and self.verdict.verdict == self.verdict.Verdict.REJECTED

    @property
    def question(self) -> Question:
        return Question(self.proposal.question)

    @property
    def side(self) -> str:
        if self.speaker:
            return self.speaker.side
        return self.proposal.speaker.side if self.proposal.speaker else "none"

    @property
    def said_by(self) -> str:
        """Who says it, as the text names them; empty for the outlet itself."""
        speaker = self.proposal.speaker
        return ", ".join(filter(None, [speaker.name, speaker.role])) if speaker else ""

    @property
    def unsure(self) -> bool:
        """Whether the speaker was carried over from another sentence, or understood from “he”."""
        return self.proposal.speaker is not None and self.proposal.speaker.carried


def suggestions(snapshot: Snapshot) -> list[Suggestion]:
    """In order of the text; in a fixed number of queries."""
    source = snapshot.source
    reading = _read(
        snapshot.text[:LONGEST],
        snapshot.language[:2].lower(),
        source.published_at,
        source.zone,
        source.publisher.name,
        *_names_in(snapshot.text[:LONGEST]),
    )
    proposals = {(one.span.start, one.span.end, one.question): one for one in reading.proposals}
    verdicts = _verdicts(snapshot)
    cited = Citation.objects.filter(snapshot=snapshot).select_related("claim")
    actors = _actors([*map(_named, reading.proposals), source.publisher.name])
    places = Place.objects.in_bulk(
        {int(place.key) for one in reading.proposals for place in one.places}
    )
    return [
        Suggestion(
            one,
            one.span.of(snapshot.text),
            actors.get(_named(one) or source.publisher.name),
            [places[int(place.key)] for place in one.places if int(place.key) in places],
            verdicts.get(key) or _former(one, verdicts, set(proposals)),
            any(_carries(citation, one) for citation in cited),
        )
        for key, one in proposals.items()
    ]


@lru_cache(maxsize=32)
def _read(
    text: str,
    language: str,
    published: datetime | None,
    zone: str,
    publisher: str,
    names: tuple[tuple[str, str], ...],
    places: tuple[Known, ...],
) -> Reading:
    facts = {place.key: place for place in places}
    return read(text, language, published, zone, publisher, NameIndex(names, facts, names_of))


def _names_in(text: str) -> tuple[tuple[tuple[str, str], ...], tuple[Known, ...]]:
    """The places whose name begins like a word of the text with a capital: names, then facts."""
    words = {word for word in _CAPITALISED.findall(text) if word[0].isupper()}
    spelt = {stem(word) for word in words} | {name for word in words for name in names_of(word)}
    beginnings = {fold(one).split(" ")[0][:_BEGINNING] for one in spelt if fold(one)}
    long = {one for one in beginnings if len(one) == _BEGINNING}
    # What is left of a short name without its ending: Сум of Суми. No name is shorter.
    short = {one for one in beginnings if len(one) == _BEGINNING - 1}
    rows = (
        PlaceName.objects.alias(
            long=Left("folded", _BEGINNING),
            short=Left("folded", _BEGINNING - 1),
            length=Length("folded"),
        )
        .filter(place__merged_into=None)
        .filter(Q(long__in=long) | Q(short__in=short, length__lte=_BEGINNING + 1))
        .order_by(F("place__population").desc(nulls_last=True), "place_id", "name")
        .values_list(
            "name",
            "place_id",
            "place__population",
            "place__latitude",
            "place__longitude",
            "place__parent_id",
            "place__parent__parent_id",
        )[:_MOST_NAMES]
    )
    names, places = [], {}
    for name, place, population, latitude, longitude, *above in rows:
        key = str(place)
        names.append((key, name))
        within = tuple(str(one) for one in above if one)
        places[key] = Known(key, population, latitude, longitude, within)
    return tuple(names), tuple(places.values())


def _named(proposal: Proposal) -> str:
    speaker: Speaker | None = proposal.speaker
    return (speaker.name or speaker.role) if speaker else ""


def _actors(names: Iterable[str]) -> dict[str, Actor]:
    """By name as the text has it; a name that several actors bear tells nothing."""
    wanted = {name: _words_of(name) for name in names}
    longest = {max(words, key=len) for words in wanted.values() if words}
    if not longest:
        return {}
    pattern = "|".join(map(re.escape, sorted(longest)[:_MOST_SPEAKERS]))
    rows = ActorName.objects.filter(folded__regex=pattern, actor__merged_into=None)
    borne: dict[frozenset[str], set[Actor]] = {}
    for row in rows.select_related("actor")[:_MOST_NAMES]:
        borne.setdefault(_words_of(row.name), set()).add(row.actor)
    return {
        name: next(iter(actors))
        for name, words in wanted.items()
        if len(actors := borne.get(words, set())) == 1
    }


def _words_of(name: str) -> frozenset[str]:
    """What tells a name from others: “Ukraine's defence ministry” is the Ministry of Defence of
    Ukraine, and Russia's the Russian one."""
    words = fold(_POSSESSIVE.sub("", name)).split()
    return frozenset(word[:_TELLING] for word in words if word not in _SMALL_WORDS)


def _verdicts(snapshot: Snapshot) -> Verdicts:
    rows = SuggestionVerdict.objects.filter(snapshot=snapshot).select_related(
        "claim__statement__speaker"
    )
    return {(row.start, row.end, row.question): row for row in rows}


def _former(
    proposal: Proposal, verdicts: Verdicts, keys: set[tuple[int, int, str]]
) -> SuggestionVerdict | None:
    """The verdict on what an earlier release proposed here, where its span was a little other."""
    return next(
        (
            row
            for key, row in verdicts.items()
            if key not in keys
            and row.question == proposal.question
            and _overlap(proposal, row.start, row.end)
        ),
        None,
    )


def _carries(citation: Citation, one: Proposal) -> bool:
    """Whether its claim is what is proposed: “11 flats and 39 houses” is two claims."""
    claim = citation.claim
    same_figure = one.number is None or (one.number.low, one.number.high) == (claim.low, claim.high)
    return (
        claim.question == one.question
        and same_figure
        and _overlap(one, citation.start, citation.end)
    )


def _overlap(proposal: Proposal, start: int, end: int) -> bool:
    return proposal.span.overlaps(Span(start, end))
