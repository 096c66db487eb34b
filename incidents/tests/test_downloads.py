"""What a download holds while its reader takes his time, and what becomes of it when he goes."""

from collections.abc import Iterator
from threading import BoundedSemaphore

import pytest
from django.db import connection
from django.http import StreamingHttpResponse
from django.test import Client

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


@pytest.fixture
def slots(monkeypatch: pytest.MonkeyPatch) -> BoundedSemaphore:
    """One download at a time."""
    slots = BoundedSemaphore(1)
    monkeypatch.setattr("incidents.public.downloads._slots", slots)
    return slots


def is_free(slots: BoundedSemaphore) -> bool:
    if found := slots.acquire(blocking=False):
        slots.release()
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("address", DOWNLOADS)
def test_one_too_many_is_asked_to_come_again_and_no_cache_keeps_that(
    client: Client, slots: BoundedSemaphore, address: str
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


def test_who_hangs_up_makes_room_for_the_next(slots: BoundedSemaphore) -> None:
    closed: list[str] = []

    def parts() -> Iterator[str]:
        try:
            for _ in range(9):
                yield "x" * 100_000
        finally:
            closed.append("read no further")

    sending = begin(parts())
    assert sending is not None
    next(sending)
    assert begin(parts()) is None

    sending.close()

    assert closed == ["read no further"]
    assert is_free(slots)
    sending.close()
    del sending
    assert is_free(slots)


def test_one_that_nobody_ever_reads_makes_room_when_it_is_dropped(slots: BoundedSemaphore) -> None:
    sending = begin(iter(["x"]))
    assert not is_free(slots)

    del sending

    assert is_free(slots)


def test_small_parts_are_sent_together_and_all_arrive() -> None:
    parts = [f"{number:05}," for number in range(50_000)]

    sending = begin(iter(parts))

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
