"""Room for answers that have to be made: few at a time, so that ordinary pages keep a thread, and
nobody takes all of it.

What is asked with a query string, and is not ready (ready.py), can be anything: a search, a moment,
a cursor. Each process makes settings.ROOM such answers at a time, and one more may wait for its
turn for a moment. All who have lately taken much of that time share one place, where one of them
waits for the other. Where more come than that, which no reader's browser does alone, there is a
crowd: nobody waits, and after a long answer the place stays shut for three times as long. So they
leave most of a processor to others, however many they are. What tells one from another is a hash of
where requests come from, under a key that this process alone has, in its memory.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from math import exp
from secrets import token_bytes
from threading import Condition
from time import monotonic

from django.conf import settings
from django.http import HttpRequest

from config.origins import misnamed, network
from incidents.public.kept import Kept

PATIENCE = 3.0  # seconds that a request waits for its turn
# What an origin has taken fades with this time; more than so much of it is much. In seconds.
FADING, MUCH = 60.0, 0.5
LONG = 0.25  # seconds that an answer takes
SHUT = 3  # times as long as it took
CROWDED = 10.0  # seconds, from the last that was refused
_ORIGINS = 10_000  # that are remembered

_key = token_bytes(32)


class Room:
    def __init__(self, places: int) -> None:
        """`places`: at a time; 0: no end of them."""
        self._places = places
        self._taken = 0
        self._waiting = 0
        self._greedy_inside = False
        self._greedy_waiting = False
        self._crowded_until = 0.0
        self._shut_until = 0.0
        self._changed = Condition()
        # Seconds that each origin has taken, and when that was told.
        self._spent: Kept[bytes, tuple[float, float]] = Kept(_ORIGINS)

    @contextmanager
    def entered(self, origin: bytes | None) -> Iterator[bool]:
        """Whether there is room for the block. `origin`: None where clients are not told apart."""
        if not self._places:
            yield True
            return
        greedy = origin is not None and self._spent_by(origin) > MUCH
        if not self._enter(greedy):
            yield False
            return
        began = monotonic()
        try:
            yield True
        finally:
            took = monotonic() - began
            self._leave(greedy, took)
            if origin is not None:
                self._spent.put(origin, (self._spent_by(origin) + took, monotonic()), 1)

    def _enter(self, greedy: bool) -> bool:
        with self._changed:
            free = self._greedy_turn() if greedy else self._turn()
            self._taken += free
            self._greedy_inside |= free and greedy
        return free

    def _greedy_turn(self) -> bool:
        now = monotonic()
        if now >= self._crowded_until and not self._greedy_waiting:
            self._greedy_waiting = True
            free = self._changed.wait_for(self._has_greedy_place, PATIENCE)
            self._greedy_waiting = False
            return free
        if now >= self._shut_until and self._has_greedy_place():
            return True
        self._crowded_until = now + CROWDED
        return False

    def _has_greedy_place(self) -> bool:
        return not self._greedy_inside and self._taken < self._places

    def _turn(self) -> bool:
        if self._taken >= self._places and self._waiting:
            return False
        self._waiting += 1
        free = self._changed.wait_for(lambda: self._taken < self._places, PATIENCE)
        self._waiting -= 1
        return free

    def _leave(self, greedy: bool, took: float) -> None:
        with self._changed:
            self._taken -= 1
            if greedy:
                self._greedy_inside = False
                self._shut_until = monotonic() + SHUT * took if took > LONG else 0.0
            self._changed.notify_all()

    def _spent_by(self, origin: bytes) -> float:
        spent, when = self._spent.get(origin) or (0.0, 0.0)
        return spent * exp((when - monotonic()) / FADING)


ROOM = Room(settings.ROOM)


def origin(request: HttpRequest) -> bytes | None:
    if misnamed(request):
        return None
    return blake2b(network(request).encode(errors="replace"), key=_key, digest_size=16).digest()
