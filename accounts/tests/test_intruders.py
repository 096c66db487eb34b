"""Those who have no account, or lead one who has by the nose: forged forms, frames, hosts and
addresses to go on to, and session ids that somebody planted."""

import re
from collections.abc import Iterator

import pytest
from django.conf import settings as site
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.test import Client
from django.urls import get_resolver
from pytest_django import Settings

from accounts.factor import new_key, new_phone
from accounts.models import DeskSession
from accounts.tests.logging_in import code_of
from accounts.tests.test_routes import DESK, INDEX, World, _routes, routes, world
from incidents.tests.factories import make_editor, make_published, make_reviewer

pytestmark = pytest.mark.django_db

__all__ = ["world"]  # a fixture

LOGIN, FACTOR = "/admin/login/", "/admin/factor/"
PASSWORD = "a long pass phrase"
ELSEWHERE = [
    "//evil.example/",
    "https://evil.example/",
    "https:evil.example",
    "https:///evil.example",
    "http:\\\\evil.example",
    "\\\\evil.example",
    "/\\evil.example",
    "javascript:alert(1)",
    " javascript:alert(1)",
    "\x01//evil.example",
    "http://testserver@evil.example/",
    "http://testserver.evil.example/",
]


def user(name: str = "olena") -> User:
    made = make_editor(name)
    made.set_password(PASSWORD)
    made.save()
    return made


def log_in(client: Client, address: str = LOGIN, **more: str) -> str:
    """Where a right password leads."""
    response = client.post(address, {"username": "olena", "password": PASSWORD, **more})
    assert response.status_code == 302
    return response.headers["Location"]


def forged(request: HttpRequest, reason: str) -> HttpResponse:
    """In place of the page that says so, which takes most of the time."""
    return HttpResponseForbidden(b"forged")


def test_no_form_of_the_desk_can_be_sent_from_another_site(
    world: World, settings: Settings
) -> None:
    settings.CSRF_FAILURE_VIEW = f"{__name__}.forged"
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.cookies = world.cookies["administrator"]

    accepted = {
        address
        for address in map(world.address, _desk())
        if client.post(address, {"post": "yes"}).content != b"forged"
    }

    assert not accepted


def test_no_page_but_the_embedded_one_can_be_put_into_a_frame(world: World) -> None:
    incident = make_published().public_id
    client = Client(raise_request_exception=False)
    client.cookies = world.cookies["administrator"]
    framed = {
        address
        for address in [*map(world.address, _desk()), *_public(incident)]
        if not _refuses_frames(client, address)
    }
    assert framed == {f"/incidents/{incident}/embed/"}


def _desk() -> Iterator[str]:
    yield from (route.removeprefix(INDEX) for route in routes() if " " not in route)


def _public(incident: str) -> Iterator[str]:
    """Every route, with ids of an incident or of nothing."""
    for route in _routes(get_resolver().url_patterns, ""):
        if not route.startswith(DESK):
            one = route.replace("<id:incident>", incident).replace("<int:number>", "1")
            yield "/" + re.sub(r"<[^>]+>", "0123456789", one)


def _refuses_frames(client: Client, address: str) -> bool:
    headers = client.get(address).headers
    policy = headers.get("Content-Security-Policy", "")
    return headers.get("X-Frame-Options") == "DENY" and "frame-ancestors 'none'" in policy


@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", "a b", "x:y", ""])
@pytest.mark.parametrize("address", ["/", "/nothing/", LOGIN, "/incidents.json"])
def test_a_host_that_is_not_ours_gets_nothing(client: Client, address: str, host: str) -> None:
    client.raise_request_exception = False
    response = client.get(address, headers={"host": host})

    assert response.status_code == 400
    assert b"evil" not in b"".join(iter(response))


def test_no_header_puts_another_host_into_links_and_no_answer_is_kept_with_one(
    client: Client,
) -> None:
    make_published()
    forged = {"x-forwarded-host": "evil.example", "forwarded": "host=evil.example"}

    for address in ("/", "/incidents.atom", "/api/v1/incidents/", "/incidents.json", LOGIN):
        page = b"".join(iter(client.get(address, headers=forged)))
        assert b"evil.example" not in page
        assert b"evil.example" not in b"".join(iter(client.get(address)))


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_a_login_leads_nowhere_else(client: Client, elsewhere: str) -> None:
    user()

    to = [
        log_in(client, next=elsewhere),
        client.post("/admin/logout/", {"next": elsewhere}).headers.get("Location", "/admin/"),
        log_in(client, f"{LOGIN}?next={elsewhere}"),
        client.get(LOGIN, {"next": elsewhere}).headers["Location"],
    ]

    assert all(re.match(r"/(?![/\\])", one) for one in to), to


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_the_second_factor_leads_nowhere_else(client: Client, elsewhere: str) -> None:
    reviewer = make_reviewer()
    client.force_login(reviewer)
    phone = new_phone(reviewer, new_key())
    phone.save()

    response = client.post(FACTOR, {"code": code_of(phone.key)}, query_params={"next": elsewhere})

    assert response.headers["Location"] == "/admin/"


def test_a_session_id_that_somebody_planted_is_not_the_one_after_the_login(
    client: Client,
) -> None:
    user()
    session = client.session
    session["planted"] = True
    session.save()
    planted = str(session.session_key)
    client.cookies[site.SESSION_COOKIE_NAME] = planted

    log_in(client)

    assert client.cookies[site.SESSION_COOKIE_NAME].value != planted
    assert not DeskSession.objects.filter(session_key=planted).exists()
    thief = Client()
    thief.cookies[site.SESSION_COOKIE_NAME] = planted
    assert thief.get("/admin/").headers["Location"].startswith(LOGIN)


def test_a_session_id_that_never_was_is_not_taken_over(client: Client) -> None:
    user()
    client.cookies[site.SESSION_COOKIE_NAME] = "madeup0madeup0madeup0madeup0made"

    log_in(client)

    assert client.cookies[site.SESSION_COOKIE_NAME].value != "madeup0madeup0madeup0madeup0made"


@pytest.mark.torture
def test_a_thousand_wrong_passwords_lock_out_whoever_sent_them_and_not_the_owner(
    client: Client,
) -> None:
    """Control: each of the senders is locked out."""
    user()
    typed = {"username": "olena", "password": "wrong"}
    last = [
        Client().post(LOGIN, typed, REMOTE_ADDR=f"203.0.113.{number % 50}").status_code
        for number in range(1000)
    ][-50:]

    assert last == [429] * 50
    assert log_in(client, next="/admin/") == "/admin/"
