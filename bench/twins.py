"""Makes a record several times as large: each incident, claim and report gets twins.

A twin has ids of its own that sort as those of the first do, and everything else alike; so what the
read models hold of it follows by putting in the ids, which is many times faster than making it from
the document. Places, actors and outlets stay the same.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import psycopg
from django.db import connection, models

from bench.chain import COPY_VERSIONS, Link, Made
from bench.chance import MARK
from config.processes import workers
from incidents.record.counting import recount
from incidents.record.document import canonical
from incidents.record.models import (
    Entry,
    EntryClaim,
    EntryClash,
    EntryLines,
    EntryPast,
    Generation,
    RecordActor,
    RecordPlace,
    RecordSource,
    Version,
)
from sources.public_ids import ALPHABET

READ_MODELS = (Entry, EntryPast, EntryClaim, EntryClash, RecordSource)
TABLES = [model._meta.db_table for model in (Version, EntryLines, *READ_MODELS)]
MOST = len(ALPHABET)

_CONSTRAINTS = """
select format('alter table %%s drop constraint %%I', conrelid::regclass, conname),
    format('alter table %%s add constraint %%I %%s', conrelid::regclass, conname,
        pg_get_constraintdef(oid))
from pg_constraint where conrelid = any(%s::regclass[]) and contype in ('p', 'u', 'f')
order by contype
"""
_INDEXES = """
select format('drop index %%I', indexname), indexdef from pg_indexes
where tablename = any(%s)
    and not exists (select from pg_constraint where conname = indexname)
order by indexdef not like '%%USING gin%%'
"""


def multiply(times: int, processes: int) -> None:
    """`times` is how often each incident is there afterwards, the first included."""
    clock = Version.objects.clock()
    with connection.cursor() as cursor:
        cursor.execute(_CONSTRAINTS, [TABLES])
        constraints = cursor.fetchall()
        cursor.execute(_INDEXES, [TABLES])
        indexes = cursor.fetchall()
        for drop, _ in [*constraints, *indexes]:
            cursor.execute(drop)
    with workers(processes, connection.settings_dict["NAME"]) as pool:
        versions = pool.apply_async(_copy_versions, [times, clock])
        pool.map(partial(_copy_rows, times, clock), READ_MODELS, chunksize=1)
        versions.get()
        made = [make for _, make in constraints]
        own = [make for make in made if "FOREIGN KEY" not in make]
        pool.map(_execute, [make for _, make in indexes] + own, chunksize=1)
        pool.map(_execute, [make for make in made if make not in own], chunksize=1)
    for model in (RecordPlace, RecordActor):
        model.objects.update(serial=models.F("serial") + (times - 1) * clock)
    recount()
    Generation.objects.renew()
    with connection.cursor() as cursor:
        # As autovacuum does soon; it may have come while all this was not yet to be seen.
        cursor.execute(f"vacuum {', '.join(TABLES)}")


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("set maintenance_work_mem = '256MB'")
        cursor.execute(statement)


def _twin(text: str, nth: int) -> str:
    return text.replace(f"{MARK}0", f"{MARK}{ALPHABET[nth]}")


@contextmanager
def _own_connection() -> Iterator[psycopg.Connection[Any]]:
    """Besides Django's: one reads while the other writes."""
    at = connection.settings_dict
    with psycopg.connect(
        host=at["OPTIONS"].get("host", at["HOST"]),
        port=at["PORT"] or None,
        user=at["USER"],
        password=at["PASSWORD"],
        dbname=at["NAME"],
    ) as own:
        yield own


def _copy_rows(times: int, clock: int, model: type[models.Model]) -> None:
    columns = [
        str(field.column)
        for field in model._meta.concrete_fields
        if not isinstance(field, models.AutoField)
    ]
    listed = ", ".join(f'"{column}"' for column in columns)
    table = model._meta.db_table
    with _own_connection() as reading, _own_connection() as writing:
        for nth in range(1, times):
            read = ", ".join(
                f"serial + {nth * clock}" if column == "serial" else f'"{column}"'
                for column in columns
            )
            with (
                reading.cursor().copy(f"copy (select {read} from {table}) to stdout") as rows,  # noqa: S608
                writing.cursor().copy(f"copy {table} ({listed}) from stdin") as copy,
            ):
                for block in rows:
                    copy.write(_twin(bytes(block).decode(), nth))


def _copy_versions(times: int, clock: int) -> None:
    """With the lines of their tables, in which serial and hash stand."""
    firsts = [
        (_made(version), version.sha256)
        for version in Version.objects.order_by("serial").iterator(1_000)
    ]
    lines = {row.serial: bytes(row.lines) for row in EntryLines.objects.iterator(1_000)}
    serial, previous = clock, firsts[-1][1]
    with (
        _own_connection() as writing,
        _own_connection() as beside,
        writing.cursor().copy(COPY_VERSIONS) as copy,
        beside.cursor().copy("copy incidents_entrylines (serial, lines) from stdin") as copy_lines,
    ):
        for nth in range(1, times):
            for first, (made, sha256) in enumerate(firsts, 1):
                serial += 1
                twin = _twin_of(made, nth)
                link = Link(twin, serial, previous)
                previous = link.digest()
                copy.write(link.line(previous))
                if ready := lines.get(first):
                    was, now = f",{first},{sha256},", f",{serial},{previous},"
                    changed = ready.replace(was.encode(), now.encode())
                    changed = changed.replace(
                        f"{MARK}0".encode(), f"{MARK}{ALPHABET[nth]}".encode()
                    )
                    copy_lines.write(f"{serial}\t\\\\x{changed.hex()}\n")


def _made(version: Version) -> Made:
    return Made(
        version.incident,
        version.number,
        version.kind,
        version.note,
        version.claims,
        version.published_at.isoformat(timespec="microseconds"),
        canonical(version.document),
    )


def _twin_of(first: Made, nth: int) -> Made:
    document = _twin(first.document.decode(), nth).encode()
    claims = [_twin(claim, nth) for claim in first.claims]
    return first._replace(incident=_twin(first.incident, nth), claims=claims, document=document)
