"""A text as sentences of tokens, each of which knows where it stands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# The longest word of the lexicons has 24 letters; longer ones are read by their beginning.
LONGEST = 40
# No sentence of a report is longer. Text without full stops is cut, so that every step stays short.
MOST_TOKENS = 150

_TOKEN = re.compile(
    r"""
      (?P<date> \d{1,2}\.\d{1,2}\.\d{2,4}(?!\d) | \d{4}-\d\d-\d\d(?!\d) )
    | (?P<clock> \d{1,2}:\d\d(?!\d) )
    | (?P<mixed> \d+(?:-\d+)?-?[^\W\d_][\w'’ʼ-]* )
    | (?P<number> \d{1,3}(?:[,.\u00a0\u202f\ ]\d{3})+(?!\d) | \d+(?:[.,]\d+)? )
    | (?P<word> [^\W\d_][\w'’ʼ`-]* )
    | (?P<mark> \S )
    """,
    re.VERBOSE,
)
OPENING = "“«„"
CLOSING = "”»"
STRAIGHT = '"'
_ENDS = frozenset(".!?…")
_ALIKE = str.maketrans("ё’ʼ`", "е'''")
# A full stop after them does not end a sentence.
_ABBREVIATIONS = """
mr mrs ms dr st gen col lt sgt sen gov rep prof no vs u.s u.k p.m a.m
jan feb mar apr jun jul aug sep sept oct nov dec
г гг ул обл им тыс млн млрд р рр вул см т тис чол пос просп кв д о п м с смт ст р-н ред напр стр
"""
_SHORT = frozenset(_ABBREVIATIONS.split())


@dataclass(frozen=True, slots=True)
class Token:
    """`low` is for comparison: lower case, ё as е, one apostrophe. `quoted`: between quotes."""

    start: int
    end: int
    text: str
    low: str
    kind: str  # date, clock, mixed, number, word or mark
    quoted: bool

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()


@dataclass(frozen=True, slots=True)
class Sentence:
    """Its tokens without quotation marks. `opens`: a quotation that began earlier goes on."""

    tokens: list[Token]
    paragraph: int
    opens: bool

    @property
    def start(self) -> int:
        return self.tokens[0].start

    @property
    def end(self) -> int:
        return self.tokens[-1].end


def sentences(text: str) -> list[Sentence]:
    found: list[Sentence] = []
    offset = 0
    for paragraph, line in enumerate(text.split("\n")):
        found += _in_paragraph(line, offset, paragraph)
        offset += len(line) + 1
    return found


def _in_paragraph(line: str, offset: int, paragraph: int) -> Iterator[Sentence]:
    tokens: list[Token] = []
    quoted = opens = False
    ended = False
    for match in _TOKEN.finditer(line):
        shown = match[0]
        if shown in OPENING or shown in CLOSING or shown == STRAIGHT:
            quoted = shown in OPENING or (shown == STRAIGHT and not quoted)
            if ended and quoted:
                yield Sentence(tokens, paragraph, opens)
                tokens, opens, ended = [], False, False
            continue
        kind = match.lastgroup or "mark"
        if tokens and (len(tokens) >= MOST_TOKENS or (ended and _begins(shown, kind))):
            yield Sentence(tokens, paragraph, opens)
            tokens, opens = [], quoted
        if kind in ("word", "mixed"):
            shown = shown.rstrip("'’ʼ`-_") or shown
        start = offset + match.start()
        low = shown[:LONGEST].casefold().translate(_ALIKE)
        token = Token(start, start + len(shown), shown, low, kind, quoted)
        ended = shown in _ENDS and not (shown == "." and _abbreviates(tokens))
        tokens.append(token)
    if tokens:
        yield Sentence(tokens, paragraph, opens)


def _begins(shown: str, kind: str) -> bool:
    return shown in "–—-[" if kind == "mark" else not shown[0].islower()


def _abbreviates(tokens: list[Token]) -> bool:
    """A full stop after these words may stand within a sentence."""
    if not tokens:
        return False
    last = tokens[-1]
    return last.low in _SHORT or (len(last.text) == 1 and last.kind == "word" and last.capital)
