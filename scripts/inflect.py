"""The cases of Russian and Ukrainian place names, for scripts/build_gazetteer.py.

They come from pymorphy3, a development dependency, so that no language is processed at run time.
Every word of a name is inflected that agrees with its noun; what follows the noun stays.
"""

import gzip
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from pymorphy3 import MorphAnalyzer

from sources.suggestions.places import plain

CASES = ("gent", "datv", "accs", "ablt", "loct")
MOST_FORMS = 40  # of a name; two or three variants of two words in five cases

# What people call a region besides its name; by the region's name.
COLLOQUIAL = {
    "uk": """
Вінницька:Вінниччина Волинська:Волинь Дніпропетровська:Дніпропетровщина Донецька:Донеччина
Житомирська:Житомирщина Закарпатська:Закарпаття Запорізька:Запоріжжя Івано-Франківська:Прикарпаття
Київська:Київщина Кіровоградська:Кіровоградщина Луганська:Луганщина Львівська:Львівщина
Миколаївська:Миколаївщина Одеська:Одещина Полтавська:Полтавщина Рівненська:Рівненщина
Сумська:Сумщина Тернопільська:Тернопільщина Харківська:Харківщина Херсонська:Херсонщина
Хмельницька:Хмельниччина Черкаська:Черкащина Чернігівська:Чернігівщина Курська:Курщина
Брянська:Брянщина Бєлгородська:Бєлгородщина""",
    "ru": """
Винницкая:Винничина Волынская:Волынь Днепропетровская:Днепропетровщина Донецкая:Донетчина
Житомирская:Житомирщина Закарпатская:Закарпатье Запорожская:Запорожье Киевская:Киевщина
Кировоградская:Кировоградщина Луганская:Луганщина Львовская:Львовщина Николаевская:Николаевщина
Одесская:Одесщина Полтавская:Полтавщина Ровненская:Ровненщина Сумская:Сумщина
Тернопольская:Тернопольщина Харьковская:Харьковщина Херсонская:Херсонщина
Хмельницкая:Хмельнитчина Черкасская:Черкасщина Черниговская:Черниговщина Белгородская:Белгородчина
Брянская:Брянщина Смоленская:Смоленщина""",
}
CASES_OF = ("ru", "uk")  # languages
REGION = "область"  # in both


def write(path: Path, names: Iterable[tuple[str, str]]) -> None:
    """Of pairs of language and name: a line a name, its beginning and the endings of its forms.

    The first ending is the name's own. The same input gives the same bytes.
    """
    lines = sorted({line for language, name in set(names) for line in lines_of(language, name)})
    with path.open("wb") as raw, gzip.GzipFile("", "wb", mtime=0, fileobj=raw) as file:
        file.writelines(f"{line}\n".encode() for line in lines)


def lines_of(language: str, name: str) -> Iterator[str]:
    found = [plain(name), *forms(language, name)]
    for region, called in colloquial(language):
        if name == region:
            found += [plain(called), *forms(language, called)]
    different = list(dict.fromkeys(found))
    if len(different) > 1:
        beginning = shared_beginning(different)
        yield "|".join([beginning, *(form.removeprefix(beginning) for form in different)])


def shared_beginning(spellings: list[str]) -> str:
    """The longest with which all begin."""
    beginning = spellings[0]
    while not all(one.startswith(beginning) for one in spellings):
        beginning = beginning[:-1]
    return beginning


@cache
def colloquial(language: str) -> list[tuple[str, str]]:
    pairs = (pair.split(":") for pair in COLLOQUIAL[language].split())
    return [(f"{adjective} {REGION}", called) for adjective, called in pairs]


def forms(language: str, name: str) -> list[str]:
    """In every case but the nominative."""
    words = plain(name).split()
    noun = head(language, words)
    if noun is None:
        return []
    at, parses = noun
    found = []
    for case in CASES:
        before = [agreeing(language, word, parses[0], case) for word in words[:at]]
        after = [agreeing(language, word, parses[0], case) for word in words[at + 1 :]]
        own = [form for parse in parses for form in in_case(parse, case)]
        choices = [*before, list(dict.fromkeys(own)), *after]
        found += [" ".join(one) for one in product(*choices)]
    return found[:MOST_FORMS]


@cache
def analyser(language: str) -> MorphAnalyzer:
    return MorphAnalyzer(lang=language)


def head(language: str, words: list[str]) -> tuple[int, list[Any]] | None:
    """The noun that the others agree with, and how it may be read; an adjective alone is one."""
    read = [nominatives(language, word) for word in words]
    for at in reversed(range(len(words))):
        for parse in read[at]:
            adjectives = all(described(language, word, parse) for word in words[:at])
            if parse.tag.POS == "NOUN" and adjectives:
                return at, [one for one in read[at] if alike(one.tag, parse.tag)]
    if len(words) == 1 and read[0]:
        return 0, read[0][:1]
    return None


def alike(one: Any, other: Any) -> bool:
    return one.POS == other.POS and agrees(one, other)


def nominatives(language: str, word: str) -> list[Any]:
    """Readings in the nominative, geographical names first, then singular ones."""
    found = [
        one
        for one in analyser(language).parse(word)
        if plain(one.word) == word
        and (one.tag.case == "nomn" or (one.tag.POS == "ADJF" and one.tag.case is None))
        and one.tag.POS in ("NOUN", "ADJF")
    ]
    return sorted(
        found,
        key=lambda one: (
            "Geox" not in str(one.tag),  # a mark that the Ukrainian dictionary has not
            "Pltm" not in one.tag and "plur" in one.tag,
            one.tag.POS != "NOUN",
            "anim" in one.tag,
        ),
    )


def described(language: str, word: str, noun: Any) -> bool:
    return any(
        one.tag.POS == "ADJF" and agrees(one.tag, noun.tag) for one in nominatives(language, word)
    )


def agrees(adjective: Any, noun: Any) -> bool:
    many = [any(mark in tag for mark in ("plur", "Pltm")) for tag in (adjective, noun)]
    return many[0] == many[1] and (many[0] or adjective.gender == noun.gender)


def agreeing(language: str, word: str, noun: Any, case: str) -> list[str]:
    for one in nominatives(language, word):
        if one.tag.POS == "ADJF" and agrees(one.tag, noun.tag):
            return in_case(one, case)
    return [word]


def in_case(parse: Any, case: str) -> list[str]:
    """All variants: Бахмуту, Бахмутові. An inanimate accusative stays as it is."""
    many = "plur" in parse.tag or "Pltm" in parse.tag
    found = [
        plain(one.word)
        for one in parse.lexeme
        if case in one.tag
        and ("plur" in one.tag or "Pltm" in one.tag) == many
        and (many or one.tag.gender == parse.tag.gender)
        and one.tag.POS == parse.tag.POS
    ]
    return list(dict.fromkeys(found)) or [parse.word]
