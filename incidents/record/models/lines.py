"""The lines of entries in the table to take away, ready to be sent."""

from array import array
from typing import cast

from django.db import connections, models
from psycopg import sql

_IN_ORDER = sql.SQL("""
copy (
    select (select lines from incidents_entrylines as ready where ready.serial = wanted.serial)
    from unnest({}::bigint[]) as wanted (serial)
) to stdout (format binary)
""")


class EntryLinesQuerySet(models.QuerySet["EntryLines"]):
    def in_order(self, serials: "array[int]") -> list[bytes | None]:
        """The lines of each of these versions; None where no entry shows it any more.

        By COPY, which costs PostgreSQL and us the least for a row.
        """
        with (
            connections[self.db].cursor() as cursor,
            cursor.copy(_IN_ORDER.format(sql.Literal(serials.tolist()))) as copy,
        ):
            copy.set_types(["bytea"])
            return [cast("bytes | None", row[0]) for row in copy.rows()]


class EntryLines(models.Model):
    """Those of the version that an entry shows (record/spreadsheet.py)."""

    serial = models.BigIntegerField(primary_key=True)
    lines = models.BinaryField()

    objects = EntryLinesQuerySet.as_manager()

    class Meta:
        ordering = ["serial"]

    def __str__(self) -> str:
        return f"lines of serial {self.serial}"
