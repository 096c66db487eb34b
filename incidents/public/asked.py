"""The record clock of an answer: asked once, so that its ETag, its rows and its counts agree."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

from django.db import Error, connections

from config.replicas import PRIMARY
from config.together import Together
from incidents.record.models import Clock, Version

_asked: ContextVar[Callable[[], Clock] | None] = ContextVar("asked", default=None)


@cache
def _together(alias: str) -> Together[Clock]:
    return Together(lambda: Version.objects.using(alias).now())


def now_at(alias: str) -> Clock:
    """What a database says now, by one query for all who ask at once. Within a transaction it says
    what nobody else may be told, so one asks there for oneself."""
    if connections[alias].in_atomic_block:
        return Version.objects.using(alias).now()
    return _together(alias)()


def clock() -> Clock:
    """That of the answer that is being made; else that of now."""
    asked = _asked.get()
    return asked() if asked else now_at(PRIMARY)


@contextmanager
def answer_at(clock: Clock) -> Iterator[None]:
    with _asking(lambda: clock):
        yield


@contextmanager
def asked_once() -> Iterator[None]:
    """What the database says first holds for the block, a fault too: nobody waits for it twice. It
    holds within such a block as well."""
    with _asking(_asked.get() or _Once()):
        yield


class _Once:
    def __init__(self) -> None:
        self._told: Clock | Error | None = None

    def __call__(self) -> Clock:
        if self._told is None:
            try:
                self._told = now_at(PRIMARY)
            except Error as fault:
                self._told = fault
        if isinstance(self._told, Error):
            raise self._told
        return self._told


@contextmanager
def _asking(ask: Callable[[], Clock]) -> Iterator[None]:
    token = _asked.set(ask)
    try:
        yield
    finally:
        _asked.reset(token)
