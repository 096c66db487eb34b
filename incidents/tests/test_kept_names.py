"""Names are asked for once in each state of the record, and never stay when it moves."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from incidents.public import names
from incidents.public.names import Names, Newest
from incidents.record.models import Version
from incidents.record.publish import withdraw
from incidents.tests.factories import make_place, make_published
from incidents.tests.reading import facet, one, text, tree

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bitmaps")]

Counting = Callable[[int], AbstractContextManager[Any]]


@pytest.fixture(autouse=True)
def none_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "_newest", Newest())


def rail(client: Client, key: str, language: str = "en") -> str:
    page = tree(client.get("/", headers={"Accept-Language": language}))
    return text(one(page, "details", id=f"facet-{key}"))


def test_a_page_whose_cards_and_names_are_kept_asks_for_the_clock_alone(
    client: Client, django_assert_num_queries: Counting
) -> None:
    make_published(place=make_place("Kyiv Oblast", kind="region"))
    client.get("/")

    with django_assert_num_queries(1):
        client.get("/?kind=explosion")


def test_a_name_that_a_publish_gave_is_in_the_next_answer(client: Client) -> None:
    region = make_place("Kirovohrad Oblast", kind="region")
    make_published(place=region)
    assert "Kirovohrad Oblast" in rail(client, "place")

    region.name = "Kropyvnytskyi Oblast"
    region.save()
    make_published(place=region)

    assert "Kropyvnytskyi Oblast" in rail(client, "place")
    assert "Kirovohrad Oblast" not in rail(client, "place")


def test_a_region_comes_and_goes_with_the_next_answer(client: Client) -> None:
    make_published(place=make_place("Kyiv Oblast", kind="region"))
    assert "Kyiv Oblast" in rail(client, "place")

    odesa = make_published(place=make_place("Odesa Oblast", kind="region"))
    assert "Odesa Oblast" in rail(client, "place")

    withdraw(odesa, "It was no incident.")
    assert "Odesa Oblast" not in rail(client, "place")


def test_a_name_that_was_withdrawn_gives_way_to_the_one_before(client: Client) -> None:
    region = make_place("Kirovohrad Oblast", kind="region")
    make_published(place=region)
    region.name = "Kropyvnytskyi Oblast"
    region.save()
    newer = make_published(place=region)
    assert "Kropyvnytskyi Oblast" in rail(client, "place")

    withdraw(newer, "It was no incident.")

    assert "Kirovohrad Oblast" in rail(client, "place")


def test_after_a_publish_only_the_names_that_it_gave_are_read(
    client: Client,
) -> None:
    kyiv, odesa = make_place("Kyiv Oblast", kind="region"), make_place("Odesa Oblast")
    make_published(place=kyiv)
    make_published(place=odesa)
    client.get("/")

    make_published(place=odesa)
    with CaptureQueriesContext(connection) as queries:
        client.get("/")

    (read,) = [
        query["sql"]
        for query in queries
        if query["sql"].startswith(
            'SELECT "incidents_recordplace"."id", "incidents_recordplace"."name"'
        )
    ]
    assert odesa.public_id in read
    assert kyiv.public_id not in read


def test_names_of_a_record_that_went_another_way_are_not_kept() -> None:
    place = make_place("Kyiv Oblast", kind="region")
    make_published(place=place)
    now = Version.objects.now()
    kept = Names(now)
    wrong = kept.places([place.public_id])[place.public_id]
    wrong.name = "Of the server that was lost"
    make_published()

    def name(before: Names) -> str:
        return (
            before.followed_by(Version.objects.now())
            .places([place.public_id])[place.public_id]
            .name
        )

    assert name(kept) == "Of the server that was lost"
    kept.clock = now._replace(sha256="0" * 64)
    assert name(kept) == "Kyiv Oblast"


def test_one_name_kept_is_shown_in_the_language_of_each_reader(client: Client) -> None:
    region = make_place("Kyiv Oblast", kind="region")
    region.names.create(name="Київська область", language="uk")
    make_published(place=region)

    for language, name in [("en", "Kyiv Oblast"), ("uk", "Київська область")] * 2:
        assert name in rail(client, "place", language)


def test_more_names_than_are_to_be_kept_are_all_shown(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(names, "MOST", 2)
    ukraine = make_place("Ukraine", kind="country")
    for name in ("Kyiv Oblast", "Lviv Oblast", "Odesa Oblast"):
        make_published(place=make_place(name, kind="region", parent=ukraine))

    assert list(facet(client.get("/"), "place").values()) == [3, 1, 1, 1]
    assert list(facet(client.get("/"), "place").values()) == [3, 1, 1, 1]
