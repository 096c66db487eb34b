"""Every public page as a browser takes it: quiet, on its own, and within any window."""

import pytest
from playwright.sync_api import Page, expect

from incidents.tests.browser.addresses import INCIDENT, PAGES
from incidents.tests.browser.conftest import OpenPage, complaints_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

# The narrowest that WCAG 1.4.10 names, a phone, 1280 pixels at a zoom of 200 %, a desk.
WIDTHS = (320, 390, 640, 1280)

BEYOND_THE_SIDE = """() => {
  const page = document.documentElement;
  return page.scrollWidth - page.clientWidth;
}"""
MOVING = """() => [...document.querySelectorAll("*")].filter((element) =>
  ["", "::before", "::after"].some((part) => {
    const style = getComputedStyle(element, part);
    return style.animationName !== "none" || parseFloat(style.transitionDuration) > 0
      || style.scrollBehavior === "smooth";
  })
).map((element) => element.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("address", PAGES.values(), ids=PAGES.keys())
def test_a_page_is_quiet_asks_no_other_host_and_stays_within_any_window(
    reader: Page, address: str
) -> None:
    complaints = complaints_of(reader)
    beyond = {}

    reader.goto(address)
    for width in WIDTHS:
        reader.set_viewport_size({"width": width, "height": 800})
        beyond[width] = reader.evaluate(BEYOND_THE_SIDE)

    expect(reader.get_by_role("heading", level=1)).to_have_count(1)
    assert complaints == []
    assert beyond == dict.fromkeys(WIDTHS, 0)


@pytest.mark.parametrize("address", ["/", INCIDENT])
def test_nothing_moves_for_a_reader_who_wants_less_motion(
    open_page: OpenPage, address: str
) -> None:
    page = open_page(reduced_motion="reduce")
    page.goto(address)

    assert page.evaluate(MOVING) == []


def test_in_print_the_timeline_stands_without_filters_and_search(reader: Page) -> None:
    reader.goto("/")
    expect(reader.locator("#filters")).to_be_visible()

    reader.emulate_media(media="print")

    expect(reader.locator("#filters")).to_be_hidden()
    expect(reader.get_by_role("searchbox")).to_be_hidden()
    expect(reader.get_by_role("article").first).to_be_visible()


def test_in_print_an_incident_keeps_its_claims_and_their_words(reader: Page) -> None:
    reader.goto(INCIDENT)

    reader.emulate_media(media="print", color_scheme="dark")

    expect(reader.get_by_role("navigation", name="Views")).to_be_hidden()
    expect(reader.locator(".matrix")).to_be_visible()
    expect(reader.locator(".quote").first).to_be_visible()
    expect(reader.locator("#takeaway")).to_contain_text(f"{INCIDENT}v/1/ (accessed")
    expect(reader.get_by_role("button")).to_have_count(0)
    assert (
        reader.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    )


def test_on_a_phone_the_filters_are_one_closed_disclosure(open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 390, "height": 844})
    page.goto("/")
    expect(page.get_by_role("checkbox", name="Explosion")).to_be_hidden()

    page.get_by_text("Filters", exact=True).click()

    expect(page.get_by_role("checkbox", name="Explosion")).to_be_visible()
