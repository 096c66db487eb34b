"""How alike two texts are, by the runs of three words that they share.

A SimHash (Charikar 2002) holds a text in 64 bits: the more runs two texts share, the fewer bits
differ. It finds what may be a copy among many texts; the runs themselves then tell.
"""

import re
from collections import Counter
from collections.abc import Iterator
from hashlib import blake2b
from itertools import pairwise

BITS = 64
# Bits that may differ. Copies with every tenth word changed differ in about fourteen; of unrelated
# texts one pair in twenty thousand differs in so few.
NEAR = 16
# Of the runs of the shorter text, the share that must stand in the longer one.
COPIED = 0.5

_WORD = re.compile(r"\w+(?:['’ʼ-]\w+)*")
_RUN = 3
_OCTETS = BITS // 8


Runs = frozenset[tuple[str, ...]]


def simhash(text: str) -> int | None:
    """A signed number of 64 bits, as PostgreSQL's bigint holds it; none of a text without words."""
    found = runs(text)
    if not found:
        return None
    digests = b"".join(_digest(run) for run in found)
    bits = 0
    for place in range(_OCTETS):
        octets = Counter(digests[place::_OCTETS])
        for bit in range(7, -1, -1):
            ones = sum(count for octet, count in octets.items() if octet >> bit & 1)
            bits = bits << 1 | (2 * ones > len(found))
    return bits - (1 << BITS) if bits >> (BITS - 1) else bits


def distance(one: int, other: int) -> int:
    """In how many bits two hashes differ: 0 to 64."""
    return ((one ^ other) & ((1 << BITS) - 1)).bit_count()


def runs(text: str) -> Runs:
    """Every three words that follow each other; of a shorter text, all of its words."""
    words = [_folded(word) for word in _WORD.findall(text)]
    length = min(_RUN, len(words))
    return frozenset(
        tuple(words[start : start + length]) for start in range(len(words) - length + 1)
    ) - {()}


def shared(one: Runs, other: Runs) -> float:
    """Which share of the runs of the shorter text stands in the longer one: 0 to 1."""
    return len(one & other) / max(1, min(len(one), len(other)))


def marked(text: str, other: str) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether the other text has it too, in a run of words."""
    others = runs(other)
    words = list(_WORD.finditer(text))
    folded = [_folded(word[0]) for word in words]
    length = min(_RUN, len(words)) or 1
    common = [False] * len(words)
    for start in range(len(words) - length + 1):
        if tuple(folded[start : start + length]) in others:
            common[start : start + length] = [True] * length
    return list(_pieces(text, words, common))


def _pieces(
    text: str, words: list[re.Match[str]], common: list[bool]
) -> Iterator[tuple[str, bool]]:
    """What stands between two words goes with the word before it."""
    start = 0
    for (_, before), (word, after) in pairwise(zip(words, common, strict=True)):
        if before != after:
            yield text[start : word.start()], before
            start = word.start()
    yield text[start:], common[-1] if common else True


def _digest(run: tuple[str, ...]) -> bytes:
    return blake2b(" ".join(run).encode(), digest_size=_OCTETS).digest()


def _folded(word: str) -> str:
    return word.casefold().replace("’", "'").replace("ʼ", "'").replace("ё", "е")
