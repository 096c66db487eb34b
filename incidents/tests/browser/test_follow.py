"""From who holds a place to its page, and from a claim to its speaker and who contradicts them."""

import re

import pytest
from playwright.sync_api import Page, expect

from incidents.tests.browser.addresses import INCIDENT
from incidents.tests.browser.conftest import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def page(open_page: OpenPage, request: pytest.FixtureRequest) -> Page:
    return open_page(java_script_enabled=request.param)


def scripted(page: Page) -> bool:
    """Whether a choice in the rail is applied by itself."""
    return page.locator("button", has_text="Keyboard").is_visible()


def test_lanes_are_narrowed_to_a_region_and_lead_to_a_place_and_a_claim(page: Page) -> None:
    page.goto("/territory/")
    places = page.locator(".held")
    every = places.count()
    page.get_by_role("checkbox", name="Luhansk Oblast").check()
    if not scripted(page):
        page.get_by_role("button", name="Apply filters").click()

    expect(page).to_have_url(re.compile(r"/territory/\?place=\w{10}$"))
    expect(places).not_to_have_count(every)
    expect(page.get_by_role("checkbox", name="Luhansk Oblast")).to_be_checked()
    page.get_by_role("heading", name="Lysychansk").get_by_role("link").click()
    expect(page).to_have_url(re.compile(r"/places/\w{10}/lysychansk/$"))
    page.get_by_text("The 12 claims as a table").click()
    words = page.get_by_role("table").get_by_role("link", name="not yet liberated", exact=True)
    words.click()
    expect(page).to_have_url(re.compile(r"/incidents/\w{10}/[\w-]+/#c-\w{10}$"))


def test_a_claim_leads_to_its_speaker_and_a_count_to_its_pairs(page: Page) -> None:
    page.goto(INCIDENT)
    claims = page.locator(".ledger")
    claims.get_by_role("link", name="Vyacheslav Gladkov", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vyacheslav Gladkov")

    page.get_by_role("navigation", name="Questions").get_by_role("link", name="Killed").click()
    expect(page).to_have_url(re.compile(r"/vyacheslav-gladkov/\?question=killed$"))
    page.locator(".counts").get_by_role("link").first.click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Contradictions")
    assert page.locator(".against").count() > 0
