"""One question to a database, without all that Django does for more than one."""

from typing import Any

from django.db.backends.postgresql.base import DatabaseWrapper

Row = tuple[Any, ...]


def first_row(database: DatabaseWrapper, query: str) -> Row | None:
    """What `query` gives first. Where Django holds no connection of its pool, it need not take one:
    for many requests this is all, and that takes Django as long as the database the answer.

    Raises Django's errors.
    """
    pool = database.pool
    row: Row | None
    if database.connection or not pool or pool.closed:
        with database.cursor() as cursor:
            cursor.execute(query)
            row = cursor.fetchone()
    else:
        with database.wrap_database_errors, pool.connection() as pooled:
            row = pooled.execute(query).fetchone()
    return row
