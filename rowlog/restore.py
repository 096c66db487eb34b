"""Back to an earlier state of a row and its parts, as new changes that the log keeps too."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, models, transaction

from rowlog.models import Change, ChangeQuerySet
from rowlog.reading import field_of, model_of


@dataclass(frozen=True)
class Step:
    """One row to be made as it was: added again, changed, or deleted because it came later."""

    verb: str  # of Django's permissions: add, change, delete
    row: models.Model
    # By column: as it is now, and as it is to be, in the log's own JSON.
    columns: Mapping[str, tuple[Any, Any]]


class NeverWas(Exception):
    """The row did not exist then."""


def steps(model: type[models.Model], changes: ChangeQuerySet) -> list[Step]:
    """What undoes `changes`, all of them, of one row of `model` and of its parts; the row first.

    Parts are the rows that the database deletes with it. Columns that no form shows stay as they
    are: they belong to the record or to the database. Raises NeverWas.
    """
    found = []
    for (part, pk), then in _earlier(changes).items():
        if part is not model and not _is_part(part, model):
            continue
        now = part._base_manager.filter(pk=pk).first()
        if then is None and part is model:
            raise NeverWas
        if (step := step_to(part, now, then)) is not None:
            found.append(step)
    return sorted(found, key=lambda step: type(step.row) is not model)


def carry_out(planned: list[Step]) -> None:
    """All of it or nothing. Raises ValidationError, IntegrityError or ProtectedError."""
    with transaction.atomic():
        # What is deleted may stand in the way of what comes back.
        for step in sorted(planned, key=lambda step: step.verb != "delete"):
            do(step)
        connection.check_constraints()


def do(step: Step) -> None:
    match step.verb:
        case "delete":
            step.row.delete()
        case "change":
            step.row.full_clean()
            step.row.save()
        case "add":
            _add(step.row)


def _earlier(
    changes: ChangeQuerySet,
) -> dict[tuple[type[models.Model], int], dict[str, Any] | None]:
    """By row: its columns as `changes` found them, or None where they brought the row."""
    states: dict[tuple[type[models.Model], int], dict[str, Any] | None] = {}
    for change in changes.order_by("-pk"):
        model = model_of(change)
        if model is None or change.row_id is None:
            continue
        key = model, change.row_id
        match change.operation:
            case Change.Operation.INSERT:
                states[key] = None
            case Change.Operation.DELETE:
                states[key] = dict(change.row)
            case Change.Operation.UPDATE:
                states[key] = (states.get(key) or {}) | dict(replaced(change))
    return states


def replaced(change: Change) -> Iterator[tuple[str, Any]]:
    """Column and value of what an update replaced, as far as the log knows it."""
    for column, value in (change.before or {}).items():
        # Of a secret the log does not know what it was.
        if value is not None or column in change.row:
            yield column, value


def wholes(row: models.Model) -> set[tuple[type[models.Model], int]]:
    """Model and key of the rows that it goes with."""
    return {(field.related_model, getattr(row, field.attname)) for field in _leading_up(type(row))}


def _is_part(part: type[models.Model], model: type[models.Model]) -> bool:
    return any(field.related_model is model for field in _leading_up(part))


def _leading_up(model: type[models.Model]) -> "list[models.ForeignKey[Any, Any]]":
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.remote_field.on_delete is models.CASCADE
    ]


def step_to(
    model: type[models.Model], now: models.Model | None, then: Mapping[str, Any] | None
) -> Step | None:
    """From the row as it is now to these columns, or to no row; None where that is no step."""
    if then is None:
        return Step("delete", now, {}) if now else None
    if now is None:
        row = model()
        return Step("add", row, {name: (None, value) for name, value in _set(row, then)})
    editable = {
        column: value
        for column, value in then.items()
        if (field := field_of(model, column)) and field.editable and not field.primary_key
    }
    before = {column: _get(now, column) for column in editable}
    changed = {
        column: (before[column], value)
        for column, value in _set(now, editable)
        if before[column] != _get(now, column)
    }
    return Step("change", now, changed) if changed else None


def _set(row: models.Model, columns: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Give the row these values; columns that its table no longer has are left out."""
    for column, value in columns.items():
        if (field := field_of(type(row), column)) is not None:
            setattr(row, field.attname, field.to_python(value))
            yield column, value


def _get(row: models.Model, column: str) -> Any:
    field = field_of(type(row), column)
    return getattr(row, field.attname) if field else None


def _add(row: models.Model) -> None:
    # Django would set these to now.
    made = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if getattr(field, "auto_now_add", False)
    }
    row.full_clean()
    row.save(force_insert=True)
    if made:
        type(row)._base_manager.filter(pk=row.pk).update(**made)
