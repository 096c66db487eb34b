"""What a page showed when it was opened, as a mark: nothing is saved over what nobody has seen.

A page carries the mark of the rows that it shows; what is sent from it is held against the rows as
they then are, which stay locked until it is saved. Marks are made of saved values alone, so bulk
updates and raw SQL count as changes too.
"""

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from django.db.models import Model, QuerySet

OPENED = "opened"  # the name of the hidden control that carries a mark


class Overtaken(Exception):
    """The rows are no longer what the page showed."""


def mark_of(*shown: Model | QuerySet[Any]) -> str:
    """SHA-256, in hex, over every column of these rows; which of them exist counts as well.

    Ask for it before reading what the page shows: a mark that is too old costs a needless
    warning, one that is too new hides a change.
    """
    return _digest([_columns(rows) for rows in map(_rows, shown)])


def lock_and_check(mark: str, *shown: Model | QuerySet[Any]) -> None:
    """Lock the rows until the transaction ends; raise Overtaken where they are not those of `mark`.

    Name them in one order everywhere, what contains before what is contained, so that no two
    editors wait for each other.
    """
    locked = [_rows(rows).select_for_update() for rows in shown]
    if mark != _digest([_columns(rows) for rows in locked]):
        raise Overtaken


def fingerprint(value: Any) -> str:
    """Of one saved or typed value; the same for a row and its key, and for either line end."""
    return _digest(value)[:16]


def _rows(shown: Model | QuerySet[Any]) -> QuerySet[Any]:
    """Plain rows of the table in the order of their keys: joins and sums cannot be locked."""
    if isinstance(shown, Model):
        pks: Any = [shown.pk]
        model = type(shown)
    else:
        pks, model = shown.order_by().values("pk"), shown.model
    return model._base_manager.filter(pk__in=pks).order_by("pk")


def _columns(rows: QuerySet[Any]) -> list[Any]:
    return [rows.model._meta.label, list(rows.values())]


def _digest(value: Any) -> str:
    text = json.dumps(_plain(value), sort_keys=True, default=str)
    return sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, QuerySet):
        return sorted(value.values_list("pk", flat=True))
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat() if value.tzinfo else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        # Browsers send every line end as two characters.
        return value.replace("\r\n", "\n")
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, Iterable):
        return [_plain(one) for one in value]
    return value
