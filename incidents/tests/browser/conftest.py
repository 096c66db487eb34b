"""The site with the demo data, for tests that only read it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.backends.base.creation import TEST_DATABASE_PREFIX
from playwright.sync_api import Browser, ConsoleMessage, Page, Request
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

import incidents.demo
from incidents.demo.files import read_folder
from incidents.management.commands.load_gazetteer import FILE, load_names, load_places, read
from incidents.models import Incident
from incidents.record.publish import publish, withdraw
from incidents.tests.browser.addresses import CHANGED_ID, WITHDRAWN_ID
from incidents.vocabulary import PlaceKind

DEMO = Path(incidents.demo.__path__[0])

OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def demo_site(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[LiveServer]:
    """Loaded once a module: unlike live_server, it does not empty the database after each test.

    Tests that read it are marked django_db; those that write want live_server, in another module.
    """
    with django_db_blocker.unblock():
        # Without a test marked so, pytest-django makes no test database, and this is the real one.
        assert connection.settings_dict["NAME"].startswith(TEST_DATABASE_PREFIX)
        _load()
        site = LiveServer("localhost")
        yield site
        site.stop()
        call_command("flush", interactive=False, verbosity=0)


def _load() -> None:
    """The demo, with the places that it names; one incident in two versions, one withdrawn."""
    named = {place.geonames for place in read_folder(DEMO).places.values()}
    rows = [
        row for row in read(FILE) if row.kind != PlaceKind.SETTLEMENT or row.geonames_id in named
    ]
    load_places(rows)
    load_names(rows)
    call_command("load_demo", verbosity=0)
    changed = Incident.objects.get(public_id=CHANGED_ID)
    changed.summary += " A second version says so."
    changed.save()
    publish(changed, "The summary says more.")
    withdraw(Incident.objects.get(public_id=WITHDRAWN_ID), "It was entered twice.")


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
