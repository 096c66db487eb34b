"""The map by keyboard, with its script and without."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from incidents.tests.browser.conftest import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

# Width of what the map shows, in its own units.
WIDTH = "() => document.querySelector('.stage svg').viewBox.baseVal.width"
# Of the part of a mark that takes a click, in pixels.
MARK_WIDTH = "mark => mark.querySelector('.hit').getBoundingClientRect().width"


def test_by_keyboard_the_map_is_zoomed_and_moved_and_a_mark_opened_and_left(reader: Page) -> None:
    reader.goto("/map/")
    mark = reader.locator(".stage").get_by_role("link", name="Kharkiv Oblast: 4 incidents").last
    before, size = reader.evaluate(WIDTH), mark.evaluate(MARK_WIDTH)

    mark.focus()
    reader.keyboard.press("+")
    reader.keyboard.press("ArrowLeft")
    assert reader.evaluate(WIDTH) == pytest.approx(before * 0.6)
    assert mark.evaluate(MARK_WIDTH) == pytest.approx(size, abs=0.1)
    reader.keyboard.press("Enter")

    panel = reader.get_by_role("dialog", name="Somewhere in Kharkiv Oblast: 4 incidents")
    expect(panel.get_by_role("listitem")).to_have_count(4)
    expect(panel.get_by_role("link").first).to_be_focused()
    reader.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(mark).to_be_focused()

    reader.get_by_role("button", name="Reset").click()
    assert reader.evaluate(WIDTH) == pytest.approx(before)


def test_a_drag_moves_the_map_and_opens_nothing(reader: Page) -> None:
    reader.goto("/map/")
    mark = reader.locator(".stage").get_by_role("link", name="Lysychansk")
    box = mark.bounding_box()
    assert box is not None

    reader.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    reader.mouse.down()
    reader.mouse.move(box["x"] - 60, box["y"] + 40, steps=4)
    reader.mouse.up()

    moved = mark.bounding_box()
    assert moved is not None
    assert moved["x"] < box["x"] - 50
    expect(reader).to_have_url("/map/")
    expect(reader.get_by_role("dialog")).to_be_hidden()


def test_a_filter_draws_the_map_anew_and_its_marks_still_open(reader: Page) -> None:
    reader.goto("/map/")
    reader.get_by_role("checkbox", name="Strike").check()
    marks = reader.locator(".stage a.place")
    expect(marks).not_to_have_count(0)
    reader.wait_for_url("/map/?kind=strike")

    marks.first.click()

    expect(reader.get_by_role("dialog")).to_be_visible()


def test_without_script_marks_and_regions_are_links(open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page.goto("/map/")
    expect(page.get_by_role("button", name="Zoom in")).to_be_hidden()

    # Its middle is the mark of what is known to the region only.
    region = page.locator(".stage").get_by_role("link", name="Kharkiv Oblast: 5 incidents")
    box = region.bounding_box()
    assert box is not None
    region.click(position={"x": box["width"] * 0.75, "y": box["height"] * 0.4})
    expect(page.get_by_role("link", name="Remove filter Where Kharkiv Oblast")).to_be_visible()
    page.locator(".stage").get_by_role("link", name="Vovchansk").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Vovchansk")


def test_tiles_of_an_operator_follow_the_map(reader: Page, settings: Any) -> None:
    settings.TILES, settings.TILES_CREDIT = "https://tiles.example/{z}/{x}/{y}.svg", "Surveyors"
    reader.route("https://tiles.example/**", lambda route: route.abort())
    reader.goto("/map/")
    zooms = "() => [...document.querySelectorAll('image')].map(i => i.href.baseVal.split('/')[3])"
    (before,) = set(reader.evaluate(zooms))

    reader.get_by_role("button", name="Zoom in").click(click_count=2)

    (after,) = set(reader.evaluate(zooms))
    assert int(after) == int(before) + 1
    assert len(reader.evaluate(zooms)) < 60
