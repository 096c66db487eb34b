"""How long one statement may take, by whom it serves; PostgreSQL ends what takes longer.

A reader's page has settings.STATEMENT_SECONDS, a part of a download more, the desk and commands as
long as they need. Setting that costs a turn to the server, so each connection of the pool remembers
what it was told last: nearly all of them serve readers, one after another.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import psycopg

_seconds = ContextVar("seconds", default=0)  # 0: no limit

# What an ended statement's error is called: QUERY CANCELED.
ENDED = "57014"


@contextmanager
def at_most(seconds: int) -> Iterator[None]:
    """For each statement of the block, on connections of the pool; 0: as long as it takes."""
    token = _seconds.set(seconds)
    try:
        yield
    finally:
        _seconds.reset(token)


class LimitedConnection(psycopg.Connection[Any]):
    """One of the pool."""

    _told = 0

    def cursor(self, *args: Any, **options: Any) -> Any:
        wanted = _seconds.get()
        # Within a transaction it could be taken back, and only the desk has any.
        if wanted != self._told and self.autocommit:
            self._told = wanted
            super().cursor().execute(f"set statement_timeout to '{wanted}s'".encode())
        return super().cursor(*args, **options)
