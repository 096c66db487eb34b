"""What a reader finds in a response: entries, facets, tables and words, without the markup."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from django.test.html import Element, parse_html

# The test client gives a response with attributes of its own, which no public type describes.
Response = Any


def html(response: Response) -> str:
    return str(response.content.decode())


def tree(response: Response) -> Element:
    """The whole page or fragment; HTMLParseError where a tag is not closed in its place."""
    whole = parse_html(html(response))
    assert isinstance(whole, Element)
    return whole


def find(root: Element, name: str = "", **attributes: str) -> list[Element]:
    """Elements of that name (any, if empty) with those attributes; class_ asks for one class."""
    return [
        element
        for element in _elements(root)
        if (not name or element.name == name) and _has(element, attributes)
    ]


def one(root: Element, name: str = "", **attributes: str) -> Element:
    (found,) = find(root, name, **attributes)
    return found


def attribute(element: Element, name: str) -> str:
    return dict(element.attributes).get(name) or ""


def _elements(root: Element) -> Iterator[Element]:
    for child in root.children:
        if isinstance(child, Element):
            yield child
            yield from _elements(child)


def _has(element: Element, attributes: dict[str, str]) -> bool:
    present = dict(element.attributes)
    return all(
        value in (present.get("class") or "").split()
        if key == "class_"
        else present.get(key.replace("_", "-")) == value
        for key, value in attributes.items()
    )


def text(part: Element | str) -> str:
    """The words in document order, unescaped, white space as one blank."""
    raw = part if isinstance(part, str) else " ".join(_words(part))
    # Between an element and the mark that follows it stood no blank.
    return re.sub(r" (?=[,.:;])", "", " ".join(unescape(raw).split()))


def _words(element: Element) -> Iterator[str]:
    for child in element.children:
        if isinstance(child, Element):
            yield from _words(child)
        else:
            yield str(child)


def ids(response: Response) -> list[str]:
    """Ids of the incidents on a timeline, from the top."""
    return re.findall(r'<article class="entry" id="i-(\w+)"', html(response))


def titles(response: Response) -> list[str]:
    return [text(one(entry, "h3")) for entry in find(tree(response), "article")]


def days(response: Response) -> dict[str, list[str]]:
    """Titles under the heading of each day, from the top; a day that stands twice is a fault."""
    groups = find(tree(response), "section", class_="day")
    headings = [text(one(group, "h2")) for group in groups]
    assert len(set(headings)) == len(headings)
    found = [[text(one(e, "h3")) for e in find(group, "article")] for group in groups]
    return dict(zip(headings, found, strict=True))


def strip(response: Response, title: str) -> dict[str, list[str]]:
    """The answers on each line of an entry's claim strip, as read."""
    (entry,) = [e for e in find(tree(response), "article") if text(one(e, "h3")) == title]
    lines = one(entry, "dl", class_="strip")
    return {
        text(question): [text(answer) for answer in find(answers, "span", class_="c")]
        for question, answers in zip(find(lines, "dt"), find(lines, "dd"), strict=True)
    }


def facet(response: Response, key: str) -> dict[str, int]:
    """Count by value of one facet."""
    return {
        attribute(one(choice, "input"), "value"): int(text(one(choice, class_="num")).split()[0])
        for choice in find(one(tree(response), "details", id=f"facet-{key}"), "li")
        if find(choice, "input")
    }


def balance(response: Response) -> list[str]:
    """What the line above the entries counts."""
    return [text(item) for item in find(one(tree(response), "ul", class_="balance"), "li")]


def chips(response: Response) -> dict[str, str]:
    """What each active filter reads, and the address without it."""
    return {
        text(chip): unescape(attribute(chip, "href"))
        for chip in find(tree(response), "a", class_="chip")
    }


def earlier(response: Response, words: str = "Earlier") -> str:
    """The address of the next page, or nothing."""
    link = re.search(rf'<a class="btn" href="([^"]+)"[^>]*>{words}', html(response))
    return unescape(link[1]) if link else ""


def shows_error_and_nothing_else(response: Response) -> bool:
    page = html(response)
    return (
        response.status_code == 200
        and 'role="alert"' in page
        and '<article class="entry"' not in page
    )
