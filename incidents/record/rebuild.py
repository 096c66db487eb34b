"""The read models anew from the versions: made beside the old ones, and put in their place at once.

The new tables are filled in a schema of their own under the names that they will have, batch by
batch, each committed with a mark: a rebuild that was stopped goes on behind the last mark. Readers
and publishing go on with the old ones. What was published meanwhile is caught up in the end, under
the clock's lock, and the tables change over in the same transaction.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from typing import Any, cast

from django.db import OperationalError, connection, models, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import errors, sql

from config.garbage import uncollected
from config.processes import running
from config.release import RELEASE
from incidents.record.copying import copy_rows
from incidents.record.counting import recount
from incidents.record.document import Document
from incidents.record.former import former_rows
from incidents.record.gone import gone_rows
from incidents.record.indexing import from_entries, save
from incidents.record.models import (
    Entry,
    EntryClaim,
    EntryClash,
    EntryLines,
    EntryMoment,
    EntryPast,
    Generation,
    RecordCount,
    RecordFormer,
    RecordGone,
    Version,
)
from incidents.record.projection import NAMES, entry_rows, name_rows, names_in, project
from incidents.record.publish import hold_the_clock

MODELS: tuple[type[models.Model], ...] = (
    *(Entry, EntryLines, EntryPast, EntryClaim, EntryClash),
    *NAMES,
    *(RecordFormer, RecordGone, RecordCount),
)
TABLES = [model._meta.db_table for model in MODELS]
_VIEW = EntryMoment._meta.db_table  # over some of these
BATCH = 1_000  # serials
_CHUNK = 200
_SORTING = "256MB"

_LOCK = 0x7265626C64
_LIKE = """
create table rebuild.{table} (like public.{table} including all excluding indexes)
"""
# What public tables have and the new ones lack: constraints first, as some make indexes.
_CONSTRAINTS = """
select format('alter table rebuild.%%I add constraint %%I %%s', relname, conname,
    pg_get_constraintdef(con.oid)), contype = 'f'
from pg_constraint con join pg_class on pg_class.oid = conrelid
where relnamespace = 'public'::regnamespace and relname = any(%(tables)s)
    and contype in ('p', 'u', 'f')
    and not exists (
        select from pg_constraint there join pg_class its on its.oid = there.conrelid
        where its.relnamespace = 'rebuild'::regnamespace and its.relname = pg_class.relname
            and there.conname = con.conname)
order by conname
"""
_INDEXES = """
select replace(indexdef, ' ON public.', ' ON rebuild.')
from pg_indexes one
where schemaname = 'public' and tablename = any(%(tables)s)
    and not exists (
        select from pg_constraint
        where conname = indexname and connamespace = 'public'::regnamespace)
    and not exists (
        select from pg_indexes where schemaname = 'rebuild' and indexname = one.indexname)
