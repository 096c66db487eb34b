"""Places that a gazetteer knows, in any case of their names.

The package knows no gazetteer: a caller passes one that answers `find`. `NameIndex` is one, made of
any list of names, for callers without a better one.
"""

import re
from collections.abc import Iterable
from typing import Protocol

from sources.suggestions.proposals import Mention, Span
from sources.suggestions.tokens import Sentence, Token

MOST_WORDS = 4


class Gazetteer(Protocol):
    def find(self, words: tuple[str, ...]) -> str | None:
        """The key of the place so named, in any grammatical case; None for no place."""


_ENDINGS = re.compile(
    "(?<=...)(?:ами|ями|ого|его|ому|ему|ими|ыми|ою|ею|ой|ей|ий|ый|ій|ая|яя|ое|ее|ые|ие|ых|их|ую|юю|"
    "ої|ій|им|ым|ом|ем|ів|ов|ові|еві|ах|ях|ам|ям|ию|ію|ия|ія|ії|ии|ью|ья)$|(?<=..)[юаяуыиіеоьйєї]$"
)
_LATIN_POSSESSIVE = re.compile("'s$")
_ALIKE = str.maketrans("ёєїґ’ʼ`", "ееіг'''")


def stem(word: str) -> str:
    """One form for the cases of a name; for look-up only."""
    plain = word.casefold().translate(_ALIKE)
    if plain.isascii():
        return _LATIN_POSSESSIVE.sub("", plain)
    if plain.endswith(("щина", "щини", "щині", "щину", "щиною", "щины", "щине", "щиной")):
        return plain[: plain.rindex("щин") + 3]
    if re.search("[ії]в$|[ое]в$", plain) and len(plain) > 3:
        return plain[:-2] + "в"
    cut = _ENDINGS.sub("", plain)
    if re.search("[оеі]в$", cut) and len(cut) > 3:
        cut = cut[:-2] + "в"
    return cut


class NameIndex:
    """Names of places by the stems of their words."""

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        """`names`: pairs of key and name; the first key of a name wins."""
        self._keys: dict[tuple[str, ...], str] = {}
        for key, name in names:
            words = name.split()
            self._keys.setdefault(tuple(stem(word) for word in words), key)
            if len(words) == 2 and words[0].endswith(("ська", "ская")) and words[1] == "область":
                self._keys.setdefault((stem(f"{words[0][:-4]}щина"),), key)

    def find(self, words: tuple[str, ...]) -> str | None:
        return self._keys.get(tuple(stem(word) for word in words))


def mentions(sentence: Sentence, gazetteer: Gazetteer) -> list[Mention]:
    """The longest names first; one word belongs to one place."""
    tokens = sentence.tokens
    found = []
    at = 0
    while at < len(tokens):
        length = 0
        if tokens[at].kind == "word" and tokens[at].capital:
            length, key = _longest(tokens, at, gazetteer)
            if length:
                span = Span(tokens[at].start, tokens[at + length - 1].end)
                found.append(Mention(span, key))
        at += max(length, 1)
    return found


def _longest(tokens: list[Token], at: int, gazetteer: Gazetteer) -> tuple[int, str]:
    run = []
    for token in tokens[at : at + MOST_WORDS]:
        if token.kind != "word":
            break
        run.append(_LATIN_POSSESSIVE.sub("", token.text.replace("’", "'")))
    for length in range(len(run), 0, -1):
        key = gazetteer.find(tuple(run[:length]))
        if key is not None:
            return length, key
    return 0, ""
