"""Answers given again while the record stays as it is, and never a moment longer."""

from http import HTTPStatus

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from incidents.models import Incident
from incidents.public import ready
from incidents.public.kept import Kept
from incidents.record.models import Generation
from incidents.record.publish import publish, withdraw
from incidents.tests.factories import make_published
from incidents.tests.reading import html, titles

pytestmark = pytest.mark.django_db

ZIPPED = {"Accept-Encoding": "br, gzip"}


@pytest.fixture
def incident() -> Incident:
    return make_published(title="Explosions in Belgorod")


@pytest.fixture
def address(incident: Incident) -> str:
    return f"/incidents/{incident.public_id}/explosions-in-belgorod/"


def test_the_same_page_costs_one_query_the_second_time(
    client: Client, address: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    lists = ("/", "/?kind=explosion", "/changes/", "/incidents.atom", "/api/v1/incidents/")
    for page in (*lists, address):
        first = client.get(page)
        assert first.status_code == HTTPStatus.OK, page
        with django_assert_num_queries(1):
            again = client.get(page)
        assert again.content == first.content
        assert again.headers.pop("X-Request-ID") != first.headers.pop("X-Request-ID")
        assert again.headers == first.headers


def test_a_publish_is_in_the_next_answer(client: Client, incident: Incident, address: str) -> None:
    for page in ("/", address):
        client.get(page)
    incident.title = "More explosions"
    incident.save()
    publish(incident, "More.")

    assert titles(client.get("/")) == ["More explosions"]
    assert "More explosions" in html(client.get(address, follow=True))


def test_what_is_withdrawn_is_gone_at_once(
    client: Client, incident: Incident, address: str
) -> None:
    for page in ("/", address):
        client.get(page)
    withdraw(incident, "Published by mistake.")

    assert titles(client.get("/")) == []
    assert client.get(address).status_code == HTTPStatus.GONE


def test_a_record_restored_or_made_anew_gives_none_of_its_former_answers(
    client: Client, incident: Incident, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/")
    Generation.objects.renew()

    with pytest.raises(pytest.fail.Exception), django_assert_max_num_queries(1):
        client.get("/")


def test_each_language_host_and_part_has_its_own(client: Client, incident: Incident) -> None:
    english = html(client.get("/"))
    ukrainian = client.get("/", headers={"Accept-Language": "uk"})
    elsewhere = client.get("/", headers={"Host": "testserver:8000"})
    part = client.get("/", headers={"HX-Request": "true"})

    assert ukrainian["Content-Language"] == "uk"
    assert "http://testserver:8000/" in html(elsewhere)
    assert "http://testserver:8000/" not in english
    assert "<html" not in html(part)
    assert html(client.get("/")) == english


def test_who_reads_no_gzip_gets_none(client: Client, incident: Incident) -> None:
    zipped = client.get("/", headers=ZIPPED)
    plain = client.get("/")
    again = client.get("/", headers=ZIPPED)

    assert zipped["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain
    assert "Explosions in Belgorod" in html(plain)
    assert again.content == zipped.content
    assert "Accept-Encoding" in plain["Vary"]
    assert "Accept-Encoding" in again["Vary"]


def test_errors_are_not_kept(client: Client, incident: Incident) -> None:
    client.get("/nothing/here/")
    client.get("/incidents/zzzzzzzzzz/")

    assert ready.ANSWERS.bytes == 0


def test_none_are_kept_where_the_operator_gives_no_memory(
    client: Client, incident: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ready, "ANSWERS", Kept(0))
    first = client.get("/")

    assert client.get("/").content == first.content
    assert ready.ANSWERS.bytes == 0
    assert settings.READY_ANSWERS == 32_000_000


def test_the_values_used_last_are_kept_as_many_as_fit() -> None:
    kept: Kept[int, str] = Kept(most=250)
    for key in (1, 2):
        kept.put(key, "value", 100)
    assert kept.get(1)

    kept.put(3, "value", 100)

    assert [key for key in (1, 2, 3) if kept.get(key)] == [1, 3]
    assert kept.bytes == 200
    kept.put(3, "another", 50)
    assert (kept.get(3), kept.bytes) == ("another", 150)

    kept.put(4, "too large", 300)

    assert (kept.get(3), kept.get(4)) == ("another", None)
