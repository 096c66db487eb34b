"""The choices of a facet, and their rows in the filter rail.

A page has two hundred rows, and of one choice they differ in no more than its number and whether it
is chosen. So each is rendered once, with gaps for these, and kept by all that it says.
"""

from dataclasses import dataclass
from functools import lru_cache

from django.utils.safestring import SafeString
from django.utils.translation import get_language

from incidents.public.fragments import pattern
from incidents.public.wording import incidents_in


@dataclass
class Choice:
    value: str
    label: str
    count: int
    chosen: bool
    indent: int = 0
    language: str = ""  # of the label, where it is not the page's


@dataclass
class Facet:
    """`counted`: whether the counts of its choices say anything."""

    key: str
    label: str
    choices: list[Choice]
    counted: bool

    @property
    def chosen(self) -> list[Choice]:
        return [choice for choice in self.choices if choice.chosen]

    @property
    def rows(self) -> SafeString:
        """The choices as HTML, in order."""
        language = get_language()
        return SafeString("".join([self._row(choice, language) for choice in self.choices]))

    def _row(self, one: Choice, language: str | None) -> str:
        row = _pattern(self.key, one.value, one.label, one.indent, one.language, self.counted)
        return row % {
            "nought": " zero" if self.counted and not one.count and not one.chosen else "",
            "checked": " checked" if one.chosen else "",
            "number": incidents_in(language, one.count) if self.counted else "",
        }


@lru_cache(maxsize=10_000)
def _pattern(key: str, value: str, label: str, indent: int, language: str, counted: bool) -> str:
    looks = {"label": label, "indent": indent, "language": language, "counted": counted}
    gaps = ("nought", "checked", "number")
    return pattern("_choice.html", *gaps, key=key, value=value, **looks)
