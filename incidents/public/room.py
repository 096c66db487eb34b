"""Room for answers that have to be made: few at a time, so that ordinary pages keep a thread, and
nobody takes all of it.

What is asked with a query string, and is not ready (ready.py), can be anything: a search, a moment,
a cursor. Each process makes settings.ROOM such answers at a time. Who has lately taken much of that
time may take half of it at most, and is refused at once beyond that; others wait their turn for a
moment. What tells one from another is a hash of where requests come from, under a key that this
process alone has, in its memory.
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

PATIENCE = 1.0  # seconds that a request waits for its turn
# What an origin has taken fades with this time; more than so much of it is much. In seconds.
FADING, MUCH = 10.0, 2.0
_ORIGINS = 10_000  # that are remembered

_key = token_bytes(32)


class Room:
    def __init__(self, places: int) -> None:
        """`places`: at a time; 0: no end of them."""
        self._places = places
        self._taken = 0
        self._taken_by_greedy = 0
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
            self._leave(greedy)
            if origin is not None:
                spent = self._spent_by(origin) + monotonic() - began
                self._spent.put(origin, (spent, monotonic()), 1)

    def _enter(self, greedy: bool) -> bool:
        with self._changed:
            if greedy:
                half = max(1, self._places // 2)
                free = self._taken < self._places and self._taken_by_greedy < half
            else:
                free = self._changed.wait_for(lambda: self._taken < self._places, PATIENCE)
            self._taken += free
            self._taken_by_greedy += free and greedy
        return free

    def _leave(self, greedy: bool) -> None:
        with self._changed:
            self._taken -= 1
            self._taken_by_greedy -= greedy
            self._changed.notify()

    def _spent_by(self, origin: bytes) -> float:
        spent, when = self._spent.get(origin) or (0.0, 0.0)
        return spent * exp((when - monotonic()) / FADING)


ROOM = Room(settings.ROOM)


def origin(request: HttpRequest) -> bytes | None:
    if misnamed(request):
        return None
    return blake2b(network(request).encode(errors="replace"), key=_key, digest_size=16).digest()
