"""The site with the demo data, for tests that only read it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from incidents.models import Incident
from incidents.record.publish import publish, withdraw
from incidents.tests.browser.addresses import CHANGED_ID, WITHDRAWN_ID
from incidents.tests.databases import copied_database, using_database

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def site_database(demo_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The demo with one incident in two versions and one withdrawn."""
    with django_db_blocker.unblock(), copied_database("site", of=demo_database) as name:
        with using_database(name):
            changed = Incident.objects.get(public_id=CHANGED_ID)
            changed.summary += " A second version says so."
            changed.save()
            publish(changed, "The summary says more.")
            withdraw(Incident.objects.get(public_id=WITHDRAWN_ID), "It was entered twice.")
        yield name


@pytest.fixture(scope="module")
def demo_site(site_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[LiveServer]:
    """Unlike live_server, it does not empty the database after each test.

    Tests that read it are marked django_db; those that write want live_server, in another module.
    """
    with django_db_blocker.unblock(), using_database(site_database):
        site = LiveServer("localhost")
        yield site
        site.stop()


@pytest.fixture
def open_page(browser: Browser, demo_site: LiveServer) -> Iterator[OpenPage]:
    """Opens a page in a fresh browser profile; options are those of Browser.new_context."""
    with ExitStack() as profiles:
        yield lambda **options: profiles.enter_context(
            browser.new_context(base_url=demo_site.url, locale="en-US", **options)
        ).new_page()


@pytest.fixture
def reader(open_page: OpenPage) -> Page:
    return open_page()


def complaints_of(page: Page) -> list[str]:
    """What the browser will say against the pages it opens, and what they ask of other hosts."""
    heard: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        # The browser reports a page that answers 404 or 410 as well: that page is meant so.
        if message.type in ("error", "warning") and message.location["url"] != page.url:
            heard.append(message.text)

    def see(request: Request) -> None:
        if not request.url.startswith("http://localhost:"):
            heard.append(f"{page.url} asked {request.url}")

    page.on("console", hear)
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("request", see)
    return heard
