"""Columns and expressions that several read models share."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import (
    Func,
    Value,
)


def ids() -> "ArrayField[Any, list[str]]":
    return ArrayField(models.CharField(max_length=10), default=list)


def words() -> "ArrayField[Any, list[str]]":
    return ArrayField(models.CharField(max_length=30), default=list)


def place_in(path: str, place: str) -> Func:
    """The element after `place` in a path of places: what lies directly in it; null at its end."""
    position = Func(
        path, Value(place), function="array_position", output_field=models.IntegerField()
    )
    return Func(
        path,
        position,
        template="(%(expressions)s + 1]",
        arg_joiner=")[",
        output_field=models.CharField(),
    )
