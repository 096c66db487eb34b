"""Sending a download: few at a time, and none of them at the expense of those who read pages.

A server thread waits for the reader of the download that it sends. So each process sends no more
than settings.DOWNLOADS at a time and keeps its other threads for pages. While a reader takes his
time, a download holds some megabytes and no connection to the database.
"""

from collections.abc import Generator, Iterator
from threading import BoundedSemaphore
from weakref import finalize

from django.conf import settings
from django.db import connections

from config.limits import at_most

_slots = BoundedSemaphore(settings.DOWNLOADS)
RETRY_AFTER = "10"  # seconds
# Of a part: each costs the server a hand-over between threads.
_BYTES = 64_000
# For a statement of one: the first may sort all rows of a filter.
_SECONDS = 60


def let_connections_go() -> None:
    """Others may have them until this thread asks the database again."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()


def begin(parts: Iterator[str] | Iterator[bytes]) -> "Sending | None":
    """None while as many are being sent as may be."""
    return Sending(parts) if _slots.acquire(blocking=False) else None


class Sending:
    """The parts of a download, to be iterated over once. Its slot is free again when it is closed,
    or dropped without."""

    def __init__(self, parts: Iterator[str] | Iterator[bytes]) -> None:
        self._parts = _gathered(parts)
        self._let_go = finalize(self, _slots.release)

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
            waiting += part.encode() if isinstance(part, str) else part
            if len(waiting) >= _BYTES:
                yield bytes(waiting)
                waiting.clear()
    except Exception:
        # A table says in its last words that it is cut short.
        yield bytes(waiting)
        raise
    yield bytes(waiting)
