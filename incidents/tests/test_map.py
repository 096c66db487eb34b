from html import unescape
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from incidents.models import Place
from incidents.public.basemap import outlines, project
from incidents.public.map import LISTED
from incidents.public.marks import marks
from incidents.record.models import EntryMoment, RecordPlace
from incidents.record.publish import publish
from incidents.tests.factories import make_entries, make_place, make_published
from incidents.tests.reading import (
    Response,
    attribute,
    chips,
    find,
    html,
    one,
    shows_error_and_nothing_else,
    text,
    tree,
)
from sources.public_ids import derived_id

pytestmark = pytest.mark.django_db

KHARKIV, BELGOROD_OBLAST = (derived_id("geonames", str(key)) for key in (706482, 578071))


@pytest.fixture
def ukraine() -> Place:
    return make_place("Ukraine", kind="country")


@pytest.fixture
def oblast(ukraine: Place) -> Place:
    return make_place("Kharkiv Oblast", kind="region", parent=ukraine, public_id=KHARKIV)


@pytest.fixture
def vovchansk(oblast: Place) -> Place:
    return make_place("Vovchansk", parent=oblast, latitude=50.29, longitude=36.94)


@pytest.mark.usefixtures("cold")
def test_marks_do_not_wait_for_the_numbers_of_the_rail(client: Client, vovchansk: Place) -> None:
    make_published(place=vovchansk)

    response = client.get("/map/?kind=explosion")

    assert list(drawn(response)) == ["Vovchansk: 1 incident"]
    page = tree(response)
    assert find(one(page, "form", id="filters"), class_="num") == []
    link = one(one(page, "p", class_="counting"), "a")
    assert attribute(link, "href") == "/map/?kind=explosion"
    assert attribute(link, "hx-trigger") == "click"


def drawn(response: Response) -> dict[str, str]:
    """What each mark is called, and where it leads."""
    found = find(tree(response), "a", class_="place") + find(tree(response), "a", class_="square")
    return {attribute(mark, "aria-label"): unescape(attribute(mark, "href")) for mark in found}


def strokes(response: Response, label: str) -> list[str]:
    """Of what a mark is drawn, from below."""
    (mark,) = find(tree(response), "a", aria_label=label)
    return [attribute(path, "class") for path in find(mark, "path")]


def table(response: Response, heading: str) -> dict[str, str]:
    sections = find(tree(response), "section", class_="places")
    (section,) = [s for s in sections if text(one(s, "h2")) == heading]
    (body,) = find(section, "tbody")
    return {text(one(row, "th")): text(one(row, "td")) for row in find(body, "tr")}


def recorded(key: str, name: str, path: list[str], **details: Any) -> RecordPlace:
    details = {"path": path, "latitude": None, "longitude": None, "kind": "settlement"} | details
    return RecordPlace(id=key, name=name, serial=1, kind=details["kind"], details=details)


# Marks


def test_incidents_of_one_place_are_one_mark_that_leads_to_its_timeline(
    client: Client, vovchansk: Place
) -> None:
    for precision in ("settlement", "site", "street"):
        make_published(place=vovchansk, place_precision=precision, kind="strike")

    response = client.get("/map/?kind=strike")

    assert drawn(response) == {
        "Vovchansk: 3 incidents": f"/?kind=strike&place={vovchansk.public_id}"
    }
    assert strokes(response, "Vovchansk: 3 incidents") == ["mark"]


def test_a_mark_of_one_incident_leads_to_its_page(client: Client, vovchansk: Place) -> None:
    incident = make_published(place=vovchansk)

    (address,) = drawn(client.get("/map/")).values()

    assert address == f"/incidents/{incident.public_id}/"
    assert client.get(address, follow=True).status_code == 200


def test_a_district_level_incident_is_not_drawn_as_a_street_point(
    client: Client, vovchansk: Place
) -> None:
    make_published(place=vovchansk, place_precision="district")

    response = client.get("/map/")

    assert list(drawn(response)) == ["Somewhere around Vovchansk: 1 incident"]
    assert strokes(response, "Somewhere around Vovchansk: 1 incident") == ["mark", "hole"]


