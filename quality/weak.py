"""A site with two holes, which the scanners must find: else that they find none elsewhere says
nothing. `/?name=` shows what it is sent, `/names?like=` asks the database in these words."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, make_server


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    asked = parse_qs(environ["QUERY_STRING"])
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
    if environ["PATH_INFO"] == "/names":
        told = ", ".join(_names(asked.get("like", [""])[0]))
    else:
        told = asked.get("name", ["nobody"])[0]
    links = '<a href="/?name=a">a</a> <a href="/names?like=a">names</a>'
    return [f"<!doctype html><title>Weak</title><p>Hello {told}</p>{links}".encode()]


def _names(like: str) -> list[str]:
    with sqlite3.connect(":memory:") as database:
        database.execute("create table names as select 'anna' as name union select 'ada'")
        try:
            rows = database.execute(f"select name from names where name like '%{like}%'")  # noqa: S608
            return [str(name) for (name,) in rows]
        except sqlite3.Error as error:
            return [str(error)]


@contextmanager
def served() -> Iterator[str]:
    """Its address, for the time of the block."""
    with make_server("127.0.0.1", 0, application, handler_class=Quiet) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
