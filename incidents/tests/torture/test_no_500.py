"""Whatever is sent to whichever route by whomever, no answer is an error of ours.

The requests go through the whole site by WSGI, as granian sends them, and each is undone. They are
the same at every run.
"""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from django.contrib.auth.models import User
from django.core.signals import got_request_exception, request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection, transaction
from django.http import HttpRequest
from django.test import Client, RequestFactory
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoDbBlocker

from accounts.tests.logging_in import log_in
from incidents.public import ready
from incidents.public.at_once import at_once
from incidents.public.sources import SourcesForm
from incidents.tests.admin_form import sent_by
from incidents.tests.factories import make_administrator, make_editor, make_work
from incidents.tests.torture.addresses import (
    DESK,
    Known,
    known_parts,
    paths,
    routes,
    screen_of,
)
from incidents.tests.torture.hostile import (
    HEADERS,
    LENGTHS,
    METHODS,
    bodies,
    names_of_forms,
    queries,
)

pytestmark = [pytest.mark.torture, pytest.mark.django_db]

ROUTES = list(dict.fromkeys(routes()))
ROLES = ("reader", "editor", "administrator")
REQUESTS = 20_000
EACH = -(-REQUESTS // (len(ROUTES) * len(ROLES)))
# Any 32 letters: the cookie and the field have to agree.
TOKEN = "a" * 32
UNHURRIED = settings(
    max_examples=EACH,
    deadline=None,
    derandomize=True,
    database=None,
    # To make a request smaller takes a hundred more.
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
# Read when the pages' own modules, which hold them, have been imported.
NAMES = names_of_forms()


class Site:
    """The site by WSGI, with the cookies of each role, and what went wrong within it."""

    def __init__(self) -> None:
        self.application = at_once(get_wsgi_application())
        self.faults: list[str] = []
        self.known: Known = {}
        self.cookies = {"reader": ""}

    def log_in(self, role: str, user: User) -> None:
        client = Client()
        log_in(client, user)
        self.cookies[role] = client.cookies.output(header="", sep=";").strip()

    def note(self, sender: object, request: HttpRequest, **more: object) -> None:
        self.faults.append(traceback.format_exc())

    def answer(self, role: str, method: str, path: str, query: str, **more: Any) -> int:
        """The status; `more` is headers in WSGI's names, and `body`."""
        environ = RequestFactory().request(REQUEST_METHOD=method, QUERY_STRING=query).environ
        environ |= {"PATH_INFO": unquote_to_bytes(path).decode("latin-1")}
        body = more.pop("body", b"")
        cookies = f"{self.cookies[role]}; csrftoken={TOKEN}; {more.pop('HTTP_COOKIE', '')}"
        environ |= {"CONTENT_LENGTH": str(len(body)), "wsgi.input": BytesIO(body)}
        environ |= {"HTTP_COOKIE": cookies} | more
        told: list[str] = []

        def starting(status: str, headers: list[tuple[str, str]]) -> None:
            told.append(status)

        # Left alone, it would close the connection; Django's test client makes it so again.
        for signal in (request_started, request_finished):
            signal.disconnect(close_old_connections)
        with undone():
            parts: Any = self.application(environ, starting)
            for _ in parts:
                pass
            if hasattr(parts, "close"):
                parts.close()
        return int(told[0].split()[0])

    def form(self, role: str, address: str) -> dict[str, str]:
        """What a browser would send from there."""
        client = Client(raise_request_exception=False)
        client.cookies.load(self.cookies[role])
        with undone():
            page = client.get(address)
            is_form = page.status_code == HTTPStatus.OK and b"<form" in page.content
            return sent_by(page) if is_form else {}


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written in the block, once the database has had its say on all of it."""
    with transaction.atomic():
        yield
        if not connection.needs_rollback:
            connection.check_constraints()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def site(demo: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Site]:
    """The demo, and what it lacks: drafts, a review that is asked for, something merged."""
    site = Site()
    with django_db_blocker.unblock(), transaction.atomic():
        editor = make_editor()
        site.log_in("editor", editor)
        site.log_in("administrator", make_administrator())
        make_work(editor)
        site.known = known_parts()
        got_request_exception.connect(site.note)
        yield site
        got_request_exception.disconnect(site.note)
        transaction.set_rollback(True)


@st.composite
def requests(draw: st.DrawFn, site: Site, role: str, route: str) -> dict[str, Any]:
    label = screen_of(route)
    path = draw(paths(route, site.known))
    method = draw(METHODS)
    request: dict[str, Any] = {"method": method, "path": path}
    request["query"] = draw(queries(label, NAMES))
    if method in ("POST", "PUT", "PATCH"):
        form = site.form(role, path) if route.startswith(DESK) else {}
        if label and route.endswith(f"{label.split('.')[1]}/"):
            form |= {"action": "delete_selected", "index": "0", "_selected_action": "1"}
        kind, body = draw(bodies(form | {"csrfmiddlewaretoken": TOKEN}, NAMES))
        request |= {"CONTENT_TYPE": kind, "body": body}
        if draw(st.integers(0, 9)) == 0:
            request["CONTENT_LENGTH"] = draw(LENGTHS)
    return request | draw(HEADERS)


def faults(site: Site, role: str, route: str) -> list[str]:
    """The requests that were answered with an error of ours, or met one, and what it was."""
    found: list[str] = []

    @UNHURRIED
    @given(request=requests(site, role, route))
    def sent(request: dict[str, Any]) -> None:
        site.faults.clear()
        ready.ANSWERS.clear()
        status = site.answer(role, **request)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR or site.faults:
            found.append(f"{status} to {role}: {request}\n{''.join(site.faults)[-2000:]}")

    sent()
    return found


@pytest.mark.parametrize("route", ROUTES)
def test_no_request_to_a_route_is_an_error_of_ours(site: Site, route: str) -> None:
    found = [fault for role in ROLES for fault in faults(site, role, route)]

    assert not found, "\n".join(found[:3])


def test_a_seeded_fault_is_caught(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(form: SourcesForm) -> None:
        raise RuntimeError("seeded")

    monkeypatch.setattr(SourcesForm, "full_clean", broken)

    found = faults(site, "reader", "sources/")

    assert any("RuntimeError: seeded" in fault for fault in found)
