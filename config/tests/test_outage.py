"""What readers and editors are told while the database is away."""

from typing import NoReturn

import pytest
from django.db import OperationalError, connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from config import replicas
from config.replicas import PRIMARY
from incidents.tests.reading import Response, attribute, find, html, one, tree

pytestmark = pytest.mark.django_db

FORM = "/admin/sources/publisher/add/"
TYPED = {
    "csrfmiddlewaretoken": "as it was sent",
    "name": "Ёж & <b>Co</b>",
    "homepage": "",
    "note": "first line\nsecond line",
}


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every query fails, as when the server has stopped."""

    def cursor(*args: object, **kwargs: object) -> NoReturn:
        raise OperationalError("secret-host refused the connection")

    monkeypatch.setattr(connection, "cursor", cursor)
    monkeypatch.setattr(connection, "chunked_cursor", cursor)


def sent_again(response: Response) -> list[tuple[str, str]]:
    """What the page's form would send."""
    hidden = [field for field in find(tree(response), "input") if attribute(field, "name")]
    return [(attribute(field, "name"), attribute(field, "value")) for field in hidden]


@pytest.mark.usefixtures("away")
def test_a_reader_is_asked_to_come_back_and_told_nothing_of_the_cause(client: Client) -> None:
    client.raise_request_exception = False
    response = client.get("/")

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"
    assert response.headers["Cache-Control"] == "no-store"
    assert "claimline.css" in html(response)
    assert "secret-host" not in html(response)


@pytest.mark.usefixtures("away")
def test_a_program_is_told_so_by_a_problem(client: Client) -> None:
    client.raise_request_exception = False
    response = client.get("/api/v1/incidents/")

    assert response.status_code == 503
    assert response.json()["status"] == 503


def test_what_an_editor_typed_is_not_saved_but_kept_and_can_be_sent_again_as_it_was(
    admin_client: Client, request: pytest.FixtureRequest
) -> None:
    admin_client.raise_request_exception = False
    request.getfixturevalue("away")
    response = admin_client.post(FORM, TYPED)

    assert response.status_code == 503
    assert "Nothing is saved" in html(response)
    assert sent_again(response) == list(TYPED.items())
    assert "first line<br>second line" in html(response)
    assert "<b>Co</b>" not in html(response)


@pytest.mark.usefixtures("away")
def test_a_password_is_not_sent_back(client: Client) -> None:
    client.raise_request_exception = False
    sent = {"username": "ann", "password": "correct horse battery"}
    response = client.post("/admin/login/", sent)

    assert response.status_code == 503
    assert "Go back" in html(response)
    assert "correct horse" not in html(response)


def test_nobody_waits_for_a_primary_that_is_known_to_be_away(
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(replicas, "_away", {PRIMARY})

    with django_assert_num_queries(0):
        response = client.get("/admin/")

    assert response.status_code == 503
    assert "try again in a minute" in html(response)
    assert one(tree(response), "h1")


def test_the_primary_is_left_alone_after_a_failure_only_where_replicas_answer_readers(
    client: Client, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[str] = []
    monkeypatch.setattr("config.outage.leave_alone", left.append)
    client.raise_request_exception = False
    request.getfixturevalue("away")

    client.get("/")
    assert left == []

    monkeypatch.setattr("config.outage.replicas", lambda: ["replica_1"])
    client.get("/")
    assert left == [PRIMARY]