order by indexname
"""
_UPSERT = """
insert into rebuild.{table} as old select * from new_names
on conflict (id) do update set {columns} where excluded.serial > old.serial
"""
# Shorter than PostgreSQL takes to look for a deadlock: of two who wait, the rebuild gives way.
_PATIENCE = "500ms"

Tell = Callable[[str, int, int], None]


class RebuildingAlready(Exception):
    """Another process rebuilds the record of this database."""


@dataclass(frozen=True)
class Rebuilt:
    entries: int
    clock: int


def rebuild(tell: Tell, processes: int | None = None) -> Rebuilt:
    """`tell` is called with what is counted, how many are done, and how many there are."""
    with _alone():
        _written.clear()
        clock = _begin()
        waiting = _waiting(clock)
        with running(processes if len(waiting) > 1 else 1) as run:
            done = clock // BATCH + 1 - len(waiting)
            for n, _ in enumerate(run(partial(_fill, clock), waiting), done + 1):
                tell("versions", min(n * BATCH, clock), clock)
            _index(run, tell)
            for _ in run(_write, (_write_former, _write_gone, recount)):
                pass
        while _catch_up():
            pass
        while not _change_over():
            time.sleep(1)
        save(from_entries())
        return Rebuilt(Entry.objects.count(), Version.objects.clock())


@contextmanager
def _alone() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            raise RebuildingAlready("A rebuild is under way already.")
        try:
            yield
        finally:
            cursor.execute("select pg_advisory_unlock(%s)", [_LOCK])


@transaction.atomic
def _begin() -> int:
    """The clock up to which versions are projected in batches: that of the rebuild to go on with,
    if this release began one."""
    with connection.cursor() as cursor:
        cursor.execute("select to_regclass('rebuild.state')")
        if cursor.fetchone()[0]:
            cursor.execute("select clock from rebuild.state where release = %s", [RELEASE])
            if begun := cursor.fetchone():
                return int(begun[0])
        clock = Version.objects.clock()
        cursor.execute("drop schema if exists rebuild cascade; create schema rebuild")
        for table in TABLES:
            cursor.execute(sql.SQL(_LIKE).format(table=sql.Identifier(table)))
        for model in NAMES:
            named = sql.Identifier(model._meta.db_table)
            name = sql.Identifier(f"{model._meta.db_table}_pkey")
            statement = "alter table rebuild.{} add constraint {} primary key (id)"
            cursor.execute(sql.SQL(statement).format(named, name))
        cursor.execute("create table rebuild.filled (batch bigint primary key)")
        cursor.execute("create table rebuild.state (release text, clock bigint, caught_up bigint)")
        cursor.execute("insert into rebuild.state values (%s, %s, %s)", [RELEASE, clock, clock])
    return clock


def _waiting(clock: int) -> list[int]:
    """Newest first: of most names the first user met is the last."""
    with connection.cursor() as cursor:
        cursor.execute("select batch from rebuild.filled")
        filled = {batch for (batch,) in cursor.fetchall()}
    return [batch for batch in range(clock // BATCH, -1, -1) if batch not in filled]


@contextmanager
def _beside() -> Iterator[None]:
    """Read models are those that are being made; versions are versions. In a transaction only."""
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('search_path')")
        before = cursor.fetchone()[0]
        cursor.execute("select set_config('search_path', 'rebuild, public', true)")
        yield
        cursor.execute("select set_config('search_path', %s, true)", [before])


# By id: the serial of the newest user that this process has written.
_written: dict[str, int] = {}


def _fill(clock: int, batch: int) -> None:
    """Write what the versions of this batch give that were the newest of their incidents."""
    span = range(batch * BATCH, min((batch + 1) * BATCH, clock + 1))
    rows: dict[type[models.Model], list[dict[str, Any]]] = {model: [] for model in MODELS}
    with transaction.atomic(), _beside(), uncollected():
        for version in Version.objects.newest_within(span, clock).live().iterator(_CHUNK):
            document = cast(Document, version.document)
            for model, ones in entry_rows(version, document).items():
                rows[model] += ones
            new = {key for key in names_in(document) if _written.get(key, 0) < version.serial}
            for model, named in name_rows(document, new).items():
                serial = {"serial": version.serial}
                rows[model] += [{"id": key} | serial | row for key, row in named.items()]
            _written.update(dict.fromkeys(new, version.serial))
        with connection.cursor() as cursor:
            for model, ones in rows.items():
                if model in NAMES:
                    _write_names(cursor, model, ones)
                else:
                    copy_rows(cursor, model, ones)
            cursor.execute("insert into rebuild.filled values (%s)", [batch])


def _write_names(
    cursor: CursorWrapper, model: type[models.Model], rows: list[dict[str, Any]]
) -> None:
    """Each as its newest user gives it, whoever writes first. Sorted: two processes never wait for
    each other."""
    table = sql.Identifier(model._meta.db_table)
    columns = [f.attname for f in model._meta.concrete_fields if not f.primary_key]
    cursor.execute(sql.SQL("create temp table new_names (like rebuild.{})").format(table))
    copy_rows(cursor, model, sorted(rows, key=itemgetter("id")), into="new_names")
    cursor.execute(
        sql.SQL(_UPSERT).format(
            table=table,
            columns=sql.SQL(", ").join(
                sql.SQL("{0} = excluded.{0}").format(sql.Identifier(one)) for one in columns
            ),
        )
    )
    cursor.execute("drop table new_names")


def _index(run: Callable[..., Iterable[None]], tell: Tell) -> None:
    """Constraints and indexes as the old tables have them, the foreign keys last."""
    with connection.cursor() as cursor:
        cursor.execute(_CONSTRAINTS, {"tables": TABLES})
        constraints = cursor.fetchall()
        cursor.execute(_INDEXES, {"tables": TABLES})
        indexes = [statement for (statement,) in cursor.fetchall()]
    own = [statement for statement, foreign in constraints if not foreign]
    foreign = [statement for statement, foreign in constraints if foreign]
    statistics = [f"analyze rebuild.{table}" for table in TABLES]
    done, total = 0, len(indexes) + len(own) + len(foreign) + len(statistics)
    for statements in (indexes + own, foreign, statistics):
        for _ in run(_execute, statements):
            done += 1
            tell("indexes", done, total)


@transaction.atomic
def _execute(statement: str) -> None:
    with _beside(), connection.cursor() as cursor:
        cursor.execute("select set_config('maintenance_work_mem', %s, true)", [_SORTING])
        cursor.execute(statement)


@transaction.atomic
def _write(rows: Callable[[], None]) -> None:
    """What more than one version says."""
    with _beside():
        rows()


def _write_former() -> None:
    RecordFormer.objects.all().delete()
    RecordFormer.objects.bulk_create(former_rows())


def _write_gone() -> None:
    RecordGone.objects.all().delete()
    RecordGone.objects.bulk_create(gone_rows())


@transaction.atomic
def _catch_up() -> bool:
    """Project what was published since, as publishing does. Whether there may be more."""
    with _beside(), connection.cursor() as cursor:
        cursor.execute("select caught_up from rebuild.state")
        (caught_up,) = cursor.fetchone()
        later = Version.objects.filter(serial__gt=caught_up).order_by("serial")
        versions = list(later[:_CHUNK])
        for version in versions:
            project(version)
            caught_up = version.serial
        cursor.execute("update rebuild.state set caught_up = %s", [caught_up])
    return len(versions) == _CHUNK


def _change_over() -> bool:
    """Put the new tables in the place of the old ones. False where a reader held an old one."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            hold_the_clock()
            while _catch_up():
                pass
            cursor.execute("set constraints all immediate")
            cursor.execute("select set_config('lock_timeout', %s, true)", [_PATIENCE])
            cursor.execute("select pg_get_viewdef(%s::regclass)", [_VIEW])
            (definition,) = cursor.fetchone()
            cursor.execute(f"drop view {_VIEW}")
            cursor.execute("drop table " + ", ".join(f"public.{table}" for table in TABLES))
            for table in TABLES:
                cursor.execute(f"alter table rebuild.{table} set schema public")
            cursor.execute(f"create view {_VIEW} as {definition}")
            cursor.execute("drop schema rebuild cascade")
            Generation.objects.renew()
    except OperationalError as error:
        if isinstance(error.__cause__, errors.LockNotAvailable):
            return False
        raise
    return True
