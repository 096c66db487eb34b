"""One session over HTTP: the site beside its peer, the same requests, in turn."""

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import cycle, islice

from bench.asked import Question, Request
from bench.client import Answer, Client, Rate, rate
from bench.rows import percentile

WARM = 3  # questions of each request that are asked before it is measured
LEAST, MOST = 5, 100  # questions to one client
SECONDS = 8.0  # for the questions of one request to one client, at least one of each
MORE_SECONDS = 2.0  # for more of ours, where the peer has taken the time
ROUNDS = 2  # of eight clients
SLICE = (2.0, 8.0)  # seconds of one of them: 8 × the median, within these
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


def measure(
    requests: Sequence[Request], ours: int, peer: int | None
) -> Iterator[dict[str, object]]:
    """What each request cost, at the ports of the two servers; cold ones first."""
    for request in sorted(requests, key=lambda one: not one.cold):
        say(request.name)
        targets = {"most": request.most, "least": request.least, "file": request.file}
        yield {"name": request.name, **targets, **_measured(request, ours, peer)}


def _measured(request: Request, ours: int, peer: int | None) -> dict[str, dict[str, float]]:
    asked_of_peer = peer if request.questions[0].peer else None
    here, there = Side(), Side()
    if request.file:
        _files(request.questions[0], ours, asked_of_peer, here, there)
    else:
        one_client(
            request, Client(ours), Client(asked_of_peer) if asked_of_peer else None, here, there
        )
        if not request.cold:
            _eight_clients(request, ours, asked_of_peer, here, there)
    return {"ours": here.summary(), **({"peer": there.summary()} if asked_of_peer else {})}


def one_client(
    request: Request, ours: Client, peer: Client | None, here: Side, there: Side
) -> None:
    headers = _headers(request, ours)
    status = HTTPStatus.NOT_MODIFIED if request.again else HTTPStatus.OK
    if not request.cold:
        for question in request.questions[:WARM]:
            ours.ask(question.ours, headers)
            if peer:
                peer.ask(question.peer)
    least = len(request.questions) if len(request.questions) > 1 else LEAST
    began = time.monotonic()
    for number, question in enumerate(_asked(request)):
        if number >= least and time.monotonic() - began > SECONDS:
            break
        here.take(ours.ask(question.ours, headers), status, question.holds)
        if peer:
            there.take(peer.ask(question.peer), HTTPStatus.OK, question.holds)
    began = time.monotonic()
    for question in islice(_asked(request), len(here.times), None):
        if time.monotonic() - began > MORE_SECONDS:
            break
        here.take(ours.ask(question.ours, headers), status, question.holds)


def _headers(request: Request, ours: Client) -> dict[str, str]:
    if request.again:
        return {"If-None-Match": ours.ask(request.questions[0].ours).etag}
    return {"Accept-Encoding": "gzip"} if request.zipped else {}


def _asked(request: Request) -> Iterator[Question]:
    """Each question once when cold, else again and again."""
    if request.cold:
        return iter(request.questions)
    return islice(cycle(request.questions), max(MOST, len(request.questions)))


def _eight_clients(request: Request, ours: int, peer: int | None, here: Side, there: Side) -> None:
    headers = _headers(request, Client(ours))
    for turn in range(ROUNDS):
        # A slow server does not come to the last of many questions: it begins elsewhere each time.
        start = turn * len(request.questions) // ROUNDS
        questions = [*request.questions[start:], *request.questions[:start]]
        _take(here, rate(ours, [one.ours for one in questions], headers, _seconds(here)))
        if peer:
            _take(there, rate(peer, [one.peer for one in questions], {}, _seconds(there)))


def _take(side: Side, measured: Rate) -> None:
    side.rates.append(measured.a_second)
    side.many += measured.number
    side.bad_of_many += measured.bad


def _seconds(side: Side) -> float:
    least, most = SLICE
    return min(most, max(least, 8 * percentile(side.times, 0.5)))


def _files(question: Question, ours: int, peer: int | None, here: Side, there: Side) -> None:
    for _ in range(FILES):
        _fetch(Client(ours), question.ours, int(question.holds), here)
        if peer:
            _fetch(Client(peer), question.peer, int(question.holds), there)


def _fetch(client: Client, path: str, least: int, side: Side) -> None:
    lines, seconds, status = client.lines(path)
    side.times.append(seconds)
    side.rates.append(lines / seconds)
    side.bad += status != HTTPStatus.OK or lines < least
