"""Sending a download: few at a time, and none of them at the expense of those who read pages.

A server thread waits for the reader of the download that it sends. So each process sends no more
than settings.DOWNLOADS at a time and keeps its other threads for pages; the last place is for an
origin that has none yet. While a reader takes his time, a download holds some megabytes and no
connection to the database; one who takes nothing for a minute has gone.
"""

import socket
import sys
from collections.abc import Callable, Generator, Iterator
from functools import partial
from pathlib import Path
from weakref import finalize

from django.conf import settings
from django.db import connections
from django.http import HttpRequest

from config.limits import at_most
from config.origins import origin
from config.places import Places

_places = Places(settings.DOWNLOADS)
RETRY_AFTER = "10"  # seconds
# Of a part: each costs the server a hand-over between threads.
_BYTES = 64_000
_GONE = 60_000  # milliseconds in which nothing is taken
_INTERNET = (socket.AF_INET, socket.AF_INET6)
# For a statement of one: the first may sort all rows of a filter.
_SECONDS = 60


def let_connections_go() -> None:
    """Others may have them until this thread asks the database again."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()


def begin(request: HttpRequest, parts: Iterator[str] | Iterator[bytes]) -> "Sending | None":
    """None while as many are being sent as may be."""
    whose = origin(request)
    if not _places.enter(whose):
        return None
    if sys.platform == "linux":
        _hang_up_on_who_takes_nothing(request.META.get("SERVER_PORT", ""))
    return Sending(parts, partial(_places.leave, whose))


def _hang_up_on_who_takes_nothing(port: str) -> None:
    """The server has no limit for sending, so the system gets one, for each connection of ours."""
    for file in Path("/proc/self/fd").iterdir():
        try:
            connection = socket.socket(fileno=int(file.name))
        except OSError:  # another kind of file
            continue
        try:
            if connection.family in _INTERNET and str(connection.getsockname()[1]) == port:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _GONE)
        finally:
            connection.detach()


class Sending:
    """The parts of a download, to be iterated over once. Its place is left when it is closed, or
    dropped without."""

    def __init__(self, parts: Iterator[str] | Iterator[bytes], leave: Callable[[], None]) -> None:
        self._parts = _gathered(parts)
        self._let_go = finalize(self, leave)

    def __iter__(self) -> "Sending":
        return self

    def __next__(self) -> bytes:
        with at_most(_SECONDS):
            return next(self._parts)

    def close(self) -> None:
        self._parts.close()
        self._let_go()


def _gathered(parts: Iterator[str] | Iterator[bytes]) -> Generator[bytes]:
    """The same bytes in fewer parts."""
    waiting = bytearray()
    try:
        for part in parts:
            sent = part.encode() if isinstance(part, str) else part
            if not waiting and len(sent) >= _BYTES:
                yield sent  # as it is: large ones are most of a large file
                continue
            waiting += sent
            if len(waiting) >= _BYTES:
                yield bytes(waiting)
                waiting.clear()
    except Exception:
        # A table says in its last words that it is cut short.
        yield bytes(waiting)
        raise
    yield bytes(waiting)
