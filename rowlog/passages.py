"""Two texts as one: what stayed, what went and what came, word by word."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

# Shorter ones are read side by side.
_LONG = 60
# Of a longer run that stayed, its ends are shown.
_KEPT = 120
# Beyond that many words the comparison takes too long.
_MOST = 3_000


@dataclass(frozen=True)
class Passage:
    kind: Literal["same", "gone", "new"]
    text: str


def passages(old: str, new: str) -> list[Passage]:
    """Empty where both are short, or nothing stayed, or they are too long to compare."""
    if max(len(old), len(new)) < _LONG:
        return []
    before, after = _words(old), _words(new)
    if len(before) + len(after) > _MOST:
        return []
    found: list[Passage] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            found.append(Passage("same", _shortened("".join(before[start:end]))))
            continue
        if end > start:
            found.append(Passage("gone", "".join(before[start:end])))
        if new_end > new_start:
            found.append(Passage("new", "".join(after[new_start:new_end])))
    return found if any(one.kind == "same" for one in found) else []


def _words(text: str) -> list[str]:
    """Words, the space between them, and each other sign by itself; together the text again."""
    return re.findall(r"\w+|\s+|[^\w\s]", text)


def _shortened(text: str) -> str:
    if len(text) <= _KEPT:
        return text
    return f"{text[: _KEPT // 2]} … {text[-_KEPT // 2 :]}"
