"""Which database answers a reader, where there are replicas."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import OperationalError, connections, router
from django.db.backends.postgresql.base import DatabaseWrapper
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries

from config import replicas
from incidents.public import answering, index
from incidents.public.answering import Clocks, from_any_database
from incidents.record.models import Clock, EntryClaim, Version
from incidents.tests.factories import make_published
from rowlog.models import Change

pytestmark = pytest.mark.django_db

PRIMARY, ONE, TWO = "default", "replica_1", "replica_2"


class Databases:
    """A primary and two replicas: all of them the test's database, as far as they answer.

    `clocks`: what a database that is behind gives as its record clock. `index`: where the index in
    memory is.
    """

    def __init__(self) -> None:
        self.clocks: dict[str, int] = {}
        self.index = 0
        self._settings = connections.settings[PRIMARY]
        self._connection = connections[PRIMARY]

    def stop(self, alias: str) -> None:
        connections.settings[alias] = self._settings | {"HOST": "/nowhere"}
        # Under the alias that pytest lets a test connect to.
        connections[alias] = DatabaseWrapper(connections.settings[alias], PRIMARY)

    def start(self, alias: str) -> None:
        connections.settings[alias] = self._settings
        connections[alias] = self._connection


@pytest.fixture
def databases(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Databases]:
    fleet = Databases()
    real_clock = answering.clock_of

    def clock_of(alias: str) -> Clock:
        clock = real_clock(alias)
        serial = answering.CLOCKS.reached[alias] = fleet.clocks.get(alias, clock.serial)
        return clock._replace(serial=serial)

    monkeypatch.setattr(answering, "clock_of", clock_of)
    monkeypatch.setattr(answering, "CLOCKS", Clocks())
    monkeypatch.setattr(index, "held", lambda: fleet.index)
    monkeypatch.setattr(replicas, "_away", set())
    monkeypatch.setattr(replicas, "_watched", set())
    for alias in (ONE, TWO):
        fleet.start(alias)
    yield fleet
    fleet.start(PRIMARY)
    for alias in (ONE, TWO):
        del connections.settings[alias]
        del connections[alias]


@pytest.fixture
def no_thread(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is away stays away; the databases that were left alone, in order."""
    left: list[str] = []
    monkeypatch.setattr(replicas, "_bring_back", left.append)
    return left


@from_any_database
def view(request: HttpRequest) -> HttpResponse:
    """Says which database it reads."""
    return HttpResponse(router.db_for_read(Version), headers={"Cache-Control": "public"})


def get(cookies: dict[str, str] | None = None, query: str = "", **headers: str) -> HttpResponseBase:
    request = RequestFactory().get("/" + query, headers=headers)
    request.COOKIES.update(cookies or {})
    return view(request)


def reader(cookies: dict[str, str] | None = None, query: str = "", **headers: str) -> str:
    """The database that answered."""
    response = get(cookies, query, **headers)
    assert isinstance(response, HttpResponse)
    return response.content.decode()


def test_replicas_answer_readers_in_turn_and_the_primary_is_left_in_peace(
    databases: Databases,
) -> None:
    assert sorted(reader() for _ in range(4)) == [ONE, ONE, TWO, TWO]


