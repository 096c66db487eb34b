"""Question × side: each answer with its speaker and citations, denials level with assertions."""

from dataclasses import dataclass, field

from incidents.record.document import ClaimDocument, ClashDocument, Document, StatementDocument
from incidents.record.standing import Told, clashes, superseded
from incidents.vocabulary import Question, Side

# How a clash is called before the words of the answers in it.
_CALLED = {
    "contradicts": "These contradict each other",
    "differs": "These accounts differ",
    "unanswered": "Claimed by one side, met with silence by another",
    "reports_differ": "Reports carry this differently",
}


@dataclass
class Evidence:
    """One citation, with the number of its report on this page."""

    number: int
    source: str
    quote: str
    language: str
    kind: str
    printed: list[tuple[str, str]]


@dataclass
class Answer:
    told: Told
    claim: ClaimDocument
    statement: StatementDocument
    evidence: list[Evidence]
    replaced: bool  # by a later claim of the same speaker or body
    relations: list[tuple[str, str, str]]  # kind, claim id, what it says, or "" when elsewhere

    @property
    def numbers(self) -> list[int]:
        return sorted({one.number for one in self.evidence})


@dataclass
class Clash:
    called: str
    answers: list[Answer]


@dataclass
class Row:
    question: str
    cells: list[list[Answer]]
    clashes: list[Clash] = field(default_factory=list)


@dataclass
class Matrix:
    sides: list[str]
    rows: list[Row]
    answers: list[Answer]  # all of them, in order of time
    reports: dict[str, int]  # source id -> number on the page


_PRINTED = {
    "role": "attributes it differently",
    "figure": "prints another figure",
    "channel": "names another channel",
    "scope": "reads its scope so",
    "lost_hedge": "drops the hedge",
}


def matrix(document: Document, claims: list[Told]) -> Matrix:
    """Everything that the incident page shows of these claims of the document."""
    reports = _numbered_reports(claims)
    answers = [_answer(document, one, claims, reports) for one in claims]
    columns = _columns(claims)
    found = clashes(claims)
    rows = [
        Row(
            question.value,
            [
                [a for a in answers if a.claim["question"] == question and a.told.side == side]
                for side in columns
            ],
            _clashes_of(question, found, answers),
        )
        for question in Question
        if any(answer.claim["question"] == question for answer in answers)
    ]
    return Matrix(columns, rows, answers, reports)


def _numbered_reports(claims: list[Told]) -> dict[str, int]:
    sources = [citation["source"] for one in claims for citation in one.claim["citations"]]
    return {source: number for number, source in enumerate(dict.fromkeys(sources), start=1)}


def _columns(claims: list[Told]) -> list[str]:
    """The two sides and third parties always, so that silence shows; the unnamed where any are."""
    spoken = {one.side for one in claims}
    return [side.value for side in Side if side != Side.NONE or side.value in spoken]


def _answer(document: Document, one: Told, claims: list[Told], reports: dict[str, int]) -> Answer:
    texts = {other.claim["id"]: other for other in claims}
    return Answer(
        told=one,
        claim=one.claim,
        statement=document["statements"][one.claim["statement"]],
        evidence=_evidence(document, one, reports),
        replaced=one.claim["id"] in superseded(claims),
        relations=[
            (
                relation["kind"],
                relation["claim"],
                _said_by(texts[relation["claim"]]) if relation["claim"] in texts else "",
            )
            for relation in one.claim["relations"]
        ],
    )


def _said_by(one: Told) -> str:
    return f"{one.actor['name']}: {one.claim['text']}"


def _evidence(document: Document, one: Told, reports: dict[str, int]) -> list[Evidence]:
    evidence = []
    for citation in one.claim["citations"]:
        snapshot = document["sources"][citation["source"]]["snapshots"][citation["snapshot"]]
        printed = dict(citation["printed"])
        evidence.append(
            Evidence(
                number=reports[citation["source"]],
                source=citation["source"],
                quote=citation["quote"],
                language=snapshot["language"],
                kind=snapshot["kind"],
                printed=[
                    (said, str(printed[key])) for key, said in _PRINTED.items() if printed[key]
                ],
            )
        )
    return evidence


def _clashes_of(
    question: Question, found: list[ClashDocument], answers: list[Answer]
) -> list[Clash]:
    """The clashes on one question, those of one kind said together."""
    by_id = {answer.claim["id"]: answer for answer in answers}
    kinds: dict[str, dict[str, Answer]] = {}
    for clash in found:
        if clash["question"] == question:
            kinds.setdefault(clash["kind"], {}).update({c: by_id[c] for c in clash["claims"]})
    return [
        Clash(called, list(kinds[kind].values()))
        for kind, called in _CALLED.items()
        if kind in kinds
    ]
