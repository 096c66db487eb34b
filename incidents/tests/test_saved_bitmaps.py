"""What a new process reads instead of the whole record; what cannot be read is left aside."""

import logging

import pytest
from django.core.management import call_command
from django.db import connection

from incidents.record import saved
from incidents.record.indexing import Indexed, caught_up, from_entries, from_saved, save
from incidents.record.models import SavedBitmaps
from incidents.record.publish import withdraw
from incidents.tests.factories import make_published

pytestmark = pytest.mark.django_db


def read() -> Indexed:
    found = from_saved()
    assert found is not None
    return found


def test_what_was_saved_is_read_and_brought_up_to_now() -> None:
    incident = make_published()
    call_command("save_bitmaps")

    assert read().bitmaps.counts(read().bitmaps.alive, "kind") == {"explosion": 1}

    make_published(place=incident.place, kind="protest")
    withdraw(incident, "Under review.")
    now = caught_up(read())
    assert now is not None
    assert now.bitmaps.counts(now.bitmaps.alive, "kind") == {"protest": 1}
    assert now.clock.serial == 3


def test_before_anything_was_saved_there_is_nothing_to_read() -> None:
    assert from_saved() is None


def test_an_empty_record_is_saved_and_read_too() -> None:
    save(from_entries())

    assert not read().bitmaps.alive


def test_a_rebuild_leaves_what_was_saved_before_it_aside_and_saves_anew() -> None:
    make_published()
    save(from_entries())
    before = read()

    call_command("rebuild_record")

    assert caught_up(before) is None
    assert caught_up(read()) is not None


@pytest.mark.parametrize("part", ["head", "alive", "kind.values", "actors.cells", "places.sets"])
@pytest.mark.parametrize("data", [b"", b"\x00" * 40, b"{}"])
def test_damaged_parts_are_left_aside_with_a_warning(
    part: str, data: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    make_published()
    save(from_entries())
    SavedBitmaps.objects.filter(part=part).update(data=data)

    assert from_saved() is None
    assert "left aside" in caplog.text


def test_a_missing_part_and_another_format_are_left_aside(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    save(from_entries())
    SavedBitmaps.objects.filter(part="alive").delete()
    assert from_saved() is None

    monkeypatch.setattr(saved, "FORMAT", 0)
    save(from_entries())
    monkeypatch.undo()
    assert from_saved() is None
    assert "format 0" in caplog.text


def test_the_bytes_are_kept_uncompressed() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select attstorage from pg_attribute where attname = 'data'"
            " and attrelid = 'incidents_savedbitmaps'::regclass"
        )
        assert cursor.fetchone() == ("e",)
