"""What points at a row of the desk, turned to another row and back: the mechanics of merging."""

from collections.abc import Iterator

from django.apps import apps
from django.db import IntegrityError, models, transaction

from incidents.models.rearrangements import Moved


def pointers(model: type[models.Model]) -> Iterator[tuple[type[models.Model], str]]:
    """Every table with a foreign key to `model`, and the name of the key; its own included."""
    for relation in model._meta.related_objects:
        # What was merged into it before goes along with it.
        yield relation.related_model, relation.field.name


def turn(row: models.Model, into: models.Model) -> list[Moved]:
    """Make all that points at `row` point at `into`, and tell what that was.

    What the database would then have twice, such as a name that both have, stays where it is.
    """
    moved = []
    for model, field in pointers(type(row)):
        keys = model._base_manager.filter(**{field: row.pk}).order_by("pk")
        rows = _update(model, field, list(keys.values_list("pk", flat=True)), into.pk)
        if rows:
            moved.append(_moved(model, field, rows, row.pk, into.pk))
    return moved


def turn_rows(rows: models.QuerySet[models.Model], field: str, was: int, now: int) -> list[Moved]:
    """As `turn`, of these rows alone. Raises IntegrityError where one cannot be turned."""
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    rows.filter(pk__in=keys).update(**{field: now})
    return [_moved(rows.model, field, keys, was, now)] if keys else []


def turn_back(moved: list[Moved]) -> int:
    """Returns how many rows are no longer where they were turned to; those stay.

    Raises IntegrityError where the old place has been taken meanwhile.
    """
    lost = 0
    for one in reversed(moved):
        model, field = apps.get_model(one["model"]), one["field"]
        there = model._base_manager.filter(pk__in=one["rows"], **{field: one["now"]})
        lost += len(one["rows"]) - there.update(**{field: one["was"]})
    return lost


def _moved(model: type[models.Model], field: str, rows: list[int], was: int, now: int) -> Moved:
    return {"model": model._meta.label_lower, "field": field, "rows": rows, "was": was, "now": now}


def _update(model: type[models.Model], field: str, keys: list[int], now: int) -> list[int]:
    """Those that could be turned: all at once or, where the database refuses that, one by one."""
    try:
        with transaction.atomic():
            model._base_manager.filter(pk__in=keys).update(**{field: now})
    except IntegrityError:
        if len(keys) == 1:
            return []
        return [key for one in keys for key in _update(model, field, [one], now)]
    return keys
