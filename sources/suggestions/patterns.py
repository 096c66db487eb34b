"""Phrases found in tokens: words, beginnings of words, alternatives and short gaps.

Phrases stand between commas: `word`, `begin*`, `*end`, `this|that`, `optional?`, and `~` for up to
five words. Marks of punctuation are never part of a phrase, so none runs past a comma. Each try is
bounded by the length of the phrase, whatever the text.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from sources.suggestions.tokens import Token

WIDEST_GAP = 5
_MOST_REMEMBERED = 20_000
_KEY = 2  # letters by which beginnings are looked up


@dataclass(frozen=True, slots=True)
class Hit:
    """Tokens [start, end) of a sentence are a phrase of `tag`, in a section of the lexicon."""

    section: str
    tag: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Element:
    words: frozenset[str]
    beginnings: tuple[str, ...]
    ends: tuple[str, ...]
    optional: bool

    def fits(self, low: str) -> bool:
        return (
            low in self.words
            or (bool(self.beginnings) and low.startswith(self.beginnings))
            or (bool(self.ends) and low.endswith(self.ends))
        )


_Phrase = tuple[_Element | None, ...]  # None is a gap
_Entry = tuple[tuple[str, str], _Phrase]  # of a section and tag


class Phrases:
    """All phrases of a lexicon, found in one walk over the tokens."""

    def __init__(self, sections: Mapping[str, Mapping[str, str]]) -> None:
        self._exact: dict[str, list[_Entry]] = defaultdict(list)
        self._begun: dict[str, list[_Entry]] = defaultdict(list)
        self._ended: list[_Entry] = []
        self._remembered: dict[str, list[_Entry]] = {}
        for section, table in sections.items():
            for tag, listed in table.items():
                for phrase in filter(None, (part.split() for part in listed.split(","))):
                    self._add((section, tag), tuple(_element(word) for word in phrase))

    def _add(self, tag: tuple[str, str], phrase: _Phrase) -> None:
        first = phrase[0]
        if not first or first.optional:
            raise ValueError(f"a phrase of {'.'.join(tag)} does not begin with a word")
        for word in first.words:
            self._exact[word].append((tag, phrase))
        for key in {beginning[:_KEY] for beginning in first.beginnings}:
            self._begun[key].append((tag, phrase))
        if first.ends:
            self._ended.append((tag, phrase))

    def find(self, tokens: Sequence[Token]) -> list[Hit]:
        """In order of start; of one tag at one start the longest."""
        found: list[Hit] = []
        for at, token in enumerate(tokens):
            beginning = self._beginning(token.low)
            if not beginning:
                continue
            longest: dict[tuple[str, str], int] = {}
            for tag, phrase in beginning:
                end = _match(phrase, 1, tokens, at + 1)
                if end > longest.get(tag, at):
                    longest[tag] = end
            found += [Hit(*tag, at, end) for tag, end in longest.items()]
        return found

    def _beginning(self, low: str) -> list[_Entry]:
        """The phrases whose first word this can be."""
        found = self._remembered.get(low)
        if found is None:
            phrases = [*self._exact.get(low, ()), *self._begun.get(low[:_KEY], ()), *self._ended]
            found = [one for one in phrases if one[1][0] and one[1][0].fits(low)]
            if len(self._remembered) >= _MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[low] = found
        return found


@cache
def _element(written: str) -> _Element | None:
    if written == "~":
        return None
    optional = written.endswith("?")
    ways = written.rstrip("?").split("|")
    return _Element(
        frozenset(way for way in ways if "*" not in way),
        tuple(way[:-1] for way in ways if way.endswith("*")),
        tuple(way[1:] for way in ways if way.startswith("*")),
        optional,
    )


def _match(phrase: _Phrase, element: int, tokens: Sequence[Token], at: int) -> int:
    """The end of the phrase from `element` on, matched at token `at`; 0 if it does not fit."""
    while element < len(phrase):
        wanted = phrase[element]
        if wanted is None:
            for gap in range(WIDEST_GAP + 1):
                if end := _match(phrase, element + 1, tokens, at + gap):
                    return end
                if at + gap >= len(tokens) or tokens[at + gap].kind == "mark":
                    return 0
            return 0
        if at < len(tokens) and wanted.fits(tokens[at].low):
            at += 1
        elif not wanted.optional:
            return 0
        element += 1
    return at
