"""Everything that a reader can ask of the site, and every byte of the answers.

Routes come from Django's resolver and filters from the forms that read them, so that a new one is
asked for by itself; a part of an address of which nothing is known here is an error.
"""

import base64
import gzip
import re
import zlib
from collections.abc import Iterable, Iterator
from html import unescape
from typing import NamedTuple
from urllib.parse import quote, urlencode, urlsplit

from django import forms
from django.conf import settings
from django.test import Client

from incidents.public import index
from incidents.public.filters import QueryForm
from incidents.tests.reading import Response
from incidents.tests.torture.addresses import DESK, PART, Known, named, routes
from incidents.tests.torture.hidden import ADDRESS, CANARY, KANAREIKA

SWAP = ("HX-Request", "true")
# Of the bytes that an answer has, none is left out but these.
RANDOM = {
    "X-Request-ID",  # drawn for each request, and in the log only to find it again
}
# The file's name in the head of what gzip makes is of random length, against BREACH.
RANDOM_IF_COMPRESSED = {"Content-Length"}


_HASH = re.compile("[0-9a-f]{64}")
_WORD = re.compile("[0-9A-Za-z]{10,}")
_HREF = re.compile(r'(?:href|src|hx-get)="([^"]*)"|"next": ?"([^"]*)"|<loc>([^<]*)</loc>')
_DEEP = 15  # pages that one list is followed for
_SHARE = 5  # one of so many filters is asked of each route


class Request(NamedTuple):
    address: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return f"{self.method} {self.address} {dict(self.headers) or ''}"


class Answer(NamedTuple):
    status: int
    headers: tuple[tuple[str, str], ...]
    packed: bytes

    @property
    def body(self) -> bytes:
        return zlib.decompress(self.packed)


Answers = dict[Request, Answer]


# What is asked


def public_routes() -> list[str]:
    return [one for one in dict.fromkeys(routes()) if not one.startswith(DESK)]


def requests(known: Known, words: Iterable[str]) -> Iterator[Request]:
    """`known` holds values for each part of an address and each filter that takes an id: public
    ones, hidden ones and ones of nothing. `words` are searched for."""
    pairs = list(dict.fromkeys(_pairs(known, list(words))))
    for turn, route in enumerate(public_routes()):
        here = list(paths(route, known))
        for path in here:
            yield Request(path)
            yield Request(path, "HEAD")
            yield Request(path, headers=(SWAP,))
        yield Request(here[0], headers=(("Accept-Encoding", "gzip"),))
        yield Request(here[0], headers=(("Accept-Language", "uk"),))
        # Every filter is asked of several lists, and of the two that count below.
        for pair in pairs[turn % _SHARE :: _SHARE]:
            yield Request(f"{here[0]}?{urlencode([pair])}")
    for pair in pairs:
        yield Request(f"/?{urlencode([pair])}", headers=(SWAP,))
        yield Request(f"/?{urlencode([pair, ('sort', 'changed'), ('known', '2022-09-02')])}")
        yield Request(f"/map/?{urlencode([pair, ('known', '2022-08-03T00:00Z')])}")


def paths(route: str, known: Known) -> Iterator[str]:
    """Each value of each part once, beside the first of the others."""
    parts = PART.findall(route)
    if unknown := set(parts) - known.keys():
        raise LookupError(f"Nobody has said what stands for {unknown} in {route}.")
    firsts = {part: known[part][0] for part in parts}
    yield from dict.fromkeys(
        named(route, of)
        for of in [firsts, *({**firsts, part: value} for part in parts for value in known[part])]
    )


def _forms(kind: type[forms.Form]) -> Iterator[type[forms.Form]]:
    for form in kind.__subclasses__():
        yield form
        yield from _forms(form)


def filters() -> Iterator[tuple[str, forms.Field]]:
    """The fields of every query string, with their names; some names stand several times."""
    yield from (("from", forms.DateField()), ("to", forms.DateField()))
    for form in _forms(QueryForm):
        yield from form.base_fields.items()


def _pairs(known: Known, words: list[str]) -> Iterator[tuple[str, str]]:
    yield "nothing", "x"
    for word in words:
        yield from (("q", word), ("name", word))
        yield "url", f"http://testserver/{word}"
    for address in known["incident"]:
        yield "url", f"http://testserver/incidents/{address}/"
    for name, field in filters():
        if name in ("q", "name"):
            continue
        if isinstance(field, forms.ChoiceField):
            yield from ((name, str(value)) for value, _ in field.widget.choices)
        elif name in known:
            yield from ((name, value) for value in known[name])
        elif name in _TYPED:
            yield from ((name, value) for value in _TYPED[name])
        else:
            raise LookupError(f"Nobody has said what to ask of the filter “{name}”.")


