"""400, 404, 410 and 500 in the site's own look; the headers that keep pages safe."""

import re
from http import HTTPStatus
from typing import Any, NoReturn

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.tests.logging_in import log_in
from incidents.models import Incident
from incidents.record.models import VersionQuerySet
from incidents.record.publish import withdraw
from incidents.tests.factories import make_administrator, make_published
from incidents.tests.reading import Response, attribute, find, html, one, text, tree
from incidents.tests.torture.addresses import routes

pytestmark = pytest.mark.django_db


def is_ours(response: Response) -> bool:
    """The site's own look, for people and not for search engines."""
    page = tree(response)
    brand = find(page, "a", class_="brand")
    robots = [m for m in find(page, "meta") if attribute(m, "name") == "robots"]
    return (
        [text(name) for name in brand] == ["Claimline"]
        and [attribute(meta, "content") for meta in robots] == ["noindex"]
        and bool(text(one(page, "h1")))
        and "claimline.css" in html(response)
    )


@pytest.mark.parametrize(
    "address",
    [
        "/nothing/",
        "/incidents/",
        "/incidents/0123456789/",
        "/sources/0123456789/",
        "/claims/0123456789/",
        "/%00/",
        "/%FF%FE/",
        "/..%2f..%2fetc/passwd/",
        "/" + "x" * 5_000 + "/",
        "/%F0%9F%92%A5/",
        "/%ED%A0%80/",
    ],
    ids=lambda address: address[:30],
)
def test_what_is_not_there_is_answered_in_our_own_look(client: Client, address: str) -> None:
    response = client.get(address)

    assert response.status_code == HTTPStatus.NOT_FOUND
    assert is_ours(response)
    assert "no such page" in html(response)


def test_a_missing_page_does_not_repeat_the_address(client: Client) -> None:
    assert "<b>boo</b>" not in html(client.get("/<b>boo</b>/"))
    assert "boo" not in html(client.get("/<b>boo</b>/"))


def test_a_missing_page_is_in_no_section(client: Client) -> None:
    assert not re.search("<a [^>]*aria-current", html(client.get("/nothing/here/")))
    assert re.search("<a [^>]*aria-current", html(client.get("/")))


def test_an_address_without_its_last_slash_leads_to_the_one_with_it(client: Client) -> None:
    response = client.get("/sources?publisher=0123456789")

    assert response.status_code == HTTPStatus.MOVED_PERMANENTLY
    assert response["Location"] == "/sources/?publisher=0123456789"


@pytest.mark.parametrize("path", ["/", "/sources/", "/changes/"])
def test_too_many_fields_are_refused_in_our_own_look(client: Client, path: str) -> None:
    response = client.get(path + "?" + "&".join(f"k{n}=v" for n in range(5_000)))

    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert is_ours(response)


@pytest.mark.parametrize("method", ["TRACE", "BREW"])
def test_a_method_that_nobody_needs_is_refused_by_every_route(client: Client, method: str) -> None:
    log_in(client, make_administrator())
    for route in dict.fromkeys(routes()):
        address = re.sub("<[^>]+>", "1", re.sub("<id:[^>]+>", "0123456789", f"/{route}"))

        response = client.generic(method, address)

        assert response.status_code == HTTPStatus.METHOD_NOT_ALLOWED, address
        assert set(response["Allow"].split(", ")) <= {"GET", "HEAD", "POST", "OPTIONS"}, address


def test_another_host_name_is_refused_in_our_own_look(client: Client) -> None:
    response = client.get("/", headers={"host": "elsewhere.example"})

    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert is_ours(response)
    assert "elsewhere.example" not in html(response)


def test_a_withdrawn_incident_is_gone_in_our_own_look(client: Client) -> None:
    incident = make_published()
    withdraw(incident, "It was entered twice.")

    response = client.get(f"/incidents/{incident.public_id}/")

    assert response.status_code == HTTPStatus.GONE
    assert is_ours(response)


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """As when something went wrong that nobody thought of."""

    def now(self: VersionQuerySet) -> NoReturn:
        raise RuntimeError("secret-host refused the connection")

    monkeypatch.setattr(VersionQuerySet, "now", now)


