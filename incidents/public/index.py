"""The bitmaps of this process, as new as the record clock.

Each answer compares the clock first, so what was published is in the very next one. Where they
cannot be used, callers ask the database; while a thread reads them, numbers are for later.
"""

import logging
from contextvars import copy_context
from threading import Event, Lock, Thread
from time import monotonic

from django.conf import settings
from django.db import connections
from psycopg import Error

from config.limits import at_most
from incidents.public.asked import clock
from incidents.record.bitmaps import Bitmaps
from incidents.record.indexing import Indexed, caught_up, from_entries, from_saved, save
from incidents.record.models import Clock, Version

# Versions that are read within a request; with more behind, a thread reads them.
AT_ONCE = 5_000
# Seconds from its beginning that answers wait for a thread: what was saved is read in half of one.
PATIENCE = 2.0

log = logging.getLogger(__name__)


class Index:
    def __init__(self) -> None:
        self._indexed: Indexed | None = None
        self._changing = Lock()
        self._thread: Thread | None = None
        self._began = 0.0
        self._ended = Event()
        self._ended.set()
        self._failed = False

    def at(self, clock: Clock) -> Bitmaps | None:
        """The bitmaps as of `clock`, or of a later version; None while a thread reads them."""
        indexed = self._indexed
        if indexed is None or indexed.clock != clock:
            indexed = self._now()
            if indexed is None and self.is_awaited and self._ended.wait(self._patience):
                indexed = self._now()
        return indexed.bitmaps if indexed else None

    @property
    def is_awaited(self) -> bool:
        """Whether a thread reads them that will bring them: one that follows a failure may not."""
        return not (self._ended.is_set() or self._failed)

    @property
    def _patience(self) -> float:
        return max(0.0, self._began + PATIENCE - monotonic())

    @property
    def serial(self) -> int:
        indexed = self._indexed
        return indexed.clock.serial if indexed else 0

    def _now(self) -> Indexed | None:
        with self._changing:
            # Another request may have caught up with more than this one has seen.
            return self._following(Version.objects.now())

    def _following(self, clock: Clock) -> Indexed | None:
        indexed = self._indexed
        if indexed and indexed.clock == clock:
            return indexed
        newer = None
        if indexed and clock.serial - indexed.clock.serial <= AT_ONCE:
            newer = caught_up(indexed)
        if newer is None and clock.serial <= AT_ONCE:
            newer = from_entries()
        if newer:
            self._indexed = newer
        else:
            self.read_in_a_thread()
        return newer

    def read_in_a_thread(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            reading = copy_context()  # of the database that this request reads
            self._began = monotonic()
            self._ended.clear()
            self._thread = Thread(target=reading.run, args=[self._read], daemon=True)
            self._thread.start()

    def _read(self) -> None:
        try:
            with at_most(0):
                self._read_all()
        except Exception:
            # Answers come from the database, and the next request begins anew.
            self._failed = True
            log.exception("The bitmaps could not be read.")
        finally:
            self._ended.set()
            connections.close_all()

    def _read_all(self) -> None:
        saved = from_saved()
        newer = caught_up(saved) if saved else None
        indexed = newer or from_entries()
        with self._changing:
            self._indexed = indexed
        self._failed = False
        self._ended.set()
        since = saved.clock.serial if saved and newer else 0
        if indexed.clock.serial - since > AT_ONCE:
            _save(indexed)


def _save(indexed: Indexed) -> None:
    try:
        save(indexed)
    except Error as error:
        # As where the database is a standby. It costs the next process some seconds.
        log.info("The bitmaps were not saved: %s", error)


_index = Index()


def held() -> int:
    """The serial that the bitmaps of this process are at; 0 without any. No query."""
    return _index.serial


def current() -> Bitmaps | None:
    """This process's bitmaps, caught up with the record clock of the answer; None when they may not
    be used."""
    return _index.at(clock()) if settings.BITMAPS else None


def is_awaited() -> bool:
    """Whether they are being read, after `current` had none."""
    return _index.is_awaited


def begin() -> None:
    """Read them before the first request asks, where a server starts."""
    if settings.BITMAPS:
        _index.read_in_a_thread()
