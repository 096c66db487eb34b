from datetime import UTC, datetime
from http import HTTPStatus

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from incidents.models import Place
from incidents.public import ready
from incidents.public.addresses import slug
from incidents.record.publish import withdraw
from incidents.tests.factories import load_demo_data, make_incident, make_place, make_published
from incidents.tests.reading import Response, attribute, find, html, ids, one, text, tree
from incidents.tests.test_territory import control, publish_all
from incidents.vocabulary import PlaceKind

pytestmark = pytest.mark.django_db


def page_of(client: Client, place: Place) -> Response:
    return client.get(f"/places/{place.public_id}/", follow=True)


def inside(response: Response) -> list[str]:
    return [text(item) for item in find(one(tree(response), "ul", class_="inside"), "li")]


# Addresses


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Luhansk Oblast", "luhansk-oblast"),
        ("Лисичанськ", "lisichansk"),
        ("Châtelet", "chatelet"),
        ("北京", ""),
    ],
)
def test_a_slug_is_of_latin_letters(name: str, expected: str) -> None:
    assert slug(name) == expected


@pytest.mark.parametrize("tail", ["", "wrong-slug/", "Lysychansk/"])
def test_the_id_rules_and_any_slug_leads_home(client: Client, tail: str) -> None:
    place = make_place("Lysychansk")
    make_published(place=place)

    response = client.get(f"/places/{place.public_id.lower()}/{tail}?x=1")

    assert response.status_code == HTTPStatus.MOVED_PERMANENTLY
    assert response.headers["Location"] == f"/places/{place.public_id}/lysychansk/?x=1"


def test_a_name_without_latin_letters_needs_no_slug(client: Client) -> None:
    place = make_place("北京")
    make_published(place=place)

    assert client.get(f"/places/{place.public_id}/").status_code == HTTPStatus.OK


def test_only_places_of_the_record_have_a_page(client: Client) -> None:
    unused = make_place("Unused")
    withdrawn = make_published(place=make_place("Withdrawn"))
    withdraw(withdrawn, "Entered twice.")

    for place in (unused, withdrawn.place):
        assert place is not None
        response = client.get(f"/places/{place.public_id}/")
        assert response.status_code == HTTPStatus.NOT_FOUND
        assert place.name not in html(response)


# What it shows


def test_names_are_marked_with_their_language(client: Client) -> None:
    place = make_place("Lysychansk")
    place.names.create(name="Лисичанськ", language="uk")
    make_published(place=place)

    names = {
        text(name): attribute(name, "lang") for name in find(tree(page_of(client, place)), "dd")
    }

    assert names["Лисичанськ"] == "uk"
    assert names["Lysychansk"] == ""


def test_a_region_lists_what_lies_directly_in_it_with_counts(client: Client) -> None:
    country = make_place("Ukraine", kind=PlaceKind.COUNTRY)
    region = make_place("Luhansk Oblast", kind=PlaceKind.REGION, parent=country)
    town, silent = (make_place(name, parent=region) for name in ("Lysychansk", "Rubizhne"))
    make_published(place=town)
    make_published(place=town)
    publish_all(control(silent, incident=make_incident(place=region)))

    assert inside(page_of(client, region)) == [
        "Lysychansk 2 incidents",
        "Rubizhne 0 incidents, 1 claim on who holds it",
    ]
    assert inside(page_of(client, country)) == [
        "Luhansk Oblast 3 incidents, 1 claim on who holds it"
    ]


def test_a_place_shows_lanes_of_its_own_and_leads_to_those_inside(client: Client) -> None:
    region = make_place("Luhansk Oblast", kind=PlaceKind.REGION)
    town = make_place("Lysychansk", parent=region)
    publish_all(control(region, text="the whole region"), control(town, text="the town"))

    response = page_of(client, region)

    marks = [attribute(a, "aria-label") for a in find(tree(response), "a")]
    assert [name for name in marks if name] == ["Shoigu: the whole region, 3 Jul 2022"]
    assert f'href="/territory/?place={region.public_id}"' in html(response)


def test_a_place_that_nobody_claims_to_hold_has_no_lanes(client: Client) -> None:
    place = make_place()
    make_published(place=place)

    assert not find(tree(page_of(client, place)), "svg", class_="lanes")


def test_its_incidents_stand_newest_first_under_their_days(client: Client) -> None:
    place = make_place()
    first, second = (
        make_published(
            place=place,
            earliest=datetime(2022, 7, day, tzinfo=UTC),
            latest=datetime(2022, 7, day, 1, tzinfo=UTC),
        )
        for day in (1, 2)
    )
    make_published(place=make_place("Elsewhere"))

    response = page_of(client, place)

    assert ids(response) == [second.public_id, first.public_id]
    days = [text(day) for day in find(tree(response), "p", class_="on")]
    assert days == ["Saturday 2 July 2022", "Friday 1 July 2022"]


def test_more_incidents_than_fit_are_on_the_timeline(client: Client) -> None:
    place = make_place()
    for _ in range(21):
        make_published(place=place)

    response = page_of(client, place)

    assert len(ids(response)) == 20
    assert "All 21 incidents on the timeline" in html(response)


def test_it_can_be_followed_and_downloaded(client: Client) -> None:
    place = make_place()
    make_published(place=place)

    page = html(page_of(client, place))

    for extension in ("atom", "csv", "json", "geojson"):
        assert f'href="/incidents.{extension}?place={place.public_id}"' in page


@pytest.mark.parametrize("number", [1, 4])
def test_the_page_asks_as_much_for_many_incidents_as_for_one(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    region = make_place("Luhansk Oblast", kind=PlaceKind.REGION)
    for n in range(number):
        town = make_place(f"Town {n}", parent=region)
        publish_all(control(town), control(region))
    address = client.get(f"/places/{region.public_id}/").headers["Location"]

    for cards_and_lanes_to_render in (2, 0):
        ready.ANSWERS.clear()
        with django_assert_num_queries(6 + cards_and_lanes_to_render):
            assert client.get(address).status_code == HTTPStatus.OK


def test_every_place_of_the_demo_has_a_page(client: Client) -> None:
    load_demo_data()
    place = Place.objects.get(name="Lysychansk")

    response = page_of(client, place)

    assert response.status_code == HTTPStatus.OK
    assert text(one(tree(response), "h1")) == "Lysychansk"
    assert "Лисичанськ" in html(response)
