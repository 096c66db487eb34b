"""The lines of entries in the table to take away, ready to be sent."""

from collections.abc import Iterable
from typing import cast

from django.db import connections, models
from psycopg import sql

# One message for all of them: COPY sends one a row, and each costs us as much as many lines.
_JOINED = sql.SQL("""
copy (
    select case when count(lines) = count(*) then string_agg(lines, '' order by place) end
    from unnest({}::text::bigint[]) with ordinality as wanted (serial, place)
    left join incidents_entrylines using (serial)
) to stdout (format binary)
""")


class EntryLinesQuerySet(models.QuerySet["EntryLines"]):
    def joined(self, serials: Iterable[int]) -> bytes | None:
        """The lines of these versions, in their order; None where an entry shows one no more.

        By COPY, which gives bytes as they are.
        """
        # As psycopg writes an array, it takes a fifth as long as the lines.
        wanted = sql.Literal(f"{{{','.join(map(str, serials))}}}")
        with (
            connections[self.db].cursor() as cursor,
            cursor.copy(_JOINED.format(wanted)) as copy,
        ):
            copy.set_types(["bytea"])
            ((lines,),) = copy.rows()
            return cast("bytes | None", lines)


class EntryLines(models.Model):
    """Those of the version that an entry shows (record/spreadsheet.py)."""

    serial = models.BigIntegerField(primary_key=True)
    lines = models.BinaryField()

    objects = EntryLinesQuerySet.as_manager()

    class Meta:
        ordering = ["serial"]

    def __str__(self) -> str:
        return f"lines of serial {self.serial}"
