"""Bitmaps made of the database, and brought up to what was published since."""

import logging
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from django.db import connections, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import Connection, Cursor
from psycopg.pq import Format

from config.garbage import uncollected
from incidents.record.bitmaps import ARRAYS, COLUMNS, Bitmaps
from incidents.record.models import Clock, Entry, SavedBitmaps, Version
from incidents.record.saved import Unreadable, from_parts, to_parts

log = logging.getLogger(__name__)

# As bitmaps.COLUMNS wants them, of a row of Facts.
_INSTANT = "(extract(epoch from {}) * 1000000)::bigint"
_FACTS = (
    {name: f"e.{name}" for name in COLUMNS}
    | {name: f"array_to_string(e.{name}, ' ')" for name in ARRAYS}
    | {
        "at": _INSTANT.format("e.at"),
        "changed_at": _INSTANT.format("e.changed_at"),
        "last_day": "e.last_day - date '0001-01-01' + 1",
        "countered": "e.countered::int",
        "spot": "e.place || ' ' || e.place_precision",
    }
)
# Of an entry, beside the first of its moments that are past. Without claims nothing is ever known
# of it.
_NEVER = 2**63 - 1
_ENTRY = _FACTS | {
    "known_from": f"coalesce({_INSTANT.format('coalesce(f.first, e.known_from)')}, {_NEVER})",
    "settled_from": f"coalesce({_INSTANT.format('e.known_from')}, {_NEVER})",
}
_ROW = ", ".join(_ENTRY[name] for name in COLUMNS)
_FIRST = "select incident, min(known_from) as first from incidents_entrypast"
_ALL = f"""
select {_ROW} from incidents_entry e
left join ({_FIRST} group by incident) f on f.incident = e.incident
order by e.at, e.incident
"""  # noqa: S608
# Of the moments that are past the one that held then.
_SINCE_THEN = _INSTANT.format("e.known_from")
_THEN = _FACTS | {"known_from": _SINCE_THEN, "settled_from": _SINCE_THEN}
_MOMENT = f"""
select {", ".join(_THEN[name] for name in COLUMNS)}
from incidents_entry now join incidents_entrypast e on e.incident = now.incident
where now.serial = any(%(serials)s) and e.known_from <= %(moment)s and e.known_until > %(moment)s
order by e.at, e.incident
"""  # noqa: S608
# Every version of the incidents that have the clock's or one after it, with its entry if it is
# shown now. One statement sees one state of the record. For an “or” PostgreSQL would read all.
_SINCE = f"""
select v.serial, v.sha256, v.incident,
    coalesce((select token from incidents_generation), ''), {_ROW}
from incidents_version v
left join incidents_entry e on e.incident = v.incident and e.serial = v.serial
left join lateral ({_FIRST} m where m.incident = e.incident group by incident) f on true
where v.incident in (select incident from incidents_version where serial >= %(serial)s)
order by v.serial
"""  # noqa: S608
_CHUNK = 50_000
_MESSAGE = 1_000  # rows
# A million entries are joined and sorted in half the time that it takes with PostgreSQL's 4 MB.
_JOINING = "64MB"
# Any constant would do; it must be the same in every process.
_SAVING = 0x6269746D6170


@dataclass(frozen=True)
class Indexed:
    clock: Clock
    bitmaps: Bitmaps


class _Read(NamedTuple):
    serial: int
    sha256: str
    incident: str
    generation: str
    entry: tuple[Any, ...]  # nothing but None where it is not shown any more, or not at all

    @property
    def is_shown(self) -> bool:
        return self.entry[0] is not None


@uncollected()
def from_entries() -> Indexed:
    """Of all entries.

    What is published meanwhile may be in it or not: it comes with the versions after the clock.
    """
    clock, bitmaps = Version.objects.now(), Bitmaps.empty()
    database = router.db_for_read(Entry)
    with transaction.atomic(using=database), Cursor(_connection(database)) as cursor:
        cursor.execute("select set_config('work_mem', %s, true)", [_JOINING])
        # While these are put in their places, PostgreSQL goes on.
        stream = cursor.stream(_ALL, binary=True, size=_MESSAGE)
        while rows := list(islice(stream, _CHUNK)):
            bitmaps = bitmaps.with_changes(rows)
    return Indexed(clock, bitmaps)


def from_saved() -> Indexed | None:
    """What was saved last, perhaps of a state that is no more: see `caught_up`. None where nothing
    is that can be read."""
    with Cursor(_connection(router.db_for_read(SavedBitmaps))) as cursor:
        cursor.format = Format.BINARY
        parts = dict(cursor.execute("select part, data from incidents_savedbitmaps").fetchall())
    if not parts:
        return None
    try:
        return Indexed(*from_parts(parts))
    except Unreadable as error:
        log.warning("The saved bitmaps are left aside, and the entries read: %s", error)
        return None


@transaction.atomic
def save(indexed: Indexed) -> None:
    """For processes that start later. Nothing is done while another one saves.

    Raises psycopg.Error, among others where the database takes no writing.
    """
    parts = to_parts(indexed.clock, indexed.bitmaps)
    with Cursor(_connection(router.db_for_write(SavedBitmaps))) as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s)", [_SAVING])
        if cursor.fetchone() == (True,):
            cursor.execute("delete from incidents_savedbitmaps")
            rows = parts.items()
            cursor.executemany("insert into incidents_savedbitmaps values (%s, %b)", rows)


def caught_up(indexed: Indexed) -> Indexed | None:
    """With what was published since; None where the record does not continue what was indexed.

    So it is after a rebuild, and in a database that was restored.
    """
    clock = indexed.clock
    with _database().cursor() as cursor:
        cursor.execute(_SINCE, {"serial": clock.serial})
        versions = [
            _Read(found[0], found[1], found[2], found[3], found[4:]) for found in cursor.fetchall()
        ]
    follows = clock.serial == 0 or any(v[:2] == clock[:2] for v in versions)
    if not follows or any(v.generation != clock.generation for v in versions):
        return None
    touched = {v.incident for v in versions if v.serial > clock.serial}
    of_touched = [v for v in versions if v.incident in touched]
    bitmaps = indexed.bitmaps.with_changes(
        [v.entry for v in of_touched if v.is_shown],
        gone=[v.serial for v in of_touched if not v.is_shown],
    )
    if not versions:
        return indexed
    last = versions[-1]
    return Indexed(Clock(last.serial, last.sha256, last.generation), bitmaps)


def at_moment(bitmaps: Bitmaps, moment: datetime) -> list[Bitmaps]:
    """What readers would have seen of the entries in `bitmaps` then: each of them in one of these.

    Few are between their first claim and their last at any moment; those are read.
    """
    rows: list[tuple[Any, ...]] = []
    if serials := bitmaps.open(moment):
        with _database().cursor() as cursor:
            cursor.execute(_MOMENT, {"serials": serials, "moment": moment})
            rows = cursor.fetchall()
    past = replace(Bitmaps.empty().with_changes(rows), past=True)
    return [bitmaps.settled(moment), past]


def _database() -> BaseDatabaseWrapper:
    """The one that the models would be read from now."""
    return connections[router.db_for_read(Entry)]


def _connection(alias: str) -> Connection[Any]:
    """For what Django's cursors do not do: bytes that travel as they are."""
    database = connections[alias]
    database.ensure_connection()
    connection: Connection[Any] = database.connection
    return connection
