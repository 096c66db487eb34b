"""Copies of the test database, for data that many tests read and none changes."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, connections
from django.db.backends.base.creation import TEST_DATABASE_PREFIX
from django.db.backends.utils import CursorWrapper


@contextmanager
def copied_database(suffix: str, of: str = "") -> Iterator[str]:
    """A copy of the test database, or of the one named `of`; yields its name."""
    template = of or connection.settings_dict["NAME"]
    # Without a test marked django_db, pytest-django makes none, and this is the real one.
    assert template.startswith(TEST_DATABASE_PREFIX)
    copy = f"{template}_{suffix}"
    connections.close_all()
    with connection._nodb_cursor() as cursor:
        _drop(cursor, copy)
        _end_sessions(cursor, template)
        cursor.execute(f"create database {copy} template {template}")
    try:
        yield copy
    finally:
        connections.close_all()
        with connection._nodb_cursor() as cursor:
            _drop(cursor, copy)


def _drop(cursor: CursorWrapper, name: str) -> None:
    # Not `with (force)`: it is refused while the server vacuums there, as that is nobody's session.
    _end_sessions(cursor, name)
    cursor.execute(f"drop database if exists {name}")


def _end_sessions(cursor: CursorWrapper, name: str) -> None:
    # A live server's thread may not have closed its connection yet. Vacuuming gives way itself.
    cursor.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity "
        "where datname = %s and backend_type = 'client backend'",
        [name],
    )


@contextmanager
def using_database(name: str) -> Iterator[None]:
    """New connections, in whatever thread, lead to that database."""
    settings = connection.settings_dict
    before = settings["NAME"]
    connections.close_all()
    settings["NAME"] = name
    try:
        yield
    finally:
        connections.close_all()
        settings["NAME"] = before
