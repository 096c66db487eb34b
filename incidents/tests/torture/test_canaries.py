"""Every public page and every page of the desk, with what attacks readers in every field."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from django.contrib import admin
from playwright.sync_api import Browser, Page

from incidents.models import Claim, Incident
from incidents.tests.browser.test_canaries import Site, site
from incidents.tests.canaries import TEXTS
from incidents.tests.torture.addresses import DESK, PART, known_parts, named, routes, screen_of
from incidents.tests.torture.asking import paths, public_routes
from rowlog.models import Change

__all__ = ["site"]

pytestmark = [pytest.mark.torture, pytest.mark.django_db]

# What a browser does not open as a page but keeps as a file, or what ends the session.
FILES = ("csv", "ris", "bib", "geojson", "atom", "json", "xml", "txt")
ENDING = ("logout/", "account/end/")
# Routes that name rows of another screen than their own.
_ABOUT = {
    f"{DESK}annotate/": "sources.source",
    f"{DESK}incidents/rearrangement/move/": "incidents.incident",
    f"{DESK}incidents/rearrangement/merge/": "incidents.actor",
}
# Rows of each screen that are opened.
ROWS = 4


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    yield from site.watched(browser)


def test_no_public_page_does_what_a_text_says(site: Site, page: Page) -> None:
    known = known_parts()
    asked = [path for route in public_routes() for path in paths(route, known)]
    starts = ("/?q=", "/find/actor/?name=", "/map/?kind=")
    words = [start + quote(one) for one in TEXTS for start in starts]
    pages = [path for path in asked if not path.endswith(FILES) and path != "/language/"]
    assert len(pages) > 100

    found = [fault for address in pages + words for fault in site.faults(page, address)]

    assert not found, "\n".join(found)


def desk_addresses() -> Iterator[str]:
    """Each route of the desk with keys of some of its rows."""
    known = known_parts()
    incidents = [str(pk) for pk in Incident.objects.values_list("pk", flat=True)]
    claims = "&".join(f"pk={pk}" for pk in Claim.objects.values_list("pk", flat=True)[:ROWS])
    for route in dict.fromkeys(routes()):
        if not route.startswith(DESK) or route.endswith(ENDING):
            continue
        elsewhere = (label for start, label in _ABOUT.items() if route.startswith(start))
        label = next(elsewhere, screen_of(route))
        keys = known.get(label, ["1"])
        for key in keys[:ROWS] if PART.search(route) else keys[:1]:
            parts = {name: known.get(name, [key])[0] for name in PART.findall(route)}
            parts |= dict.fromkeys(("pk", "object_id", "id"), key)
            if "change" in parts:
                about = Change.objects.filter(about__contains=[f"{label}:{key}"])
                parts["change"] = str(about.values_list("pk", flat=True).last() or 0)
            yield named(route, parts)
    for key in incidents:
        for deed in ("publish", "withdraw", "merge"):
            yield f"/{DESK}incidents/incident/{deed}/?pk={key}"
    yield f"/{DESK}incidents/claim/bulk/?{claims}"
    yield f"/{DESK}incidents/incident/?q={quote(TEXTS[0])}"


def test_no_page_of_the_desk_does_what_a_text_says(site: Site, page: Page) -> None:
    # Chromium shows a page of its own for an answer without a body, such as 405.
    addresses = [one for one in desk_addresses() if page.request.get(one).body()]
    assert len(addresses) > 100

    found = [fault for address in addresses for fault in site.faults(page, address)]

    assert not found, "\n".join(found)


def test_every_screen_is_opened(site: Site) -> None:
    opened = "\n".join(desk_addresses())

    for model in admin.site._registry:
        assert f"/{model._meta.app_label}/{model._meta.model_name}/" in opened
