"""Abusive clients beside ordinary ones, on the shipped server: python -m bench.abuse [SECONDS]

Eight ordinary clients read what most readers read: the newest page, pages of incidents, what many
ask for. Then the same eight beside eight that ask, without a pause, for random filters, moments,
words and deep cursors, each from an address of its own or all from one; and as a control the same
where the server makes as many answers at a time as it has threads (CLAIMLINE_ROOM=0).
"""

import itertools
import os
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from bench.asked import requests
from bench.machine import load
from bench.rows import Row, percentile, tell
from bench.served import served

PORT = 8395
CLIENTS = 8
ABUSERS = 8
SECONDS = float(sys.argv[1]) if sys.argv[1:] else 60.0
PAUSE = 0.02  # seconds that an ordinary client looks at an answer
LEAST, MOST = 60.0, 300.0  # per cent of the throughput alone; ms of the slowest in a hundred
HEADER = "X-Real-IP"

GRANIAN = [
    str(Path(sys.executable).with_name("granian")),
    *("--interface", "wsgi", "--workers", "2", "--blocking-threads", "6", "--no-ws"),
    *("--port", str(PORT), "--log-level", "error", "config.wsgi:application"),
]


@dataclass
class Seen:
    """`times`: seconds of good answers; `statuses`: of all; `wrong`: what must never come."""

    times: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    asked = {one.name: [question.ours for question in one.questions] for one in requests()}
    ordinary = Ordinary(asked)
    kinds: list[tuple[str, dict[str, str], int]] = [
        ("from an address each", {}, ABUSERS),
        ("from one address", {}, 1),
        ("control: no limit", {"CLAIMLINE_ROOM": "0"}, ABUSERS),
    ]
    failed = False
    for name, setting, addresses in kinds:
        environment = {"CLAIMLINE_CLIENT_ADDRESS_HEADER": HEADER, "CLAIMLINE_TLS": "off", **setting}
        with served(GRANIAN, PORT, "/about/method/", environment), _elsewhere() as pool:
            ordinary.make_ready()
            pool.submit(os.getpid).result()  # it has started
            baseline = _read_all(ordinary, SECONDS / 2)
            beginning = pool.submit(_abuse_all, asked, addresses, SECONDS)
            beside = _read_all(ordinary, SECONDS)
            abusers = beginning.result()
        alone = [len(baseline.times) / (SECONDS / 2), _slowest(baseline)]
        failed |= _told(name, alone, beside, abusers, control=bool(setting))
    tell(Row("load at the end", "processes", load()))
    sys.exit(failed)


def _told(name: str, alone: Sequence[float], beside: Seen, abusers: Seen, *, control: bool) -> bool:
    """Whether something came that must never come."""
    share = 100 * len(beside.times) / SECONDS / alone[0]
    targets: dict[str, Any] = {} if control else {"least": LEAST}
    most: dict[str, Any] = {} if control else {"most": MOST}
    tell(
        Row(f"{name}: ordinary ones alone", "requests/s", alone[0]),
        Row(f"{name}: ordinary ones alone, p99", "ms", alone[1]),
        Row(f"{name}: ordinary ones beside, of that", "%", share, **targets),
        Row(f"{name}: ordinary ones beside, p99", "ms", _slowest(beside), **most),
        Row(f"{name}: errors of ordinary ones", "answers", len(beside.wrong)),
    )
    for status, number in sorted(abusers.statuses.items()):
        tell(Row(f"{name}: abusers, {status}", "answers/s", number / SECONDS))
    for wrong in [*beside.wrong[:5], *abusers.wrong[:5]]:
        sys.stderr.write(f"{name}: {wrong}\n")
    return bool(abusers.wrong or (beside.wrong and not control))


def _slowest(seen: Seen) -> float:
    return 1e3 * percentile(seen.times, 0.99)


