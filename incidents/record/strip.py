"""The claim strip: one line a question, each side's answer on it. The signature of the product."""

from collections import defaultdict
from typing import TypedDict

from incidents.record.document import ClaimDocument, Document
from incidents.record.standing import Told, clashes, superseded
from incidents.vocabulary import Question, Side

# What a strip may hold: a reader sees the disagreement without a click, and the rest on the page.
ANSWERS_A_LINE = 4
_NOT_ON_THE_STRIP = {Question.OTHER, Question.CALL_FOR_ACTION}
_ON_THE_STRIP = {one.value: n for n, one in enumerate(Question) if one not in _NOT_ON_THE_STRIP}
_SIDES = [side.value for side in Side]


class When(TypedDict):
    """When it was said or, where nobody says, first printed."""

    at: str
    precision: str
    zone: str
    printed: bool


class Speaker(TypedDict):
    name: str
    names: list[list[str]]  # [language, name]


class Answer(TypedDict):
    claim: str
    side: str
    stance: str
    text: str
    speaker: Speaker
    when: When
    clash: str  # the gravest kind of clash it is in, or ""


class Line(TypedDict):
    question: str
    clash: str
    answers: list[Answer]
    more: int  # answers that are only on the page


def strip(document: Document, claims: list[Told]) -> list[Line]:
    """Lines in the order of the vocabulary; on each, clashing answers first, then by side."""
    replaced = superseded(claims)
    grave = _gravest(claims)
    lines: list[Line] = []
    told: dict[str, list[Told]] = defaultdict(list)
    for one in claims:
        if one.claim["id"] not in replaced:
            told[one.claim["question"]].append(one)
    for question in _ON_THE_STRIP.keys() & told.keys():
        answers = [
            _answer(document, one, grave.get((question, one.claim["id"]), ""))
            for one in told[question]
        ]
        answers.sort(key=lambda answer: (answer["clash"] == "", _SIDES.index(answer["side"])))
        lines.append(
            {
                "question": question,
                "clash": min(
                    (a["clash"] for a in answers if a["clash"]), key=_GRAVITY.index, default=""
                ),
                "answers": answers[:ANSWERS_A_LINE],
                "more": len(answers[ANSWERS_A_LINE:]),
            }
        )
    lines.sort(key=lambda line: _ON_THE_STRIP[line["question"]])
    return lines


_GRAVITY = ["contradicts", "differs", "reports_differ", "unanswered"]


def _gravest(claims: list[Told]) -> dict[tuple[str, str], str]:
    """By question and claim, the gravest kind of clash in which the claim stands."""
    gravest: dict[tuple[str, str], str] = {}
    for clash in sorted(clashes(claims), key=lambda c: _GRAVITY.index(c["kind"])):
        for claim in clash["claims"]:
            gravest.setdefault((clash["question"], claim), clash["kind"])
    return gravest


def when(document: Document, claim: ClaimDocument) -> When:
    statement = document["statements"][claim["statement"]]
    if statement["said_at"] is not None:
        return {
            "at": statement["said_at"],
            "precision": statement["said_precision"],
            "zone": statement["zone"],
            "printed": False,
        }
    reports = [document["sources"][citation["source"]] for citation in claim["citations"]]
    first = min(reports, key=lambda report: report["published_at"])
    return {
        "at": first["published_at"],
        "precision": first["published_precision"],
        "zone": first["zone"],
        "printed": True,
    }


def _answer(document: Document, one: Told, clash: str) -> Answer:
    return {
        "claim": one.claim["id"],
        "side": one.side,
        "stance": one.claim["stance"],
        "text": one.claim["text"],
        "speaker": {
            "name": one.actor["name"],
            "names": [[language, name] for language, name in one.actor["names"] if language],
        },
        "when": when(document, one.claim),
        "clash": clash,
    }
