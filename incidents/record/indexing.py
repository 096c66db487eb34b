"""Bitmaps made of the database, and brought up to what was published since."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper

from incidents.record.bitmaps import COLUMNS, Bitmaps
from incidents.record.models import Clock, Entry, Version

# As bitmaps.COLUMNS wants them.
_COLUMNS = {
    "at": "(extract(epoch from e.at) * 1000000)::bigint",
    "last_day": "e.last_day - date '0001-01-01' + 1",
    "countered": "e.countered::int",
}
_ROW = ", ".join(_COLUMNS.get(name, f"e.{name}") for name in COLUMNS)
_ALL = f"select {_ROW} from incidents_entry e order by e.at, e.incident"  # noqa: S608
# Every version of the incidents that have one after the clock's, with its entry if it is shown
# now; and the clock's own version. One statement sees one state of the record.
_SINCE = f"""
select v.serial, v.sha256, v.incident,
    coalesce((select token from incidents_generation), ''), {_ROW}
from incidents_version v
left join incidents_entry e on e.incident = v.incident and e.serial = v.serial
where v.serial = %(serial)s
    or v.incident in (select incident from incidents_version where serial > %(serial)s)
order by v.serial
"""  # noqa: S608
_CHUNK = 20_000
_INCIDENT = COLUMNS.index("incident")


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


def from_entries() -> Indexed:
    """Of all entries.

    What is published meanwhile may be in it or not: it comes with the versions after the clock.
    """
    clock, bitmaps = Version.objects.now(), Bitmaps.empty()
    with _database().chunked_cursor() as cursor:
        cursor.execute(_ALL)
        while rows := cursor.fetchmany(_CHUNK):
            bitmaps = bitmaps.with_changes([_row(row) for row in rows])
    return Indexed(clock, bitmaps)


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
        [_row(v.entry) for v in of_touched if v.is_shown],
        gone=[v.serial for v in of_touched if not v.is_shown],
    )
    if not versions:
        return indexed
    last = versions[-1]
    return Indexed(Clock(last.serial, last.sha256, last.generation), bitmaps)


def _database() -> BaseDatabaseWrapper:
    """The one that the models would be read from now."""
    return connections[router.db_for_read(Entry)]


def _row(entry: tuple[Any, ...]) -> tuple[Any, ...]:
    return (*entry[:_INCIDENT], int(entry[_INCIDENT], 36), *entry[_INCIDENT + 1 :])
