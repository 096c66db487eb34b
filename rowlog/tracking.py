"""What the log covers, and what it is told about who acts and why.

A migration that makes a table of the desk adds `logged("incidents.comment")` to its operations and
("rowlog", "0001_initial") to its dependencies; rowlog/tests/test_tracking.py finds those that do
not.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pghistory
from django.db import connection
from django.db.migrations import RunSQL

# What PostgreSQL's jsonb refuses, and what no honest form sends.
_NUL = "\0"


def logged(
    model: str,
    within: Mapping[str, str] | None = None,
    *,
    unlogged: Collection[str] = (),
    secret: Collection[str] = (),
    bulky: Collection[str] = (),
) -> RunSQL:
    """The operation that logs every change of the table of `model` (“incidents.claim”).

    `within`: by column, the model of the row that this one is a part of, in whose history it is
    shown. Columns: `unlogged` follow from others or tell nothing; of `secret` ones it is kept that
    they changed, not what they hold; `bulky` ones are kept when they are replaced or deleted only.
    """
    options = {
        "model": model,
        "within": dict(within or {}),
        "unlogged": [*unlogged],
        "secret": [*secret],
        "bulky": [*bulky],
    }
    table = model.replace(".", "_")
    return RunSQL(
        f"create or replace trigger rowlog after insert or update or delete on {table} "
        f"for each row execute function rowlog_record('{json.dumps(options)}')",
        f"drop trigger rowlog on {table}",
    )


def acting(
    *, user: Any = None, deed: str = "", reason: str = "", address: str = ""
) -> pghistory.context:
    """A block whose changes of the desk are one act; what is left out stays as an outer one has it.

    Called without `with`, it tells more of the act under way, if there is one.
    """
    facts: dict[str, Any] = {"deed": deed[:200], "reason": reason, "address": address[:500]}
    told = {name: text.replace(_NUL, "") for name, text in facts.items() if text}
    if user is not None:
        told |= {"user": user.pk, "name": user.get_username()}
    return pghistory.context(**told)


@contextmanager
def past_the_log() -> Iterator[None]:
    """A block that changes no row of the desk: its statements go as they are, prepared once.

    Those that the log must be told of are sent with who and why, as text, and planned each time;
    django-pghistory takes all for such that do not begin with “select”.
    """
    telling, connection.execute_wrappers = connection.execute_wrappers, []
    try:
        yield
    finally:
        connection.execute_wrappers = telling


@contextmanager
def nothing_logged() -> Iterator[None]:
    """Within a transaction: a load of public data that a file can bring back, by ten thousands.

    Say what it did by `log_summary`. After an error the rollback ends it.
    """
    _switch("off")
    yield
    _switch("on")


def _switch(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select set_config('rowlog.rows', %s, true)", [value])


def log_summary(model: str, text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "call rowlog_write('summary', %s, null, '{}', jsonb_build_object('summary', %s::text), "
            "null)",
            [model, text],
        )
