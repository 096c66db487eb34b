"""The claim strip: one line a question, each side's answer on it. The signature of the product."""

from typing import TypedDict

from incidents.record.document import Document
from incidents.record.standing import Told, clashes, superseded
from incidents.vocabulary import Question, Side

# What a strip may hold: a reader sees the disagreement without a click, and the rest on the page.
ANSWERS_A_LINE = 4
_NOT_ON_THE_STRIP = {Question.OTHER, Question.CALL_FOR_ACTION}
_SIDES = [side.value for side in Side]


class Answer(TypedDict):
    claim: str
    side: str
    stance: str
    text: str
    speaker: str
    said_at: str | None
    said_precision: str
    zone: str
    known_at: str
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
    for question in Question:
        if question in _NOT_ON_THE_STRIP:
            continue
        told = [
            one
            for one in claims
            if one.claim["question"] == question and one.claim["id"] not in replaced
        ]
        answers = [
            _answer(document, one, grave.get((question, one.claim["id"]), "")) for one in told
        ]
        answers.sort(key=lambda answer: (answer["clash"] == "", _SIDES.index(answer["side"])))
        if answers:
            lines.append(
                {
                    "question": question.value,
                    "clash": min(
                        (a["clash"] for a in answers if a["clash"]), key=_GRAVITY.index, default=""
                    ),
                    "answers": answers[:ANSWERS_A_LINE],
                    "more": len(answers[ANSWERS_A_LINE:]),
                }
            )
    return lines


_GRAVITY = ["contradicts", "differs", "reports_differ", "unanswered"]


def _gravest(claims: list[Told]) -> dict[tuple[str, str], str]:
    """By question and claim, the gravest kind of clash in which the claim stands."""
    gravest: dict[tuple[str, str], str] = {}
    for clash in sorted(clashes(claims), key=lambda c: _GRAVITY.index(c["kind"])):
        for claim in clash["claims"]:
            gravest.setdefault((clash["question"], claim), clash["kind"])
    return gravest


def _answer(document: Document, one: Told, clash: str) -> Answer:
    statement = document["statements"][one.claim["statement"]]
    return {
        "claim": one.claim["id"],
        "side": one.side,
        "stance": one.claim["stance"],
        "text": one.claim["text"],
        "speaker": one.actor["name"],
        "said_at": statement["said_at"],
        "said_precision": statement["said_precision"],
        "zone": statement["zone"],
        "known_at": one.claim["known_at"],
        "clash": clash,
    }
