"""The text in pieces, each with the claims and suggestions whose words it is part of."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from incidents.vocabulary import Question

# A hue each. Questions that are answered alike share one.
GROUPS = {
    Question.KILLED: "people",
    Question.INJURED: "people",
    Question.MISSING: "people",
    Question.TRAPPED: "people",
    Question.HOSPITALISED: "people",
    Question.RESCUED: "people",
    Question.EVACUATION: "people",
    Question.DAMAGE: "things",
    Question.TARGET: "things",
    Question.WEAPON: "things",
    Question.INTERCEPTION: "things",
    Question.RESPONSIBILITY: "blame",
    Question.CAUSE: "blame",
    Question.CONTROL: "ground",
    Question.MOVEMENT: "ground",
}


def group_of(question: str) -> str:
    return GROUPS.get(Question(question), "words")


@dataclass(frozen=True)
class Highlight:
    """`target`: the id of the element that tells of it."""

    start: int
    end: int
    target: str
    group: str
    side: str


@dataclass
class Piece:
    start: int
    text: str
    highlights: list[Highlight] = field(default_factory=list)

    @property
    def parts(self) -> list[str]:
        """Between carriage returns, which a browser would turn into line feeds in bare markup."""
        return self.text.split("\r")

    @property
    def innermost(self) -> Highlight:
        return min(self.highlights, key=lambda one: one.end - one.start)


def pieces(text: str, highlights: Iterable[Highlight]) -> Iterator[Piece]:
    """Every code point of the text once, in order; spans may overlap."""
    marked = list(highlights)
    ends = {0, len(text)} | {end for one in marked for end in (one.start, one.end)}
    cuts = sorted(ends)
    for start, end in pairwise(cuts):
        yield Piece(
            start, text[start:end], [one for one in marked if one.start <= start and end <= one.end]
        )
