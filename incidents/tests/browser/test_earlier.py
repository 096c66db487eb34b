"""A timeline of more incidents than one page holds."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from incidents.public import timeline
from incidents.record.publish import publish
from incidents.tests.browser.test_walk import entries, titles
from incidents.tests.factories import make_claim, make_incident, make_place, make_statement

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGE = 5


@pytest.fixture(autouse=True)
def two_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """One explosion a day from 1 July 2022, two more than a page holds: here, a small one."""
    monkeypatch.setattr(timeline, "PAGE", PAGE)
    place, statement = make_place(), make_statement()
    for number in range(PAGE + 2):
        day = datetime(2022, 7, 1, tzinfo=UTC) + timedelta(days=number)
        incident = make_incident(
            title=f"Explosion {number}", place=place, earliest=day, latest=day + timedelta(hours=1)
        )
        make_claim(incident=incident, statement=statement)
        publish(incident)


def test_earlier_incidents_follow_without_a_page_load_and_back_returns(browser_page: Page) -> None:
    browser_page.goto("/?kind=explosion")
    browser_page.evaluate("window.stays = true")
    newest = titles(browser_page)
    assert (len(newest), newest[0], newest[-1]) == (PAGE, "Explosion 6", "Explosion 2")

    browser_page.get_by_role("link", name="Earlier incidents").click()
    expect(entries(browser_page)).to_have_count(2)
    assert titles(browser_page) == ["Explosion 1", "Explosion 0"]
    expect(browser_page.get_by_role("heading", name="Friday 1 July 2022")).to_be_in_viewport()
    assert browser_page.evaluate("window.stays")
    browser_page.go_back()

    expect(entries(browser_page)).to_have_count(PAGE)
    assert titles(browser_page) == newest


def test_a_filter_chosen_on_a_later_page_starts_from_the_newest(browser_page: Page) -> None:
    browser_page.goto("/")
    browser_page.get_by_role("link", name="Earlier incidents").click()
    expect(entries(browser_page)).to_have_count(2)

    browser_page.get_by_role("checkbox", name="Explosion").click()

    expect(browser_page).to_have_url("/?kind=explosion")
    expect(entries(browser_page)).to_have_count(PAGE)


def test_without_script_earlier_and_newest_are_links(
    browser: Browser, live_server: LiveServer
) -> None:
    with browser.new_context(base_url=live_server.url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/")

        page.get_by_role("link", name="Earlier incidents").click()
        expect(entries(page)).to_have_count(2)
        page.get_by_role("link", name="Newest incidents").click()

        expect(entries(page)).to_have_count(PAGE)
