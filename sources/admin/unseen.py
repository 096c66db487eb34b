"""What deceives the eye, told on every page of the desk, whatever template it comes from.

A character that nobody sees stands in a text as its number: “[U+202E]”. What is in a field must
stay as it is, so a note beside the field names such characters, and words that mix the letters of
several scripts, as in «Бeлгород» with a Latin “e”.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from html import escape, unescape

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from sources.intake.characters import MAYBE_UNSEEN, shown, unseen

# Django escapes what could end one of these too early.
_MARKUP = re.compile(
    r"""<textarea\b[^>]*>(?P<typed>.*?)</textarea>
    # Scripts of the page count its characters.
    |<div\ class="the-text"[^>]*>(?P<text>.*?)</div>
    |<(?P<raw>script|style)\b.*?</(?P=raw)>
    |<input\b(?![^>]*\btype="hidden")[^>]*\bvalue="(?P<value>[^"]*)"[^>]*>
    |<[^>]*>""",
    re.DOTALL | re.VERBOSE,
)
_SPOKEN = re.compile(r'\b(?:title|aria-label|alt)="[^"]*"')
_TAG = re.compile("<[^>]*>")
# Those with letters that look like one another's.
_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")
_WORD = re.compile(r"[^\W\d_]{2,}")
_MOST = 5


def told(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        of_the_desk = request.path.startswith(reverse("admin:index"))
        kind = response.headers.get("Content-Type", "")
        if of_the_desk and isinstance(response, HttpResponse) and kind.startswith("text/html"):
            response.content = marked(response.content.decode()).encode()
        return response

    return middleware


def marked(page: str) -> str:
    """HTML with the characters named, and notes after the fields."""
    return "".join(_parts(page))


def _parts(page: str) -> Iterator[str]:
    if not MAYBE_UNSEEN.search(page) and not any(_mixed(page)):
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
    for match in _WORD.finditer(text):
        word = match[0]
        if word.isascii():
            continue
        scripts = [script for script in map(_script, word) if script]
        if len(set(scripts)) > 1:
            yield word, min(set(scripts), key=lambda script: (scripts.count(script), script))


def _script(letter: str) -> str:
    name = unicodedata.name(letter, "").split(" ")[0]
    return name if name in _SCRIPTS else ""


def _spelled(word: str, script: str) -> str:
    of_it: Iterable[str] = dict.fromkeys(letter for letter in word if _script(letter) == script)
    return ", ".join(f"“{letter}” is {script.capitalize()}" for letter in of_it)
