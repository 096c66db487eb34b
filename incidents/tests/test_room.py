"""Few answers are made at a time, and who asks for many leaves room for others."""

from collections.abc import Iterator
from contextlib import ExitStack
from threading import Thread

import pytest
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries, Settings

from config.origins import origin
from incidents.public import room
from incidents.public.room import CROWDED, MUCH, SHUT, Room
from incidents.tests.factories import make_published

READER, OTHER, ABUSER = b"reader", b"other", b"abuser"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds of the room, which stand still."""
    now = [1000.0]
    monkeypatch.setattr(room, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "PATIENCE", 0.01)


def busy(of: Room, origin: bytes, clock: list[float], seconds: float) -> None:
    with of.entered(origin) as free:
        assert free
        clock[0] += seconds


def test_no_more_are_made_at_a_time_than_there_are_places(impatient: None) -> None:
    full = Room(2)
    with full.entered(READER), full.entered(OTHER), full.entered(b"third") as three:
        assert not three

    with full.entered(b"third") as three:
        assert three


def wait(at: Room, who: bytes, came: list[bool]) -> Thread:
    """Let somebody come, for whom there is no room yet."""

    def enter() -> None:
        with at.entered(who) as free:
            came.append(free)

    waiting = Thread(target=enter)
    waiting.start()
    waiting.join(0.05)
    return waiting


def test_a_reader_waits_for_a_turn_instead_of_being_sent_away() -> None:
    small = Room(1)
    came: list[bool] = []

    with small.entered(READER):
        waiting = wait(small, OTHER, came)
        assert not came
    waiting.join()

    assert came == [True]


def test_only_one_waits_so_that_a_thread_is_left_for_ordinary_pages() -> None:
    small = Room(1)
    came: list[bool] = []

    with small.entered(READER):
        waiting = wait(small, OTHER, came)
        with small.entered(b"third") as free:
            assert not free
    waiting.join()

    assert came == [True]


def test_who_has_taken_much_leaves_the_last_place_and_nobody_else_is_turned_away(
    clock: list[float], impatient: None
) -> None:
    usual = Room(2)
    with usual.entered(b"1"), usual.entered(b"2"):
        clock[0] += MUCH + 1

    with ExitStack() as inside:
        asking = (b"1", b"1", b"2", READER)
        got = [inside.enter_context(usual.entered(origin)) for origin in asking]

    assert got == [True, False, False, True]


def test_one_answer_after_another_is_never_refused_to_a_reader_alone(clock: list[float]) -> None:
    for places in (1, 2, 3):
        room = Room(places)
        for _ in range(20):
            busy(room, READER, clock, 4)


def crowd(at: Room) -> None:
    """One of them inside, one waits, and a third comes."""
    came: list[bool] = []

    with at.entered(ABUSER):
        waiting = wait(at, ABUSER, came)
        with at.entered(ABUSER) as third:
            assert not third
    waiting.join()
    assert came == [True]


def test_in_a_crowd_their_place_stays_shut_after_a_long_answer(clock: list[float]) -> None:
    wide = Room(2)
    busy(wide, ABUSER, clock, MUCH + 1)
    crowd(wide)
    busy(wide, ABUSER, clock, 2)

    # Those that are refused meanwhile keep it a crowd.
    for _ in range(2):
        clock[0] += SHUT - 0.1
        with wide.entered(ABUSER) as early, wide.entered(READER) as reader:
            assert (early, reader) == (False, True)
    clock[0] += 0.3
    with wide.entered(ABUSER) as later:
        assert later


@pytest.mark.django_db
def test_while_it_is_shut_to_a_crowd_refusing_them_costs_no_query(
    client: Client,
    clock: list[float],
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    usual = Room(2)
    monkeypatch.setattr(room, "ROOM", usual)
    for module in ("clock", "alike"):
        monkeypatch.setattr(f"incidents.public.{module}.origin", lambda request: ABUSER)
    busy(usual, ABUSER, clock, MUCH + 1)
    crowd(usual)
    busy(usual, ABUSER, clock, 2)

    with django_assert_num_queries(0):
        first = client.get("/?q=power")
        again = client.get("/?q=other")
        assert client.get("/api/v1/incidents/?q=power").json()["status"] == 503
    assert first.status_code == again.status_code == 503
    assert again.content == first.content
    assert again.headers["Content-Security-Policy"]
    assert client.get("/admin/login/?next=/admin/").status_code == 200
    assert client.get("/").status_code == 200
    clock[0] += 2 * SHUT + 0.1
    assert client.get("/?q=power").status_code == 200


def test_a_crowd_that_has_gone_is_forgotten(clock: list[float]) -> None:
    wide = Room(2)
    busy(wide, ABUSER, clock, MUCH + 1)
    crowd(wide)
    clock[0] += CROWDED

    for _ in range(3):
        busy(wide, ABUSER, clock, 4)


def test_a_program_that_asks_for_many_short_answers_one_by_one_is_never_refused(
    clock: list[float],
) -> None:
    wide = Room(3)

    for _ in range(200):
        busy(wide, ABUSER, clock, 0.05)


def test_what_was_taken_is_forgotten_after_a_while(clock: list[float]) -> None:
    wide = Room(3)
    busy(wide, ABUSER, clock, MUCH + 1)
    clock[0] += 300

    with wide.entered(ABUSER) as one, wide.entered(ABUSER) as two:
        assert (one, two) == (True, True)


def test_where_clients_cannot_be_told_apart_nobody_has_taken_much(clock: list[float]) -> None:
    wide = Room(3)
    with wide.entered(None):
        clock[0] += 60

    with wide.entered(None) as one, wide.entered(None) as two:
        assert (one, two) == (True, True)


def test_a_fault_leaves_no_place_taken(impatient: None) -> None:
    small = Room(1)
    with pytest.raises(ZeroDivisionError), small.entered(READER):
        raise ZeroDivisionError

    with small.entered(OTHER) as free:
        assert free


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch, impatient: None, db: None) -> Iterator[None]:
    """The one place of the process is taken."""
    make_published()
    monkeypatch.setattr(room, "ROOM", Room(1))
    with room.ROOM.entered(OTHER):
        yield


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("/?q=power+station", "text/html"),
        ("/?known=2022-07-04", "text/html"),
        ("/map/?side=russia", "text/html"),
        ("/territory/?side=russia", "text/html"),
        ("/incidents.csv?q=power", "application/problem+json"),
        ("/api/v1/incidents/?q=power", "application/problem+json"),
    ],
)
def test_what_must_be_made_while_there_is_no_room_is_refused_and_kept_by_no_cache(
    client: Client, full: None, address: str, kind: str
) -> None:
    response = client.get(address)

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Content-Type"].startswith(kind)
    assert "ETag" not in response.headers


def test_a_refused_page_looks_like_the_site(client: Client, full: None) -> None:
    page = client.get("/?q=power", headers={"accept-language": "uk"}).content.decode()

    assert '<html lang="uk">' in page
    assert "claimline.css" in page


def test_ordinary_pages_and_ready_answers_take_no_room(
    client: Client, monkeypatch: pytest.MonkeyPatch, impatient: None, db: None
) -> None:
    monkeypatch.setattr(room, "ROOM", Room(1))
    incident = make_published()
    client.get("/?q=power")

    with room.ROOM.entered(OTHER):
        addresses = ("/", f"/incidents/{incident.public_id}/", "/map/", "/?q=power")
        answers = [client.get(address, follow=True).status_code for address in addresses]

    assert answers == [200] * 4


def test_behind_a_proxy_readers_are_told_apart_by_the_header_that_is_named(
    settings: Settings,
) -> None:
    requests = [
        RequestFactory().get("/", headers={"x-real-ip": address})
        for address in ("2001:db8::1", "2001:db8::2", "2001:db8:0:1::1")
    ]
    assert {origin(one) for one in requests} == {None}
    settings.CLIENT_ADDRESS_HEADER = "X-Real-IP"

    first, neighbour, stranger = (origin(one) for one in requests)

    assert first == neighbour != stranger
    assert first is not None
    assert b"2001" not in first


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/nothing/", "/wp-login.php", "/a/b/c/?q=power"])
def test_what_is_not_there_costs_no_query(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, address: str
) -> None:
    with django_assert_num_queries(0):
        assert client.get(address).status_code == 404
