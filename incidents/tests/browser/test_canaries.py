"""What attacks whoever reads it is shown as text, to readers and to editors, and does nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.test import Client
from playwright.sync_api import Browser, Dialog, Page
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from accounts.tests.logging_in import log_in
from incidents.record.models import Entry, RecordActor, RecordPlace, RecordSource, Version
from incidents.tests.browser.conftest import complaints_of
from incidents.tests.canaries import FLAG, REFUSED_LINKS, desk_models, infest, text_fields
from incidents.tests.databases import copied_database, using_database
from sources.models import Publisher

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

LISTEN = """
window.violated = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.violated.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
});
"""
# Whatever leads or loads from anywhere, and text that turns around what stands beside it. Ours is
# otpauth, where a second factor is set up.
LOOK = """(flag) => {
  const found = [...window.violated];
  if (flag in window) found.push(`${flag} was set`);
  for (const one of document.querySelectorAll("[href], [src], [action], [formaction]")) {
    for (const name of ["href", "src", "action", "formaction"]) {
      if (!one.hasAttribute(name)) continue;
      const { protocol } = new URL(one.getAttribute(name), document.baseURI);
      if (!["http:", "https:", "mailto:", "otpauth:"].includes(protocol)) found.push(one.outerHTML);
    }
  }
  // Data for programs stays as it is.
  if (document.contentType !== "text/html") return found;
  const words = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    const { data, parentElement } = words.currentNode;
    const kept = parentElement.closest("textarea, #the-text, script, style");
    const turns = /[\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]/.test(data);
    if (turns && !kept) found.push(data);
  }
  return found;
}"""


@dataclass
class Site:
    url: str
    session: str
    heard: list[str] = field(default_factory=list)

    def watched(self, browser: Browser) -> Iterator[Page]:
        with browser.new_context(base_url=self.url, locale="en-US") as context:
            name = settings.SESSION_COOKIE_NAME
            context.add_cookies([{"name": name, "value": self.session, "url": self.url}])
            context.add_init_script(LISTEN)
            page = context.new_page()
            self.heard = complaints_of(page)
            page.on("dialog", self._refuse)
            # What a browser asks for beside data, which names no icon.
            page.route("**/favicon.ico", lambda route: route.fulfill(status=204))
            yield page

    def _refuse(self, dialog: Dialog) -> None:
        self.heard.append(f"a dialog said {dialog.message}")
        dialog.dismiss()

    def faults(self, page: Page, address: str) -> list[str]:
        """What the page at the address did, or shows, that it should not."""
        self.heard.clear()
        response = page.goto(address)
        assert response
        assert response.status < HTTPStatus.INTERNAL_SERVER_ERROR, address
        found: list[str] = page.evaluate(LOOK, FLAG)
        heard = [one for one in self.heard if f"a status of {response.status}" not in one]
        return [f"{address}: {one}" for one in [*heard, *found]]


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Site]:
    with (
        django_db_blocker.unblock(),
        copied_database("canaries") as name,
        using_database(name),
    ):
        client = Client()
        log_in(client, infest())
        server = LiveServer("localhost")
        yield Site(server.url, client.cookies[settings.SESSION_COOKIE_NAME].value)
        server.stop()


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    yield from site.watched(browser)


def public_addresses() -> list[str]:
    live = Entry.objects.earliest("pk").pk
    gone = Version.objects.tombstones().earliest("serial").incident
    return [
        *("/", "/?q=evil", f"/incidents/{live}/", f"/incidents/{live}/history/"),
        *(f"/incidents/{gone}/", "/changes/", "/territory/"),
        f"/actors/{RecordActor.objects.earliest('pk').pk}/",
        f"/places/{RecordPlace.objects.earliest('pk').pk}/",
        f"/sources/{RecordSource.objects.earliest('pk').pk}/",
        f"/publishers/{Publisher.objects.earliest('pk').public_id}/",
    ]


def desk_addresses() -> list[str]:
    def first(label: str) -> int:
        (model,) = (one for one in desk_models() if one._meta.label_lower == label)
        return int(model._default_manager.order_by("pk").values_list("pk", flat=True)[0])

    return [
        "/admin/",
        f"/admin/annotate/{first('sources.source')}/",
        f"/admin/incidents/incident/{first('incidents.incident')}/change/",
        f"/admin/incidents/incident/{first('incidents.incident')}/history/",
        f"/admin/incidents/claim/{first('incidents.claim')}/change/",
        f"/admin/incidents/actor/{first('incidents.actor')}/change/",
        f"/admin/sources/source/{first('sources.source')}/change/",
        "/admin/rowlog/change/",
    ]


def test_what_attacks_readers_and_editors_does_nothing(site: Site, page: Page) -> None:
    addresses = public_addresses() + desk_addresses()

    found = [fault for address in addresses for fault in site.faults(page, address)]

    assert not found, "\n".join(found)


def test_a_seeded_hole_is_heard_of(site: Site, page: Page) -> None:
    page.route("**/changes/", lambda route: route.fulfill(
        content_type="text/html; charset=utf-8",
        body=f"<script>window.{FLAG}=1; alert(1)</script>"
             "<a href='javascript:x'>x</a>\u202e<img src='http://other.example/x'>",
    ))  # fmt: skip

    found = "\n".join(site.faults(page, "/changes/"))

    for fault in (FLAG, "dialog", "javascript:x", "\u202e", "other.example"):
        assert fault in found


def test_links_of_other_kinds_are_refused_in_every_field_for_addresses() -> None:
    fields = [one for model in desk_models() for one in text_fields(model)]
    links = [one for one in fields if isinstance(one, models.URLField)]
    assert len(links) >= 3

    for one in links:
        for link in REFUSED_LINKS:
            with pytest.raises(ValidationError):
                one.clean(link, None)
