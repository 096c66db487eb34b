"""What the site may do in the database, where migrations are another role's: rows, no tables.

The owner of the tables runs `migrate`, and may do everything. A site with a role of its own can
neither take off the triggers that guard versions and the log, nor do what they would refuse.
"""

from django.db import connection
from psycopg import sql

# Of these nobody takes anything away. Removing words from a version writes three of its columns.
_STAYING = {
    "incidents_version": ("document", "note", "removed"),
    "rowlog_change": (),
}
# `migrate` alone writes these.
_READ = ("django_migrations", "django_content_type", "auth_permission")


def grant(role: str) -> None:
    """Give a role that exists what the site needs, and nothing else, on the tables of today and on
    those that a rebuild puts in their place. Within a transaction, as their owner."""
    site = sql.Identifier(role)
    all_of_it = (
        "revoke all on all tables in schema public from {site}",
        "grant usage on schema public to {site}",
        "grant select, insert, update, delete on all tables in schema public to {site}",
        "grant usage on all sequences in schema public to {site}",
        "alter default privileges grant select, insert, update, delete on tables to {site}",
        "alter default privileges grant usage on sequences to {site}",
    )
    with connection.cursor() as cursor:
        for statement in all_of_it:
            cursor.execute(sql.SQL(statement).format(site=site))
        for table in (*_STAYING, *_READ):
            revoke = "revoke insert, update, delete on {table} from {site}"
            cursor.execute(sql.SQL(revoke).format(table=sql.Identifier(table), site=site))
        for table, columns in _STAYING.items():
            rights = sql.SQL(", update ({})").format(
                sql.SQL(", ").join(map(sql.Identifier, columns))
            )
            cursor.execute(
                sql.SQL("grant insert{rights} on {table} to {site}").format(
                    rights=rights if columns else sql.SQL(""),
                    table=sql.Identifier(table),
                    site=site,
                )
            )
