"""The record clock of an answer: asked once, so that its ETag, its rows and its counts agree."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import Error

from incidents.record.models import Clock, Version

_asked: ContextVar[Callable[[], Clock] | None] = ContextVar("asked", default=None)


def clock() -> Clock:
    """That of the answer that is being made; else that of now, by one query."""
    asked = _asked.get()
    return asked() if asked else Version.objects.now()


@contextmanager
def answer_at(clock: Clock) -> Iterator[None]:
    with _asking(lambda: clock):
        yield


@contextmanager
def asked_once() -> Iterator[None]:
    """What the database says first holds for the block, a fault too: nobody waits for it twice."""
    with _asking(_Once()):
        yield


class _Once:
    def __init__(self) -> None:
        self._told: Clock | Error | None = None

    def __call__(self) -> Clock:
        if self._told is None:
            try:
                self._told = Version.objects.now()
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
