"""The words that tell what befell the counted: killed, injured, damaged, shot down."""

from dataclasses import dataclass

from sources.suggestions.marked import Marked
from sources.suggestions.numbers import quantities


@dataclass(frozen=True, slots=True)
class Predicate:
    """Tokens [start, end). `left`, `right`: where the counted may stand."""

    question: str
    start: int
    end: int
    left: bool
    right: bool


def predicates(marked: Marked) -> list[Predicate]:
    if not marked.lexicon.english:
        found = [
            Predicate(hit.tag, hit.start, hit.end, left=True, right=True)
            for hit in marked.hits("subject")
        ]
        return found + _headings(marked)
    before = {(hit.tag, hit.start): hit.end for hit in marked.hits("subject")}
    after = {(hit.tag, hit.start): hit.end for hit in marked.hits("object")}
    found = []
    for tag, start in sorted({*before, *after}, key=lambda key: key[1]):
        left, right = (tag, start) in before, (tag, start) in after
        end = max(before.get((tag, start), 0), after.get((tag, start), 0))
        if left and right:
            passive = _passive(marked, start, after[tag, start])
            left, right = passive, not passive
            end = before[tag, start] if passive else after[tag, start]
        found.append(Predicate(tag, start, end, left, right))
    return found


def _headings(marked: Marked) -> list[Predicate]:
    """«Раненых десять», «є загиблі: двоє чоловіків»: of whom the number comes after."""
    taken = marked.covered("toll") | marked.covered("link", "including")
    taken |= {
        at for one in quantities(marked) if not one.implied for at in range(one.start, one.end)
    }
    return [
        Predicate(hit.tag, hit.start, hit.end, left=False, right=True)
        for hit in marked.hits("dead")
        if hit.tag in ("killed", "injured") and hit.start not in taken
    ]


def _passive(marked: Marked, at: int, after: int) -> bool:
    """Whether an English participle has its subject before it: “were killed”, “12 wounded,”."""
    auxiliary = marked.covered("link", "be")
    adverbs = marked.covered("link", "adverb")
    before = at - 1
    while before >= 0 and before not in auxiliary and before in adverbs:
        before -= 1
    if before in auxiliary or (
        before >= 0 and marked.low(before) == "and" and _and_was(marked, at)
    ):
        return True
    openers = {hit.start for hit in marked.hits("link", "article", "definite")}
    openers |= {one.start for one in quantities(marked)}
    while after in adverbs and after not in openers:
        after += 1
    return after not in openers


def _and_was(marked: Marked, at: int) -> bool:
    """“were killed and injured”: the second participle is passive as the first is."""
    following = at + 1
    return following >= len(marked.tokens) or following in marked.marks