_TYPED = {
    "from": ["2022-08-02", "2022-07-03"],
    "to": ["2022-08-02", "2022-07-03"],
    "known": ["2022-07-03T10:00Z", "2022-08-02T00:00Z", "2022-09-03", "2100-01-01"],
    "killed_min": ["0", "3", "987654"],
    "since": ["0", "30", "100000"],
    "before": ["1", "60", "100000"],
    "limit": ["1", "200"],
    "view": ["timeline", "map", "nowhere"],
    "after": ["1659312000000000_0000000000", "0000000000", "12"],
}


# How it is answered


class Reader:
    """Asks one world, and finds in its answers what no world may tell.

    `secrets` are words of letters and figures; `by_design` are hashes that differ, and what stands
    for each in both worlds.
    """

    def __init__(self, secrets: set[str], by_design: dict[str, str]) -> None:
        self.secrets = secrets
        self.by_design = by_design
        self.client = Client(raise_request_exception=False)
        self.found: list[str] = []

    def answers(self, waiting: list[Request], follow: bool) -> Answers:
        """Of these, of what they lead to where that is followed, and of all of it asked again with
        its ETag."""
        answers: Answers = {}
        pages: dict[str, int] = {}
        waiting = waiting[::-1]
        while waiting:
            request = waiting.pop()
            if request in answers:
                continue
            answers[request] = answer = self.answer(request)
            if follow and request.method == "GET" and not request.headers:
                waiting += _followed(request.address, answer, pages)
        for request, answer in list(answers.items()):
            if "?" not in request.address and (etag := dict(answer.headers).get("ETag")):
                again = request._replace(headers=(*request.headers, ("If-None-Match", etag)))
                answers[again] = self.answer(again)
        return answers

    def answer(self, request: Request) -> Answer:
        response: Response = self.client.generic(
            request.method, request.address, headers=dict(request.headers)
        )
        body = b"".join(response.streaming_content) if response.streaming else response.content
        random = RANDOM
        if response.headers.get("Content-Encoding") == "gzip":
            body, random = gzip.decompress(body), RANDOM | RANDOM_IF_COMPRESSED
        headers = {name: value for name, value in response.items() if name not in random}
        told = _HASH.sub(self._by_design, body.decode())
        self.search(request, f"{told}\n{headers}\n{response.cookies}")
        return Answer(
            response.status_code, tuple(sorted(headers.items())), zlib.compress(told.encode(), 1)
        )

    def _by_design(self, match: re.Match[str]) -> str:
        return self.by_design.get(match[0], match[0])

    def search(self, request: Request, told: str) -> None:
        small = told.lower()
        # What somebody searches for stands in the answer: that it does in both worlds is enough.
        hits = [] if _asks_for_it(request) else [form for form in FORMS if form in small]
        hits += self.secrets.intersection(_WORD.findall(told)) - set(_WORD.findall(str(request)))
        if hits:
            self.found.append(f"{request}: {', '.join(hits)}")


def _asks_for_it(request: Request) -> bool:
    return CANARY in request.address or quote(KANAREIKA) in request.address


def _forms_of(word: str) -> Iterator[str]:
    """As text, percent-coded, escaped in JSON and HTML, in base64 wherever it starts, in hex."""
    data = word.encode()
    yield word
    yield quote(word)
    yield word.encode("ascii", "backslashreplace").decode()
    yield word.encode("ascii", "xmlcharrefreplace").decode()
    yield data.hex()
    for start in range(3):
        # Its first and last letters depend on what stands beside it.
        yield base64.b64encode(b"x" * start + data).decode()[4:-4]


FORMS = sorted({form.lower() for word in (CANARY, KANAREIKA, ADDRESS) for form in _forms_of(word)})


def _followed(address: str, answer: Answer, pages: dict[str, int]) -> Iterator[Request]:
    """The addresses of ours that it leads to: all of a page, the next pages of a list."""
    text = answer.body.decode()
    here = urlsplit(address)
    links = ["".join(found) for found in _HREF.findall(text)]
    links.append(dict(answer.headers).get("Location", ""))
    for link in map(unescape, links):
        parts = urlsplit(link)
        path = parts.path or here.path
        if parts.netloc not in ("", "testserver") or not path.startswith("/"):
            continue
        if path.startswith(settings.STATIC_URL):
            continue
        if not parts.query:
            yield Request(path)
        elif "after=" in parts.query or "before=" in parts.query:
            pages[path] = pages.get(path, 0) + 1
            if pages[path] <= _DEEP:
                yield Request(f"{path}?{parts.query}")


def with_bitmaps(saved: bool) -> None:
    """Counts come from memory, as in production: read from the record, or as they were saved."""
    settings.BITMAPS = True
    index._index = index.Index()
    if saved:
        index._index._read_all()
