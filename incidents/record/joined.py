"""Joins written by hand whose rows become instances: Django takes several times as long to put such
a statement together as PostgreSQL to answer it."""

from collections.abc import Collection, Iterator
from typing import Any

from django.db import connection
from django.db.models import Model


class Joined:
    """A statement in which {alias} stands for the columns of the model whose table has that alias,
    but for `deferred` ones: instances read these when they are asked for, as those of query sets.
    """

    def __init__(
        self, statement: str, /, *, deferred: Collection[str] = (), **models: type[Model]
    ) -> None:
        fields = {
            alias: [field for field in model._meta.concrete_fields if field.name not in deferred]
            for alias, model in models.items()
        }
        self._statement = statement.format(
            **{
                alias: ", ".join(f'{alias}."{field.column}"' for field in part)
                for alias, part in fields.items()
            }
        )
        self._parts = [
            (models[alias], [field.attname for field in part]) for alias, part in fields.items()
        ]

    def rows(self, *parameters: Any) -> Iterator[tuple[Any, ...]]:
        """Of each row an instance of every model, in the order in which the models were given."""
        with connection.cursor() as cursor:
            cursor.execute(self._statement, parameters)
            for row in cursor.fetchall():
                values = iter(row)
                yield tuple(
                    model.from_db(connection.alias, names, [next(values) for _ in names])
                    for model, names in self._parts
                )
