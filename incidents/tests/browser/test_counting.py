"""Rows that came before their numbers: these follow, and move nothing under who reads or types."""

from threading import Event
from time import sleep

import pytest
from playwright.sync_api import Page, expect

from incidents.public import index
from incidents.tests.browser.conftest import OpenPage, complaints_of
from incidents.tests.browser.test_walk import entries, summary

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def follow(page: Page) -> None:
    page.get_by_role("link", name="Show the numbers").click()


def test_the_numbers_come_by_themselves_and_take_nothing_away(reader: Page, cold: Event) -> None:
    complaints = complaints_of(reader)
    reader.goto("/?kind=explosion")
    shown = entries(reader).count()
    assert shown > 0
    expect(summary(reader)).to_have_count(0)
    reader.locator("#facet-more summary").click()
    reader.get_by_role("checkbox", name="Explosion").focus()
    steps = reader.evaluate("window.stays = history.length")

    cold.set()

    expect(summary(reader)).to_contain_text(f"{shown} incident")
    expect(reader.locator("#announce")).to_contain_text(f"{shown} incident")
    expect(reader.get_by_role("checkbox", name="Explosion")).to_be_focused()
    expect(reader.get_by_label("Killed, as claimed, at least")).to_be_visible()
    assert reader.evaluate("[window.stays, history.length]") == [steps, steps]
    assert complaints == []


def test_who_has_done_nothing_yet_starts_at_the_top_of_the_page(reader: Page, cold: Event) -> None:
    reader.goto("/")
    cold.set()
    expect(summary(reader)).to_be_visible()

    reader.keyboard.press("Tab")

    expect(reader.get_by_role("link", name="Skip to content")).to_be_focused()


def test_who_reads_the_entries_keeps_the_place(reader: Page, cold: Event) -> None:
    reader.goto("/")
    title = entries(reader).get_by_role("link").first
    with reader.expect_response(reader.url):
        title.focus()
        cold.set()
    sleep(0.2)

    expect(title).to_be_focused()
    follow(reader)
    expect(reader.locator(".summary")).to_be_focused()


def test_a_filter_chosen_meanwhile_is_one_step_to_go_back_from(reader: Page, cold: Event) -> None:
    reader.goto("/")
    reader.get_by_role("checkbox", name="Explosion").click()
    expect(reader).to_have_url("/?kind=explosion")
    cold.set()
    expect(summary(reader)).to_be_visible()

    reader.go_back()

    expect(reader).to_have_url("/")
    expect(reader.get_by_role("checkbox", name="Explosion")).not_to_be_checked()


def test_what_is_being_typed_stays_and_the_link_to_the_numbers_too(
    reader: Page, cold: Event
) -> None:
    reader.goto("/")
    name = reader.get_by_label("Find a place by name")
    with reader.expect_response(reader.url):
        name.fill("Lysy")
        cold.set()
    sleep(0.2)

    expect(name).to_have_value("Lysy")
    expect(name).to_be_focused()
    follow(reader)
    expect(summary(reader)).to_be_visible()


def test_without_script_the_link_shows_them(open_page: OpenPage, cold: Event) -> None:
    page = open_page(java_script_enabled=False)
    page.goto("/?kind=explosion")
    expect(entries(page)).not_to_have_count(0)
    cold.set()
    while index.is_awaited():
        sleep(0.01)

    follow(page)

    expect(summary(page)).to_be_visible()
    expect(page).to_have_url("/?kind=explosion")
