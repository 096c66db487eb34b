"""Without the mark `django_db`: none of this asks the database."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from config.about import contact_url

ADDRESSES = ["/robots.txt", "/.well-known/security.txt"]
MOMENTS = [
    datetime(2026, 1, 1, tzinfo=UTC),
    datetime(2026, 8, 31, 23, 59, tzinfo=UTC),
    datetime(2028, 2, 29, tzinfo=UTC),
]


@pytest.fixture(autouse=True)
def contact(settings: Settings) -> None:
    settings.CONTACT_URL = contact_url("desk@claims.example")


def fields(client: Client) -> dict[str, str]:
    response = client.get("/.well-known/security.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    return dict(line.split(": ", 1) for line in response.text.splitlines())


def test_robots_are_led_to_the_sitemap_and_kept_from_the_desk_alone(client: Client) -> None:
    response = client.get("/robots.txt")

    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.text.splitlines() == [
        "User-agent: *",
        "Disallow: /admin/",
        "",
        "Sitemap: http://testserver/sitemap.xml",
    ]


def test_who_finds_a_hole_is_told_whom_to_write_to(client: Client) -> None:
    told = fields(client)

    assert told["Contact"] == "mailto:desk@claims.example"
    assert told["Canonical"] == "http://testserver/.well-known/security.txt"
    assert told["Preferred-Languages"] == "en, uk, ru"


@pytest.mark.parametrize("now", MOMENTS)
def test_it_holds_for_months_and_for_less_than_a_year(
    client: Client, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)

    left = datetime.fromisoformat(fields(client)["Expires"]) - now

    assert timedelta(days=150) < left < timedelta(days=365)


def test_without_a_contact_there_is_no_such_file(client: Client, settings: Settings) -> None:
    settings.CONTACT_URL = ""

    assert client.get("/.well-known/security.txt").status_code == 404


@pytest.mark.parametrize("address", ADDRESSES)
def test_they_are_only_to_be_read(client: Client, address: str) -> None:
    assert client.head(address).status_code == 200
    assert client.post(address).status_code == 405
