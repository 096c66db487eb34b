"""What the tests of every app share: settings that differ in tests, and a browser."""

import os
import shutil
from collections.abc import Iterator
from typing import NoReturn

import hypothesis
import pytest
from django.conf import settings
from django.db import connections
from playwright.sync_api import Browser, Error, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
BROWSER_OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def pytest_configure() -> None:
    """Change settings before anything has used them."""
    # A pool's open connections would keep the test database from being dropped.
    for database in settings.DATABASES.values():
        database["OPTIONS"].pop("pool", None)
    # Hashed names need a collectstatic first.
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    # Each test client would read all that is collected there.
    settings.STATIC_ROOT = None
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # The test client and the live server speak plain http.
    settings.SECURE_SSL_REDIRECT = False
    for cookie in ("SESSION_COOKIE", "CSRF_COOKIE", "LANGUAGE_COOKIE"):
        name = getattr(settings, f"{cookie}_NAME").removeprefix(settings.COOKIE_PREFIX)
        setattr(settings, f"{cookie}_NAME", name)
        setattr(settings, f"{cookie}_SECURE", False)
    settings.COOKIE_PREFIX = ""
    settings.SECURE_HSTS_SECONDS = 0
    # Those that a test does not read to their end are let go only when Python collects them.
    settings.DOWNLOADS = 100
    # Many requests of one client, and of several at once, are what tests are made of.
    settings.ROOM = 0
    # Rows of the list without versions, which many tests make, do not move the record clock that
    # the bitmaps follow. Tests that want them take the fixture `bitmaps`.
    settings.BITMAPS = False
    # A busy machine is no fault: in CI Hypothesis knows that by itself.
    hypothesis.settings.register_profile(
        "unhurried", parent=hypothesis.settings.default, deadline=None
    )
    hypothesis.settings.load_profile("unhurried")
    # Playwright's event loop runs in the thread whose tests use the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


@pytest.fixture(autouse=True)
def no_answer_ready() -> None:
    """Rows and settings that a test changes behind the record clock's back are another world."""
    # Not before the settings are changed: modules that it imports read them once.
    from incidents.public import ready

    ready.ANSWERS.clear()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium: the system's own, else the one that `playwright install` brought."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    # While Playwright's loop runs, Django keeps this thread's connections apart from those that
    # it had before (asgiref's Local): left open, they keep the database from being copied.
    connections.close_all()
    with sync_playwright() as playwright:
        try:
            launched = playwright.chromium.launch(executable_path=program, args=BROWSER_OPTIONS)
        except Error as error:
            _no_browser(str(error).strip().splitlines()[0])
        yield launched
        launched.close()
        # Those of its own time would keep it from being dropped.
        connections.close_all()


def _no_browser(reason: str) -> NoReturn:
    """In CI a browser test that did not run has failed; elsewhere it is skipped."""
    message = f"No Chromium to test with (apt-get install chromium): {reason}"
    if os.environ.get("CI") == "true":
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


@pytest.fixture
def browser_page(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A page of a fresh browser profile; addresses are relative to the live server."""
    with browser.new_context(base_url=live_server.url) as context:
        yield context.new_page()
