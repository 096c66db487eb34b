"""How long a statement may take, by whom it serves."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, RequestFactory

from config.limits import LimitedConnection, at_most
from incidents.public import downloads
from incidents.public.filters import Filters

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def limited(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The connection is one as the pool has, which tests are without."""
    monkeypatch.setattr(psycopg, "connect", LimitedConnection.connect)
    connection.close()
    yield
    connection.close()


def limit() -> str:
    return str(asked("show statement_timeout"))


def asked(query: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0]


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages ask what takes longer than they may."""
    monkeypatch.setattr(settings, "STATEMENT_SECONDS", 1)
    monkeypatch.setattr(Filters, "of", lambda *_: asked("select pg_sleep(30)"))


def test_a_limit_holds_for_its_block_and_is_set_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with at_most(7):
        assert [limit(), limit()] == ["7s", "7s"]
        with at_most(60):
            assert limit() == "1min"
        with connection.chunked_cursor() as cursor:
            cursor.execute("select setting from pg_settings where name = 'statement_timeout'")
            assert cursor.fetchone() == ("7000",)
    assert limit() == "0"


def test_a_page_that_takes_too_long_is_refused_and_can_be_asked_for_again(
    client: Client, slow: None
) -> None:
    client.raise_request_exception = False

    response = client.get("/")

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers
    assert b"narrow what you ask for" in response.content
    assert client.get("/about/method/").status_code == 200


@pytest.mark.parametrize("address", ["/api/v1/incidents/", "/incidents.atom"])
def test_a_program_is_told_so_by_a_problem(client: Client, slow: None, address: str) -> None:
    client.raise_request_exception = False

    response = client.get(address)

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["status"] == 503


def test_the_desk_has_no_limit_after_a_reader_had_one(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits: list[str] = []

    def told(*_: object) -> list[Any]:
        limits.append(limit())
        return []

    monkeypatch.setattr("incidents.public.timeline.listed", told)
    monkeypatch.setattr("accounts.presence.others_at", told)

    client.get("/")
    client.get("/admin/login/")

    assert limits == [f"{settings.STATEMENT_SECONDS}s", "0"]


def test_a_download_has_a_longer_one_for_each_of_its_parts() -> None:
    def parts() -> Iterator[str]:
        yield limit()

    sending = downloads.begin(RequestFactory().get("/"), parts())

    assert sending is not None
    assert b"".join(sending) == b"1min"
    assert limit() == "0"