@pytest.mark.usefixtures("broken")
def test_a_fault_of_ours_is_answered_in_our_own_look_without_asking_the_database(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client = Client(raise_request_exception=False)

    with django_assert_num_queries(0):
        response = client.get("/")

    assert response.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert is_ours(response)


@pytest.mark.usefixtures("broken")
def test_a_fault_of_ours_tells_readers_nothing_of_its_cause_and_the_log_all_of_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    client = Client(raise_request_exception=False)

    response = client.get("/sources/?q=x")

    assert "secret-host" not in html(response)
    assert "Traceback" not in html(response)
    assert "secret-host refused the connection" in caplog.text


# Headers


def all_kinds(client: Client, incident: Incident) -> list[Response]:
    """A page of every kind, a fragment, a redirect, 304 and every error but 500."""
    home = f"/incidents/{incident.public_id}/"
    tag = client.get("/")["ETag"]
    return [
        client.get("/"),
        client.get("/", headers={"HX-Request": "true"}),
        client.get("/?kind=bogus"),
        client.get("/?q="),
        client.get("/", headers={"If-None-Match": tag}),
        client.get(home),
        client.get(home, follow=True),
        client.get(f"{home}history/"),
        client.get("/sources/"),
        client.get("/changes/"),
        client.get("/about/method/"),
        client.get("/nothing/"),
        client.get("/?" + "q=&" * 5_000),
        client.post("/"),
    ]


def test_every_answer_has_the_headers_that_keep_it_safe(client: Client) -> None:
    for response in all_kinds(client, make_published()):
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["X-Frame-Options"] == "DENY"
        assert response["Referrer-Policy"] == "same-origin"
        assert response["Cross-Origin-Opener-Policy"] == "same-origin"
        for feature in ("camera=()", "geolocation=()", "microphone=()"):
            assert feature in response["Permissions-Policy"]
        assert not response.cookies


def directives(response: Response) -> dict[str, list[str]]:
    rules = (rule.split() for rule in response["Content-Security-Policy"].split(";"))
    return {name: values for name, *values in rules}


def test_nothing_inline_and_nothing_from_elsewhere_may_run_or_load(client: Client) -> None:
    for response in all_kinds(client, make_published()):
        policy = directives(response)
        sources = {source for values in policy.values() for source in values}
        assert sources == {"'none'", "'self'"}
        assert policy["default-src"] in (["'self'"], ["'none'"])
        for name in ("frame-ancestors", "base-uri", "object-src"):
            assert policy[name] == ["'none'"]


@pytest.mark.usefixtures("broken")
def test_a_fault_of_ours_has_those_headers_too() -> None:
    response = Client(raise_request_exception=False).get("/")

    assert directives(response)["base-uri"] == ["'none'"]
    assert response["X-Content-Type-Options"] == "nosniff"


def test_over_tls_browsers_are_told_to_insist_on_it(client: Client, settings: Any) -> None:
    settings.SECURE_HSTS_SECONDS = 31_536_000

    assert "Strict-Transport-Security" not in client.get("/")
    assert client.get("/", secure=True)["Strict-Transport-Security"] == (
        "max-age=31536000; includeSubDomains"
    )


def test_a_page_compressed_anew_does_not_always_have_the_same_length(client: Client) -> None:
    """Else what it has besides what the address repeats could be guessed from it (BREACH)."""
    headers = {"Accept-Encoding": "gzip"}

    responses = [client.get("/admin/login/?next=/", headers=headers) for _ in range(12)]

    assert {response["Content-Encoding"] for response in responses} == {"gzip"}
    assert len({len(response.content) for response in responses}) > 1
    assert all(re.search("Accept-Encoding", response["Vary"]) for response in responses)
