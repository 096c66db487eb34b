"""The databases: the primary, its replicas, which of them answer, and which one is read from now.

The replicas are PostgreSQL's own standbys (DATABASE_REPLICA_URLS). Everything reads and writes the
primary, but for what runs within `trying` (incidents/public/answering.py).
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import sleep
from typing import Any

from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.models import Model

PRIMARY = DEFAULT_DB_ALIAS
# Between two attempts to reach a database that is away, in seconds.
PAUSE = 1.0
# One that is back is watched by every process of the site before the first of them reads from it:
# more than the time that a process may take to notice, a pause and an attempt to connect.
WATCHED = 4 * PAUSE

_read_from = ContextVar("read_from", default=PRIMARY)
_away: set[str] = set()
_watched: set[str] = set()
_lock = threading.Lock()


class Router:
    """What DATABASE_ROUTERS names."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        return _read_from.get()

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        return PRIMARY

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool:
        return True

    def allow_migrate(self, database: str, app_label: str, **hints: Any) -> bool:
        return database == PRIMARY


def replicas() -> list[str]:
    return [alias for alias in connections if alias != PRIMARY]


def answers(alias: str) -> bool:
    """Whether it may be asked: it did not fail lately."""
    return alias not in _away


def counts(alias: str) -> bool:
    """Whether readers may meet what it holds, now or soon."""
    return alias not in _away or alias in _watched


@contextmanager
def reading_from(alias: str) -> Iterator[None]:
    token = _read_from.set(alias)
    try:
        yield
    finally:
        _read_from.reset(token)


@contextmanager
def trying(alias: str) -> Iterator[None]:
    """Read from `alias`; a failure that another database may not have ends the block silently.

    A database that cannot be reached is left alone until it can.
    """
    try:
        with reading_from(alias):
            yield
    except (OperationalError, InterfaceError) as error:
        connections[alias].close()
        state = sqlstate(error)
        if is_away(state):
            leave_alone(alias)
        elif not state.startswith("40"):  # a standby cancels what reads rows that have gone
            raise


def sqlstate(error: BaseException) -> str:
    """ "" where the server did not get to say one."""
    return getattr(error.__cause__, "sqlstate", None) or ""


def is_away(state: str) -> bool:
    """Whether an error's SQLSTATE tells of the server and not of the statement.

    https://www.postgresql.org/docs/18/errcodes-appendix.html
    """
    return not state or state.startswith(("08", "53", "57P", "58"))


def leave_alone(alias: str) -> None:
    """Ask it no more until a thread of its own has reached it; no reader waits for that."""
    with _lock:
        if alias in _away:
            return
        _away.add(alias)
    threading.Thread(target=_bring_back, args=[alias], daemon=True).start()


def _bring_back(alias: str) -> None:
    _database(alias).close_pool()  # of broken connections, which would be tried one by one
    while not _can_be_reached(_database(alias)):
        sleep(PAUSE)
    if alias != PRIMARY:
        _watched.add(alias)
        sleep(WATCHED)
    with _lock:
        _watched.discard(alias)
        _away.discard(alias)


def _database(alias: str) -> DatabaseWrapper:
    database = connections[alias]
    assert isinstance(database, DatabaseWrapper)
    return database


def _can_be_reached(database: DatabaseWrapper) -> bool:
    try:
        database.Database.connect(**database.get_connection_params()).close()
    except database.Database.Error:
        return False
    return True
