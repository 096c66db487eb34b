"""The interface in another language, as a browser shows it."""

import re

import pytest
from playwright.sync_api import Page, expect

from incidents.tests.browser.addresses import PAGES
from incidents.tests.browser.conftest import OpenPage
from incidents.tests.browser.test_accessibility import AXE, OPEN_ALL, RULES, SIZES, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.mark.parametrize("name", ["timeline", "incident", "territory"])
def test_axe_finds_no_violation_in_ukrainian_and_nothing_sticks_out(
    open_page: OpenPage, name: str
) -> None:
    page = open_page(extra_http_headers={"Accept-Language": "uk"})
    page.goto(PAGES[name])
    page.evaluate(OPEN_ALL)
    page.evaluate(AXE)
    for width, rules in ((1280, RULES), (390, SIZES)):
        page.set_viewport_size({"width": width, "height": 800})
        assert violations(page, rules) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_switch_keeps_filters_that_were_swapped_in(reader: Page) -> None:
    reader.goto("/")
    reader.get_by_role("checkbox", name="Explosion").check()
    expect(reader).to_have_url(re.compile(r"/\?kind=explosion$"))

    reader.get_by_role("button", name="Українська").click()

    expect(reader.locator("html")).to_have_attribute("lang", "uk")
    expect(reader).to_have_url(re.compile(r"/\?kind=explosion$"))
    expect(reader.get_by_role("checkbox", name="Вибух")).to_be_checked()
