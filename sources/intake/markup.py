"""Markup as a tree, and as the text that a reader would see of it."""

import re

from lxml import etree, html

from sources.intake.reading import Unreadable

# A page of news has some thousands. Time grows with them: this many take some seconds.
MOST_ELEMENTS = 60_000
# As a browser finds it: within the first part of the file.
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_TAG = re.compile(
    r"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b"
    r"|</(?:html|body|article|main|section|div|p|h[1-6]|ul|ol|li|table|span|a)\s*>",
    re.IGNORECASE | re.DOTALL,
)
_BLOCKS = {
    *("address", "article", "aside", "blockquote", "dd", "div", "dl", "dt", "figcaption", "figure"),
    *("footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav"),
    *("ol", "p", "pre", "section", "table", "td", "th", "tr", "ul"),
}
_UNREAD = {"script", "style", "template", "noscript", "head", "svg", "iframe", "select", "button"}


def looks_like_html(text: str) -> bool:
    return _TAG.search(text) is not None


def declared_charset(data: bytes) -> str:
    """What the page says of itself; it may be wrong."""
    match = _CHARSET.search(data[:4096])
    return match[1].decode("ascii", errors="replace") if match else ""


def parsed(page: str) -> html.HtmlElement:
    """The tree of a page that can be read in reasonable time; it fetches nothing."""
    if page.count("<") > 3 * MOST_ELEMENTS:
        raise Unreadable(_TOO_MANY)
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True)
    try:
        root = html.document_fromstring(page.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, AssertionError):
        raise Unreadable("There is nothing in this page.") from None
    if any("depth" in error.message for error in parser.error_log):
        raise Unreadable(f"The page is nested too deeply to be read. {_INSTEAD}")
    if sum(1 for _ in root.iter()) > MOST_ELEMENTS:
        raise Unreadable(_TOO_MANY)
    return root


_INSTEAD = "Paste the text of the report instead."
_TOO_MANY = f"The page has more than {MOST_ELEMENTS:,} elements. {_INSTEAD}"


def flat_text(element: html.HtmlElement) -> str:
    """All the text that a reader would see, a line for each block."""
    parts: list[str] = []
    for event, node in etree.iterwalk(element, events=("start", "end")):
        tag = node.tag
        if not isinstance(tag, str):
            continue
        if event == "start":
            parts.append("\n" if tag in _BLOCKS or tag == "br" else "")
            parts.append("" if tag in _UNREAD else _plain(node.text))
        else:
            parts.append("\n" if tag in _BLOCKS else "")
            inside = node.getparent() is not None and node.getparent().tag in _UNREAD
            parts.append("" if node is element or inside else _plain(node.tail))
    lines = (" ".join(line.split(" ")).strip() for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)


def _plain(text: str | None) -> str:
    """White space as browsers show it."""
    return re.sub(r"[ \t\n\r\f]+", " ", text or "")
