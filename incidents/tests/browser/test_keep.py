"""What an editor typed outlives a lost login and a closed tab, in the browser alone."""

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.tests.logging_in import log_in
from incidents.tests.factories import make_actor, make_editor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def let_in(context: BrowserContext, client: Client, url: str) -> None:
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": url}])


def kept(page: Page) -> list[str]:
    own = "Object.keys(localStorage).filter((name) => name.startsWith('claimline-form'))"
    names: list[str] = page.evaluate(own)
    return names


def test_what_was_typed_when_the_login_expired_is_offered_back(
    browser_page: Page, live_server: LiveServer
) -> None:
    actor = make_actor("Gladkov")
    client = Client()
    log_in(client, make_editor())
    let_in(browser_page.context, client, live_server.url)
    page = f"/admin/incidents/actor/{actor.pk}/change/"
    browser_page.goto(page)
    browser_page.get_by_label("Role:").fill("governor of Belgorod Oblast")
    browser_page.get_by_role("button", name="Add another name to find it by").click()
    browser_page.locator("#id_names-2-name").fill("Hladkov")

    browser_page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    browser_page.get_by_role("button", name="Save", exact=True).click()
    expect(browser_page.get_by_label("Username:")).to_be_visible()
    let_in(browser_page.context, client, live_server.url)
    browser_page.goto(page)
    browser_page.get_by_role("button", name="Put it back").click()
    browser_page.get_by_role("button", name="Save", exact=True).click()

    expect(browser_page.locator(".messagelist")).to_contain_text("was changed successfully")
    actor.refresh_from_db()
    assert actor.role == "governor of Belgorod Oblast"
    assert actor.names.filter(name="Hladkov").exists()
    assert kept(browser_page) == []


def test_logging_out_leaves_nothing_behind(browser_page: Page, live_server: LiveServer) -> None:
    client = Client()
    log_in(client, make_editor())
    let_in(browser_page.context, client, live_server.url)
    browser_page.goto("/admin/incidents/actor/add/")
    browser_page.get_by_label("Name:", exact=True).first.fill("Gladkov")
    browser_page.reload()
    expect(browser_page.locator(".kept")).to_contain_text("was not saved")

    browser_page.get_by_role("button", name="Log out").click()

    expect(browser_page.get_by_label("Username:").or_(browser_page.locator("h1"))).to_be_visible()
    assert kept(browser_page) == []
