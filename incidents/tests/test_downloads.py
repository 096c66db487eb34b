"""What a download holds while its reader takes his time, and what becomes of it when he goes."""

import select
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest
from django.db import connection
from django.http import StreamingHttpResponse
from django.test import Client, RequestFactory

from config.places import Places
from incidents.public import downloads
from incidents.public.downloads import begin
from incidents.public.spreadsheet import CUT_SHORT
from incidents.record.models import EntryLines
from incidents.tests.factories import make_published

DOWNLOADS = (
    "/incidents.csv",
    "/incidents.json",
    "/incidents.geojson",
    "/incidents.timelinejs.json",
    "/territory.csv",
    "/territory.json",
)


REQUEST = RequestFactory().get("/incidents.csv")


@pytest.fixture
def places(monkeypatch: pytest.MonkeyPatch) -> Places:
    """One download at a time."""
    return of(1, monkeypatch)


def of(number: int, monkeypatch: pytest.MonkeyPatch) -> Places:
    places = Places(number)
    monkeypatch.setattr("incidents.public.downloads._places", places)
    return places


def is_free(places: Places) -> bool:
    if found := places.enter(b"somebody"):
        places.leave(b"somebody")
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("address", DOWNLOADS)
def test_one_too_many_is_asked_to_come_again_and_no_cache_keeps_that(
    client: Client, places: Places, address: str
) -> None:
    first = client.get(address)

    refused = client.get(address)

    assert (first.status_code, refused.status_code) == (200, 503)
    assert refused["Retry-After"] == "10"
    assert "no-store" in refused["Cache-Control"]
    assert client.head(address).status_code == 200
    assert client.get("/").status_code == 200
    b"".join(first)
    assert client.get(address).status_code == 200


@pytest.mark.django_db
def test_who_has_some_leaves_the_last_to_others(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    of(3, monkeypatch)
    one, other = "198.51.100.1", "198.51.100.2"

    asked = [client.get("/incidents.csv", REMOTE_ADDR=who) for who in (one, one, one, other)]

    assert [response.status_code for response in asked] == [200, 200, 503, 200]


@pytest.mark.skipif(sys.platform != "linux", reason="TCP_USER_TIMEOUT is Linux's")
def test_a_reader_who_takes_nothing_is_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "_GONE", 500)
    with ExitStack() as stack:
        listening = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        port = listening.getsockname()[1]
        ours: list[socket.socket] = []
        for _ in range(2):
            reader = stack.enter_context(socket.socket())
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
            reader.connect(("127.0.0.1", port))
            ours.append(stack.enter_context(listening.accept()[0]))
        stalled, idle = ours
        stalled.settimeout(0)
        with suppress(BlockingIOError):
            while True:
                stalled.send(b"x" * 100_000)

        sent = begin(RequestFactory().get("/", SERVER_PORT=str(port)), iter(["x"]))

        assert sent is not None
        wait = select.poll()
        wait.register(stalled, select.POLLHUP)
        wait.register(idle, select.POLLHUP)
        assert [file for file, _ in wait.poll(20_000)] == [stalled.fileno()]


def test_who_hangs_up_makes_room_for_the_next(places: Places) -> None:
    closed: list[str] = []

    def parts() -> Iterator[str]:
        try:
            for _ in range(9):
                yield "x" * 100_000
        finally:
            closed.append("read no further")

    sending = begin(REQUEST, parts())
    assert sending is not None
    next(sending)
    assert begin(REQUEST, parts()) is None

    sending.close()

    assert closed == ["read no further"]
    assert is_free(places)
    sending.close()
    del sending
    assert is_free(places)


def test_one_that_nobody_ever_reads_makes_room_when_it_is_dropped(places: Places) -> None:
    sending = begin(REQUEST, iter(["x"]))
    assert not is_free(places)

    del sending

    assert is_free(places)


def test_small_parts_are_sent_together_and_all_arrive() -> None:
    parts = [f"{number:05}," for number in range(50_000)]

    sending = begin(REQUEST, iter(parts))

    assert sending is not None
    sent = list(sending)
    assert b"".join(sent).decode() == "".join(parts)
    assert 4 <= len(sent) <= 6


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("query", ["", "?known=2022-07-04"])
@pytest.mark.parametrize("address", DOWNLOADS[:4])
def test_a_reader_who_takes_his_time_keeps_no_connection(
    client: Client, monkeypatch: pytest.MonkeyPatch, address: str, query: str
) -> None:
    monkeypatch.setattr("incidents.public.downloads._BYTES", 1)
    monkeypatch.setattr("incidents.public.spreadsheet._BATCH", 1)
    monkeypatch.setattr("incidents.public.rows.BATCH", 1)
    for _ in range(2):
        make_published()
    response = client.get(address + query)
    assert isinstance(response, StreamingHttpResponse)

    parts = iter(response)
    sent = [next(parts), next(parts)]

    assert connection.connection is None
    assert b"".join([*sent, *parts]) == b"".join(client.get(address + query))


@pytest.mark.django_db
def test_a_table_that_a_fault_cuts_short_says_so_in_its_last_line(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("incidents.public.spreadsheet._BATCH", 1)
    for _ in range(2):
        make_published()
    whole = b"".join(client.get("/incidents.csv"))
    ready = EntryLines.objects.get(serial=2).lines
    answers = iter([bytes(ready)])

    def fail(*args: object) -> bytes:
        if (answer := next(answers, None)) is None:
            raise RuntimeError
        return answer

    monkeypatch.setattr("incidents.record.models.EntryLinesQuerySet.joined", fail)
    sent: list[bytes] = []
    with pytest.raises(RuntimeError):
        sent.extend(client.get("/incidents.csv"))

    *lines, last = b"".join(sent).decode().splitlines(keepends=True)
    assert last == CUT_SHORT
    assert 1 <= len(lines) < len(whole.splitlines())
