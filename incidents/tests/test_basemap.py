import math
import re
from typing import Any, cast

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from incidents.public.basemap import (
    FILE,
    Box,
    Label,
    extent,
    fitting,
    outlines,
    project,
    region_names,
    spots,
)
from incidents.public.inset import drawn, inset
from incidents.record.document import PlaceDocument
from scripts.build_basemap import dissolved, merged
from sources.public_ids import derived_id

UKRAINE, KHARKIV, BELGOROD, KYIV, CRIMEA, MOLDOVA = (
    derived_id("geonames", str(key)) for key in (690791, 706482, 578071, 703446, 703883, 617790)
)
MAP_ELEMENT = re.compile(r"<path [^>]+>")


def place(name: str = "Vovchansk", **fields: Any) -> PlaceDocument:
    """A settlement in Kharkiv Oblast."""
    defaults = {
        "kind": "settlement",
        "path": [UKRAINE, KHARKIV, "0000000000"],
        "latitude": 50.29,
        "longitude": 36.94,
        "names": [],
    }
    return cast(PlaceDocument, {"name": name, **defaults, **fields})


def region() -> PlaceDocument:
    return place(
        "Kharkiv Oblast", kind="region", path=[UKRAINE, KHARKIV], latitude=None, longitude=None
    )


def inset_of(*arguments: Any) -> Any:
    return drawn(*arguments)


# The file


def test_every_region_of_ukraine_is_drawn_and_nothing_tells_its_country() -> None:
    drawn = MAP_ELEMENT.findall(FILE.read_text(encoding="utf-8"))
    told = {re.sub(r'="[^"]*"', "", re.sub(r'vector-effect="[^"]*"', "", path)) for path in drawn}

    assert len([outline for outline in outlines().values() if outline.code.startswith("UA-")]) == 27
    assert len(drawn) == len(outlines()) == 93
    # The same attributes on all of them, and none that colours.
    assert len(told) == 1
    assert "fill" not in told.pop()


def test_regions_are_found_by_the_public_id_of_the_gazetteer() -> None:
    assert {key: outlines()[key].code for key in (KHARKIV, BELGOROD, CRIMEA, MOLDOVA)} == {
        KHARKIV: "UA-63",
        BELGOROD: "RU-BEL",
        CRIMEA: "UA-43",
        MOLDOVA: "MD",
    }


def test_the_middle_of_a_region_lies_in_its_box_and_kaliningrad_stands_alone() -> None:
    assert all(outline.box.holds(outline.x, outline.y) for outline in outlines().values())
    (kaliningrad,) = [one for one in outlines().values() if one.code == "RU-KGD"]
    assert [one for one in outlines().values() if one.box.meets(kaliningrad.box)] == [kaliningrad]


def test_a_region_is_named_in_the_language_of_the_reader() -> None:
    with override("uk"):
        assert outlines()[KHARKIV].name == "Харківська область"
    with override("de"):
        assert outlines()[KHARKIV].name == "Kharkiv Oblast"


def test_the_file_is_light() -> None:
    assert FILE.stat().st_size < 110_000


# How it was made


def test_neighbours_keep_one_line_between_them() -> None:
    """A crooked border between two squares is thinned the same from both sides."""
    border = [(100.0, float(y)) for y in range(0, 101, 10)]
    border[3], border[7] = (101.0, 30.0), (92.0, 70.0)
    left = [(0.0, 0.0), *border, (0.0, 100.0)]
    right = [(200.0, 0.0), (200.0, 100.0), *border[::-1]]

    simple = merged([("left", [left]), ("right", [right])])

    shared = set(simple["left"][0]) & set(simple["right"][0])
    assert shared == {(100, 0), (92, 70), (100, 60), (100, 80), (100, 100)}


