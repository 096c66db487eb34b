"""Choosing days on the histogram, and the keys for those who want them."""

import re

import pytest
from playwright.sync_api import Page, expect

from incidents.tests.browser.test_walk import balance, entries

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent.trim()"))


def test_dragging_over_the_bars_shows_their_days_and_zooms_in(reader: Page) -> None:
    reader.goto("/")
    every = entries(reader).count()
    chart = reader.locator("#density svg").bounding_box()
    assert chart is not None
    middle = chart["y"] + chart["height"] / 2

    reader.mouse.move(chart["x"] + 3, middle)
    reader.mouse.down()
    reader.mouse.move(chart["x"] + chart["width"] * 0.6, middle, steps=4)
    expect(reader.locator("#brushed output")).to_have_text(
        re.compile(r"^1 Jan 2022 – \d+ \w+ 2023$")
    )
    reader.mouse.up()

    expect(reader).to_have_url(re.compile(r"\?from=2022-01-01&to=2023-\d\d-\d\d$"))
    expect(entries(reader)).not_to_have_count(every)
    reader.get_by_role("link", name="all dates").click()
    expect(reader).to_have_url(re.compile(r":\d+/$"))
    expect(entries(reader)).to_have_count(every)


def test_arrow_keys_choose_days_and_enter_shows_them(reader: Page) -> None:
    reader.goto("/")
    reader.locator("#brush-last").focus()
    reader.keyboard.press("ArrowLeft")
    expect(reader.locator("#brushed output")).to_have_text("1 Jan 2022 – 30 Apr 2024")

    reader.keyboard.press("Enter")

    expect(reader).to_have_url(re.compile(r"\?from=2022-01-01&to=2024-04-30$"))
    expect(reader.locator("#brush-last")).to_be_focused()


def test_a_click_on_a_bar_still_follows_it(reader: Page) -> None:
    reader.goto("/")
    bar = reader.get_by_role("link", name=re.compile("^May 2024: "))
    bar.click()

    expect(reader).to_have_url(re.compile(r"\?from=2024-05-01&to=2024-05-31$"))


def test_keys_walk_through_the_entries_and_to_the_search(reader: Page) -> None:
    reader.goto("/")
    titles = entries(reader).get_by_role("heading").all_inner_texts()

    for key in "jjk":
        reader.keyboard.press(key)
    assert focused(reader) == titles[0]
    reader.keyboard.press("/")
    expect(reader.get_by_role("searchbox")).to_be_focused()
    reader.keyboard.type("j/k?")

    expect(reader.get_by_role("searchbox")).to_have_value("j/k?")


def test_help_says_the_keys_and_switches_them_off_for_good(reader: Page) -> None:
    reader.goto("/about/method/")
    reader.keyboard.press("?")
    expect(reader.get_by_role("dialog", name="Keyboard")).to_be_visible()
    reader.get_by_role("checkbox").uncheck()
    reader.get_by_role("button", name="Close").click()

    reader.goto("/")
    before = balance(reader)
    reader.keyboard.press("j")
    reader.keyboard.press("?")

    expect(reader.get_by_role("dialog")).to_be_hidden()
    expect(reader.locator("body")).to_be_focused()
    assert balance(reader) == before
