"""Search in the words of entries: the index, and what a reader asks of it.

Both are made of terms (incidents/terms.py), which PostgreSQL takes as they are.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache, reduce
from itertools import chain
from operator import add, and_, or_
from typing import TypeAlias

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.contrib.postgres.search import SearchQueryCombinable as Combinable
from django.db import connection
from django.db.models import Value

from incidents.record.document import ActorDocument, Document, PlaceDocument
from incidents.record.standing import Told
from incidents.terms import terms, words

CONFIG = "simple"

# Terms that PostgreSQL's parser, too, takes for one word each, with their places; and how many
# places of a word, and up to which, it keeps.
_PLAIN = re.compile("(?:[0-9a-zæðıđøþ]{1,500}:[0-9A-D,]+(?: |$))*")
_MOST_PLACES = 255
_LAST_PLACE = 16_383

_PART = re.compile(r'(-?)(?:"([^"]*)"?|([^\s"]+))')


# Start, end and the terms of a phrase.
Span: TypeAlias = tuple[int, int, tuple[str, ...]]


@dataclass(frozen=True)
class Part:
    """Terms that stand one after the other; `without` asks for entries where they do not.

    With `in_title` one term, that of a title.
    """

    terms: tuple[str, ...]
    without: bool = False
    in_title: bool = False

    def query(self) -> Combinable:
        text, kind = " ".join(self.terms), "phrase"
        if self.in_title:
            text, kind = f"{text}:A", "raw"
        one = SearchQuery(text, search_type=kind, config=CONFIG)
        return ~one if self.without else one


@dataclass(frozen=True)
class Wanted:
    """What a reader searches for: every part of any one group."""

    groups: tuple[tuple[Part, ...], ...]

    @classmethod
    def read(cls, text: str) -> "Wanted":
        """Any text is a search. "…" keeps words together, - excludes, OR offers another group.

        Words that hold together without quotes, as S-300 does, are a phrase too.
        """
        groups: list[list[Part]] = [[]]
        for minus, phrase, word in _PART.findall(text):
            if word.lower() == "or" and not minus:
                groups.append([])
            elif found := terms(phrase or word):
                groups[-1].append(Part(tuple(found), without=bool(minus)))
        return cls(tuple(tuple(group) for group in groups if group))

    def query(self) -> Combinable:
        """Finds nothing where no word says anything."""
        if not self.groups:
            return SearchQuery("", config=CONFIG)
        return reduce(or_, (reduce(and_, (p.query() for p in group)) for group in self.groups))

    @cached_property
    def titled(self) -> "Wanted":
        """Entries whose title has every word that any one group asks for."""
        groups = (
            tuple(Part((t,), in_title=True) for p in group if not p.without for t in p.terms)
            for group in self.groups
        )
        return Wanted(tuple(group for group in groups if group))

    @cached_property
    def phrases(self) -> list[tuple[str, ...]]:
        """The terms to mark where they stand one after the other; the longest first."""
        asked = {p.terms for group in self.groups for p in group if not p.without}
        return sorted(asked, key=lambda phrase: (-len(phrase), phrase))

    @cached_property
    def _beginning_with(self) -> dict[str, list[tuple[str, ...]]]:
        """The same by their first term."""
        by_first: dict[str, list[tuple[str, ...]]] = {}
        for phrase in self.phrases:
            by_first.setdefault(phrase[0], []).append(phrase)
        return by_first

    def spans(self, text: str) -> list[Span]:
        """Where its phrases stand in `text`: start, end and phrase, in order; none overlap."""
        found = list(words(text))
        spans: list[Span] = []
        for at, (start, _, term) in enumerate(found):
            for phrase in self._beginning_with.get(term, ()):
                run = found[at : at + len(phrase)]
                apart = not spans or spans[-1][1] <= start
                if apart and tuple(term for _, _, term in run) == phrase:
                    spans.append((start, run[-1][1], phrase))
        return spans


def texts(document: Document, claims: list[Told]) -> dict[str, list[str]]:
    """Title; summary and answers; every known spelling of each name; words: weights A to D.

    Not the titles of reports: a digest would be found under each of its subjects for all of them.
    """
    incident = document["incident"]
    answers = [one.claim["text"] for one in claims]
    quotes = [citation["quote"] for one in claims for citation in one.claim["citations"]]
    return {
        "A": [incident["title"]],
        "B": [incident["summary"], incident["place_note"], *answers],
        "C": [*dict.fromkeys(_spellings(document, claims))],
        "D": quotes,
    }


def vector(texts: dict[str, list[str]]) -> SearchVector:
    """From texts by weight."""
    parts = (
        SearchVector(Value(" ".join(_terms_of(ones))), weight=weight, config=CONFIG)
        for weight, ones in texts.items()
    )
    return reduce(add, parts)


def literal(texts: dict[str, list[str]]) -> str:
    """The same vector in the form in which PostgreSQL reads one: it need not parse the words."""
    placed: dict[str, str] = {}
    at = 0
    for weight, ones in texts.items():
        for term in _terms_of(ones):
            at += 1
            before = placed.get(term)
            placed[term] = f"{before},{at}{weight}" if before else f"{term}:{at}{weight}"
    written = " ".join(placed.values())
    crowded = at > _MOST_PLACES and max(map(_places, placed.values())) > _MOST_PLACES
    if crowded or at > _LAST_PLACE or not _PLAIN.fullmatch(written):
        return _written_by_postgresql(texts)
    return written


def _places(written: str) -> int:
    return written.count(",") + 1


def _written_by_postgresql(texts: dict[str, list[str]]) -> str:
    one = " || ".join(['setweight(to_tsvector(%s::regconfig, %s::text), %s::"char")'] * len(texts))
    values = [(CONFIG, " ".join(_terms_of(ones)), weight) for weight, ones in texts.items()]
    with connection.cursor() as cursor:
        cursor.execute(f"select ({one})::text", [value for three in values for value in three])
        return str(cursor.fetchone()[0])


def _terms_of(texts: Iterable[str]) -> Iterator[str]:
    return chain.from_iterable(map(_terms_of_one, texts))


@lru_cache(maxsize=2**14)
def _terms_of_one(text: str) -> tuple[str, ...]:
    """Kept, as names come again and again."""
    return tuple(terms(text))


def _spellings(document: Document, claims: list[Told]) -> Iterator[str]:
    for named in spoken_of(document, claims):
        yield named["name"]
        yield from (name for _, name in named["names"])


def spoken_of(document: Document, claims: list[Told]) -> list[PlaceDocument | ActorDocument]:
    """The places, and the actors of these claims: who is yet to speak is not found (`known=`)."""
    actors = [
        actor for one in claims for actor in (one.speaker, one.organisation, one.claim["accused"])
    ]
    return [
        *document["places"].values(),
        *(document["actors"][actor] for actor in dict.fromkeys(actors) if actor),
    ]
