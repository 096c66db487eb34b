"""Every kind of page of the desk under axe (WCAG 2.2 AA), in a narrow window, and in the dark."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import pytest
from django.conf import settings
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Browser, Page
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from accounts.tests.logging_in import log_in
from incidents.models import Actor, Claim, Incident
from incidents.record.merging import merge
from incidents.record.review import ask, comment
from incidents.tests.browser.addresses import ACTOR_ID, CLAIM_ID, INCIDENT_ID
from incidents.tests.browser.conftest import complaints_of
from incidents.tests.browser.test_accessibility import AXE, COLOURS, SIZES, violations
from incidents.tests.databases import copied_database, using_database
from incidents.tests.factories import (
    at_work,
    make_actor,
    make_administrator,
    make_editor,
    make_reviewer,
)
from rowlog.models import Change

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

# Names in braces stand for keys of rows, see `lay_out`.
PAGES = {
    "dashboard": "",
    "incidents": "incidents/incident/?q=Belgorod",
    "places": "incidents/place/?q=Lysychansk",
    "sources": "sources/source/",
    "log": "rowlog/change/?q=editor",
    "rearrangements": "incidents/rearrangement/",
    "incident": "incidents/incident/{incident}/change/",
    "claim": "incidents/claim/{claim}/change/",
    "statement": "incidents/statement/{statement}/change/",
    "actor": "incidents/actor/{actor}/change/",
    "source": "sources/source/{source}/change/",
    "snapshot": "sources/snapshot/{snapshot}/change/",
    "user": "auth/user/{editor}/change/",
    "reset factor": "auth/user/{editor}/reset-factor/",
    "publish": "incidents/incident/{incident}/publish/",
    "review": "incidents/incident/{waiting}/review/",
    "merge": "incidents/rearrangement/merge/actor/{actor}/",
    "split": "incidents/rearrangement/move/{incident}/",
    "undo": "incidents/rearrangement/{deed}/undo/",
    "history": "incidents/incident/{incident}/history/",
    "restore": "incidents/incident/{incident}/history/{change}/restore/",
    "delete": "sources/publisher/{publisher}/delete/",
    "paste a source": "sources/source/intake/",
    "annotate": "annotate/{source}/?citation={citation}",
    "account": "account/",
}

# What only a sent form leads to: from which page, and how the form is sent.
SENT = {
    "overtaken": (
        "incidents/incident/{incident}/change/",
        """document.querySelector("[name=opened]").value = "0";
        document.querySelector("#incident_form").submit();""",
    ),
    "preview of a change in bulk": (
        "incidents/claim/bulk/?pk={claim}&pk={other_claim}",
        """document.querySelector("[name=which]").checked = true;
        document.querySelector("#content form").submit();""",
    ),
    "correct a source": (
        "sources/source/intake/",
        """document.querySelector("[name=text]").value = "Three people were killed.";
        document.querySelector("#content form").submit();""",
    ),
}

# Before anybody is let in: as whom, and where.
LOGGING_IN = {
    "log in": ("nobody", "login/"),
    "set up the second factor": ("new", "factor/new/"),
    "give a code": ("late", "factor/"),
    "choose a password": ("given", "own-password/"),
}


@dataclass
class Desk:
    url: str
    rows: dict[str, int]
    # Values of session cookies, by who it is.
    sessions: dict[str, str]


def lay_out() -> dict[str, int]:
    """Work on the desk, so that no page is empty; the keys of what it is about."""
    editor, reviewer = make_editor(), make_reviewer()
    incident = Incident.objects.get(public_id=INCIDENT_ID)
    claim = Claim.objects.get(public_id=CLAIM_ID)
    citation = claim.citations.select_related("snapshot__source").earliest("pk")
    source = citation.snapshot.source
    waiting = Incident.objects.exclude(pk=incident.pk).earliest("pk")
    with at_work(editor):
        for changed in (incident, waiting):
            changed.summary += " More is not known."
            changed.save()
        comment(incident, editor, "Is this the same night?")
        twin = make_actor()
    waiting.refresh_from_db()
    ask(waiting, editor, seen=waiting.revision, request="The time is from one report only.")
    deed = merge(twin, Actor.objects.get(public_id=ACTOR_ID), "The same person.", reviewer)
    return {
        "incident": incident.pk,
        "waiting": waiting.pk,
        "claim": claim.pk,
        "other_claim": Claim.objects.exclude(pk=claim.pk).earliest("pk").pk,
        "statement": claim.statement_id,
        "citation": citation.pk,
        "actor": deed.target,
        "place": incident.place_id or 0,
        "source": source.pk,
        "snapshot": citation.snapshot_id,
        "publisher": source.publisher_id,
        "editor": editor.pk,
        "deed": deed.pk,
        "change": Change.objects.of(Incident, incident.pk).latest("pk").pk,
    }


def let_in() -> dict[str, str]:
    """The sessions of an administrator, of two who still lack the second factor, and of one who
    came in by a first password."""
    administrator, new, late, given = Client(), Client(), Client(), Client()
    log_in(administrator, make_administrator())
    new.force_login(make_reviewer("new"))
    user = make_reviewer("late")
    TOTPDevice.objects.create(user=user, name="phone")
    late.force_login(user)
    log_in(given, make_reviewer("given"))
    session = given.session
    session["first password"] = True
    session.save()
    clients = {"administrator": administrator, "new": new, "late": late, "given": given}
    return {
        who: client.cookies[settings.SESSION_COOKIE_NAME].value for who, client in clients.items()
    }


@pytest.fixture(scope="module")
def desk(demo_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Desk]:
    with (
        django_db_blocker.unblock(),
        copied_database("desk", of=demo_database) as name,
        using_database(name),
    ):
        site = LiveServer("localhost")
        yield Desk(site.url, lay_out(), let_in())
        site.stop()


@contextmanager
def profile(browser: Browser, desk: Desk, who: str) -> Iterator[Page]:
    with browser.new_context(base_url=f"{desk.url}/admin/", locale="en-US") as context:
        if who in desk.sessions:
            value = desk.sessions[who]
            name = settings.SESSION_COOKIE_NAME
            context.add_cookies([{"name": name, "value": value, "url": desk.url}])
        yield context.new_page()


@pytest.fixture
def administrator(browser: Browser, desk: Desk) -> Iterator[Page]:
    with profile(browser, desk, "administrator") as page:
        yield page


def recolour(page: Page, scheme: Literal["light", "dark"]) -> None:
    """Stock Django turns from one colour to the other gradually."""
    page.emulate_media(color_scheme=scheme)
    page.evaluate("Promise.all(document.getAnimations().map(one => one.finished))")


def faults(page: Page) -> list[str]:
    """What axe finds, and what hangs out of a narrow window."""
    page.evaluate(AXE)
    found = [f"1280 {line}" for line in violations(page, RULES)]
    page.set_viewport_size({"width": 390, "height": 800})
    over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    if over > 0:
        found.append(f"390 hangs out by {over} px")
    found += [f"390 {line}" for line in violations(page, SIZES)]
    recolour(page, "dark")
    return found + [f"dark {line}" for line in violations(page, COLOURS)]


@pytest.mark.parametrize("address", PAGES.values(), ids=PAGES.keys())
def test_a_page_of_the_desk_is_readable_by_everybody(
    administrator: Page, desk: Desk, address: str
) -> None:
    complaints = complaints_of(administrator)

    response = administrator.goto(address.format(**desk.rows))

    assert response
    assert response.status == 200
    assert faults(administrator) == []
    assert complaints == []


@pytest.mark.parametrize(("address", "send"), SENT.values(), ids=SENT.keys())
def test_a_page_that_answers_a_form_is_readable_by_everybody(
    administrator: Page, desk: Desk, address: str, send: str
) -> None:
    administrator.goto(address.format(**desk.rows))

    with administrator.expect_navigation():
        administrator.evaluate(send)

    assert faults(administrator) == []


@pytest.mark.parametrize(("who", "address"), LOGGING_IN.values(), ids=LOGGING_IN.keys())
def test_the_way_in_is_readable_by_everybody(
    browser: Browser, desk: Desk, who: str, address: str
) -> None:
    with profile(browser, desk, who) as page:
        page.goto(address)

        assert page.url.endswith(address)
        assert faults(page) == []
