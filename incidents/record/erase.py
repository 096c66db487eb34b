"""Words found in a document, and a document without them: pure functions.

What readers and search may find is free text and the names of things; ids, kinds, times and figures
are left alone.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import unquote

from django.utils.text import Truncator

# Free text, by its key in a document; with the longest that the read models hold, if they do.
_TEXTS: dict[str, int | None] = {
    "title": 200,
    "name": 200,
    "text": 300,
    "unit": 80,
    "summary": None,
    "place_note": None,
    "role": None,
    "channel": None,
    "relayed_by": None,
    "word": None,
    "quote": None,
    "figure": None,
    "scope": None,
    "lost_hedge": None,
}
_ADDRESSES = {"url", "archive_url"}
_EXCERPT = 160


def pattern_of(words: str) -> re.Pattern[str]:
    """Finds `words` whole, in any case, whatever stands between them (“a-b” as well as “a b”).

    A word that ends in * may go on: “Гладков*” finds «Гладкова» too.
    """
    parts = [
        re.escape(word.rstrip("*")) + (r"\w*" if word.endswith("*") else "")
        for word in words.split()
    ]
    return re.compile(r"(?<!\w)" + r"[\W_]+".join(parts) + r"(?!\w)", re.IGNORECASE)


def mark_of(day: date, reason: str) -> str:
    """What stands where words were: “[removed 22 Nov 2026: safety]”."""
    return f"[removed {day.day} {day:%b %Y}: {reason}]"


@dataclass
class Eraser:
    """Takes what `pattern` finds out of documents and notes; remembers where that was."""

    pattern: re.Pattern[str]
    mark: str
    # Where, as keys from the top of the document, and an excerpt.
    found: list[tuple[str, str]] = field(default_factory=list)

    def text(self, text: str, where: str, longest: int | None = None) -> str:
        if not self.pattern.search(text):
            return text
        self._note(where, text)
        without = self.pattern.sub(self.mark, text)
        return self.mark if longest and len(without) > longest else without

    def document(self, document: Any, slug_of: Callable[[str], str]) -> Any:
        """A copy; without its nonce, which the hash of the original was made with."""
        copy = self._copy(document, "")
        incident = copy["incident"]
        if incident["title"] != document["incident"]["title"]:
            incident["slug"] = slug_of(incident["title"])
        return copy | {"nonce": None} if "nonce" in copy else copy

    def _copy(self, value: Any, where: str) -> Any:
        if isinstance(value, dict):
            copy = {key: self._part(key, part, f"{where}.{key}") for key, part in value.items()}
            if copy.get("quote") != value.get("quote"):
                # Its span would tell how long the words were.
                copy |= {"start": None, "end": None}
            return copy
        if isinstance(value, list):
            return [self._copy(part, f"{where}.{index}") for index, part in enumerate(value)]
        return value

    def _part(self, key: str, value: Any, where: str) -> Any:
        where = where.removeprefix(".")
        if key in _TEXTS and isinstance(value, str):
            return self.text(value, where, _TEXTS[key])
        if key in _ADDRESSES and self.pattern.search(unquote(value)):
            # An address with a gap leads nowhere.
            self._note(where, value)
            return ""
        if key == "names":
            return [pair for pair in value if not self._finds(pair[1], where)]
        if key == "hedges":
            return [hedge for hedge in value if not self._finds(hedge, where)]
        return self._copy(value, where)

    def _finds(self, text: str, where: str) -> bool:
        if self.pattern.search(text):
            self._note(where, text)
            return True
        return False

    def _note(self, where: str, text: str) -> None:
        match = self.pattern.search(unquote(text))
        start = max(match.start() - _EXCERPT // 2, 0) if match else 0
        excerpt = Truncator(text[start:]).chars(_EXCERPT)
        self.found.append((where, f"…{excerpt}" if start else excerpt))
