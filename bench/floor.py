"""The floor of each page: its own SQL, raw and prepared, and its template on ready data.

Run as `python -m bench.floor REQUESTS` with the file that bench.asked wrote. What a page asks of
the database and what it renders are taken from the page itself, so the floor is never another's.

A process keeps cards, and then neither asks for their entries nor renders them. The floor is of a
page none of whose cards was kept; `kept` is what is left of it where all were. Names of places and
actors, which all pages share, are kept in both.
Writes one JSON object a line: name, and milliseconds (medians) of floor, sql, template, kept and
ours, by which the same page is meant through the whole of Django, in this process, with all that is
kept, in turn with the others.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any
from unittest.mock import patch

import django
import psycopg
from django.core.handlers.base import BaseHandler
from django.db import connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.backends.django import Template
from django.test import RequestFactory

from bench.asked import Request
from bench.rows import percentile

WARM = 3  # times that each page is asked first: then its statements are prepared, its caches full
ROUNDS = 15
QUESTIONS = 30  # of one request
SECONDS = 15.0  # for one request, at least one question of it


@dataclass(frozen=True)
class Captured:
    """The statements of a page, the entries of which it made cards, and its template with what it
    was given (none: it has none)."""

    statements: list[tuple[str, Any]]
    entries: list[tuple[Any, bool]]
    rendered: tuple[Template, Any, HttpRequest | None] | None


@contextmanager
def no_card_kept() -> Iterator[None]:
    from incidents.public import cards
    from incidents.public.kept import Kept

    with patch.object(cards, "_kept", Kept(cards.MOST_BYTES)):
        yield


def captured(ask: Callable[[], Any]) -> Captured:
    from incidents.public import cards

    statements: list[tuple[str, Any]] = []
    entries: list[tuple[Any, bool]] = []
    rendered: list[tuple[Template, Any, HttpRequest | None]] = []
    inner, inner_card = Template.render, cards.card_of

    def keep(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append((sql, params))
        return execute(sql, params, many, context)

    def render(template: Template, context: Any = None, request: HttpRequest | None = None) -> Any:
        # A fragment inside a page is a part of its template: the page is the last to end.
        text = inner(template, context, request)
        rendered.append((template, context, request))
        return text

    def card_of(entry: Any, dated: bool) -> Any:
        entries.append((entry, dated))
        return inner_card(entry, dated)

    with (
        connection.execute_wrapper(keep),
        patch.object(Template, "render", render),
        patch.object(cards, "card_of", card_of),
    ):
        ask()
    return Captured(statements, entries, rendered[-1] if rendered else None)


class Floor:
    """Raw psycopg beside Django's own connection, to the same database."""

    def __init__(self) -> None:
        given = connection.get_connection_params()
        for ours in ("context", "cursor_factory", "pool", "server_side_binding"):
            given.pop(ours, None)
        self.connection = psycopg.connect(**{**given, "prepare_threshold": 0, "autocommit": True})

    def sql(self, statements: Sequence[tuple[str, Any]]) -> None:
        for sql, params in statements:
            cursor = self.connection.execute(sql, params)
            if cursor.description:
                cursor.fetchall()

    def template(self, page: Captured) -> None:
        from incidents.public.cards import card_of

        for entry, dated in page.entries:
            card_of(entry, dated)
        if page.rendered:
            template, context, request = page.rendered
            template.render(context, request)


class Site:
    """The whole of Django in this process, middleware included."""

    def __init__(self) -> None:
        self.handler = BaseHandler()
        self.handler.load_middleware()
        self.factory = RequestFactory(headers={"host": "localhost"})

    def get(self, path: str, headers: dict[str, str]) -> HttpResponseBase:
        return self.handler.get_response(self.factory.get(path, headers=headers))

    def asking(self, path: str, again: bool) -> Callable[[], None]:
        """Asks for `path`, and RuntimeError where it is not given; `again` with its ETag."""
        headers = {"If-None-Match": self.get(path, {}).headers["ETag"]} if again else {}
        expected = HTTPStatus.NOT_MODIFIED if again else HTTPStatus.OK

        def ask() -> None:
            response = self.get(path, headers)
            if response.status_code != expected:
                raise RuntimeError(f"{response.status_code} at {path}")

        return ask


def timed(run: Callable[[], Any]) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    run()
    return 1e3 * (time.perf_counter() - began)


def measured(request: Request, floor: Floor) -> dict[str, Any]:
    site = Site()
    sql: list[float] = []
    template: list[float] = []
    kept: list[float] = []
    ours: list[float] = []
    statements = 0
    ends = time.monotonic() + SECONDS
    for question in request.questions[:QUESTIONS]:
        if ours and time.monotonic() > ends:
            break
        ask = site.asking(question.ours, again=request.again)
        for _ in range(WARM):
            ask()
        with no_card_kept():
            page = captured(ask)
        rest = captured(ask)
        statements = max(statements, len(page.statements))
        for one in (page, rest):
            floor.sql(one.statements)
            floor.template(one)
        for _ in range(max(1, ROUNDS // len(request.questions))):
            sql.append(timed(partial(floor.sql, page.statements)))
            template.append(timed(partial(floor.template, page)))
            kept.append(
                timed(partial(floor.sql, rest.statements)) + timed(partial(floor.template, rest))
            )
            ours.append(timed(ask))
    both = [one + other for one, other in zip(sql, template, strict=True)]
    times = {"floor": both, "sql": sql, "template": template, "kept": kept, "ours": ours}
    medians = {name: percentile(values, 0.5) for name, values in times.items()}
    return {"name": request.name, "statements": statements, **medians}


def main(file: str) -> None:
    os.environ["CLAIMLINE_READY_MB"] = "0"  # each answer is made anew
    django.setup()
    from incidents.public import index

    while index.current() is None:  # it is being read in a thread
        time.sleep(0.1)
    requests = [Request.read(one) for one in json.loads(Path(file).read_text())]
    floor = Floor()
    for request in requests:
        if not (request.cold or request.file or request.zipped):
            sys.stderr.write(f"{request.name}\n")
            try:
                sys.stdout.write(json.dumps(measured(request, floor)) + "\n")
            except (RuntimeError, psycopg.Error) as error:
                # The report tells what has no floor.
                sys.stderr.write(f"{error}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
