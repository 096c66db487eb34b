"""One session over HTTP: several servers, the same requests, in turn."""

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import cycle, islice, product
from typing import Literal

from bench.asked import Question, Request
from bench.client import Answer, Client, Rate, rate
from bench.rows import percentile

WARM = 3  # questions of each request that the peer is asked before it is measured
LEAST, MOST = 5, 100  # questions to one client
SECONDS = 5.0  # for the questions of one request to one client, at least one of each
MORE_SECONDS = 1.0  # for more of ours, where the peer has taken the time
ROUNDS = 2  # of eight clients
SLICE = (2.0, 5.0)  # seconds of one of them: 8 × the median, within these
FILES = 3  # times that each file is fetched

TIMED_OUT = b"facets-timed-out"  # the peer's words for a page without all its facets


@dataclass
class Side:
    """What one server answered to one request. Times are seconds.

    `bad`: answers with an error, or without what they must hold. `incomplete`: of the others,
    those of which facets were missing; `many` and `bad_of_many`: answers to eight clients.
    """

    times: list[float] = field(default_factory=list)
    bad: int = 0
    incomplete: int = 0
    rates: list[float] = field(default_factory=list)
    many: int = 0
    bad_of_many: int = 0

    def take(self, answer: Answer, status: int, holds: str) -> None:
        self.times.append(answer.seconds)
        if answer.status != status or holds.encode() not in answer.body:
            self.bad += 1
        elif TIMED_OUT in answer.body:
            self.incomplete += 1

    def summary(self) -> dict[str, float]:
        """Milliseconds, and requests a second (of eight clients, or lines of a file)."""
        told: dict[str, float] = {
            "asked": len(self.times),
            "bad": self.bad,
            "incomplete": self.incomplete,
            "many": self.many,
            "bad_of_many": self.bad_of_many,
        }
        if self.times:
            told["p50"] = 1e3 * percentile(self.times, 0.5)
            told["p95"] = 1e3 * percentile(self.times, 0.95)
        if self.rates:
            told["rate"] = percentile(self.rates, 0.5)
        return told


def say(text: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {text}\n")


@dataclass(frozen=True)
class Server:
    """`asked`: which of a question's addresses."""

    port: int
    asked: Literal["ours", "peer", "beside"] = "ours"

    @property
    def peers(self) -> bool:
        return self.asked == "peer"

    def path(self, question: Question) -> str:
        path: str = getattr(question, self.asked)
        return path

    def holds(self, question: Question) -> str:
        return "" if self.asked == "beside" else question.holds


def measure(
    requests: Sequence[Request], servers: Mapping[str, Server]
) -> Iterator[dict[str, object]]:
    """What each request cost each server; cold ones first."""
    for request in sorted(requests, key=lambda one: not one.cold):
        say(request.name)
        targets = {"most": request.most, "least": request.least, "file": request.file}
        yield {"name": request.name, **targets, **_measured(request, servers)}


def _measured(request: Request, servers: Mapping[str, Server]) -> dict[str, dict[str, float]]:
    asked = {name: server for name, server in servers.items() if server.path(request.questions[0])}
    sides = {name: Side() for name in asked}
    if request.file:
        for _, (name, server) in product(range(FILES), asked.items()):
            _fetch(server, request.questions[0], sides[name])
    else:
        one_client(request, asked, sides)
        if not request.cold:
            _eight_clients(request, asked, sides)
    return {name: side.summary() for name, side in sides.items()}


def one_client(request: Request, servers: Mapping[str, Server], sides: Mapping[str, Side]) -> None:
    clients = {name: Client(server.port) for name, server in servers.items()}
    headers = {name: _headers(request, server) for name, server in servers.items()}

    def ask(name: str, question: Question) -> Answer:
        return clients[name].ask(servers[name].path(question), headers[name])

    def take(name: str, question: Question) -> None:
        again = request.again and not servers[name].peers
        status = HTTPStatus.NOT_MODIFIED if again else HTTPStatus.OK
        sides[name].take(ask(name, question), status, servers[name].holds(question))

    if not request.cold:
        for name, server in servers.items():
            # By this very connection: a worker of ours keeps what it answered, the peer nothing.
            for question in request.questions[: WARM if server.peers else None]:
                ask(name, question)
    least = len(request.questions) if len(request.questions) > 1 else LEAST
    began, together = time.monotonic(), 0
    for question in _asked(request):
        if together >= least and time.monotonic() - began > SECONDS:
            break
        for name in servers:
            take(name, question)
        together += 1
    for name in (name for name in servers if not servers[name].peers):
        began = time.monotonic()
        for question in islice(_asked(request), together, None):
            if time.monotonic() - began > MORE_SECONDS:
                break
            take(name, question)


def _headers(request: Request, server: Server) -> dict[str, str]:
    if server.peers:
        return {}
    if request.again:
        return {"If-None-Match": Client(server.port).ask(request.questions[0].ours).etag}
    return {"Accept-Encoding": "gzip"} if request.zipped else {}


def _asked(request: Request) -> Iterator[Question]:
    """Each question once when cold, else again and again."""
    if request.cold:
        return iter(request.questions)
    return islice(cycle(request.questions), max(MOST, len(request.questions)))


def _eight_clients(
    request: Request, servers: Mapping[str, Server], sides: Mapping[str, Side]
) -> None:
    def asked(name: str, paths: Sequence[str]) -> Rate:
        headers = _headers(request, servers[name])
        return rate(servers[name].port, paths, headers, _seconds(sides[name]))

    paths = {
        name: [server.path(question) for question in request.questions]
        for name, server in servers.items()
    }
    for name, server in servers.items():
        # The one client came to one worker of ours; here the other one, too, gets to keep them.
        if not server.peers:
            asked(name, paths[name])
    for turn, name in product(range(ROUNDS), servers):
        # A slow server does not come to the last of many questions: it begins elsewhere each time.
        start = turn * len(request.questions) // ROUNDS
        measured = asked(name, [*paths[name][start:], *paths[name][:start]])
        side = sides[name]
        side.rates.append(measured.a_second)
        side.many += measured.number
        side.bad_of_many += measured.bad


def _seconds(side: Side) -> float:
    least, most = SLICE
    return min(most, max(least, 8 * percentile(side.times, 0.5)))


def _fetch(server: Server, question: Question, side: Side) -> None:
    lines, seconds, status = Client(server.port).lines(server.path(question))
    side.times.append(seconds)
    side.rates.append(lines / seconds)
    side.bad += status != HTTPStatus.OK or lines < int(question.holds)
