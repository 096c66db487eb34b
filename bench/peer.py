"""The peer's file: the record's entries and claims in SQLite, as Datasette would be given them.

Run as `python -m bench.peer FILE`. Makes nothing where the file holds the same record already.
"""

import sqlite3
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import django

BATCH = 10_000

# Arrays are JSON, as Datasette counts them by _facet_array. The terms are those of our own search,
# so that a word finds the same rows on both sides.
SCHEMA = """
create table entries (
    incident text primary key, title text, kind text, standing text, verification text,
    at text, precision text, first_day text, last_day text, place text,
    places text, sides text, questions text, stances text, actors text, publishers text,
    killed_most integer, claim_count integer, report_count integer, changed_at text, terms text
);
create table claims (
    claim text primary key, entry text references entries(incident), day text, question text,
    stance text, text text, speaker text, organisation text, side text, accused text,
    low integer, high integer, qualifier text, unit text, control_status text, control_place text,
    at text, known_at text, sources text
);
"""
# After the rows are in. What each page is filtered or ordered by has an index.
INDEXES = """
create index entries_at on entries (at, incident);
create index entries_kind on entries (kind, at);
create index entries_standing on entries (standing, at);
create index entries_first_day on entries (first_day);
create index entries_last_day on entries (last_day);
create index entries_changed on entries (changed_at);
create index claims_entry on claims (entry);
create index claims_day on claims (day);
create virtual table entries_fts using fts5 (title, terms, content="entries");
insert into entries_fts (entries_fts) values ('rebuild');
create table record (clock text);
"""
ENTRIES = """
select incident, title, kind, standing, verification,
    to_char(at at time zone 'utc', 'YYYY-MM-DD HH24:MI:SS'), precision, first_day::text,
    last_day::text, place, to_json(places)::text, to_json(sides)::text, to_json(questions)::text,
    to_json(stances)::text, to_json(actors)::text, to_json(publishers)::text, killed_most,
    claim_count, report_count, changed_at::text,
    array_to_string(tsvector_to_array(search), ' ')
from incidents_entry
"""
CLAIMS = """
select claim, entry.incident, entry.last_day::text, question, stance, text, speaker, organisation,
    side, accused, low, high, qualifier, unit, control_status, control_place, claim.at::text,
    known_at::text, to_json(claim.sources)::text
from incidents_entryclaim claim join incidents_entry entry on entry.incident = claim.incident
"""


def holds(file: Path, clock: str) -> bool:
    """Whether `file` is whole and of the record as it was at `clock`."""
    if not file.exists():
        return False
    with sqlite3.connect(file) as connection:
        try:
            found = connection.execute("select clock from record").fetchall()
        except sqlite3.Error:
            return False
    return bool(found == [(clock,)])


def fill(file: Path, clock: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    connection = sqlite3.connect(file)
    connection.executescript(f"pragma journal_mode = off; pragma synchronous = off; {SCHEMA}")
    for table, query in (("entries", ENTRIES), ("claims", CLAIMS)):
        _insert(connection, table, _read(query))
    connection.executescript(INDEXES)
    connection.execute("analyze")
    connection.execute("insert into record values (?)", [clock])
    connection.commit()
    connection.close()


def _read(query: str) -> Iterator[list[tuple[Any, ...]]]:
    from django.db import connection, transaction

    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(query)
        while rows := cursor.fetchmany(BATCH):
            yield rows


def _insert(
    connection: sqlite3.Connection, table: str, batches: Iterable[list[tuple[Any, ...]]]
) -> None:
    for rows in batches:
        marks = ", ".join("?" * len(rows[0]))
        connection.executemany(f"insert into {table} values ({marks})", rows)  # noqa: S608
        sys.stderr.write(".")
    connection.commit()


def main(name: str) -> None:
    django.setup()
    from incidents.record.models import Version

    newest = Version.objects.order_by("-serial").values_list("serial", "sha256")[:1]
    file, clock = Path(name), str(list(newest))
    if not holds(file, clock):
        fill(file, clock)


if __name__ == "__main__":
    main(sys.argv[1])
