"""From bytes to characters, and characters that nobody sees. A guess is always said to be one."""

import codecs
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

_BYTE_ORDER_MARKS = [
    # UTF-32 first: in little-endian order its mark begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
]
# What a file may declare; Python knows others that are no character sets, or slow.
_DECLARABLE = {
    *("utf-8", "utf-16", "utf-16-le", "utf-16-be", "koi8-r", "koi8-u", "cp866", "mac-cyrillic"),
    *(f"cp125{number}" for number in range(9)),
    *(f"iso8859-{number}" for number in (*range(1, 12), 13, 14, 15, 16)),
}
# Browsers read these names as the sets that contain them.
_MEANT = {"iso8859-1": "cp1252", "ascii": "cp1252", "koi8-r": "koi8-u"}
_GUESSED = ("cp1251", "koi8-u", "cp866", "iso8859-5")
_NAMES = {"cp1251": "windows-1251", "cp1252": "windows-1252", "koi8-u": "KOI8-U or KOI8-R"}
_COMMON = "оеаиінтрсвл"
# A capital after a small letter: what Cyrillic read in the wrong set is full of.
_BROKEN = re.compile("[а-яіїєґ][А-ЯІЇЄҐ]|[^\\W\\d_][\u2500-\u25ff\xa4-\xbf]")
_SHOWS_NOTHING = {"Cf", "Cc", "Zl", "Zp", "Co", "Cn"}
# All of these and some others; of a text, few need to be looked up.
MAYBE_UNSEEN = re.compile(
    "[^\\w\\s!-~\xa1-\xac\xae-\xff\u2010-\u2027\u2030-\u205e]|[\x0b\x0c\x1c-\x1f\x85\u2028\u2029]"
)
_SURROGATES = re.compile("[\ud800-\udfff]")


def decoded(data: bytes, declared: str = "") -> tuple[str, list[str]]:
    """The text of a file, and what the editor should know: a guess, or characters that are lost."""
    for mark, name in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _replaced(data, name)
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError:
        pass
    if known := _known(declared):
        return _replaced(data, known)
    guess = _guess(data)
    text, notes = _replaced(data, guess)
    said = "It does not say its character set"
    if declared:
        said = f"It names a character set “{declared[:40]}” that it is not in, or that is unknown"
    name = _NAMES.get(guess, guess)
    return text, [f"{said}: it was read as {name}, by guess. Check the letters.", *notes]


def _known(declared: str) -> str:
    try:
        name = codecs.lookup(declared.strip()).name
    except (LookupError, ValueError):
        return ""
    name = _MEANT.get(name, name)
    # Were it in UTF-8, it would have been read by now.
    return name if name in _DECLARABLE - {"utf-8"} else ""


def _replaced(data: bytes, charset: str) -> tuple[str, list[str]]:
    text = data.decode(charset, errors="replace")
    lost = text.count("\ufffd")
    if not lost:
        return text, []
    name = _NAMES.get(charset, charset)
    return text, [f"Characters that {name} does not have: {lost}, each shown as \ufffd."]


def _guess(data: bytes) -> str:
    """The Cyrillic set that gives the likeliest words; Western letters where none does."""
    sample = data[:50_000]
    scores = {name: _likeness(sample.decode(name, errors="replace")) for name in _GUESSED}
    best = max(_GUESSED, key=lambda name: scores[name])
    return best if scores[best] > 0 else "cp1252"


def _likeness(text: str) -> float:
    """How much it looks like Russian or Ukrainian: of the letters beyond ASCII, the common ones."""
    beyond = sum(letter > "\x7f" for letter in text)
    common = sum(text.lower().count(letter) for letter in _COMMON)
    odd = len(_BROKEN.findall(text)) + text.count("\ufffd")
    return (common - 2 * odd) / beyond - 0.3 if beyond else 0


def tidied(text: str) -> tuple[str, list[str]]:
    """The text as the database can keep it: line ends of one kind, and no NUL.

    Anything else stays, seen or not: it is evidence.
    """
    notes = []
    if nulls := text.count("\0"):
        notes.append(f"NUL characters, which cannot be kept, were left out: {nulls}.")
    text = _SURROGATES.sub("\ufffd", text.replace("\0", ""))
    return text.replace("\r\n", "\n").replace("\r", "\n").strip(), notes


@dataclass(frozen=True)
class Unseen:
    """A character that nobody sees: “U+202E right-to-left override”."""

    name: str
    count: int
    # Some of the text around the first, in which it is shown as its number.
    around: str


def unseen(text: str) -> list[Unseen]:
    """Every kind of character of the text that shows nothing: marks of direction, joiners.

    What joins the parts of an emoji is not meant, and line ends and tabs are not.
    """
    counts: Counter[str] = Counter()
    first: dict[str, int] = {}
    for match in MAYBE_UNSEEN.finditer(text):
        character = match[0]
        if is_unseen(character) and not _in_emoji(text, match.start()):
            counts[character] += 1
            first.setdefault(character, match.start())
    return [
        Unseen(f"{_number(one)} {_name(one)}", count, _around(text, first[one]))
        for one, count in counts.most_common()
    ]


def shown(text: str) -> str:
    """The text, with each such character as its number: “[U+202E]”."""

    def number(match: re.Match[str]) -> str:
        counts = is_unseen(match[0]) and not _in_emoji(text, match.start())
        return f"[{_number(match[0])}]" if counts else match[0]

    return MAYBE_UNSEEN.sub(number, text)


def has_unseen(text: str) -> bool:
    """Whether any stands there, in an emoji too: quicker than to name them."""
    return any(MAYBE_UNSEEN.match(one) and is_unseen(one) for one in set(text))


def is_unseen(character: str) -> bool:
    """Whether it shows nothing; of `MAYBE_UNSEEN` alone."""
    return unicodedata.category(character) in _SHOWS_NOTHING


def _in_emoji(text: str, at: int) -> bool:
    joins = text[at] == "\u200d" and at > 0
    return joins and unicodedata.category(text[at - 1]) in {"So", "Sk", "Mn"}


def _number(character: str) -> str:
    return f"U+{ord(character):04X}"


def _name(character: str) -> str:
    return unicodedata.name(character, "control or unknown character").lower()


def _around(text: str, at: int) -> str:
    before, after = text[max(0, at - 20) : at], text[at + 1 : at + 21]
    return shown(before) + f"[{_number(text[at])}]" + shown(after)
