"""What a page weighs, and that it loads nothing from elsewhere and runs nothing inline."""

import gzip
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import brotli
import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.test.html import Element
from whitenoise.compress import brotli_installed

from incidents.record.models import Entry, Version
from incidents.tests.reading import attribute, find, html, ids, tree
from sources.public_ids import new_id

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]

PAGE_KILOBYTES = 30
FIRST_KILOBYTES = 35
# Elements that make a browser ask for something, with the attribute that says for what.
LOADING = {
    "script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src",
    "audio": "src", "embed": "src", "track": "src", "input": "src", "object": "data",
    "link": "href", "use": "href", "image": "href",
}  # fmt: skip
# Links that only name something.
NAMING = {"canonical", "alternate"}


def gzipped(text: bytes) -> float:
    """Kilobytes of a thousand."""
    return len(gzip.compress(text, 6)) / 1_000


def brotlied(text: bytes) -> float:
    return len(brotli.compress(text)) / 1_000


def loaded(page: Element) -> list[str]:
    """Addresses of what a browser loads for the page."""
    return [
        attribute(element, LOADING[element.name])
        for element in find(page)
        if element.name in LOADING
        and attribute(element, LOADING[element.name])
        and attribute(element, "rel") not in NAMING
    ]


def public_pages(client: Client) -> Iterator[tuple[str, Element]]:
    incident = Entry.objects.order_by("-claim_count")[0]
    source = incident.sources[0]
    home = f"/incidents/{incident.incident}/"
    for address in ("/", "/?kind=bogus", home, f"{home}v/1/", f"{home}history/", "/map/",
                    "/sources/", f"/sources/{source}/", "/changes/", "/about/method/",
                    "/nothing/"):  # fmt: skip
        yield address, tree(client.get(address, follow=True))


def assets(client: Client) -> list[Path]:
    """The style sheets and scripts of the timeline, as files."""
    names = [address.removeprefix("/static/") for address in loaded(tree(client.get("/")))]
    found = [finders.find(name) for name in names if name.endswith((".css", ".js"))]
    assert all(found)
    return [Path(str(path)) for path in found]


def test_the_timeline_with_the_demo_data_is_light(client: Client) -> None:
    response = client.get("/")

    assert len(ids(response)) == Version.objects.count() == 21
    assert gzipped(response.content) <= PAGE_KILOBYTES


def test_the_timeline_with_fifty_incidents_is_light(client: Client) -> None:
    """Repeats are further apart than compression looks back."""
    copies = [*Entry.objects.all(), *Entry.objects.all()]
    for serial, entry in enumerate(copies, 1_000):
        entry.serial = serial
        entry.incident = new_id()
        entry.at -= timedelta(days=1_000)
        entry.first_day -= timedelta(days=1_000)
        entry.last_day -= timedelta(days=1_000)
    Entry.objects.bulk_create(copies)

    response = client.get("/")

    assert len(ids(response)) == 50
    assert gzipped(response.content) <= PAGE_KILOBYTES
    part = client.get("/", headers={"HX-Request": "true"})
    assert gzipped(part.content) <= PAGE_KILOBYTES


def test_the_map_is_light(client: Client) -> None:
    """Its outlines are a file of their own, which stays in the browser."""
    assert gzipped(client.get("/map/").content) <= PAGE_KILOBYTES


def test_a_first_visit_is_light(client: Client) -> None:
    """Pages go as gzip, files that are kept as Brotli, as whitenoise prepares them."""
    files = assets(client)

    assert {path.name for path in files} >= {"claimline.css", "claimline.js", "htmx-2.min.js"}
    assert brotli_installed
    page = gzipped(client.get("/").content)
    assert page + sum(brotlied(path.read_bytes()) for path in files) <= FIRST_KILOBYTES


def test_a_first_visit_asks_for_the_page_its_style_and_two_scripts(client: Client) -> None:
    """And, as browsers do later and once, for the icon."""
    assert sorted(path.name for path in assets(client)) == [
        "claimline.css",
        "claimline.js",
        "htmx-2.min.js",
    ]


def test_every_page_loads_from_our_own_host_only(client: Client) -> None:
    for address, page in public_pages(client):
        asked = loaded(page)
        assert len(asked) >= 3, address
        assert [one for one in asked if not one.startswith("/static/")] == [], address


def test_our_styles_and_scripts_load_nothing_from_elsewhere(client: Client) -> None:
    ours = [path for path in assets(client) if path.name.startswith("claimline")]

    assert len(ours) == 2
    for path in ours:
        text = path.read_text()
        elsewhere = re.findall(r"""(?:url\(|@import|from|import\()\s*["']?(?:https?:)?//""", text)
        assert elsewhere == [], path.name


def test_no_page_has_inline_scripts_styles_or_handlers(client: Client) -> None:
    for address, page in public_pages(client):
        for element in find(page):
            names = [name for name, _ in element.attributes]
            inline = [n for n in names if n == "style" or n.startswith(("on", "hx-on"))]
            assert inline == [], address
            assert element.name != "style", address
            # A data block is not executed.
            is_data = attribute(element, "type") == "application/ld+json"
            assert element.name != "script" or is_data or "src" in names, address
            assert not attribute(element, "href").lower().startswith(("javascript:", "data:"))


def test_htmx_may_neither_evaluate_nor_ask_other_hosts(client: Client) -> None:
    (config,) = re.findall(r"""name="htmx-config" content='([^']+)'""", html(client.get("/")))

    for rule in (
        '"allowEval": false',
        '"selfRequestsOnly": true',
        '"historyCacheSize": 0',
        '"includeIndicatorStyles": false',
        '"historyRestoreAsHxRequest": false',
    ):
        assert rule in config
