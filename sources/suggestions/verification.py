"""What an outlet or body says of having checked: could not verify, geolocated, under inquiry."""

from sources.suggestions.marked import Marked
from sources.suggestions.patterns import Hit
from sources.suggestions.proposals import Proposal

_STANCE = {"could_not_verify": "cannot_confirm", "under_investigation": "cannot_confirm"}


def _certain_first(hit: Hit) -> tuple[bool, int, int]:
    """“Impossible to verify independently” holds “verify independently”."""
    return hit.tag != "could_not_verify", hit.start, -hit.end


def verification(marked: Marked) -> list[Proposal]:
    found: list[Proposal] = []
    taken: set[int] = set()
    for hit in sorted(marked.hits("verification"), key=_certain_first):
        words = set(range(hit.start, hit.end))
        if hit.tag == "under_investigation" and marked.hits("cause", "cause"):
            continue  # what caused it is being looked into: that is said of the cause
        if words & taken:
            continue
        taken |= words
        stance = _STANCE.get(hit.tag, "asserts")
        span = marked.span(hit.start, hit.end)
        found.append(Proposal(span, "verification", stance, verification=hit.tag))
    return found
