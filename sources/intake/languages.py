"""Language: as a document names it, and by letters that only one language has."""

import re

_TAG = re.compile(
    r"(?P<language>[a-z]{2,3})(?:[-_][a-z]{4})?(?:[-_](?P<country>[a-z]{2}))?(?:[-_.].*)?",
    re.IGNORECASE,
)
# What sites write for Ukrainian though it is the code of a country, or no code at all.
_MEANT = {"ua": "uk", "ukr": "uk", "rus": "ru", "eng": "en"}
# Languages whose written forms differ by country.
_BY_COUNTRY = {"pt", "zh"}
_SURE = 3


def language_tag(words: str) -> str:
    """The tag as the record keeps it, “uk” of “uk_UA” or “UA”; "" of what is none."""
    match = _TAG.fullmatch(words.strip())
    if not match:
        return ""
    language = match["language"].lower()
    language = _MEANT.get(language, language)
    if match["country"] and language in _BY_COUNTRY:
        return f"{language}-{match['country'].upper()}"
    return language


def language_by_letters(text: str) -> str:
    """“uk” or “ru” where letters tell; "" else, as in every text in Latin letters."""
    sample = text[:100_000].lower()
    ukrainian = sum(map(sample.count, "іїєґ"))
    russian = sum(map(sample.count, "ыэёъ"))
    if max(ukrainian, russian) < _SURE or ukrainian == russian:
        return ""
    return "uk" if ukrainian > russian else "ru"
