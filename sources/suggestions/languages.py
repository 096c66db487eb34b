"""The three languages: which one a text is in, and the words that its rules know."""

import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sources.suggestions.patterns import Phrases

LANGUAGES = ("en", "ru", "uk")
_WORD = re.compile(r"\b\w{1,5}\b")
_UK = ("та", "що", "як", "від", "це", "також", "після")
_RU = ("и", "что", "как", "от", "это", "также", "после")
_WORDS = Path(__file__).parent / "words"


@dataclass(frozen=True)
class Lexicon:
    language: str
    numerals: dict[str, float]  # полтора is 1.5
    phrases: Phrases

    @property
    def english(self) -> bool:
        return self.language == "en"


@cache
def lexicon(language: str) -> Lexicon:
    with (_WORDS / f"{language}.toml").open("rb") as file:
        tables: dict[str, dict[str, str]] = tomllib.load(file)
    numerals = {
        word.strip(): float(value)
        for value, words in tables.pop("numerals").items()
        for word in words.split(",")
    }
    return Lexicon(language, numerals, Phrases(tables))


def language_of(text: str) -> str:
    """By letters and small words that only one of them has; English where few are Cyrillic."""
    sample = text[:20_000].lower()
    cyrillic = sum("\u0400" <= letter <= "\u052f" for letter in sample)
    latin = sum("a" <= letter <= "z" for letter in sample)
    if cyrillic <= latin:
        return "en"
    words = Counter(_WORD.findall(sample))
    ukrainian = sum(sample.count(letter) for letter in "іїєґ") + sum(words[one] for one in _UK)
    russian = sum(sample.count(letter) for letter in "ыэёъ") + sum(words[one] for one in _RU)
    return "uk" if ukrainian > russian else "ru"
