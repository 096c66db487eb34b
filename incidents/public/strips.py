"""The claim strip of an entry as HTML.

A page has hundreds of answers, of which only the words, the speaker and the day are their own: all
else that an answer can look like is rendered once and kept, with gaps for these.
"""

from datetime import date
from functools import lru_cache
from typing import Protocol

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from incidents.public.fragments import pattern
from incidents.public.highlight import Looked, highlighted
from incidents.public.naming import marked
from incidents.public.wording import said
from incidents.record.strip import Answer, Line


class Stripped(Protocol):
    """An entry, or as much of it as its strip says."""

    @property
    def language(self) -> str: ...
    @property
    def first_day(self) -> date: ...
    @property
    def strip(self) -> list[Line]: ...


def strip(entry: Stripped, address: str, wanted: Looked = None) -> SafeString:
    """The lines of the list, with links to the entry's `address`; what is `wanted` in their words
    and speakers is marked."""
    page_language, year = get_language(), entry.first_day.year

    def told(answer: Answer) -> str:
        looks = answer["side"], answer["clash"], answer["stance"]
        return _answer(page_language, *looks, entry.language) % {
            "text": conditional_escape(highlighted(answer["text"], wanted)),
            "speaker": conditional_escape(marked(answer["speaker"], wanted)),
            "said": said(answer["when"], year),
        }

    lines = [
        _line(page_language, line["question"], line["more"])
        % {"answers": "".join(map(told, line["answers"])), "address": address}
        for line in entry.strip
    ]
    return SafeString("".join(lines))


@lru_cache(maxsize=1_000)
def _line(_page_language: str | None, question: str, more: int) -> str:
    return pattern("_strip_line.html", "answers", "address", question=question, more=more)


@lru_cache(maxsize=1_000)
def _answer(_page_language: str | None, side: str, clash: str, stance: str, language: str) -> str:
    looks = {"side": side, "clash": clash, "stance": stance, "language": language}
    return pattern("_strip_answer.html", "text", "speaker", "said", **looks)
