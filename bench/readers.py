"""Readers of a site, each in a thread, who notice what they must never see."""

import json
import re
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import cycle

from bench.rows import percentile

CLOCK_OF_ETAG = re.compile(r'W/"(\d+)-')
CLOCK_OF_COOKIE = re.compile(r"clock=(\d+)")


@dataclass
class Seen:
    """`times`: seconds of each answer. `failed`: what was no answer; `back`: clocks that went back,
    as they were and as they then were."""

    times: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    back: list[tuple[int, int]] = field(default_factory=list)
    private: int = 0

    def add(self, other: "Seen") -> None:
        self.times += other.times
        self.failed += other.failed
        self.back += other.back
        self.private += other.private

    def milliseconds(self, share: float) -> float:
        return percentile(self.times, share) * 1000


@dataclass
class Reader:
    """One browser: it keeps the cookie that it is given, and remembers the highest clock.

    `again`: it asks whether what it has is still good.
    """

    port: int
    paths: Sequence[str]
    again: bool = False
    clock: int = 0
    cookie: str = ""
    tag: str = ""

    def read(self, until: threading.Event, seen: Seen) -> None:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=15)
        for path in cycle(self.paths):
            if until.is_set():
                break
            try:
                self._ask(connection, path.format(clock=self.clock), seen)
            except (HTTPException, OSError) as error:
                seen.failed.append(f"{path}: {error!r}")
                connection.close()
        connection.close()

    def _ask(self, connection: HTTPConnection, path: str, seen: Seen) -> None:
        began, known = time.monotonic(), self.clock
        headers = {"Cookie": f"clock={self.cookie}"} if self.cookie else {}
        if self.again and self.tag:
            headers["If-None-Match"] = self.tag
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        body = response.read()
        seen.times.append(time.monotonic() - began)
        if response.status not in (200, 304):
            seen.failed.append(f"{path}: {response.status}")
            return
        self.tag = response.headers["ETag"]
        tag = CLOCK_OF_ETAG.match(self.tag)
        clocks = [int(tag[1])] if tag else []
        if "since=" in path:
            # What the answer itself says, and not only its header; of many changes the first ones.
            clocks.append(json.loads(body)["until"])
        if given := CLOCK_OF_COOKIE.search(response.headers.get("Set-Cookie", "")):
            self.cookie = given[1]
        seen.private += "private" in response.headers["Cache-Control"]
        for clock in clocks:
            if clock < known:
                seen.back.append((known, clock))
            self.clock = max(self.clock, clock)


@contextmanager
def reading(port: int, paths: Sequence[str], number: int, *, again: bool = False) -> Iterator[Seen]:
    """So many readers read while the block runs; then what they saw is whole."""
    until = threading.Event()
    each = [Seen() for _ in range(number)]
    turned = [[*paths[n % len(paths) :], *paths[: n % len(paths)]] for n in range(number)]
    threads = [
        threading.Thread(target=Reader(port, order, again).read, args=(until, seen))
        for order, seen in zip(turned, each, strict=True)
    ]
    for thread in threads:
        thread.start()
    whole = Seen()
    try:
        yield whole
    finally:
        until.set()
        for thread in threads:
            thread.join()
        for seen in each:
            whole.add(seen)
