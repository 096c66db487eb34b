"""What deceives the eye, told on every page of the desk, whatever template it comes from.

A character that nobody sees stands in a text as its number: “[U+202E]”. What is in a field must
stay as it is, so a note beside the field names such characters, and words that mix the letters of
several scripts, as in «Бeлгород» with a Latin “e”.
"""

import re
from collections.abc import Callable, Iterator
from html import escape, unescape

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from config.desk import is_of_the_desk
from sources.intake.characters import has_unseen, shown, unseen

# Django escapes what could end one of these too early.
_MARKUP = re.compile(
    r"""<textarea\b[^<>]*>(?P<typed>.*?)</textarea>
    # Scripts of the page count its characters.
    |<div\ class="the-text"[^<>]*>(?P<text>.*?)</div>
    |<(?P<raw>script|style)\b.*?</(?P=raw)>
    |<input\b(?![^<>]*\btype="hidden")[^<>]*\bvalue="(?P<value>[^"]*)"[^<>]*>
    |<[^<>]*>""",
    re.DOTALL | re.VERBOSE,
)
_SPOKEN = re.compile(r'\b(?:title|aria-label|alt)="[^"]*"')
_TAG = re.compile("<[^<>]*>")
# Those with letters that look like one another's.
_SCRIPTS = {"Latin": "A-Za-zÀ-ÖØ-öø-ɏ", "Greek": "Ͱ-Ͽ", "Cyrillic": "Ѐ-ԯ"}
_SIDE_BY_SIDE = re.compile(
    "|".join(
        f"[{letters}][{''.join(_SCRIPTS.values()).replace(letters, '')}]"
        for letters in _SCRIPTS.values()
    )
)
_WORD = re.compile(r"[^\W\d_]+")
_MOST = 5


def told(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        of_the_desk = is_of_the_desk(request)
        kind = response.headers.get("Content-Type", "")
        if of_the_desk and isinstance(response, HttpResponse) and kind.startswith("text/html"):
            response.content = marked(response.content.decode()).encode()
        return response

    return middleware


def marked(page: str) -> str:
    """HTML with the characters named, and notes after the fields."""
    return "".join(_parts(page))


def _parts(page: str) -> Iterator[str]:
    if not has_unseen(page) and not _SIDE_BY_SIDE.search(page):
        yield page
        return
    at = 0
    for match in _MARKUP.finditer(page):
        yield shown(page[at : match.start()])
        yield _SPOKEN.sub(lambda spoken: shown(spoken[0]), match[0])
        held = match["typed"] or match["value"] or _TAG.sub("", match["text"] or "")
        if told := notes(unescape(held)):
            said = " ".join(told)
            yield f' <span class="deceives" role="note">{escape(said)}</span>'
        at = match.end()
    yield shown(page[at:])


def notes(text: str) -> list[str]:
    """Sentences on what somebody who reads the text does not see."""
    found = [
        f"Nobody sees {one.name}: {one.count} here, first in “{one.around}”."
        for one in unseen(text)[:_MOST]
    ]
    mixed = dict(_mixed(text))
    return found + [
        f"“{word}” mixes letters of several scripts: {_spelled(word, foreign)}."
        for word, foreign in list(mixed.items())[:_MOST]
    ]


def _mixed(text: str) -> Iterator[tuple[str, str]]:
    """Words with letters of more than one script, and the script that has fewest of them."""
    if not _SIDE_BY_SIDE.search(text):
        return
    for match in _WORD.finditer(text):
        word = match[0]
        if _SIDE_BY_SIDE.search(word):
            yield word, min(_SCRIPTS, key=lambda script: len(_of(script, word)) or len(word))


def _of(script: str, word: str) -> list[str]:
    return re.findall(f"[{_SCRIPTS[script]}]", word)


def _spelled(word: str, script: str) -> str:
    return ", ".join(f"“{letter}” is {script}" for letter in dict.fromkeys(_of(script, word)))
