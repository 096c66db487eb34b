from itertools import pairwise
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from incidents.public import ready
from incidents.public.basemap import Box, project
from incidents.public.tiles import WORLD, tiles
from incidents.tests.reading import attribute, find, html, tree

TEMPLATE = "https://tiles.example/{z}/{x}/{y}.png"


def test_a_tile_lies_where_everybody_else_has_it() -> None:
    """Kyiv at zoom 10, by the formula of the OpenStreetMap wiki."""
    x, y = project(50.45, 30.52)

    hrefs = {tile.href for tile in tiles(TEMPLATE, Box(x, y, x + 35, y), 256)}

    assert "https://tiles.example/10/598/345.png" in hrefs


@given(
    st.floats(-17_000, 17_000),
    st.floats(-17_000, 17_000),
    st.floats(0.1, 9_000),
    st.integers(300, 2_000),
)
def test_tiles_cover_the_view_and_are_few(x: float, y: float, width: float, pixels: int) -> None:
    view = Box(x, y, x + width, y + width)

    found = tiles(TEMPLATE, view, pixels)

    assert len({tile.size for tile in found}) == 1
    assert min(tile.x for tile in found) <= view.left + 1e-6
    assert min(tile.y for tile in found) <= view.top + 1e-6
    right = max(tile.x + tile.size for tile in found)
    assert right >= min(view.right, WORLD / 2) - 1e-6
    columns = sorted({tile.x for tile in found})
    assert [b - a for a, b in pairwise(columns)] == pytest.approx(
        [found[0].size] * (len(columns) - 1)
    )
    assert len(found) <= (pixels / 256 + 2) ** 2


@pytest.mark.django_db
def test_the_map_has_tiles_only_where_the_operator_says_so(client: Client, settings: Any) -> None:
    assert find(tree(client.get("/map/")), "image") == []

    # As in another process: the settings of one do not change.
    ready.ANSWERS.clear()
    settings.TILES, settings.TILES_CREDIT = TEMPLATE, "© Surveyors & Sons"
    response = client.get("/map/")

    hrefs = [attribute(image, "href") for image in find(tree(response), "image")]
    assert 4 <= len(hrefs) <= 48
    assert all(href.startswith("https://tiles.example/") for href in hrefs)
    assert "Tiles: © Surveyors &amp; Sons." in html(response)
