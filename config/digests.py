"""A digest of each table, to tell whether two databases hold the same."""

import hashlib
from typing import TypedDict

from django.db import connection
from psycopg import sql

_TABLES = """
select n.nspname, c.relname,
    array(
        select case when a.attcollation = 0 then format('t.%I', a.attname)
            else format('t.%I collate "C"', a.attname) end
        from pg_index i
        cross join unnest(i.indkey::int2[]) with ordinality as key (attnum, place)
        join pg_attribute a on (a.attrelid, a.attnum) = (c.oid, key.attnum)
        where i.indrelid = c.oid and i.indisprimary
        order by key.place
    )
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and n.nspname <> 'information_schema' and n.nspname not like 'pg\\_%'
order by 1, 2
"""


class Table(TypedDict):
    rows: int
    sha256: str


def digests() -> dict[str, Table]:
    """By the table's name, “public.incidents_version”: SHA-256 of its rows in PostgreSQL's text
    format, in the order of their keys as bytes, whatever the server's locale.

    Reads all there is. Within a transaction of one snapshot they are of one moment.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        return {
            f"{schema}.{name}": _digest(schema, name, keys)
            for schema, name, keys in cursor.fetchall()
        }


def is_empty() -> bool:
    """Whether the database has no table of anybody's."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        return cursor.fetchone() is None


def _digest(schema: str, name: str, keys: list[str]) -> Table:
    order = ", ".join(keys) or 't::text collate "C"'
    query = sql.SQL("copy (select * from {} t order by {}) to stdout").format(
        sql.Identifier(schema, name), sql.SQL(order)
    )
    found, rows = hashlib.sha256(), 0
    with connection.cursor() as cursor, cursor.copy(query) as copy:
        for row in copy:
            found.update(row)
            rows += 1
    return Table(rows=rows, sha256=found.hexdigest())
