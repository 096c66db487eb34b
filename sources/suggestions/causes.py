"""What is said to have caused it, what it was aimed at, what is feared or asked for."""

from sources.suggestions.marked import Marked
from sources.suggestions.numbers import number_at, quantities
from sources.suggestions.patterns import Hit
from sources.suggestions.proposals import Number, Proposal

_QUESTIONS = {
    "cause": "cause",
    "target": "target",
    "outlook": "outlook",
    "call_for_action": "call_for_action",
}


def causes(marked: Marked) -> list[Proposal]:
    found: list[Proposal] = []
    hits = [hit for name in ("cause", "outlook", "appeal") for hit in marked.hits(name)]
    for hit in sorted(hits, key=lambda one: one.start):
        span = marked.span(hit.start, hit.end)
        question = _QUESTIONS[hit.tag]
        if any(one.question == question for one in found):
            continue
        found.append(Proposal(span, question, number=_days(marked, question)))
    return found + _series(marked) + _models(marked)


def _models(marked: Marked) -> list[Proposal]:
    """A weapon named by its model, where no number of it is given."""
    stated = [one for one in quantities(marked) if not one.implied]
    counted = {at for one in stated for at in range(one.start, one.end)}
    return [
        Proposal(marked.span(hit.start, hit.end), "weapon")
        for hit in marked.hits("models")
        if hit.start not in counted
    ][:1]


def _days(marked: Marked, question: str) -> Number | None:
    """Of an outlook: within how many days or weeks."""
    if question != "outlook":
        return None
    for section in ("day", "week", "month"):
        for hit in marked.hits("days", section):
            second = number_at(marked, hit.end + 1)
            if second and marked.low(hit.end) in ("or", "или", "або", "чи"):  # a day or two
                span = marked.span(hit.start, second[2])
                return Number(span, 1, second[1], "between", f"{section}s")
            for at in range(hit.start - 1, max(hit.start - 5, -1), -1):
                number = number_at(marked, at)
                if number and number[2] == hit.start:
                    low, high, _ = number
                    qualifier = "exactly" if low == high else "between"
                    first = at - 1 if high > low and at and number_at(marked, at - 1) else at
                    span = marked.span(first, hit.end)
                    return Number(span, low, high, qualifier, f"{section}s")
    return None


def _series(marked: Marked) -> list[Proposal]:
    """“A series of explosions”: how often, in words only."""
    found = []
    for one in quantities(marked):
        if one.qualifier != "vague" or not one.word:
            continue
        nouns = [hit for hit in marked.hits("explosions") if 0 <= hit.start - one.end <= 2]
        if nouns:
            hit: Hit = nouns[-1]
            number = Number(
                marked.span(one.start, hit.end), None, None, "vague",
                marked.words(hit.start, hit.end), word=one.word,
            )  # fmt: skip
            found.append(Proposal(marked.span(one.start, hit.end), "other", number=number))
    return found