def test_a_region_level_incident_hatches_its_region_and_names_no_settlement(
    client: Client, vovchansk: Place
) -> None:
    make_published(place=vovchansk, place_precision="region")

    response = client.get("/map/")

    assert list(drawn(response)) == ["Somewhere in Kharkiv Oblast: 1 incident"]
    hatched = find(tree(response), "use", fill="url(#hatch)")
    assert [attribute(use, "href") for use in hatched] == ["/static/basemap.svg#UA-63"]
    assert "Vovchansk" not in text(one(tree(response), "figure", class_="map"))


def test_a_place_with_exact_and_vague_incidents_is_a_point_in_a_ring(
    client: Client, vovchansk: Place
) -> None:
    for precision in ("settlement", "street", "district"):
        make_published(place=vovchansk, place_precision=precision)

    label = "Vovchansk: 3 incidents, 1 of them somewhere around"
    assert list(drawn(response := client.get("/map/"))) == [label]
    assert strokes(response, label) == ["mark", "hole", "mark"]


def test_more_incidents_make_a_larger_mark(client: Client, vovchansk: Place, oblast: Place) -> None:
    chuhuiv = make_place("Chuhuiv", parent=oblast, latitude=49.84, longitude=36.69)
    make_published(place=vovchansk)
    make_published(place=chuhuiv)
    make_published(place=chuhuiv)

    page = tree(client.get("/map/"))

    marks = [find(mark, "path", class_="mark")[0] for mark in find(page, "a", class_="place")]
    larger, smaller = (int(attribute(mark, "stroke-width")) for mark in marks)
    assert larger > smaller


def test_a_place_that_moved_is_drawn_where_it_is_now(client: Client, vovchansk: Place) -> None:
    incident = make_published(place=vovchansk)
    assert spot(client.get("/map/")) == list(project(50.29, 36.94))

    vovchansk.longitude = 36.5
    vovchansk.save()
    publish(incident, "The place was misplaced.")

    assert spot(client.get("/map/"))[0] == 3650.0


def spot(response: Response) -> list[float]:
    """Where the only mark stands."""
    (circle,) = find(tree(response), "circle", class_="hit")
    return [float(attribute(circle, side)) for side in ("cx", "cy")]


def test_a_table_says_the_same_as_the_marks(client: Client, vovchansk: Place) -> None:
    make_published(place=vovchansk)
    make_published(place=vovchansk)
    make_published(place=vovchansk, place_precision="region")

    assert table(client.get("/map/"), "Places on this map") == {
        "Vovchansk": "2",
        "Somewhere in Kharkiv Oblast": "1",
    }


def test_what_has_no_place_on_the_map_is_counted_and_named(
    client: Client, ukraine: Place, vovchansk: Place
) -> None:
    berlin = make_place("Berlin", parent=ukraine, latitude=52.52, longitude=13.41)
    make_published(place=ukraine, place_precision="country")
    make_published(place=vovchansk, place_precision="country")
    make_published(place=berlin)
    make_published(place=None)
    make_published(place=vovchansk)

    response = client.get("/map/")

    (link,) = find(tree(response), "a", href="#elsewhere")
    assert text(link) == "4 incidents have no place on the map"
    assert table(response, "Not on the map") == {
        "Berlin": "1",
        "Ukraine": "1",
        "Vovchansk": "1",
        "Place not recorded": "1",
    }
    assert list(drawn(response)) == ["Vovchansk: 1 incident"]


def test_a_region_with_incidents_leads_to_the_map_of_it(client: Client, vovchansk: Place) -> None:
    make_published(place=vovchansk, kind="strike")

    (region,) = find(tree(client.get("/map/?kind=strike")), "a", class_="region")
    assert attribute(region, "aria-label") == "Kharkiv Oblast: 1 incident. Show this region."
    address = unescape(attribute(region, "href"))
    assert address == f"/map/?kind=strike&place={KHARKIV}"

    nearer = client.get(address)

    assert find(tree(nearer), "a", class_="region") == []
    box = outlines()[KHARKIV].box
    left, top, width, height = view(nearer)
    assert left < box.left < box.right < left + width < box.right + box.width / 2
    assert top < box.top < box.bottom < top + height


