"""Parts of a text that are no report: captions, links to other texts, appeals."""

from sources.suggestions.marked import Marked
from sources.suggestions.proposals import Span

_FEW = 14  # words of a line that is nothing but a link or an appeal


def skipped(sentences: list[Marked]) -> list[Span]:
    """Whole sentences."""
    return [
        Span(marked.sentence.start, marked.sentence.end)
        for marked in sentences
        if _is_noise(marked)
    ]


def _is_noise(marked: Marked) -> bool:
    hits = marked.hits("noise", "appeal", "link")
    if any(hit.start <= 1 for hit in hits) or (hits and len(marked.tokens) <= _FEW):
        return True
    if len({hit.start for hit in hits}) > 1:
        return True
    return _is_caption(marked)


def _is_caption(marked: Marked) -> bool:
    """“Photo:” in it, or “2 of 3” before it."""
    for hit in marked.hits("noise", "caption"):
        after = marked.low(hit.end)
        before = marked.low(hit.start - 1)
        if after in (":", "/") or before in ("—", "–", "/", "|"):
            return True
    first = marked.tokens[:3]
    return (
        len(first) == 3
        and first[0].kind == first[2].kind == "number"
        and first[1].low in ("of", "/", "из", "з", "із")
        and first[0].start == marked.sentence.start
        and len(marked.tokens) > 3
        and marked.tokens[3].capital
    )
