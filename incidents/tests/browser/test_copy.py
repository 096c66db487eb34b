"""Buttons that copy, where a script runs and the browser has a clipboard."""

import pytest
from playwright.sync_api import Page, expect

from incidents.tests.browser.addresses import CLAIM, CLAIM_ID, INCIDENT
from incidents.tests.browser.conftest import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def copied(page: Page) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


def test_citation_link_and_code_are_copied_and_the_page_says_so(open_page: OpenPage) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto(INCIDENT)
    said = page.locator("#copied")

    page.get_by_role("button", name="Copy citation").click()
    expect(said).to_have_text("Copied")
    assert copied(page).startswith("Claimline, “Explosions in Belgorod on 3 July 2022”, version 1")

    page.locator("#takeaway").get_by_role("button", name="Copy link").click()
    expect(said).to_have_text("Copied")
    assert copied(page).endswith(INCIDENT)

    page.get_by_role("button", name=f"Copy link {CLAIM_ID}").click()
    assert copied(page).endswith(CLAIM)

    page.get_by_text("Code for another site").click()
    page.get_by_role("button", name="Copy code").click()
    assert copied(page).startswith("<iframe src=")


def test_where_the_browser_refuses_the_reader_is_told(reader: Page) -> None:
    reader.add_init_script("navigator.clipboard.writeText = () => Promise.reject()")
    reader.goto(INCIDENT)

    reader.get_by_role("button", name="Copy citation").click()

    expect(reader.locator("#copied")).to_contain_text("copy it yourself")


def test_without_script_the_words_stand_there_and_no_button(open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(INCIDENT)

    expect(page.locator("#takeaway")).to_contain_text("(accessed")
    expect(page.get_by_role("button", name="Copy")).to_have_count(0)
