"""The same walk in a browser that runs no script."""

import re

import pytest
from playwright.sync_api import Page, expect

from incidents.tests.browser.addresses import CHANGED_ID, CLAIM, CLAIM_ID, INCIDENT_ID
from incidents.tests.browser.conftest import OpenPage
from incidents.tests.browser.test_walk import entries, promised, summary, titles

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.fixture
def timeline(open_page: OpenPage) -> Page:
    page = open_page(java_script_enabled=False)
    page.goto("/")
    return page


def test_filters_are_applied_with_the_button(timeline: Page) -> None:
    explosions = promised(timeline, "kind", "explosion")

    timeline.get_by_role("checkbox", name="Explosion").check()
    timeline.get_by_role("button", name="Apply filters").click()

    expect(timeline).to_have_url("/?kind=explosion")
    expect(entries(timeline)).to_have_count(explosions)
    expect(summary(timeline)).to_contain_text(f"{explosions} incident")
    expect(timeline.get_by_role("checkbox", name="Explosion")).to_be_checked()


def test_a_search_keeps_the_filters_and_a_chip_takes_it_back(timeline: Page) -> None:
    timeline.get_by_role("checkbox", name="Explosion").check()
    timeline.get_by_role("searchbox").fill("Gladkov")
    timeline.get_by_role("button", name="Search").click()
    expect(timeline).to_have_url("/?kind=explosion&q=Gladkov")

    timeline.get_by_role("link", name="Remove filter Search “Gladkov”").click()

    expect(timeline).to_have_url("/?kind=explosion")
    expect(timeline.get_by_role("searchbox")).to_have_value("")


def test_back_and_forward_restore_each_state(timeline: Page) -> None:
    start = titles(timeline)
    timeline.get_by_role("checkbox", name="Explosion").check()
    timeline.get_by_role("button", name="Apply filters").click()
    expect(timeline).to_have_url("/?kind=explosion")
    explosions = titles(timeline)

    timeline.go_back()
    expect(timeline).to_have_url("/")
    assert titles(timeline) == start
    timeline.go_forward()

    expect(timeline).to_have_url("/?kind=explosion")
    expect(timeline.get_by_role("checkbox", name="Explosion")).to_be_checked()
    assert titles(timeline) == explosions


def test_on_a_phone_the_filters_open_and_apply(open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page.goto("/")

    page.get_by_text("Filters", exact=True).click()
    page.get_by_role("checkbox", name="Explosion").check()
    page.get_by_role("button", name="Apply filters").click()

    expect(page).to_have_url("/?kind=explosion")
    expect(page.get_by_role("link", name="Remove filter Kind Explosion")).to_be_visible()


def test_an_unreadable_moment_shows_what_is_wrong_and_no_incident(timeline: Page) -> None:
    timeline.get_by_text("Toll, moment, order").click()
    timeline.get_by_label("As known at").fill("yesterday")
    timeline.get_by_role("button", name="Apply filters").click()

    expect(timeline.get_by_role("alert")).to_contain_text("This is not a moment")
    expect(entries(timeline)).to_have_count(0)
    expect(timeline.get_by_label("As known at")).to_have_value("yesterday")


def test_an_entry_leads_to_the_incident_and_its_history(timeline: Page) -> None:
    timeline.locator(f"#i-{CHANGED_ID}").get_by_role("heading").get_by_role("link").click()
    expect(timeline.locator(".lede")).to_contain_text("A second version says so.")

    timeline.get_by_role("link", name="History").click()
    expect(timeline.get_by_text("The summary says more.")).to_be_visible()
    timeline.get_by_role("link", name="Version 1", exact=True).click()

    expect(timeline.get_by_role("note")).to_contain_text("This is version 1")
    expect(timeline.locator(".lede")).not_to_contain_text("A second version says so.")


def test_a_claim_leads_to_its_words(timeline: Page) -> None:
    timeline.goto(CLAIM)

    expect(timeline).to_have_url(re.compile(rf"/incidents/{INCIDENT_ID}/.+/#c-{CLAIM_ID}$"))
    expect(timeline.locator(f"#c-{CLAIM_ID}")).to_be_in_viewport()
