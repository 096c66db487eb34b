"""Answers given again while the record stays as it is, and never a moment longer."""

from http import HTTPStatus
from threading import Event
from typing import NoReturn

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries

from accounts.tests.logging_in import log_in
from incidents.models import Incident
from incidents.public import ready
from incidents.public.asked import clock
from incidents.public.kept import Kept
from incidents.record.models import Generation
from incidents.record.publish import publish, withdraw
from incidents.tests.factories import make_administrator, make_published
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


def test_what_is_wrong_with_one_address_is_not_kept(
    client: Client, incident: Incident, address: str
) -> None:
    withdrawn = make_published()
    withdraw(withdrawn, "Published by mistake.")
    kept = ready.ANSWERS.bytes

    assert client.get("/incidents.csv?from=never").status_code == HTTPStatus.BAD_REQUEST
    assert client.get(f"/incidents/{withdrawn.public_id}/").status_code == HTTPStatus.GONE
    assert client.get(address[:-1]).status_code == HTTPStatus.MOVED_PERMANENTLY
    assert ready.ANSWERS.bytes == kept


def test_a_page_without_its_numbers_is_kept_by_nobody(
    client: Client, incident: Incident, cold: Event
) -> None:
    for headers in ({}, {"HX-Request": "true"}):
        for address in ("/", "/?kind=explosion", "/map/"):
            page = client.get(address, headers=headers)
            assert page["Cache-Control"] == "no-store", address
            assert "ETag" not in page, address
    assert ready.ANSWERS.bytes == 0


def test_whoever_has_the_numbers_already_is_told_that_they_hold(
    client: Client, incident: Incident, request: pytest.FixtureRequest
) -> None:
    tag = client.get("/")["ETag"]
    ready.ANSWERS.clear()
    request.getfixturevalue("cold")

    again = client.get("/", headers={"If-None-Match": tag})

    assert again.status_code == HTTPStatus.NOT_MODIFIED


def test_that_nothing_is_there_is_said_in_the_same_words_everywhere(
    client: Client, incident: Incident, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    zipped = client.get("/nothing/", headers=ZIPPED)
    first = client.get("/incidents/zzzzzzzzzz/")
    api = client.get("/api/v1/nothing/")

    with django_assert_num_queries(0):
        assert client.get("/wp-login.php").content == first.content
        assert client.get("/other/", headers=ZIPPED).content == zipped.content
        assert client.get("/api/other").content == api.content
        for path in ("/other/?q=power", "/incidents"):
            again = client.get(path)
            assert again.status_code == HTTPStatus.NOT_FOUND
            assert again.content == first.content
            assert again.headers["Content-Security-Policy"]
    assert api.json()["status"] == HTTPStatus.NOT_FOUND
    ukrainian = client.get("/nothing/", headers={"Accept-Language": "uk"})
    assert '<html lang="uk">' in html(ukrainian)


def test_what_the_desk_does_not_find_is_not_told_to_readers(client: Client) -> None:
    """It says so in English, whatever language the editor reads."""
    ukrainian = {"Accept-Language": "uk"}
    desk = Client()
    log_in(desk, make_administrator())
    lost = desk.get("/admin/nothing/", headers=ukrainian)

    assert lost.status_code == HTTPStatus.NOT_FOUND
    assert ready.ANSWERS.bytes == 0
    assert '<html lang="uk">' in html(client.get("/nothing/", headers=ukrainian))


def test_what_is_there_is_found_after_another_was_not(
    client: Client, incident: Incident, address: str
) -> None:
    client.get("/nothing/")

    assert client.get(address).status_code == HTTPStatus.OK
    assert client.get("/sources").status_code == HTTPStatus.MOVED_PERMANENTLY
    assert client.get("/admin").status_code == HTTPStatus.MOVED_PERMANENTLY
    assert client.get("/admin/nothing/").status_code == HTTPStatus.FOUND
    assert client.post("/nothing/").status_code == HTTPStatus.NOT_FOUND


def test_a_browser_that_has_the_answer_is_told_so_by_one_query(
    client: Client, address: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    etag = client.get(address)["ETag"]

    with django_assert_num_queries(1):
        again = client.get(address, headers={"If-None-Match": etag})
    assert again.status_code == HTTPStatus.NOT_MODIFIED
    assert again["ETag"] == etag
    assert again.content == b""


def test_an_answer_with_a_cookie_is_one_readers(client: Client, incident: Incident) -> None:
    """Moments after a publish, while a replica is behind, it has the record clock."""
    one = RequestFactory().get("/")
    personal = HttpResponse("page", headers={"ETag": "1"})
    vars(personal)["as_of"] = clock()
    personal.set_cookie("clock", "1")

    for _ in range(2):
        assert ready.ready(lambda request: personal)(one) is personal
    assert ready.ANSWERS.bytes == 0


def test_while_the_database_is_away_it_is_asked_once_and_the_page_is_whole(
    client: Client, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.get(address)
    asked = []

    def cursor(*args: object, **kwargs: object) -> NoReturn:
        asked.append(1)
        raise OperationalError("secret-host refused the connection")

    monkeypatch.setattr(connection, "cursor", cursor)
    client.raise_request_exception = False
    answer = client.get(address)

    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert answer.headers["Content-Security-Policy"]
    assert len(asked) == 1


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
