"""Processes that work for a command, each with Django and a connection of its own."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.pool import Pool
from typing import Any


@contextmanager
def running(number: int | None) -> Iterator[Callable[..., Iterable[Any]]]:
    """A `map` that runs its tasks in so many processes, what is done first before the rest; with 1
    in this one, on its connection, in their order. None stands for one a processor."""
    from django.db import connection

    number = number or os.cpu_count() or 1
    if number == 1:
        yield map
        return
    with workers(number, connection.settings_dict["NAME"]) as pool:
        yield pool.imap_unordered


def workers(number: int, database: str) -> Pool:
    """`database` is the name: in a test it is not the one of the settings."""
    return get_context("spawn").Pool(number, _start, [database])


def _start(database: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django  # only now, as everything else of Django

    django.setup()
    from django.db import connection

    connection.settings_dict["NAME"] = database
