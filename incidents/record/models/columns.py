"""Columns and expressions that several read models share."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models


def ids() -> "ArrayField[Any, list[str]]":
    return ArrayField(models.CharField(max_length=10), default=list)


def words() -> "ArrayField[Any, list[str]]":
    return ArrayField(models.CharField(max_length=30), default=list)
