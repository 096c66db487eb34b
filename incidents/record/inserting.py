"""Rows of read models put in their places by one statement: what a publication writes."""

import json
from functools import cache
from typing import Any

from django.db import connection, models

from incidents.record.models import RecordName

# By the names of fields.
Rows = dict[type[models.Model], list[dict[str, Any]]]


def insert(rows: Rows) -> None:
    """Rows of names take the place of those with their ids; all others must be new."""
    with connection.cursor() as cursor:
        cursor.execute(_statement(tuple(rows)), list(map(_json, rows, rows.values())))


@cache
def _statement(into: tuple[type[models.Model], ...]) -> str:
    parts = (f"into_{nth} as ({_insertion(model)})" for nth, model in enumerate(into))
    return f"with {', '.join(parts)} select"


def _insertion(model: type[models.Model]) -> str:
    table = model._meta.db_table
    columns = [f'"{column}"' for column in _columns(model)]
    listed = ", ".join(columns)
    statement = (
        f"insert into {table} ({listed}) "  # noqa: S608
        f"select {listed} from json_populate_recordset(null::{table}, %s::json)"
    )
    if not issubclass(model, RecordName):
        return statement
    taken = ", ".join(f"{column} = excluded.{column}" for column in columns)
    return f"{statement} on conflict (id) do update set {taken}"


@cache
def _columns(model: type[models.Model]) -> dict[str, str]:
    """The name of the field by that of the column; not those that count by themselves."""
    fields = model._meta.concrete_fields
    return {str(f.column): f.attname for f in fields if not isinstance(f, models.AutoField)}


def _json(model: type[models.Model], rows: list[dict[str, Any]]) -> str:
    columns = _columns(model).items()
    return _encode([{column: row[name] for column, name in columns} for row in rows])


def _other(value: Any) -> str:
    """As PostgreSQL reads bytes, dates and times."""
    return f"\\x{value.hex()}" if isinstance(value, bytes) else value.isoformat()


_encode = json.JSONEncoder(ensure_ascii=False, default=_other).encode
