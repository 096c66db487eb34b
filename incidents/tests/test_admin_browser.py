"""The desk in a browser: under the site's content security policy, with its scripts."""

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.tests.logging_in import log_in
from incidents.models import Claim, Incident
from incidents.tests.factories import (
    make_administrator,
    make_claim,
    make_incident,
    make_place,
    make_snapshot,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def complaints(browser_page: Page, live_server: LiveServer) -> list[str]:
    """What the logged-in browser complains of: blocked scripts and styles, failing scripts."""
    client = Client()
    log_in(client, make_administrator())
    name = settings.SESSION_COOKIE_NAME
    browser_page.context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
    )
    heard: list[str] = []
    browser_page.on("pageerror", lambda error: heard.append(str(error)))
    browser_page.on(
        "console",
        lambda message: (
            heard.append(f"{message.text} {message.location['url']}")
            if message.type == "error"
            else None
        ),
    )
    return heard


def test_every_screen_keeps_to_the_content_security_policy(
    browser_page: Page, complaints: list[str]
) -> None:
    claim = make_claim()
    incident = claim.incident
    for address in (
        "",
        "incidents/incident/",
        f"incidents/incident/{incident.pk}/change/",
        f"incidents/incident/{incident.pk}/publish/",
        f"incidents/incident/{incident.pk}/merge/",
        f"incidents/statement/{claim.statement_id}/change/",
        f"incidents/claim/{claim.pk}/change/",
        f"sources/source/{claim.citations.get().snapshot.source_id}/change/",
        "incidents/place/add/",
        "sources/source/intake/",
    ):
        browser_page.goto(f"/admin/{address}")
        expect(browser_page.locator("#user-tools")).to_be_visible()

    assert complaints == []


@pytest.mark.parametrize("width", [1280, 390])
def test_a_long_title_stands_clear_of_the_buttons(
    browser_page: Page, complaints: list[str], width: int
) -> None:
    incident = make_incident(title="Officials of both sides report explosions " * 4)
    browser_page.set_viewport_size({"width": width, "height": 800})

    browser_page.goto(f"/admin/incidents/incident/{incident.pk}/change/")

    title = browser_page.locator("#content > h2").bounding_box()
    buttons = browser_page.locator(".object-tools").bounding_box()
    assert title
    assert buttons
    assert title["y"] + title["height"] <= buttons["y"]
    assert buttons["x"] >= 0
    assert buttons["x"] + buttons["width"] <= width


def test_a_place_is_found_while_typing_another_spelling(
    browser_page: Page, complaints: list[str]
) -> None:
    make_place("Lysychansk")
    incident = make_incident(place=None)

    browser_page.goto(f"/admin/incidents/incident/{incident.pk}/change/")
    browser_page.locator(".field-place .select2-selection").click()
    browser_page.locator(".select2-search__field").fill("Lisichansk")
    browser_page.get_by_role("option", name="Lysychansk, Ukraine").click()
    browser_page.get_by_role("button", name="Save", exact=True).click()

    expect(browser_page.locator(".messagelist")).to_contain_text("was changed successfully")
    assert str(Incident.objects.get().place) == "Lysychansk, Ukraine"
    assert complaints == []


def test_an_editor_cites_by_pasting_words(browser_page: Page, complaints: list[str]) -> None:
    claim = make_claim(cited=False)
    make_snapshot(text="Then at least three people were killed.")

    browser_page.goto(f"/admin/incidents/claim/{claim.pk}/change/")
    browser_page.locator("#citations-0 .field-snapshot .select2-selection").click()
    browser_page.locator(".select2-search__field").fill("Governor")
    browser_page.get_by_role("option", name="Governor speaks").click()
    browser_page.locator("#id_citations-0-quote").fill("at least three people")
    browser_page.get_by_role("button", name="Save", exact=True).click()

    expect(browser_page.locator(".messagelist")).to_contain_text("was changed successfully")
    assert Claim.objects.get().citations.get().start == 5
    assert complaints == []
