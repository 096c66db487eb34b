"""A sentence with what the lexicon knows of its words."""

from collections import defaultdict
from functools import cached_property

from sources.suggestions.languages import Lexicon
from sources.suggestions.patterns import Hit
from sources.suggestions.proposals import Span
from sources.suggestions.tokens import Sentence, Token


class Marked:
    def __init__(self, sentence: Sentence, lexicon: Lexicon) -> None:
        self.sentence = sentence
        self.tokens: list[Token] = sentence.tokens
        self.lexicon = lexicon
        self._hits: dict[str, list[Hit]] = defaultdict(list)
        for hit in lexicon.phrases.find(self.tokens):
            self._hits[hit.section].append(hit)
        self._chosen: dict[tuple[str, ...], list[Hit]] = {}
        self._covered: dict[tuple[str, ...], frozenset[int]] = {}

    def hits(self, section: str, *tags: str) -> list[Hit]:
        """What a section of the lexicon finds, in order; of all tags where none is named."""
        key = (section, *tags)
        if key not in self._chosen:
            found = self._hits.get(section, [])
            self._chosen[key] = [hit for hit in found if hit.tag in tags] if tags else found
        return self._chosen[key]

    def covered(self, section: str, *tags: str) -> frozenset[int]:
        """The tokens that are part of such phrases."""
        key = (section, *tags)
        if key not in self._covered:
            hits = self.hits(section, *tags)
            self._covered[key] = frozenset(at for hit in hits for at in range(hit.start, hit.end))
        return self._covered[key]

    @cached_property
    def marks(self) -> frozenset[int]:
        return frozenset(at for at, token in enumerate(self.tokens) if token.kind == "mark")

    @cached_property
    def clauses(self) -> frozenset[int]:
        """Where a word begins a new clause."""
        return frozenset(hit.start for hit in self.hits("link", "clause"))

    def span(self, start: int, end: int) -> Span:
        """Of tokens [start, end)."""
        return Span(self.tokens[start].start, self.tokens[end - 1].end)

    def words(self, start: int, end: int) -> str:
        return " ".join(token.text for token in self.tokens[start:end])

    def low(self, at: int) -> str:
        return self.tokens[at].low if 0 <= at < len(self.tokens) else ""
