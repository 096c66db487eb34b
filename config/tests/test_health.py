"""What is told to whoever watches the site."""

from typing import NoReturn

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from pytest_django import Settings

from incidents.record.models import Version
from incidents.tests.factories import make_published


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> None:
    def cursor(*args: object, **kwargs: object) -> NoReturn:
        raise OperationalError("secret-host refused the connection")

    monkeypatch.setattr(connection, "cursor", cursor)


@pytest.mark.django_db
def test_a_site_that_can_answer_is_ready_and_says_how_far_the_record_is(client: Client) -> None:
    make_published()

    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json() == {
        "ready": True,
        "databases": {"default": True},
        "migrated": True,
        "static": True,
        "clock": Version.objects.clock(),
        "bitmaps": False,
    }
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.django_db
@pytest.mark.usefixtures("away")
def test_without_a_database_the_process_lives_and_is_not_ready(client: Client) -> None:
    assert client.get("/healthz").status_code == 200

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["databases"] == {"default": False}
    assert response.json()["clock"] is None
    assert b"secret-host" not in response.content


@pytest.mark.django_db
def test_a_database_of_an_older_release_is_not_ready(client: Client) -> None:
    latest = MigrationRecorder(connection).migration_qs.filter(app="incidents").latest("pk")
    latest.delete()

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["databases"] == {"default": True}
    assert response.json()["migrated"] is False


@pytest.mark.django_db
def test_a_site_without_its_styles_is_not_ready(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def url(name: str) -> NoReturn:
        raise ValueError(f"Missing staticfiles manifest entry for {name!r}")

    monkeypatch.setattr(staticfiles_storage, "url", url)

    response = client.get("/readyz")

    assert (response.status_code, response.json()["static"]) == (503, False)


def test_life_is_told_without_a_query_to_any_host_over_plain_http(
    client: Client, settings: Settings
) -> None:
    settings.SECURE_SSL_REDIRECT = True

    response = client.get("/healthz", headers={"Host": "10.0.0.7:8000"})

    assert (response.status_code, response.json()) == (200, {"alive": True})


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_it_can_only_be_asked(client: Client, address: str) -> None:
    assert client.post(address).status_code == 405
    assert client.head("/healthz").status_code == 200
