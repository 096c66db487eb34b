"""The site as a database role that owns nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

import psycopg
import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from psycopg import sql

from accounts.tests.logging_in import give_code
from incidents.record.publish import publish
from incidents.record.rebuild import TABLES
from incidents.tests.factories import (
    make_claim,
    make_incident,
    make_published,
    make_reviewer,
)
from incidents.tests.reading import html
from incidents.tests.test_redaction import remove
from rowlog.models import Change

pytestmark = pytest.mark.django_db

PASSWORD = "purple kettle under snow"


@pytest.fixture
def role(db: None) -> Iterator[str]:
    """One that has what `grant` gives; gone with the test."""
    name = f"{connection.settings_dict['NAME']}_site"
    owner = connection.settings_dict["USER"]
    with as_superuser() as superuser:
        superuser.execute(_with_names("create role {}", name))
        superuser.execute(_with_names("grant {} to {}", name, owner))
    try:
        with transaction.atomic():
            call_command("grant", name, stdout=StringIO())
            yield name
            transaction.set_rollback(True)
    finally:
        with as_superuser() as superuser:
            superuser.execute(_with_names("drop role {}", name))


def _with_names(statement: str, *names: str) -> sql.Composed:
    return sql.SQL(statement).format(*map(sql.Identifier, names))


@contextmanager
def as_superuser() -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    """Of the embedded server, which alone may make roles."""
    held = connection.settings_dict
    with psycopg.connect(
        host=held["HOST"], port=held["PORT"], user="postgres", dbname="postgres", autocommit=True
    ) as superuser:
        yield superuser


@contextmanager
def working_as(role: str) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(_with_names("set local role {}", role))
        yield
        cursor.execute("reset role")


def test_the_site_works_as_a_role_that_owns_nothing(role: str, client: Client) -> None:
    reviewer = make_reviewer("remo")
    reviewer.set_password(PASSWORD)
    reviewer.save()
    draft = make_incident(title="Explosions reported in Belgorod")
    make_claim(incident=draft)

    with working_as(role):
        client.post("/admin/login/", {"username": "remo", "password": "guessed"})
        login = client.post("/admin/login/", {"username": "remo", "password": PASSWORD})
        assert login.status_code == 302
        give_code(client, User.objects.get(username="remo"))
        assert client.get("/admin/incidents/incident/").status_code == 200
        client.post(f"/admin/incidents/incident/{draft.pk}/comment/", {"text": "Looks right."})
        make_claim(incident=draft)
        publish(draft)
        assert "Belgorod" in html(client.get("/", {"q": "explosions"}))
        assert client.get("/readyz").json()["migrated"]
        assert remove("Belgorod")
        assert "Belgorod" not in html(client.get("/", {"q": "explosions"}))
    assert Change.objects.filter(model="incidents.claim", operation="insert").count() == 2


@pytest.mark.parametrize(
    "statement",
    [
        "create table more (id int)",
        "alter table incidents_claim add more int",
        "drop trigger version_immutable on incidents_version",
        "alter table incidents_version disable trigger all",
        "update incidents_version set sha256 = ''",
        "delete from incidents_version",
        "truncate incidents_version cascade",
        "update rowlog_change set user_name = ''",
        "delete from rowlog_change",
        "insert into django_migrations (app, name, applied) values ('a', 'b', now())",
        "set session_replication_role = replica",
    ],
)
def test_it_can_neither_change_tables_nor_take_back_what_was_said(
    role: str, statement: str
) -> None:
    make_published()

    with (
        pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
        transaction.atomic(),
        working_as(role),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_tables_that_a_rebuild_makes_anew_are_the_sites_too(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"create table made_anew (like {TABLES[0]} including all)")

    with working_as(role), connection.cursor() as cursor:
        cursor.execute("delete from made_anew")


def test_a_role_that_does_not_exist_is_named() -> None:
    with pytest.raises(CommandError, match="nobody_at_all"):
        call_command("grant", "nobody_at_all")
