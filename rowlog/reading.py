"""What the log says, in words: acts, the rows that each changed, and old beside new."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from django.apps import apps
from django.contrib.admin import AdminSite
from django.db import models
from django.http import HttpRequest
from django.utils.dateparse import parse_datetime
from django.utils.text import Truncator, capfirst
from django.utils.timezone import localtime

from rowlog.models import Change
from rowlog.passages import Passage, passages

Model: TypeAlias = type[models.Model]
Field: TypeAlias = models.Field[Any, Any]

NOTHING = "nothing"
# Stands for a value that the log does not keep.
UNKNOWN = object()
# The column that a row is called by, the first that its table has.
_NAMES = ("title", "name", "text", "quote", "username", "url")
_SHOWN = 80


@dataclass(frozen=True)
class Difference:
    label: str
    old: str
    new: str
    # For long texts: both as one, with what went and what came.
    passages: list[Passage]


@dataclass(frozen=True)
class Row:
    """One row that an act changed."""

    change: Change
    kind: str
    name: str
    differences: list[Difference]


@dataclass(frozen=True)
class Act:
    """Changes that belong together: one form sent, one command, or else one transaction."""

    first: Change
    rows: list[Row]

    def brings(self, model: Model, pk: Any) -> bool:
        changes = (row.change for row in self.rows if row.change.is_of(model, pk))
        return any(change.operation == Change.Operation.INSERT for change in changes)


class Reader:
    """Says values in words. What foreign keys point to is asked for once a model, not a row."""

    def __init__(
        self, site: AdminSite, request: HttpRequest, held: Iterable[tuple[Model, str, Any]]
    ) -> None:
        """`held`: every value that is going to be said, with its model and column."""
        self.names: dict[tuple[Any, Any], str] = {}
        wanted: dict[Any, set[Any]] = {}
        for model, column, value in held:
            field = field_of(model, column)
            if isinstance(field, models.ForeignKey) and value is not None:
                wanted.setdefault(field.related_model, set()).add(value)
        for related, keys in wanted.items():
            for row in _rows_as_shown(site, request, related).filter(pk__in=keys):
                self.names[related, row.pk] = str(row)

    def compared(
        self, model: Model | None, columns: Mapping[str, tuple[Any, Any]]
    ) -> list[Difference]:
        """Old and new of each column, its key aside, in the order of the model."""
        found = []
        for column in sorted(columns, key=_order(model)):
            field = field_of(model, column)
            if field is None or not field.primary_key:
                label = capfirst(str(field.verbose_name)) if field else column
                old, new = (self.words(field, value) for value in columns[column])
                found.append(Difference(label, old, new, passages(old, new)))
        return found

    def words(self, field: Field | None, value: Any) -> str:
        if value is UNKNOWN:
            return "something"
        if value is None or value == "" or value == []:
            return NOTHING
        if isinstance(field, models.ForeignKey):
            return self.names.get((field.related_model, value), f"number {value}, since deleted")
        if isinstance(value, bool):
            return "yes" if value else "no"
        if field is not None and field.choices:
            return str(dict(field.flatchoices).get(value, value))
        if isinstance(field, models.DateTimeField) and (at := parse_datetime(str(value))):
            return moment(at)
        if isinstance(value, list):
            return ", ".join(map(str, value))
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def acts_of(site: AdminSite, request: HttpRequest, changes: Iterable[Change]) -> list[Act]:
    """Newest first; the changes of each in the order in which they were made."""
    acts: dict[Any, list[Change]] = {}
    for change in sorted(changes, key=lambda one: one.pk):
        acts.setdefault(change.act, []).append(change)
    held = [
        (model, column, value)
        for changed in acts.values()
        for change in changed
        if (model := model_of(change))
        for column, pair in columns_of(change).items()
        for value in pair
    ]
    reader = Reader(site, request, held)
    newest_first = sorted(acts.values(), key=lambda changed: -changed[-1].pk)
    return [Act(changed[0], [_row(reader, one) for one in changed]) for changed in newest_first]


def _row(reader: Reader, change: Change) -> Row:
    model = model_of(change)
    kind = str(model._meta.verbose_name) if model else change.model
    return Row(change, kind, name_of(change), reader.compared(model, columns_of(change)))


def columns_of(change: Change) -> dict[str, tuple[Any, Any]]:
    """Old and new of each column that the change is about; of what came or went, all it held."""
    match change.operation:
        case Change.Operation.INSERT:
            return {column: (None, new) for column, new in change.row.items() if new}
        case Change.Operation.DELETE:
            return {column: (old, None) for column, old in change.row.items() if old}
        case Change.Operation.UPDATE:
            return {
                # Secrets and long texts are not in the row; of secrets the old is not known either.
                column: (old, change.row[column])
                if column in change.row
                else (UNKNOWN if old is None else old, UNKNOWN)
                for column, old in (change.before or {}).items()
            }
    return {}


def moment(at: datetime) -> str:
    seconds = ":%S" if at.second else ""
    return f"{localtime(at):%Y-%m-%d %H:%M{seconds}} UTC"


def model_of(change: Change) -> Model | None:
    """None for a table that a later release has given up."""
    try:
        return apps.get_model(change.model)
    except LookupError:
        return None


def field_of(model: Model | None, column: str) -> Field | None:
    """None for a column that a later release has given up."""
    fields = model._meta.concrete_fields if model else []
    return next((field for field in fields if field.column == column), None)


def name_of(change: Change) -> str:
    """What the row was called then, as far as its own columns say."""
    if change.operation == Change.Operation.SUMMARY:
        return str(change.row["summary"])
    return called(change.row) or f"number {change.row_id}"


def called(columns: Mapping[str, Any]) -> str:
    """Empty where none of the columns is a name."""
    name = next((str(columns[column]) for column in _NAMES if columns.get(column)), "")
    return Truncator(" ".join(name.split())).chars(_SHOWN)


def _order(model: Model | None) -> Callable[[str], int]:
    """By place in the model; columns that it no longer has come last."""
    columns = [field.column for field in model._meta.concrete_fields] if model else []
    return lambda column: columns.index(column) if column in columns else len(columns)


def _rows_as_shown(site: AdminSite, request: HttpRequest, model: Model) -> models.QuerySet[Any]:
    """Rows as their own screen reads them: with what their names are made of, in one query."""
    if site.is_registered(model):
        return site.get_model_admin(model).get_queryset(request)
    return model._base_manager.select_related()
