"""Room for answers that have to be made: few at a time, so that ordinary pages keep a thread, and
nobody takes all of it.

What is asked with a query string, and is not ready (ready.py), can be anything: a search, a moment,
a cursor. Each process makes settings.ROOM such answers at a time, and one more may wait for its
turn for a moment. Whoever is having one made, or has lately taken much of that time, leaves the
last place to others (config/places.py), and of those too one may wait. Where more of them come,
which no reader's browser does alone, there is a crowd: nobody waits, and after a long answer they
find it shut for seven times as long. So they leave most of a processor to others, however many.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from math import exp
from time import monotonic

from django.conf import settings

from config.places import Places
from incidents.public.kept import Kept

PATIENCE = 3.0  # seconds that a request waits for its turn
# What an origin has taken fades with this time; more than so much of it is much. In seconds.
FADING, MUCH = 60.0, 0.5
LONG = 0.25  # seconds that an answer takes
SHUT = 7  # times as long as it took
CROWDED = 10.0  # seconds, from the last that was refused
_ORIGINS = 10_000  # that are remembered


class Room:
    def __init__(self, places: int) -> None:
        """`places`: at a time; 0: no end of them."""
        self._places = Places(places) if places else None
        self._crowded_until = 0.0
        self._shut_until = 0.0
        # Seconds that each origin has taken, and when that was told.
        self._spent: Kept[bytes, tuple[float, float]] = Kept(_ORIGINS)

    @contextmanager
    def entered(self, origin: bytes | None) -> Iterator[bool]:
        """Whether there is room for the block. `origin`: None where clients are not told apart."""
        if self._places is None:
            yield True
            return
        if self.is_shut(origin):
            yield False
            return
        greedy = self._is_greedy(origin)
        if not self._enter(self._places, origin, greedy):
            yield False
            return
        began = monotonic()
        try:
            yield True
        finally:
            took = monotonic() - began
            self._places.leave(origin)
            if greedy:
                self._shut_until = monotonic() + SHUT * took if took > LONG else 0.0
            if origin is not None:
                self._spent.put(origin, (self._spent_by(origin) + took, monotonic()), 1)

    def is_shut(self, origin: bytes | None) -> bool:
        """To be asked before anything else is: then a refusal costs no query."""
        shut = self._is_crowded() and monotonic() < self._shut_until
        if not (shut and self._is_greedy(origin)):
            return False
        self._crowded_until = monotonic() + CROWDED
        return True

    def _enter(self, places: Places, origin: bytes | None, greedy: bool) -> bool:
        crowded = greedy and self._is_crowded()
        if places.enter(origin, greedy=greedy):
            return True
        free = None if crowded else places.wait(origin, PATIENCE, greedy=greedy)
        if greedy and free is None:
            self._crowded_until = monotonic() + CROWDED
        return bool(free)

    def _is_crowded(self) -> bool:
        return monotonic() < self._crowded_until

    def _is_greedy(self, origin: bytes | None) -> bool:
        return origin is not None and self._spent_by(origin) > MUCH

    def _spent_by(self, origin: bytes) -> float:
        spent, when = self._spent.get(origin) or (0.0, 0.0)
        return spent * exp((when - monotonic()) / FADING)


ROOM = Room(settings.ROOM)
