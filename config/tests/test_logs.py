"""The log: its lines, and what is never in one."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any, NoReturn

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError
from django.test import Client
from pytest_django import Settings

from config import requests
from config.logs import Json, Text, numbered, request_id
from incidents.public import timeline
from incidents.tests.factories import make_published

PATIENT = "Olena Kovalenko"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """The log of the test, as the production handler writes it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Json())
    handler.addFilter(numbered)
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)


def lines(written: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


@pytest.mark.django_db
def test_a_request_has_a_line_with_the_number_that_its_answer_carries(
    client: Client, settings: Settings, written: io.StringIO
) -> None:
    settings.LOG_REQUESTS = True
    incident = make_published().public_id

    response = client.get(f"/incidents/{incident}/?q={PATIENT}", REMOTE_ADDR="203.0.113.9")

    (line,) = lines(written)
    assert line["request_id"] == response.headers["X-Request-ID"]
    assert line["route"] == "incidents/<id:incident>/"
    assert (line["method"], line["status"], line["level"]) == ("GET", 301, "INFO")
    assert line["milliseconds"] >= 0
    for personal in (incident, PATIENT, "Kovalenko", "203.0.113.9"):
        assert personal not in written.getvalue()


@pytest.mark.django_db
def test_each_request_has_a_number_of_its_own_whatever_a_client_says(client: Client) -> None:
    sent = {"X-Request-ID": "1234"}

    first, second = (client.get("/", headers=sent).headers["X-Request-ID"] for _ in range(2))

    assert len({first, second, "1234"}) == 3


@pytest.mark.django_db
def test_a_slow_request_has_a_line_always(
    client: Client, monkeypatch: pytest.MonkeyPatch, written: io.StringIO
) -> None:
    client.get("/")
    assert lines(written) == []

    monkeypatch.setattr(requests, "SLOW", 0.0)
    client.get("/")

    (line,) = lines(written)
    assert (line["level"], line["route"]) == ("WARNING", "")
    assert line["message"].startswith("Slow: GET / 200 in ")


@pytest.mark.django_db
def test_what_was_refused_has_a_line_without_a_name(written: io.StringIO) -> None:
    client = Client(enforce_csrf_checks=True)

    client.post("/admin/login/", {"username": "olena", "password": PATIENT})

    (line,) = [line for line in lines(written) if line["logger"] == "config.requests"]
    assert (line["level"], line["route"]) == ("WARNING", "admin/login/")
    assert line["message"].startswith("Refused: POST /admin/login/ 403 in ")
    assert "olena" not in written.getvalue()


@pytest.mark.django_db
def test_a_fault_is_told_with_its_place_but_without_the_values_it_met(
    client: Client, monkeypatch: pytest.MonkeyPatch, written: io.StringIO
) -> None:
    def fault(*args: object) -> NoReturn:
        raise IntegrityError(
            f'duplicate key value violates "one_name"\nDETAIL:  Key (name)=({PATIENT}) exists.'
        )

    monkeypatch.setattr(timeline, "listed", fault)
    client.raise_request_exception = False

    response = client.get(f"/?q={PATIENT}", REMOTE_ADDR="203.0.113.9")

    (line,) = lines(written)
    assert response.status_code == 500
    assert line["request_id"] == response.headers["X-Request-ID"]
    assert "timeline.py" in line["exc_info"]
    assert 'violates "one_name"' in line["exc_info"]
    for personal in (PATIENT, "Kovalenko", "203.0.113.9"):
        assert personal not in written.getvalue()


@pytest.mark.django_db
def test_who_tries_to_log_in_and_from_where_stays_out_of_the_log(
    client: Client, written: io.StringIO
) -> None:
    User.objects.create_user("ada", password="a word of honour", is_staff=True)

    for password in ["wrong"] * 6 + ["a word of honour"]:
        sent = {"username": "ada", "password": password}
        client.post("/admin/login/", sent, REMOTE_ADDR="203.0.113.9")

    for personal in ("ada", "wrong", "203.0.113.9"):
        assert personal not in written.getvalue()


def test_as_text_a_line_ends_with_the_number() -> None:
    request_id.set("4f1c")
    record = logging.LogRecord("site", logging.WARNING, "", 0, "It is %s.", ("late",), None)
    numbered(record)

    assert Text().format(record).endswith("WARNING site: It is late. 4f1c")
