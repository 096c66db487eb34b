"""What a page says of itself: JSON-LD, Open Graph and other <meta>, <time>, <link>, headings.

Each thing is looked for in all of them; those that pages fill in with most care come first.
"""

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from lxml import html

from sources.intake.languages import language_tag
from sources.intake.reading import Found, FoundTime, Reading
from sources.intake.times import time_of

# In the order in which a page's main subject is taken from several.
_ARTICLES = (
    *("NewsArticle", "ReportageNewsArticle", "AnalysisNewsArticle", "BackgroundNewsArticle"),
    *("LiveBlogPosting", "Article", "Report", "BlogPosting", "SocialMediaPosting"),
    *("DiscussionForumPosting", "OpinionNewsArticle", "VideoObject", "WebPage"),
)
_MOST_BLOCKS = 50
_MOST_NODES = 2000
_LONGEST = 2000
_WRAPPING = re.compile(r"^\s*(?:<!--|(?://)?\s*<!\[CDATA\[)|(?:-->|(?://)?\s*\]\]>)\s*$")

_TITLES = ("og:title", "twitter:title", "dc.title")
_PUBLISHERS = ("og:site_name", "application-name", "dc.publisher")
_PUBLISHED = (
    *("article:published_time", "og:article:published_time", "datepublished", "published_time"),
    *("date", "pubdate", "publishdate", "publish-date", "dc.date.issued", "dcterms.created"),
    *(
        "dcterms.date",
        "dc.date",
        "sailthru.date",
        "parsely-pub-date",
        "cxenseparse:recs:publishtime",
    ),
)
_MODIFIED = (
    *("article:modified_time", "og:article:modified_time", "og:updated_time", "datemodified"),
    *("modified_time", "last-modified", "lastmod", "dcterms.modified"),
)
_LANGUAGES = ("og:locale", "content-language", "dc.language")


def read(root: html.HtmlElement, reading: Reading) -> None:
    """Fill in all that the page says of itself."""
    article, others = _subject(root)
    metas = _metas(root)
    reading.titles += _found(article, "headline", "name")
    reading.titles += _meta(metas, _TITLES)
    reading.titles += _texts(root, "//h1", "heading")
    reading.titles += _texts(root, "//head/title", "title of the page")
    reading.addresses += _attribute(root, "//link[@rel='canonical']", "href", "canonical link")
    reading.addresses += _meta(metas, ("og:url",))
    reading.addresses += _found(article, "url", "mainEntityOfPage", "@id")
    publisher = _resolved(article.get("publisher"), others)
    reading.publishers += _found(publisher, "name", of="publisher")
    reading.publishers += _meta(metas, _PUBLISHERS)
    for site in others:
        if "WebSite" in _types(site):
            reading.publishers += _found(site, "name", of="WebSite")
    reading.homepages += _found(publisher, "url", of="publisher")
    reading.languages += _languages(root, article, metas)
    reading.published += _times(_found(article, "datePublished", "dateCreated", "uploadDate"))
    reading.published += _times(_meta(metas, _PUBLISHED))
    reading.published += _times(_time_elements(root, "datePublished"))
    reading.modified += _times(_found(article, "dateModified"))
    reading.modified += _times(_meta(metas, _MODIFIED))
    reading.modified += _times(
        _attribute(root, "//time[@itemprop='dateModified']", "datetime", "<time>")
    )


# --- JSON-LD


