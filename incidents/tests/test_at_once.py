"""Answers that are ready, given before Django is asked."""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any, NamedTuple, NoReturn
from urllib.parse import quote, unquote_to_bytes

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django import DjangoAssertNumQueries

from incidents.models import Incident
from incidents.public import asked as asked_at
from incidents.public import ready
from incidents.public.at_once import at_once
from incidents.record.publish import publish
from incidents.tests.by_wsgi import application
from incidents.tests.factories import make_published

__all__ = ["application"]  # a fixture

pytestmark = pytest.mark.django_db


class Said(NamedTuple):
    status: int
    headers: dict[str, str]
    content: bytes


class Site:
    """As config.wsgi has it; `asked`: the paths that Django was asked for."""

    def __init__(self, django: WSGIHandler) -> None:
        self._django = django
        self._application = at_once(self._noted)
        self.asked: list[str] = []

    def _noted(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        self.asked.append(environ["PATH_INFO"])
        return self._django(environ, start_response)

    def get(self, path: str, method: str = "GET", **environ: str) -> Said:
        # As a server has it: a request that was made of it has changed it.
        sent = {"PATH_INFO": unquote_to_bytes(path).decode("latin-1"), **environ}
        asked = RequestFactory().generic(method, "/").environ | sent
        told: list[Any] = []
        content = b"".join(self._application(asked, lambda *line: told.extend(line)))
        return Said(int(told[0].split()[0]), dict(told[1]), content)


@pytest.fixture
def site(application: WSGIHandler) -> Site:
    return Site(application)


@pytest.fixture
def incident() -> Incident:
    return make_published(title="Взрывы в Белгороде")


@pytest.fixture
def address(incident: Incident) -> str:
    return f"/incidents/{incident.public_id}/{quote('взрывы-в-белгороде')}/"


def test_the_second_time_the_same_is_said_without_django_and_by_one_query(
    site: Site, address: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for page in ("/", address, "/incidents.atom", "/api/v1/incidents/"):
        first = site.get(page)
        site.asked.clear()
        with django_assert_num_queries(1):
            again = site.get(page)

        assert site.asked == []
        assert first.headers.pop("X-Request-ID") != again.headers.pop("X-Request-ID")
        assert again == first
        assert again.status == HTTPStatus.OK
        assert again.headers["X-Content-Type-Options"] == "nosniff"


def test_a_browser_that_has_it_is_told_so(site: Site, address: str) -> None:
    first = site.get(address)
    site.asked.clear()

    again = site.get(address, HTTP_IF_NONE_MATCH=first.headers["ETag"])

    assert (again.status, again.content, site.asked) == (HTTPStatus.NOT_MODIFIED, b"", [])
    assert again.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]


def test_what_is_not_ready_any_more_is_made_and_the_clock_asked_once(
    site: Site, incident: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.get("/")
    incident.title = "More explosions"
    incident.save()
    publish(incident, "More.")
    asked = []
    now_at = asked_at.now_at
    monkeypatch.setattr(asked_at, "now_at", lambda alias: asked.append(1) or now_at(alias))  # type: ignore[func-returns-value]

    assert b"More explosions" in site.get("/").content
    assert site.asked == ["/", "/"]
    assert len(asked) == 1


def test_what_is_no_readers_and_what_is_alike_everywhere_is_left_to_django(site: Site) -> None:
    for _ in range(2):
        assert site.get("/", method="POST").status == HTTPStatus.METHOD_NOT_ALLOWED
        assert site.get("/admin/").status == HTTPStatus.FOUND
        assert site.get("/nothing/").status == HTTPStatus.NOT_FOUND
        assert site.get("/healthz").status == HTTPStatus.OK
    assert len(site.asked) == 8


def test_while_the_database_is_away_django_says_so(
    site: Site, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.get(address)
    asked = []

    def cursor(*args: object, **kwargs: object) -> NoReturn:
        asked.append(1)
        raise OperationalError("secret-host refused the connection")

    monkeypatch.setattr(connection, "cursor", cursor)
    answer = site.get(address)

    assert answer.status == HTTPStatus.SERVICE_UNAVAILABLE
    assert b"secret-host" not in answer.content
    assert len(asked) == 1


def test_the_cookie_of_an_answer_is_sent(
    application: WSGIHandler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Moments after a publish, while a replica is behind."""

    def personal(request: HttpRequest) -> HttpResponse:
        response = HttpResponse("page")
        response.set_cookie("clock", "21", httponly=True)
        return response

    monkeypatch.setattr(ready, "again", personal)

    assert Site(application).get("/").headers["Set-Cookie"] == "clock=21; HttpOnly; Path=/"


def test_django_finds_the_path_as_it_was_sent(site: Site, address: str) -> None:
    assert site.get(address).status == HTTPStatus.OK
    assert [unquote_to_bytes(address).decode("latin-1")] == site.asked
    assert "Ð" in site.asked[0]
