"""Django system checks: can this database do what Claimline asks of it, and is it fit to go public?

Those of the database run in `migrate` and in `check --database default`, the other in
`check --deploy`.
"""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

OLDEST_VERSION = 16
EXTENSIONS = ("btree_gist", "pg_trgm", "unaccent")


@register(Tags.database)
def check_databases(*, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    return [problem for alias in databases or () for problem in problems(connections[alias])]


@register(Tags.security, deploy=True)
def check_contact(**_: Any) -> list[CheckMessage]:
    if settings.CONTACT:
        return []
    return [
        checks.Warning(
            "Readers are not told whom to write to when the record is wrong.",
            hint="Set CLAIMLINE_CONTACT to a mail address or an https address.",
            id="claimline.W001",
        )
    ]


def problems(connection: BaseDatabaseWrapper) -> list[CheckMessage]:
    """Everything that makes the database unfit, at once."""
    found: list[CheckMessage] = []
    version, encoding = server_version(connection), server_encoding(connection)
    if version < OLDEST_VERSION:
        found.append(
            Error(
                f"The database is PostgreSQL {version}; Claimline needs {OLDEST_VERSION} or later.",
                hint="Point DATABASE_URL at a newer server, or unset it to use the embedded one.",
                id="claimline.E001",
            )
        )
    if missing := sorted(set(EXTENSIONS) - available_extensions(connection)):
        found.append(
            Error(
                f"The database server lacks the extensions {', '.join(missing)}.",
                hint="Install PostgreSQL's contrib package (postgresql-contrib) on the server.",
                id="claimline.E002",
            )
        )
    if encoding != "UTF8":
        found.append(
            Error(
                f"The database is encoded in {encoding}; Claimline needs UTF8.",
                hint="Create it with ENCODING 'UTF8' TEMPLATE template0.",
                id="claimline.E003",
            )
        )
    elif not knows_cyrillic(connection):
        found.append(
            Error(
                "The database does not know that Ж and ж are one letter, so searches would miss.",
                hint="Create it with another locale than C: LOCALE 'C.UTF-8' TEMPLATE template0.",
                id="claimline.E004",
            )
        )
    return found


def server_version(connection: BaseDatabaseWrapper) -> int:
    """The major version."""
    return int(_value(connection, "SELECT current_setting('server_version_num')::int")) // 10_000


def available_extensions(connection: BaseDatabaseWrapper) -> set[str]:
    return set(_value(connection, "SELECT array_agg(name::text) FROM pg_available_extensions"))


def server_encoding(connection: BaseDatabaseWrapper) -> str:
    return str(_value(connection, "SELECT current_setting('server_encoding')"))


def knows_cyrillic(connection: BaseDatabaseWrapper) -> bool:
    return bool(_value(connection, "SELECT lower('ЇЖАК') = 'їжак' AND 'ЇЖАК' ILIKE 'їжак'"))


def _value(connection: BaseDatabaseWrapper, query: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0]