def test_regions_that_touch_are_merged_into_one_outline() -> None:
    west = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]
    east = [(1.0, 0.0), (2.0, 0.0), (2.0, 1.0), (1.0, 1.0)]

    assert dissolved([west, east]) == [
        [(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (2.0, 1.0), (1.0, 1.0), (0.0, 1.0)]
    ]


# Where a place stands


@given(st.floats(-85, 85), st.floats(-180, 180))
def test_the_projection_keeps_what_is_north_above_and_degrees_of_longitude_alike(
    latitude: float, longitude: float
) -> None:
    x, y = project(latitude, longitude)

    assert x == pytest.approx(100 * longitude, abs=0.06)
    radians = math.radians(-y / 100)
    assert math.degrees(math.atan(math.sinh(radians))) == pytest.approx(latitude, abs=0.001)


@pytest.mark.parametrize("precision", ["site", "street", "settlement"])
def test_what_is_known_to_a_settlement_or_closer_is_a_point(precision: str) -> None:
    found = spots("0000000000", place()).of(precision)

    assert found is not None
    assert (found.exact, found.region, found.place) == (True, None, "0000000000")
    assert (found.x, found.y) == project(50.29, 36.94)


def test_what_is_known_to_a_district_is_somewhere_around_the_place() -> None:
    found = spots("0000000000", place()).of("district")

    assert found is not None
    assert (found.exact, found.region) == (False, None)


def test_what_is_known_to_a_region_is_not_drawn_at_the_settlement_named() -> None:
    found = spots("0000000000", place()).of("region")

    assert found is not None
    assert (found.exact, found.region, found.place) == (False, outlines()[KHARKIV], KHARKIV)
    assert (found.x, found.y) != project(50.29, 36.94)


def test_a_place_without_coordinates_stands_for_its_region() -> None:
    found = spots("0000000000", place(latitude=None, longitude=None)).of("settlement")

    assert found is not None
    assert (found.exact, found.place) == (False, KHARKIV)


@pytest.mark.parametrize(
    ("named", "precision"),
    [
        (place(), "country"),
        (place("Donbas", kind="region", path=[UKRAINE, "D0NBAS0000"], latitude=None), "region"),
        (place("Berlin", path=["DE"], latitude=52.52, longitude=13.41), "site"),
    ],
    ids=["known to a country", "a region without an outline", "off the map"],
)
def test_what_has_no_position_on_the_map_gets_none(named: PlaceDocument, precision: str) -> None:
    assert spots("0000000000", named).of(precision) is None
    assert inset("0000000000", named, precision) is None


def test_a_box_is_framed_around_its_middle() -> None:
    framed = Box(0, 0, 100, 200).framed(aspect=2, least=0, margin=0.5)

    assert framed == Box(-350, -100, 450, 300)
    assert Box(10, 10, 10, 10).framed(aspect=2, least=40, margin=1) == Box(-10, 0, 30, 20)


def test_no_name_covers_another_or_leaves_the_map() -> None:
    small, large = (
        [name.words for name in fitting(region_names(), extent(), size, [])] for size in (4, 120)
    )

    assert set(small) == {outline.name for outline in outlines().values()}
    assert 0 < len(large) < len(small) / 2
    taken = fitting(region_names(), extent(), 4, [outlines()[KHARKIV].box])
    assert set(small) - {name.words for name in taken} >= {"Kharkiv Oblast"}
    assert "Belgorod Oblast" in {name.words for name in taken}


def test_of_two_places_for_a_name_the_second_serves_where_the_first_is_taken() -> None:
    right, left = Label("Belgorod", 100, 50, 1), Label("Belgorod", 100, 50, -1)
    taken = Box(115, 40, 120, 60)

    assert fitting([[right, left]], Box(0, 0, 200, 100), 10, []) == [right]
    assert fitting([[right, left]], Box(0, 0, 200, 100), 10, [taken]) == [left]
    assert fitting([[right, left]], Box(90, 0, 200, 100), 10, [taken]) == []


def test_a_name_covers_what_its_letters_need_on_its_side_of_the_point() -> None:
    left, middle, right = (Label("Belgorod", 100, 50, aside).room(10) for aside in (-1, 0, 1))

    assert (right.left, left.right) == (110, 90)
    assert middle.middle == pytest.approx((100, 50))
    assert left.width == pytest.approx(right.width)
    assert middle.width > 30


# The inset


def test_an_inset_shows_the_point_in_its_region_and_says_so() -> None:
    drawn = inset_of("0000000000", place(), "settlement")

    assert 'aria-label="Vovchansk in Kharkiv Oblast"' in drawn
    assert 'class="mark"' in drawn
    assert "basemap.svg#UA-63" in drawn
    assert "url(#hatch)" not in drawn
    assert "figcaption" not in drawn


def test_an_inset_of_what_is_known_to_a_district_shows_a_ring() -> None:
    drawn = inset_of("0000000000", place(), "district")

    assert 'class="hole"' in drawn
    assert "<figcaption>Somewhere around Vovchansk</figcaption>" in drawn


def test_an_inset_of_what_is_known_to_a_region_shows_the_region_and_no_point() -> None:
    drawn = inset_of("0000000000", place(), "region")

    assert "<figcaption>Somewhere in Kharkiv Oblast</figcaption>" in drawn
    assert "url(#hatch)" in drawn
    assert 'class="mark"' not in drawn
    assert "Vovchansk" not in drawn


def test_an_inset_of_a_place_is_as_precise_as_the_place() -> None:
    assert "Somewhere in Kharkiv Oblast" in inset_of(KHARKIV, region())
    assert 'aria-label="Vovchansk in Kharkiv Oblast"' in inset_of("0000000000", place())


def test_an_inset_keeps_its_numbers_in_every_language() -> None:
    """Ukrainian writes a comma into a decimal fraction, which no SVG reads."""
    with override("uk"):
        drawn = inset_of("0000000000", place(), "district")

    numbers = re.findall(r'(?:viewBox|x|y|font-size|d|patternTransform)="([^"]*)"', drawn)
    assert len(numbers) > 5
    assert [number for number in numbers if "," in number] == []