def _subject(root: html.HtmlElement) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The node that is the report, else an empty one; and all nodes."""
    nodes = list(_nodes(root))
    for kind in _ARTICLES:
        for node in nodes:
            if kind in _types(node):
                return node, nodes
    return {}, nodes


def _nodes(root: html.HtmlElement) -> Iterator[dict[str, Any]]:
    """Every object of every block, those in @graph, arrays and properties too."""
    scripts = root.xpath("//script[contains(@type, 'ld+json')]")
    waiting = [data for script in scripts[:_MOST_BLOCKS] if (data := _json(script.text or ""))]
    seen = 0
    while waiting and seen < _MOST_NODES:
        data = waiting.pop(0)
        seen += 1
        if isinstance(data, dict):
            yield data
            waiting += [value for value in data.values() if isinstance(value, dict | list)]
        elif isinstance(data, list):
            waiting += data


def _json(text: str) -> Any:
    """Pages wrap it in comments and CDATA, and leave line ends in strings."""
    try:
        return json.loads(_WRAPPING.sub("", text).strip().rstrip(";"), strict=False)
    except (ValueError, RecursionError):
        return None


def _types(node: dict[str, Any]) -> list[str]:
    """Without the address of their vocabulary."""
    kinds = node.get("@type")
    named = kinds if isinstance(kinds, list) else [kinds]
    return [kind.rpartition("/")[2] for kind in named if isinstance(kind, str)]


def _resolved(value: Any, nodes: list[dict[str, Any]]) -> dict[str, Any]:
    """The object itself, the first of several, or the one of which only the @id is given."""
    if isinstance(value, list):
        value = value[0] if value else {}
    if isinstance(value, str):
        return {"name": value}
    if not isinstance(value, dict):
        return {}
    if "name" in value:
        return value
    same = (node for node in nodes if "name" in node and node.get("@id") == value.get("@id"))
    return next(same, {}) if "@id" in value else value


def _found(node: dict[str, Any], *names: str, of: str = "") -> list[Found]:
    """Strings under these names, in their order."""
    where = f"JSON-LD, {of} " if of else "JSON-LD, "
    return [Found(text, f"{where}{name}") for name in names if (text := _string(node.get(name)))]


def _string(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = value.get("@id") or value.get("@value") or value.get("name")
    return _clean(value) if isinstance(value, str) else ""


def _clean(text: str) -> str:
    """One line without the markup that some pages put into their JSON."""
    return " ".join(unescape(re.sub(r"<[^>]{1,99}>", "", text[:_LONGEST])).split())


# --- elements


def _metas(root: html.HtmlElement) -> dict[str, str]:
    """The first of each name, whether under `name`, `property`, `itemprop` or `http-equiv`."""
    metas: dict[str, str] = {}
    for element in root.xpath("//meta[@content]"):
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            for name in element.get(attribute, "").lower().split():
                metas.setdefault(name, element.get("content"))
    return metas


def _meta(metas: dict[str, str], names: tuple[str, ...]) -> list[Found]:
    return [Found(text, name) for name in names if (text := _clean(metas.get(name, "")))]


def _texts(root: html.HtmlElement, path: str, where: str) -> list[Found]:
    elements = root.xpath(path)
    # Several of a kind say nothing of which is meant.
    texts = [_clean(element.text_content()) for element in elements[:2]]
    return [Found(texts[0], where)] if len(texts) == 1 and texts[0] else []


def _attribute(root: html.HtmlElement, path: str, name: str, where: str) -> list[Found]:
    values = (_clean(element.get(name, "")) for element in root.xpath(path)[:1])
    return [Found(value, where) for value in values if value]


def _time_elements(root: html.HtmlElement, prop: str) -> list[Found]:
    """The one that says what it is, else the first in the report, else the only one."""
    for path in (
        f"//*[@itemprop='{prop}']",
        "//time[@pubdate]",
        "//article//time | //main//time | //h1/following::time[1]",
    ):
        if elements := root.xpath(path):
            return _time_element(elements[0])
    elements = root.xpath("//time")
    return _time_element(elements[0]) if len(elements) == 1 else []


def _time_element(element: html.HtmlElement) -> list[Found]:
    words = (element.get("datetime"), element.get("content"), element.text_content())
    return [Found(text, "<time>") for one in words if (text := _clean(one or ""))]


def _times(found: list[Found]) -> list[FoundTime]:
    return [time for one in found if (time := time_of(one.value, one.where))]


def _languages(
    root: html.HtmlElement, article: dict[str, Any], metas: dict[str, str]
) -> list[Found]:
    own = Found(root.get("lang") or root.get("xml:lang") or "", "lang of the page")
    said = [own, *_meta(metas, _LANGUAGES), *_found(article, "inLanguage")]
    return [Found(tag, one.where) for one in said if (tag := language_tag(one.value))]
