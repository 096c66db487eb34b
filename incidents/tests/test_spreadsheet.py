import csv
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.test import Client

from incidents.models import Incident
from incidents.record.models import EntryLines
from incidents.record.publish import publish, withdraw
from incidents.tests.factories import (
    make_actor,
    make_claim,
    make_incident,
    make_place,
    make_published,
    make_statement,
)
from incidents.tests.tables import from_the_list, inert, table

pytestmark = pytest.mark.django_db

HOSTILE = [
    "=1+1",
    '"quoted", and a comma',
    "two\nlines\r\nand a return\r",
    "a line\u2028and a paragraph\u2029in Unicode",
    "back\\slash \\. \\N \\x00",
    "ÿ \u00ff \u0001 \u202e",
    "Вибухи у Бєлгороді 🚀",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_any_text_arrives_as_one_cell_as_it_was_written(client: Client, words: str) -> None:
    speaker = make_actor(words, organisation=make_actor(f"{words} "))
    incident = make_incident(title=words, place=make_place(words))
    make_claim(incident=incident, text=words, statement=make_statement(speaker=speaker, role=words))
    publish(incident)

    found = table(client)

    assert found == from_the_list(client)
    _, row = csv.reader(StringIO(found, newline=""))
    assert row.count(inert(words)) == 5


def test_the_site_is_the_one_that_was_asked(client: Client, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["claims.example"]
    incident = make_published()

    found = client.get("/incidents.csv", headers={"host": "claims.example:8443"})

    address = f"http://claims.example:8443/incidents/{incident.public_id}/"
    assert f",{address},".encode() in found.getvalue()


def test_what_is_published_while_lines_are_sent_does_not_mix_with_them(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("incidents.public.spreadsheet._BATCH", 1)
    monkeypatch.setattr("incidents.public.downloads._BYTES", 1)
    both = [make_published() for _ in range(2)]
    whole = table(client)
    parts = iter(client.get("/incidents.csv"))
    sent = [next(parts), next(parts)]
    withdraw(both[0], "Entered twice.")
    make_claim(incident=both[1])
    publish(both[1], "One more claim.")

    assert b"".join([*sent, *parts]).decode() == whole
    assert table(client) != whole


@pytest.mark.usefixtures("bitmaps")
@pytest.mark.parametrize("query", [{}, {"kind": "strike"}, {"from": "2022-07-02"}])
def test_the_bitmaps_give_the_rows_in_the_order_of_the_database(
    client: Client, settings: Any, query: dict[str, str]
) -> None:
    for day, kind in ((2, "strike"), (3, "explosion"), (3, "strike"), (1, "strike")):
        at = datetime(2022, 7, day, 3, 0, tzinfo=UTC)
        make_published(kind=kind, earliest=at, latest=at, zone="UTC")
        client.get("/")
    chosen = table(client, **query)
    settings.BITMAPS = False

    assert chosen == table(client, **query)
    assert chosen.count("\r\n") > 3


def test_lines_that_no_rebuild_has_made_yet_are_made_of_the_versions(client: Client) -> None:
    for _ in range(3):
        make_published()
    whole = table(client)
    EntryLines.objects.order_by("pk")[1:2].get().delete()

    assert table(client) == whole


def test_an_incident_that_changes_or_goes_keeps_no_lines_behind() -> None:
    incident = make_published()
    make_claim(incident=incident)
    publish(incident, "One more claim.")
    assert list(EntryLines.objects.values_list("pk", flat=True)) == [2]

    withdraw(Incident.objects.get(), "Entered twice.")

    assert not EntryLines.objects.exists()
