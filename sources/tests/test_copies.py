"""What the desk finds in the database: the same address, the same text, near copies."""

import pytest
from django.db import connection

from incidents.tests.factories import make_snapshot, make_source
from sources.models import Snapshot, Source

pytestmark = pytest.mark.django_db

TEXT = (
    "Three people were killed and four injured in the night, the governor said on Telegram. "
    "He said that eleven blocks of flats and thirty-nine private houses were damaged, and that "
    "rescuers were still at work in two streets near the market."
)


def test_a_source_is_found_by_another_spelling_of_its_address() -> None:
    source = make_source(url="https://www.outlet.example/Three/?utm_source=feed")
    make_source(url="https://outlet.example/four")
    make_source(url="")

    assert list(Source.objects.at_address("http://m.outlet.example/three")) == [source]
    assert not Source.objects.at_address("").exists()


def test_a_source_is_found_by_its_new_address_when_only_that_is_saved() -> None:
    source = make_source(url="https://outlet.example/three")
    source.url = "https://outlet.example/four"
    source.save(update_fields=["url"])

    assert list(Source.objects.at_address("https://outlet.example/four/")) == [source]


def test_a_text_is_found_to_the_letter() -> None:
    snapshot = make_snapshot(text=TEXT)

    assert list(Snapshot.objects.with_text(TEXT)) == [snapshot]
    assert not Snapshot.objects.with_text(TEXT + " ").exists()


def test_near_copies_are_found_the_likest_first() -> None:
    edited = make_snapshot(text=TEXT.replace("rescuers", "firemen"))
    same = make_snapshot(text=TEXT.upper())
    make_snapshot(text="The ministry did not comment on the reports of explosions in the city.")

    assert list(Snapshot.objects.like(TEXT)) == [same, edited]
    assert not Snapshot.objects.like("…").exists()


def test_searches_for_copies_read_indexes_and_not_the_texts() -> None:
    for searched, index in (
        (Source.objects.at_address("https://outlet.example/three"), "source_address_key"),
        (Snapshot.objects.with_text(TEXT), "snapshot_by_hash"),
        (Snapshot.objects.like(TEXT).values("pk"), "snapshot_by_simhash"),
    ):
        with connection.cursor() as cursor:
            # A table of a few rows would be read whole.
            cursor.execute("set local enable_seqscan = off")
        # Nor would one that it is joined with for its order be looked into first.
        plan = searched.order_by().explain()
        assert f"using {index}" in plan or f"on {index}" in plan
