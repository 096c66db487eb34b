"""One question for all who ask it at once, and no answer older than who gets it."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Together(Generic[T]):
    """Who asks while a question is on its way waits for the next one, as the answer to that one may
    be of before; all who wait share it."""

    def __init__(self, ask: Callable[[], T]) -> None:
        self._ask = ask
        self._turn = Lock()
        self._joining = Lock()
        self._next: Future[T] | None = None

    def __call__(self) -> T:
        with self._joining:
            others = self._next
            answer = self._next = others or Future()
        if others is None:
            self._ask_for(answer)
        return answer.result()

    def _ask_for(self, answer: Future[T]) -> None:
        with self._turn:
            with self._joining:
                self._next = None
            try:
                answer.set_result(self._ask())
            except BaseException as fault:
                answer.set_exception(fault)
