"""Stepping through what was known, by slider and without script."""

import pytest
from playwright.sync_api import Page, expect

from incidents.tests.browser.addresses import INCIDENT_ID
from incidents.tests.browser.conftest import OpenPage, complaints_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

INCIDENT = f"/incidents/{INCIDENT_ID}/"


def test_the_slider_changes_the_page_the_address_and_keeps_the_focus(reader: Page) -> None:
    complaints = complaints_of(reader)
    reader.goto(INCIDENT)
    here = reader.url
    claims = reader.locator(".ledger > li")
    every = claims.count()
    slider = reader.get_by_role("slider", name="As known at")
    state = reader.locator("#known output")
    expect(state).to_have_text(f"now: {every} of {every} claims")

    slider.focus()
    reader.keyboard.press("Home")

    expect(claims).not_to_have_count(every)
    known = claims.count()
    expect(state).to_contain_text(f"UTC: {known} of {every} claims")
    expect(reader.locator("#meta")).to_contain_text(f"{known} claims")
    expect(slider).to_be_focused()
    assert reader.url.startswith(f"{here}?known=")
    reader.keyboard.press("End")
    expect(claims).to_have_count(every)
    assert reader.url == here
    reader.go_back()
    expect(claims).to_have_count(known)
    expect(slider).to_have_value("0")
    assert complaints == []


def test_without_script_plain_links_step_through_the_moments(open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(INCIDENT)
    here = page.url
    expect(page.get_by_role("slider")).to_have_count(0)

    page.get_by_role("link", name="Earlier", exact=True).click()
    page.get_by_role("link", name="First", exact=True).click()

    assert page.url.startswith(f"{here}?known=")
    page.get_by_role("link", name="Now", exact=True).click()
    assert page.url == here