class Ordinary:
    """What most readers ask for, in the proportions of a news site: most of it is on the front."""

    def __init__(self, asked: dict[str, list[str]]) -> None:
        popular = [asked["random filters, warm"][number] for number in range(8)]
        popular += [*asked["broad filter"], *asked["map"], *asked["an actor"]]
        self._kinds = [["/"], asked["incident page"], popular]

    def make_ready(self) -> None:
        """In every worker, as it is on a site that has readers."""
        for path in itertools.chain(*self._kinds):
            for _ in range(6):
                _ask(path, {"Accept-Encoding": "gzip"})

    def paths(self, chance: random.Random) -> Iterator[str]:
        while True:
            yield chance.choice(chance.choices(self._kinds, (4, 4, 2))[0])


def _worst(asked: dict[str, list[str]]) -> Iterator[Callable[[random.Random], str]]:
    """Each gives an address that nobody has asked for before."""
    filters = asked["random filters, warm"]
    words = [one for name in asked if "word" in name for one in asked[name]]

    def moment(chance: random.Random) -> str:
        day = f"20{chance.randint(22, 24)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
        return f"{day}T{chance.randint(0, 23):02}:{chance.randint(0, 59):02}Z"

    def joined(path: str, **more: str) -> str:
        return f"{path}{'&' if '?' in path else '?'}{urlencode(more)}"

    yield lambda chance: joined("/", known=moment(chance))
    yield lambda chance: joined(chance.choice(words), known=moment(chance))
    yield lambda chance: joined(chance.choice(words), to=moment(chance)[:10])
    yield lambda chance: joined("/", q="".join(chance.choices("abcdeinorstu", k=4)))
    yield lambda chance: joined(chance.choice(filters), after=f"{moment(chance)}~0000000000")
    yield lambda chance: joined("/map/", known=moment(chance))
    yield lambda chance: joined("/territory/", known=moment(chance))
    yield lambda chance: joined("/api/v1/incidents/", q=quote(moment(chance)[:4]), limit="100",
                                to=moment(chance)[:10])  # fmt: skip


def _elsewhere() -> ProcessPoolExecutor:
    """A process for the abusers: readers do not share an interpreter with them."""
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"))


def _read_all(ordinary: Ordinary, seconds: float) -> Seen:
    ends, seen = time.monotonic() + seconds, Seen()
    _at_once(partial(_read, ordinary, number, ends, seen) for number in range(CLIENTS))
    return seen


def _abuse_all(asked: dict[str, list[str]], addresses: int, seconds: float) -> Seen:
    ends, seen = time.monotonic() + seconds, Seen()
    worst = list(_worst(asked))
    _at_once(
        partial(_abuse, worst, number, f"198.51.100.{number % addresses}", ends, seen)
        for number in range(ABUSERS)
    )
    return seen


def _at_once(works: Iterable[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _read(ordinary: Ordinary, number: int, ends: float, seen: Seen) -> None:
    headers = {HEADER: f"192.0.2.{number}", "Accept-Encoding": "gzip"}
    for path in ordinary.paths(random.Random(number)):  # noqa: S311
        if time.monotonic() > ends:
            return
        began = time.perf_counter()
        status, _ = _ask(path, headers)
        seen.statuses[status] += 1
        if status == HTTPStatus.OK:
            seen.times.append(time.perf_counter() - began)
        else:
            seen.wrong.append(f"{status} {path}")
        time.sleep(PAUSE)


def _abuse(
    worst: Sequence[Callable[[random.Random], str]],
    number: int,
    address: str,
    ends: float,
    seen: Seen,
) -> None:
    chance = random.Random(1000 + number)  # noqa: S311
    for make in itertools.cycle([*worst[number:], *worst[:number]]):
        if time.monotonic() > ends:
            return
        path = make(chance)
        status, again = _ask(path, {HEADER: address})
        seen.statuses[status] += 1
        refused = status == HTTPStatus.SERVICE_UNAVAILABLE
        if not (200 <= status < 500 or (refused and again)):
            seen.wrong.append(f"{status} {path}")


def _ask(path: str, headers: dict[str, str]) -> tuple[int, str]:
    """Status, 0 where no answer came, and Retry-After. Each on a connection of its own: a kept one
    would stay with one worker."""
    connection = HTTPConnection("127.0.0.1", PORT, timeout=30)
    try:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        response.read()
    except (OSError, HTTPException):
        return 0, ""
    else:
        return response.status, response.headers.get("Retry-After", "")
    finally:
        connection.close()


if __name__ == "__main__":
    main()