def view(response: Response) -> list[float]:
    (stage,) = find(tree(response), "div", class_="stage")
    return [float(side) for side in attribute(find(stage, "svg")[0], "viewbox").split()]


def test_the_map_shows_all_marks_and_without_any_ukraine(client: Client, oblast: Place) -> None:
    left, top, width, height = view(client.get("/map/"))
    assert left < 2214 < 4022 < left + width

    west = make_place("Uzhhorod", parent=oblast, latitude=48.62, longitude=22.29)
    make_published(place=west)
    assert view(client.get("/map/"))[0] > 1900
    east = make_place("Uralsk", parent=oblast, latitude=51.2, longitude=51.4)
    make_published(place=east)

    left, top, width, height = view(client.get("/map/"))

    assert left < 2229 < 5140 < left + width
    assert top < -6000 < -5500 < top + height


# Too many marks


def test_marks_too_many_to_draw_are_gathered_by_region() -> None:
    places = {
        "A": recorded("A", "A", ["UA", KHARKIV, "A"], latitude=50.0, longitude=36.0),
        "B": recorded("B", "B", ["UA", KHARKIV, "B"], latitude=49.5, longitude=36.5),
        "C": recorded("C", "C", ["RU", BELGOROD_OBLAST, "C"], latitude=50.6, longitude=36.6),
    }
    counted = [("A", "site", 2, "a"), ("B", "region", 3, "b"), ("C", "settlement", 1, "c")]

    found = marks(counted, places, opened=[BELGOROD_OBLAST], most=2)

    assert [(m.label, m.gathered) for m in found.drawn] == [
        ("Kharkiv Oblast: 5 incidents", True),
        ("C: 1 incident", False),
    ]
    assert (found.left_out, found.by_region) == (0, {KHARKIV: 5, BELGOROD_OBLAST: 1})
    assert [m.gathered for m in marks(counted, places, most=3).drawn] == [False] * 3


def test_what_even_so_is_too_much_is_counted() -> None:
    places = {
        key: recorded(key, key, ["UA", KHARKIV, key], latitude=50.0, longitude=36.0)
        for key in "ABCDE"
    }
    counted = [(key, "site", number, key) for number, key in enumerate("ABCDE", start=1)]

    found = marks(counted, places, opened=[KHARKIV], most=2)

    assert [mark.place for mark in found.drawn] == ["E", "D"]
    assert found.left_out == 1 + 2 + 3


# Filters


@pytest.mark.parametrize(
    "query",
    ["kind=nonsense", "from=yesterday", "place=x", "foo=1", "known=soon", "q=%00", "q=a&q=b"],
)
def test_an_unreadable_filter_gives_an_error_and_no_marks(
    client: Client, vovchansk: Place, query: str
) -> None:
    make_published(place=vovchansk)

    response = client.get(f"/map/?{query}")

    assert shows_error_and_nothing_else(response)
    assert drawn(response) == {}
    assert find(tree(response), "figure") == []
    (again,) = find(one(tree(response), "div", class_="errors"), "a")
    assert attribute(again, "href") == "/map/"


def test_the_map_as_known_at_a_moment_counts_what_was_claimed_by_then(
    client: Client, vovchansk: Place
) -> None:
    incident = make_published(place=vovchansk)
    before, after = "2022-07-03T00:00Z", "2022-07-04T00:00Z"
    assert EntryMoment.objects.earliest("known_from").known_from.isoformat() > before

    assert drawn(client.get(f"/map/?known={before}")) == {}
    assert drawn(client.get(f"/map/?known={after}")) == {
        "Vovchansk: 1 incident": f"/incidents/{incident.public_id}/?known=2022-07-04T00%3A00Z"
    }


def test_the_rail_and_the_chips_stay_on_the_map(client: Client, vovchansk: Place) -> None:
    make_published(place=vovchansk, kind="strike")

    response = client.get("/map/?from=2022-07-01&kind=strike")

    assert chips(response)["Remove filter Kind Strike ×"] == "/map/?from=2022-07-01"
    assert attribute(one(tree(response), "form", id="filters"), "action") == "/map/"
    twins = [unescape(attribute(a, "href")) for a in find(tree(response), "a")]
    # The order of a query string is that of the form.
    assert "/incidents.geojson?from=2022-07-01&kind=strike" in twins
    assert "/?from=2022-07-01&kind=strike" in twins


