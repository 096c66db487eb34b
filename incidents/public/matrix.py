"""Question × side: each answer with its speaker and citations, denials level with assertions."""

from dataclasses import dataclass

from incidents.public.answers import Answer, answers, numbered
from incidents.public.clashes import Clash, clashes_on
from incidents.record.document import ClashDocument, Document
from incidents.record.standing import Told
from incidents.vocabulary import Question, Side


@dataclass
class Row:
    question: str
    cells: list[tuple[str, list[Answer]]]  # side, its answers
    clashes: list[Clash]

    @property
    def unanswered(self) -> list[str]:
        """The sides with nothing recorded."""
        return [side for side, cell in self.cells if not cell]


@dataclass
class Matrix:
    sides: list[str]
    rows: list[Row]
    answers: list[Answer]  # all of them, in order of time
    reports: dict[str, int]  # source id -> number on the page


def matrix(document: Document, claims: list[Told], clashes: list[ClashDocument]) -> Matrix:
    """Everything that the incident page shows of these claims of the document."""
    shown = answers(document, claims)
    columns = _columns(claims)
    rows = [
        Row(
            question.value,
            [(side, [a for a in shown if _stands_at(a, question, side)]) for side in columns],
            clashes_on(question, clashes, shown),
        )
        for question in Question
        if any(answer.claim["question"] == question for answer in shown)
    ]
    return Matrix(columns, rows, shown, numbered(claims))


def _stands_at(answer: Answer, question: Question, side: str) -> bool:
    return answer.claim["question"] == question and answer.told.side == side


def _columns(claims: list[Told]) -> list[str]:
    """The two sides and third parties always, so that silence shows; the unnamed where any are."""
    spoken = {one.side for one in claims}
    return [side.value for side in Side if side != Side.NONE or side.value in spoken]