def test_without_replicas_the_one_database_answers_without_a_query_more_and_without_a_cookie(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_published()
    tag = client.get("/about/method/").headers["ETag"]

    with django_assert_num_queries(1):
        response = client.get("/about/method/", headers={"If-None-Match": tag})

    assert response.status_code == 304
    assert not response.cookies


def test_an_unchanged_page_costs_one_query_with_replicas_as_without(
    databases: Databases, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_published()
    tag = client.get("/about/method/").headers["ETag"]

    with django_assert_num_queries(1):
        response = client.get("/about/method/", headers={"If-None-Match": tag})

    assert response.status_code == 304


def test_an_editor_reads_what_was_published_a_moment_ago_on_the_primary(
    databases: Databases,
) -> None:
    databases.clocks = {ONE: 4, TWO: 4, PRIMARY: 5}

    assert reader({settings.SESSION_COOKIE_NAME: "of the desk"}) == PRIMARY


@pytest.mark.parametrize(
    "seen",
    [
        {"cookies": {"clock": "5"}},
        {"query": "?since=5"},
        {"If-None-Match": 'W/"5-release-2026-11-22-page-en"'},
        {"If-None-Match": '"nothing of ours", W/"5-release-2026-11-22-page-uk"'},
    ],
)
def test_a_replica_behind_what_the_reader_has_seen_is_passed_over(
    databases: Databases, seen: dict[str, Any]
) -> None:
    databases.clocks = {ONE: 4, TWO: 5, PRIMARY: 5}

    assert {reader(**seen) for _ in range(3)} == {TWO}


def test_a_replica_behind_an_answer_of_this_process_is_passed_over(databases: Databases) -> None:
    databases.clocks = {ONE: 4, TWO: 4, PRIMARY: 5}
    assert reader({"clock": "5"}) == PRIMARY

    assert reader() == PRIMARY
    databases.clocks = {ONE: 4, TWO: 5, PRIMARY: 5}
    assert {reader() for _ in range(3)} == {TWO}


def test_a_replica_behind_the_index_in_memory_is_passed_over(databases: Databases) -> None:
    databases.clocks = {ONE: 4, TWO: 5, PRIMARY: 5}
    databases.index = 5

    assert {reader() for _ in range(3)} == {TWO}


def test_what_was_published_while_a_page_was_made_counts_as_shown(databases: Databases) -> None:
    databases.clocks = {ONE: 4, TWO: 4, PRIMARY: 4}

    @from_any_database
    def slow(request: HttpRequest) -> HttpResponse:
        databases.clocks = {ONE: 4, TWO: 4, PRIMARY: 4, router.db_for_read(Version): 5}
        return HttpResponse()

    response = slow(RequestFactory().get("/"))

    assert response.cookies["clock"].value == "5"


def test_a_clock_that_somebody_made_up_gives_the_newest_that_there_is(databases: Databases) -> None:
    databases.clocks = {ONE: 4, TWO: 4, PRIMARY: 5}

    assert reader({"clock": "9" * 18}) == PRIMARY
    assert reader({"clock": "9" * 19}) == PRIMARY
    assert reader({"clock": "-1"}, query="?since=%00") == PRIMARY
    assert answering.CLOCKS.shown == 5


def test_when_versions_are_lost_the_newest_that_is_left_answers_and_counts_from_then_on(
    databases: Databases,
) -> None:
    databases.clocks = {ONE: 9, TWO: 9, PRIMARY: 9}
    reader()

    databases.clocks = {ONE: 6, TWO: 7, PRIMARY: 7}
    assert reader() in (TWO, PRIMARY)
    assert {reader() for _ in range(3)} == {TWO}


def test_the_reader_is_told_the_clock_only_while_a_replica_may_be_behind_it(
    databases: Databases,
) -> None:
    databases.clocks = {ONE: 5, TWO: 4, PRIMARY: 5}
    first = get({"clock": "5"})

    assert first.cookies["clock"].value == "5"
    assert first.cookies["clock"]["httponly"]
    assert first.headers["Cache-Control"] == "private, no-cache"

    databases.clocks = {ONE: 5, TWO: 5, PRIMARY: 5}
    for _ in range(2):
        get()
    later = get()
    assert not later.cookies
    assert later.headers["Cache-Control"] == "public"


def test_a_replica_that_is_away_costs_one_attempt_and_no_reader_an_error(
    databases: Databases, no_thread: list[str]
) -> None:
    databases.stop(ONE)

    assert {reader() for _ in range(5)} == {TWO}
    assert no_thread == [ONE]


def test_while_every_replica_is_away_the_primary_answers_for_shared_caches_too(
    databases: Databases, no_thread: list[str]
) -> None:
    databases.stop(ONE)
    databases.stop(TWO)

    assert reader() == PRIMARY
    assert sorted(no_thread) == [ONE, TWO]
    assert not get().cookies


def test_a_replica_that_is_back_is_watched_before_it_answers(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []

    def wait(seconds: float) -> None:
        """Time passes: the replica comes back; while it is watched, readers get cookies."""
        waits.append(seconds)
        assert {reader() for _ in range(2)} == {TWO}
        if seconds == replicas.WATCHED:
            databases.clocks = {ONE: 4, TWO: 5}
            get({"clock": "5"})
            assert get().cookies["clock"].value == "5"
            databases.clocks = {}
        databases.start(ONE)

    monkeypatch.setattr(replicas, "sleep", wait)
    monkeypatch.setattr(replicas, "_away", {ONE})
    databases.stop(ONE)

    replicas._bring_back(ONE)

    assert waits == [replicas.PAUSE, replicas.WATCHED]
    answering.CLOCKS.shown = 0
    assert sorted(reader() for _ in range(2)) == [ONE, TWO]


def test_while_the_primary_is_away_replicas_answer_editors_as_well(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replicas, "_away", {PRIMARY})

    assert reader({settings.SESSION_COOKIE_NAME: "of the desk"}) in (ONE, TWO)
    databases.clocks = {ONE: 6, TWO: 7}
    assert reader({"clock": "8"}) == TWO


def failing(state: str, on: str) -> Callable[[HttpRequest], HttpResponseBase]:
    """A view that fails with that SQLSTATE on one database."""

    @from_any_database
    def failing_view(request: HttpRequest) -> HttpResponse:
        alias = router.db_for_read(Version)
        if alias == on:
            raise OperationalError from psycopg.errors.lookup(state)()
        return HttpResponse(alias)

    return failing_view


@pytest.mark.parametrize(("state", "left"), [("57P01", [ONE]), ("57P03", [ONE]), ("40001", [])])
def test_a_replica_that_fails_in_the_middle_of_a_page_has_the_page_made_by_another(
    databases: Databases,
    no_thread: list[str],
    monkeypatch: pytest.MonkeyPatch,
    state: str,
    left: list[str],
) -> None:
    monkeypatch.setattr(connections[PRIMARY], "close", lambda: None)
    failing_view = failing(state, ONE)

    for _ in range(2):
        response = failing_view(RequestFactory().get("/"))
        assert isinstance(response, HttpResponse)
        assert response.content == TWO.encode()
    assert no_thread == left


def test_a_query_that_takes_too_long_is_not_tried_on_every_database(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections[PRIMARY], "close", lambda: None)
    failing_view = failing("57014", ONE)

    def twice() -> None:
        for _ in range(2):
            failing_view(RequestFactory().get("/"))

    with pytest.raises(OperationalError):
        twice()


def test_what_streams_is_read_where_the_request_began(databases: Databases) -> None:
    @from_any_database
    def streaming(request: HttpRequest) -> StreamingHttpResponse:
        return StreamingHttpResponse(router.db_for_read(Version) for _ in range(2))

    response = streaming(RequestFactory().get("/"))

    assert isinstance(response, StreamingHttpResponse)
    first, second = response
    assert first == second
    assert first.decode() in (ONE, TWO)
    assert router.db_for_read(Version) == PRIMARY


def test_what_is_not_there_is_asked_of_one_database_only(databases: Databases) -> None:
    asked = []

    @from_any_database
    def missing(request: HttpRequest) -> HttpResponse:
        asked.append(router.db_for_read(Version))
        raise Http404

    with pytest.raises(Http404):
        missing(RequestFactory().get("/"))
    assert len(asked) == 1
    assert router.db_for_read(Version) == PRIMARY


def test_every_public_page_is_read_from_replicas_alone(
    databases: Databases, client: Client
) -> None:
    incident = make_published()
    claim = EntryClaim.objects.get()
    place = claim.entry.places[0]
    source = claim.sources[0]
    databases.stop(PRIMARY)

    for address in (
        "/",
        "/?kind=strike&q=belgorod&sort=rank",
        "/?known=2022-07-04",
        "/?publisher=0123456789",
        "/incidents.csv",
        "/incidents.json",
        "/incidents.geojson",
        "/incidents.atom",
        f"/incidents/{incident.public_id}/",
        f"/incidents/{incident.public_id}/history/",
        f"/incidents/{incident.public_id}/v/1.json",
        f"/claims/{claim.pk}/",
        f"/actors/{claim.speaker}/",
        f"/places/{place}/",
        f"/sources/{source}/",
        "/sources/",
        "/map/",
        "/territory/",
        "/changes/",
        "/find/place/?q=bel",
        "/find/actor/?q=gov",
        "/about/method/",
        "/api/v1/changes/?since=0",
        "/api/v1/claims/",
        "/nothing/",
    ):
        response = client.get(address, follow=True)
        b"".join(response) if response.streaming else response.content
        assert response.status_code == (404 if address == "/nothing/" else 200), address


def test_the_desk_reads_and_writes_the_primary_and_only_that_is_migrated() -> None:
    assert router.db_for_read(Change) == router.db_for_write(Version) == PRIMARY
    assert router.allow_migrate(PRIMARY, "incidents")
    assert not router.allow_migrate(ONE, "incidents")
