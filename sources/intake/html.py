"""A web page as saved or copied: its main text, and what it says of itself."""

import re
from secrets import token_hex
from urllib.parse import urljoin, urlsplit

import trafilatura
from lxml import html

from sources.intake import metadata, telegram
from sources.intake.characters import MAYBE_UNSEEN, decoded, is_unseen
from sources.intake.markup import declared_charset, flat_text, parsed
from sources.intake.reading import Found, Reading


def read_html(page: str | bytes, address: str = "", charset: str = "") -> Reading:
    """`address`, where the editor knows it, tells which post of several is meant.

    `charset` is what another header said; it goes before what the page itself says.
    """
    notes: list[str] = []
    if isinstance(page, bytes):
        page, notes = decoded(page, charset or declared_charset(page))
    root = parsed(page)
    if telegram.is_channel(root):
        reading = telegram.read_post(root, address)
    else:
        reading = Reading("a web page")
        metadata.read(root, reading)
        reading.text = _main_text(root, notes)
        reading.addresses = _absolute(reading.addresses, address)
    reading.notes = notes + reading.notes
    return reading


def _main_text(root: html.HtmlElement, notes: list[str]) -> str:
    """Without menus and the like; the whole page where no main part can be told."""
    # Not to be guessed, so that no page can hold it.
    mark = token_hex(8)
    _spell_out_unseen(root, mark)
    text: str | None = trafilatura.extract(root, include_comments=False, with_metadata=False)
    if not text:
        notes.append("No main text could be told from menus and the like: this is the whole page.")
        text = flat_text(root)
    return re.sub(rf"{mark}x([0-9a-f]+)x", lambda match: chr(int(match[1], 16)), text)


def _spell_out_unseen(root: html.HtmlElement, mark: str) -> None:
    """Trafilatura drops characters that nobody sees, which are evidence."""

    def spelled(match: re.Match[str]) -> str:
        return f"{mark}x{ord(match[0]):x}x" if is_unseen(match[0]) else match[0]

    for element in root.iter():
        if isinstance(element.tag, str):
            element.text = MAYBE_UNSEEN.sub(spelled, element.text or "")
            element.tail = MAYBE_UNSEEN.sub(spelled, element.tail or "")


def _absolute(found: list[Found], base: str) -> list[Found]:
    """Those that are addresses of the web, seen from the page's own."""
    kept = []
    for one in found:
        try:
            url = urljoin(base, one.value)
            if urlsplit(url).scheme in ("http", "https") and urlsplit(url).hostname:
                kept.append(Found(url, one.where))
        except ValueError:
            continue
    return kept
