"""What is asked over plain http: people are sent on to https, programs are told."""

import pytest
from django.test import Client
from pytest_django import Settings

from incidents.tests.factories import make_published

pytestmark = pytest.mark.django_db


@pytest.fixture
def over_tls(settings: Settings) -> Client:
    settings.SECURE_SSL_REDIRECT = True
    return Client()


def test_pages_send_people_on(over_tls: Client) -> None:
    for page in ("/", "/changes/?kind=edited", "/admin/login/", "/incidents/0123456789/"):
        response = over_tls.get(page)
        assert response.status_code == 301
        assert response.headers["Location"] == f"https://testserver{page}"


@pytest.mark.parametrize(
    "address",
    [
        *("/api/v1/", "/api/v1/claims/?limit=2", "/api/v1/nothing/", "/oembed?url=a"),
        *("/incidents.csv", "/incidents.atom?kind=strike", "/changes.atom", "/territory.json"),
        *("/incidents/0123456789/v/1.json", "/incidents/0123456789/v/1.bib", "/sitemap.xml"),
    ],
)
def test_programs_are_refused_with_a_problem(over_tls: Client, address: str) -> None:
    response = over_tls.get(address)

    assert response.status_code == 403
    assert response.headers["Content-Type"] == "application/problem+json"
    assert "https" in response.json()["detail"]
    assert "Location" not in response.headers


def test_over_https_they_are_answered_and_without_tls_too(
    over_tls: Client, settings: Settings
) -> None:
    make_published()

    assert over_tls.get("/api/v1/incidents/", secure=True).status_code == 200
    settings.SECURE_SSL_REDIRECT = False
    assert Client().get("/api/v1/incidents/").status_code == 200
