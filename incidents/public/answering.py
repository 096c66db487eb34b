"""Which database answers a reader, where there are replicas (DATABASE_REPLICA_URLS).

Each in turn, the primary when none of them can. A reader never sees time go backwards: a database
whose record clock is behind what the reader has seen is passed over. What that is, tell
- for all readers this process's own answers, and its index in memory, which cannot go back;
- the reader's If-None-Match, `since=` and the cookie `clock`. The cookie is set only while some
  replica may be behind the answer, moments after a publish; such an answer is for no shared cache.
  So a page that a cache outside may keep holds nothing that any database does not have yet.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import wraps
from http import HTTPStatus
from itertools import count
from os import getpid
from typing import Any, TypeVar

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase

from config.replicas import PRIMARY, answers, counts, reading_from, replicas, trying
from incidents.public import index
from incidents.public.asked import answer_at, now_at
from incidents.record.models import Clock

R = TypeVar("R", bound=HttpResponseBase | None)

COOKIE = "clock"
# For as long as a replica may reasonably be behind, in seconds.
_COOKIE_AGE = 3600
# No more figures than a serial may have; the ETag is that of incidents/public/clock.py.
_SERIAL = re.compile(r"\d{1,18}", re.ASCII)
_ETAG = re.compile(r'"(\d{1,18})-', re.ASCII)


@dataclass
class Clocks:
    """The record clocks that this process has met: `reached` by each database, when last asked;
    `shown`, the highest of the answers given."""

    shown: int = 0
    reached: dict[str, int] = field(default_factory=dict)


CLOCKS = Clocks()
_turns = count(getpid())


def from_any_database(view: Callable[..., R]) -> Callable[..., R]:
    """`view` may have no answer after all."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> R:
        if not replicas():
            return view(request, *args, **kwargs)
        needed = max(CLOCKS.shown, index.held(), _seen_by(request))
        behind: list[tuple[Clock, str]] = []
        for alias in _order(request):
            with trying(alias):
                clock = clock_of(alias)
                if clock.serial >= needed:
                    with answer_at(clock):
                        response = view(request, *args, **kwargs)
                    return _told(response, alias, clock.serial)
                behind.append((clock, alias))
        # The primary is away, or has lost versions. The newest that there is, is what there is.
        for clock, alias in sorted(behind, reverse=True):
            with trying(alias):
                CLOCKS.shown = clock.serial
                with answer_at(clock):
                    response = view(request, *args, **kwargs)
                return _told(response, alias, clock.serial)
        raise OperationalError("No database answers.")

    return answered


def clock_of(alias: str) -> Clock:
    clock = now_at(alias)
    CLOCKS.reached[alias] = clock.serial
    return clock


def _order(request: HttpRequest) -> list[str]:
    """The databases that answer, in the order in which this request asks them."""
    standing_by = list(filter(answers, replicas()))
    turn = next(_turns) % max(len(standing_by), 1)
    standing_by = standing_by[turn:] + standing_by[:turn]
    primary = list(filter(answers, [PRIMARY]))
    # Who has a session is an editor, and looks at what was published a moment ago.
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        return primary + standing_by
    return standing_by + primary


def _seen_by(request: HttpRequest) -> int:
    """The highest record clock that the reader tells of. Who makes one up reads the primary."""
    name = settings.COOKIE_PREFIX + COOKIE
    told = [request.COOKIES.get(name, ""), request.GET.get("since", "")]
    serials = [serial for serial in told if _SERIAL.fullmatch(serial)]
    serials += _ETAG.findall(request.headers.get("If-None-Match", ""))
    return max(map(int, serials), default=0)


def _told(response: R, alias: str, clock: int) -> R:
    if response is None:
        return response
    if response.status_code != HTTPStatus.NOT_MODIFIED:
        # Asked anew: what came while the answer was made may be in it.
        clock = clock_of(alias).serial
    CLOCKS.shown = max(CLOCKS.shown, clock)
    if isinstance(response, StreamingHttpResponse):
        response.streaming_content = _kept(alias, iter(response))
    if any(CLOCKS.reached.get(one, 0) < clock for one in filter(counts, replicas())):
        response.set_cookie(
            settings.COOKIE_PREFIX + COOKIE,
            str(clock),
            max_age=_COOKIE_AGE,
            secure=settings.TLS,
            httponly=True,
            samesite="Lax",
        )
        response.headers["Cache-Control"] = "private, no-cache"
    return response


def _kept(alias: str, parts: Iterator[bytes]) -> Iterator[bytes]:
    """What streams is read later, when this request's choice is no more."""
    while True:
        with reading_from(alias):
            part = next(parts, None)
        if part is None:
            return
        yield part