def test_empty_fields_of_a_form_leave_the_address(client: Client) -> None:
    response = client.get("/map/?q=&kind=strike&from=")

    assert (response.status_code, response["Location"]) == (302, "/map/?kind=strike")


def test_htmx_gets_the_map_alone_with_its_address(client: Client, vovchansk: Place) -> None:
    make_published(place=vovchansk)

    response = client.get("/map/?kind=&place=", headers={"HX-Request": "true"})

    assert "<html" not in html(response)
    assert response["HX-Push-Url"] == "/map/"
    assert "HX-Request" in response["Vary"]
    assert text(one(tree(response), id="announce")) == "1 incident, 1 claim"


# The panel of a mark


def panel(client: Client, place: str, query: str = "") -> Response:
    return client.get(f"/map/{place}/{query}", headers={"HX-Request": "true"})


def test_the_panel_lists_the_incidents_that_the_mark_counts_and_no_others(
    client: Client, vovchansk: Place, oblast: Place
) -> None:
    make_published(title="Somewhere in the oblast", place=oblast)
    vague = make_published(title="Not quite there", place=vovchansk, place_precision="region")
    make_published(title="In the town", place=vovchansk)

    response = panel(client, KHARKIV)

    links = {text(a): attribute(a, "href") for a in find(tree(response), "a")}
    assert list(links)[-1] == "Timeline of Kharkiv Oblast"
    assert {"Somewhere in the oblast", "Not quite there"} == set(list(links)[:-1])
    assert links["Not quite there"] == f"/incidents/{vague.public_id}/not-quite-there/"
    (heading,) = find(tree(response), "h2")
    assert text(heading) == "Somewhere in Kharkiv Oblast: 2 incidents"


def test_the_panel_keeps_the_filter(client: Client, vovchansk: Place) -> None:
    make_published(title="A strike", place=vovchansk, kind="strike")
    make_published(title="A protest", place=vovchansk, kind="protest")

    words = text(tree(panel(client, vovchansk.public_id, "?kind=strike")))

    assert "A strike" in words
    assert "A protest" not in words


def test_a_panel_of_no_mark_is_missing(client: Client, vovchansk: Place) -> None:
    make_published(place=vovchansk)

    assert panel(client, "0000000000").status_code == 404
    assert panel(client, vovchansk.public_id, "?kind=strike").status_code == 404
    assert panel(client, vovchansk.public_id, "?kind=nonsense").status_code == 404


def test_the_address_of_a_panel_leads_a_reader_to_the_timeline(client: Client) -> None:
    response = client.get(f"/map/{KHARKIV}/?kind=strike")

    assert response["Location"] == f"/?kind=strike&place={KHARKIV}"


# Cost


@pytest.mark.parametrize("number", [1, 40])
def test_queries_do_not_grow_with_places(
    client: Client, oblast: Place, django_assert_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    make_published(place=oblast)
    for index in range(number):
        key = f"{index:010}"
        recorded(key, f"Place {index}", ["UA", KHARKIV, key], latitude=50.0, longitude=36.0).save()
        make_entries([{"place": key, "places": [KHARKIV, key]}] * (LISTED + 10))

    with django_assert_num_queries(6):
        response = client.get("/map/")
    assert len(drawn(response)) == number + 1
    with django_assert_num_queries(4):
        listed = panel(client, "0000000000")

    assert len(find(tree(listed), "li")) == LISTED
    assert "and 10 earlier incidents" in text(tree(listed))


def test_an_unchanged_record_is_not_drawn_again(
    client: Client, vovchansk: Place, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_published(place=vovchansk)
    etag = client.get("/map/")["ETag"]

    with django_assert_num_queries(1):
        response = client.get("/map/", headers={"If-None-Match": etag})

    assert response.status_code == 304


def test_hostile_names_are_text(client: Client, oblast: Place) -> None:
    name = '"><script>alert(1)</script>'
    make_published(place=make_place(name, parent=oblast, latitude=50.0, longitude=36.0))

    assert "<script>alert" not in html(client.get("/map/"))
