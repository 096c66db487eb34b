"""Processes that work for a command, each with Django and a connection of its own."""

import os
from multiprocessing import get_context
from multiprocessing.pool import Pool


def workers(number: int, database: str) -> Pool:
    """`database` is the name: in a test it is not the one of the settings."""
    return get_context("spawn").Pool(number, _start, [database])


def _start(database: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django  # only now, as everything else of Django

    django.setup()
    from django.db import connection

    connection.settings_dict["NAME"] = database
