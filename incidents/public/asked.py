"""The record clock of an answer: asked once, so that its ETag, its rows and its counts agree."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from incidents.record.models import Clock, Version

_asked: ContextVar[Clock | None] = ContextVar("asked", default=None)


def clock() -> Clock:
    """That of the answer that is being made; else that of now, by one query."""
    return _asked.get() or Version.objects.now()


@contextmanager
def answer_at(clock: Clock) -> Iterator[None]:
    token = _asked.set(clock)
    try:
        yield
    finally:
        _asked.reset(token)
