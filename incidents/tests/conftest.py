"""The demo data, loaded once a process."""

from collections.abc import Iterator
from threading import Event

import pytest
from django.conf import settings
from pytest_django import DjangoDbBlocker

from incidents.public import index
from incidents.tests.databases import copied_database, using_database
from incidents.tests.factories import load_demo_data


@pytest.fixture(scope="session")
def demo_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The name of a copy of the test database that holds the demo data."""
    with django_db_blocker.unblock(), copied_database("demo") as name:
        with using_database(name):
            load_demo_data()
        yield name


@pytest.fixture
def bitmaps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts come from memory, as in production."""
    monkeypatch.setattr(settings, "BITMAPS", True)
    monkeypatch.setattr(index, "_index", index.Index())


@pytest.fixture
def cold(bitmaps: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """From the first request on a thread reads the bitmaps, until this is set."""
    warm = Event()

    def read() -> None:
        warm.wait()

    monkeypatch.setattr(index, "AT_ONCE", 0)
    monkeypatch.setattr(index, "PATIENCE", 0.0)
    monkeypatch.setattr(index, "from_saved", read)
    monkeypatch.setattr(index, "save", lambda _: None)
    yield warm
    warm.set()
    if thread := index._index._thread:
        thread.join()


@pytest.fixture(scope="module")
def demo(demo_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The demo data under every test of the module that is marked django_db."""
    with django_db_blocker.unblock(), using_database(demo_database):
        yield
