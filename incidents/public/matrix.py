"""Question × side: each answer with its speaker and citations, denials level with assertions."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from incidents.record.document import ClaimDocument, ClashDocument, Document, StatementDocument
from incidents.record.standing import Told, clashes, superseded
from incidents.record.strip import When, when
from incidents.vocabulary import Question, Side, Stance

# What stands between an answer and those that clash with it, gravest first.
_CALLED = {
    "contradicts": "is contradicted by",
    "differs": "differs from",
    "reports_differ": "is carried differently by its reports",
    "unanswered": "meets no answer from",
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
    when: When
    replaced: bool  # by a later claim of the same speaker or body
    relations: list[tuple[str, str, str]]  # kind, claim id, what it says, or "" when elsewhere

    @property
    def numbers(self) -> list[int]:
        return sorted({one.number for one in self.evidence})


@dataclass
class Clash:
    """One answer and those that clash with it in one way."""

    called: str
    answer: Answer
    against: list[Answer]


@dataclass
class Row:
    question: str
    cells: list[tuple[str, list[Answer]]]  # side, its answers
    clashes: list[Clash] = field(default_factory=list)


@dataclass
class Matrix:
    sides: list[str]
    rows: list[Row]
    answers: list[Answer]  # all of them, in order of time
    reports: dict[str, int]  # source id -> number on the page


_PRINTED = {
    "role": "speaker",
    "figure": "figure",
    "channel": "channel",
    "scope": "scope",
    "lost_hedge": "hedge dropped",
}


def matrix(document: Document, claims: list[Told]) -> Matrix:
    """Everything that the incident page shows of these claims of the document."""
    reports = _numbered_reports(claims)
    said = {one.claim["id"]: _said_by(one) for one in claims}
    replaced = superseded(claims)
    answers = [_answer(document, one, said, replaced, reports) for one in claims]
    columns = _columns(claims)
    found = clashes(claims)
    rows = [
        Row(
            question.value,
            [(side, [a for a in answers if _stands_at(a, question, side)]) for side in columns],
            _clashes_of(question, found, answers),
        )
        for question in Question
        if any(answer.claim["question"] == question for answer in answers)
    ]
    return Matrix(columns, rows, answers, reports)


def _stands_at(answer: Answer, question: Question, side: str) -> bool:
    return answer.claim["question"] == question and answer.told.side == side


def _numbered_reports(claims: list[Told]) -> dict[str, int]:
    sources = [citation["source"] for one in claims for citation in one.claim["citations"]]
    return {source: number for number, source in enumerate(dict.fromkeys(sources), start=1)}


def _columns(claims: list[Told]) -> list[str]:
    """The two sides and third parties always, so that silence shows; the unnamed where any are."""
    spoken = {one.side for one in claims}
    return [side.value for side in Side if side != Side.NONE or side.value in spoken]


def _answer(
    document: Document,
    one: Told,
    said: dict[str, str],
    replaced: set[str],
    reports: dict[str, int],
) -> Answer:
    return Answer(
        told=one,
        claim=one.claim,
        statement=document["statements"][one.claim["statement"]],
        evidence=_evidence(document, one, reports),
        when=when(document, one.claim),
        replaced=one.claim["id"] in replaced,
        relations=[
            (relation["kind"], relation["claim"], said.get(relation["claim"], ""))
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
    """The clashes on one question, gathered around the answers that have the most of them."""
    by_id = {answer.claim["id"]: answer for answer in answers}
    gathered = []
    for kind, called in _CALLED.items():
        pairs = [c["claims"] for c in found if c["question"] == question and c["kind"] == kind]
        for centre, others in _stars(pairs, [key for key, a in by_id.items() if not _silent(a)]):
            against = [by_id[other] for other in others]
            gathered.append(Clash(called, by_id[centre], against))
    return gathered


def _silent(answer: Answer) -> bool:
    return answer.claim["stance"] in (Stance.DECLINES_TO_COMMENT, Stance.CANNOT_CONFIRM)


def _stars(pairs: list[list[str]], centres: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Every pair once, as few centres with their partners; a claim alone has no partner.

    Claims of `centres` are preferred: what was claimed is named before who kept silent on it.
    """
    left = [list(pair) for pair in pairs]
    while left:
        counts = Counter(claim for pair in left for claim in pair)
        centre = max(counts, key=lambda claim: (claim in centres, counts[claim]))
        yield centre, [c for pair in left if centre in pair for c in pair if c != centre]
        left = [pair for pair in left if centre not in pair]
