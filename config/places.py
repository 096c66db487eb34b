"""Places for what holds a thread: few at a time, and the last of them for somebody else."""

from collections import Counter
from threading import Condition


class Places:
    """Whoever has one, or is greedy, leaves the last free one to others. Where there is only one,
    everybody may have it. An `origin` of None is of clients that are not told apart."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._taken: Counter[bytes | None] = Counter()
        # Whether one waits: for any place, for one that is not the last.
        self._waiting = [False, False]
        self._changed = Condition()

    def enter(self, origin: bytes | None, *, greedy: bool = False) -> bool:
        """Whether there is a place; then it is to be left again."""
        with self._changed:
            free = self._is_free(origin, greedy)
            self._taken[origin] += free
        return free

    def wait(self, origin: bytes | None, seconds: float, *, greedy: bool = False) -> bool | None:
        """Whether there is a place before so many seconds have passed; None, and at once, where one
        like this waits already."""
        with self._changed:
            yields = self._yields(origin, greedy)
            if self._waiting[yields]:
                return None
            self._waiting[yields] = True
            free = self._changed.wait_for(lambda: self._is_free(origin, greedy), seconds)
            self._waiting[yields] = False
            self._taken[origin] += free
        return free

    def leave(self, origin: bytes | None) -> None:
        with self._changed:
            self._taken[origin] -= 1
            if not self._taken[origin]:
                del self._taken[origin]
            self._changed.notify_all()

    def _is_free(self, origin: bytes | None, greedy: bool) -> bool:
        kept = self._number > 1 and self._yields(origin, greedy)
        return self._taken.total() + kept < self._number

    def _yields(self, origin: bytes | None, greedy: bool) -> bool:
        return greedy or (origin is not None and self._taken[origin] > 0)
