"""Words made comparable: one term for a word in any of its forms, spellings and scripts.

The endings that English, Russian and Ukrainian give to nouns, adjectives, participles and names
come off, and what is left is folded (incidents/names.py): “Гладкова”, “Гладковим”, “Hladkov” and
“Gladkov’s” are one term. Entries are indexed, queries read and matches marked by the same terms,
so what is marked is what was found. When they change here, run `rebuild_record`.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from incidents.names import fold

# Letters and digits with what stands on and between them: д’Артаньян, Lysychans'k, Élysée.
_MARK = r"[\u0300-\u036f]"
_LETTERS = rf"[^\W_]+(?:{_MARK}+[^\W_]*)*"
WORD = re.compile(rf"{_LETTERS}(?:['’ʼ`‘′]{_LETTERS})*")

# They say nothing of what a text is about. “Not”, “не” and “no” do.
_STOP_WORDS = """
a an and are as at be been but by for from had has have he her his in is it its of on or she
that the their there they this to was were which who will with
а будет бы был была были было в вы для до его ее если же за и из или их к как ко мы на над но о
об он она они от по под при с со то у что это
або але був була були було бути від вона вони він для до з за зі і із її їх його й на над
по під та це чи що як
"""
_STOP = frozenset(_STOP_WORDS.split())

_CYRILLIC = re.compile("[\u0400-\u052f]")
# What Russian and Ukrainian spell in two ways and both inflect alike; і and и stay apart as yet.
_ALIKE = str.maketrans("ёєїґў", "ееігу", "'’ʼ`‘′")
_PAST_REFLEXIVE = re.compile("(?<=..л)(?:ся|ась|ось|ись)$")
_SOFTENED = re.compile("(?<=[іе]в)ці$")  # в Авдіївці
_CASES = re.compile(
    "(?<=...)(?:иями|іями|ами|ями|ими|іми|ыми|его|ого|ему|ому|ової|ові|еві|иях|іях|ием|иям|ием|іям|"
    "ией|іею|ах|ях|ам|ям|ом|ем|им|ім|ым|их|іх|ых|ею|ою|ей|ой|ий|ій|ый|ая|яя|ее|ие|ое|ье|ые|еі|"
    "оі|ьі|іі|ии|ьи|ию|ію|ью|ую|юю|ия|ія|ья)$"
    "|(?<=..)[аеийіоуыьэюя]$"
)
# Cases leave -ов of a name as it is, and are -ов themselves: Гладков, домов; Харків, будинків.
_OV = re.compile("(?<=..)(?:ов|ев|ів)$")

_ACCENT = re.compile("[\u0300-\u030b\u030d-\u036f]")  # but the caron, which fold reads
_POSSESSIVE = re.compile("['’]s$")
# The same endings of names that are written in Latin letters: Hladkov, Kyiv, Zelenskyy, Odesa.
_NAME = re.compile("(?<=..)(?:[iy]e|yi|[oei])v$|(?<=..sk)[iy]{1,2}$|(?<=...)[iy]?a$")
_PLURAL = re.compile("(?<=..[^siu])s$")
_VERB = re.compile("(?<=...)(?:ing|(?<!e)ed)$")
_DERIVED = re.compile("(?<=[a-z]{4}[st])(?:ion|ive|or)$|(?<=[a-z]{4})ment$|(?<=..)e$")
_Y = re.compile("(?<=..)(?:y|ie)$")


def words(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and term of each word that says something; ends are exclusive."""
    for match in WORD.finditer(text):
        if found := term(match[0]):
            yield match.start(), match.end(), found


def terms(text: str) -> list[str]:
    return [found for word in WORD.findall(text) if (found := term(word))]


@lru_cache(maxsize=2**16)
def term(word: str) -> str:
    """Letters and digits only; "" for a word that says nothing."""
    plain = unicodedata.normalize("NFKC", word).lower()
    if plain in _STOP:
        return ""
    if any(letter.isdigit() for letter in plain):
        # Folding makes one letter of two: 300 would be 30.
        return "".join(letter for letter in plain if letter.isalnum())
    stem = _cyrillic_stem(plain) if _CYRILLIC.search(plain) else _latin_stem(plain)
    return fold(stem).replace(" ", "")


def _cyrillic_stem(word: str) -> str:
    plain = _PAST_REFLEXIVE.sub("", word.translate(_ALIKE))
    return _OV.sub("", _CASES.sub("", _SOFTENED.sub("к", plain)))


def _latin_stem(word: str) -> str:
    plain = _ACCENT.sub("", unicodedata.normalize("NFKD", _POSSESSIVE.sub("", word)))
    if (name := _NAME.sub("", plain)) != plain:
        return name
    return _Y.sub("i", _DERIVED.sub("", _VERB.sub("", _PLURAL.sub("", plain))))
