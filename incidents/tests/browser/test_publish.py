"""From the desk to the timeline: an editor publishes, changes and withdraws, a reader looks."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.factor import new_recovery_codes
from accounts.roles import Role, give
from incidents.models import Incident
from incidents.tests.browser.conftest import complaints_of
from incidents.tests.factories import make_claim, make_incident

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TITLE = "Explosions reported near the border"


@pytest.fixture(autouse=True)
def alone(settings: Settings) -> None:
    """One editor does it all here: four eyes are looked at in test_admin_review."""
    settings.FOUR_EYES = False


@pytest.fixture
def incident() -> Incident:
    """A draft that nothing keeps from being published, but warnings."""
    incident = make_incident(title=TITLE)
    make_claim(incident=incident)
    return incident


@pytest.fixture
def editor(browser_page: Page) -> Page:
    """Logged in through the form."""
    user = User.objects.create_user("editor", password="a long pass phrase")
    give(user, Role.REVIEWER)
    (code, *_) = new_recovery_codes(user)
    TOTPDevice.objects.create(user=user, name="phone")
    browser_page.goto("/admin/")
    browser_page.get_by_label("Username").fill("editor")
    browser_page.get_by_label("Password").fill("a long pass phrase")
    browser_page.get_by_role("button", name="Log in").click()
    browser_page.get_by_label("Code").fill(code)
    browser_page.get_by_role("button", name="Continue").click()
    expect(browser_page.get_by_role("link", name="Incidents", exact=True)).to_be_visible()
    return browser_page


@pytest.fixture
def reader(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """Somebody else, who is not logged in."""
    with browser.new_context(base_url=live_server.url) as context:
        yield context.new_page()


def open_incident(page: Page, title: str) -> None:
    page.goto("/admin/incidents/incident/")
    page.get_by_role("link", name=title).click()


def publish(page: Page, note: str) -> None:
    page.get_by_role("link", name="Publish …").click()
    page.get_by_label("Public note").fill(note)
    for reason in page.get_by_label("Reason to publish all the same").all():
        reason.fill("There is no more to be had.")
    page.get_by_role("button", name="Publish").click()


def test_what_an_editor_publishes_stands_on_the_timeline(
    incident: Incident, editor: Page, reader: Page
) -> None:
    reader.goto("/")
    expect(reader.get_by_text("Nothing is published yet")).to_be_visible()

    open_incident(editor, TITLE)
    editor.get_by_label("Title").fill("Explosions at night near the border")
    editor.get_by_role("button", name="Save and continue editing").click()
    publish(editor, "")
    expect(editor.get_by_text("is published as version 1")).to_be_visible()
    reader.reload()

    entry = reader.get_by_role("article")
    expect(entry).to_contain_text("Explosions at night near the border")
    expect(entry).to_contain_text("at least 3 killed")
    expect(entry).to_contain_text("Vyacheslav Gladkov")
    entry.get_by_role("heading").get_by_role("link").click()
    expect(reader.locator(".quote")).to_contain_text("At least three people were killed")


def test_a_draft_is_not_public_and_neither_is_a_change_before_it_is_published(
    incident: Incident, editor: Page, reader: Page
) -> None:
    reader.goto(f"/incidents/{incident.public_id}/")
    expect(reader.get_by_role("heading", level=1)).to_have_text("There is no such page")
    open_incident(editor, TITLE)
    publish(editor, "")

    editor.get_by_label("Title").fill("Explosions at night near the border")
    editor.get_by_role("button", name="Save and continue editing").click()
    expect(editor.get_by_text("There are unpublished changes.")).to_be_visible()
    reader.reload()

    expect(reader.get_by_role("heading", level=1)).to_have_text(TITLE)


def test_a_second_version_wants_a_note_and_readers_see_it(
    incident: Incident, editor: Page, reader: Page
) -> None:
    open_incident(editor, TITLE)
    publish(editor, "")
    editor.get_by_label("Title").fill("Explosions at night near the border")
    editor.get_by_role("button", name="Save and continue editing").click()

    publish(editor, "")
    expect(editor.get_by_text("This field is required.")).to_be_visible()
    editor.get_by_label("Public note").fill("The title names the time of day.")
    editor.get_by_role("button", name="Publish").click()
    expect(editor.get_by_text("is published as version 2")).to_be_visible()
    reader.goto(f"/incidents/{incident.public_id}/history/")

    expect(reader.get_by_text("The title names the time of day.")).to_be_visible()
    reader.get_by_role("link", name="Version 1", exact=True).click()
    expect(reader.get_by_role("heading", level=1)).to_have_text(TITLE)
    reader.get_by_role("link", name="The newest is version 2").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text(
        "Explosions at night near the border"
    )


def test_a_withdrawn_incident_leaves_the_timeline_and_its_address_says_why(
    incident: Incident, editor: Page, reader: Page
) -> None:
    open_incident(editor, TITLE)
    publish(editor, "")
    reader.goto("/")
    reader.get_by_role("link", name=TITLE).click()

    editor.get_by_role("link", name="Withdraw …").click()
    editor.get_by_label("Public note").fill("It was entered twice.")
    editor.get_by_role("button", name="Withdraw").click()
    expect(editor.get_by_text("is withdrawn with version 2")).to_be_visible()
    gone = reader.reload()

    assert gone
    assert gone.status == 410
    expect(reader.get_by_role("main")).to_contain_text("It was entered twice.")
    reader.goto("/")
    expect(reader.get_by_role("link", name=TITLE)).to_be_hidden()


def test_the_screens_of_the_desk_ask_no_other_host_and_leave_the_console_empty(
    incident: Incident, editor: Page
) -> None:
    complaints = complaints_of(editor)
    claim = incident.claims.get()
    for address in (
        "",
        "incidents/incident/",
        f"incidents/incident/{incident.pk}/change/",
        f"incidents/incident/{incident.pk}/publish/",
        "incidents/statement/",
        f"incidents/claim/{claim.pk}/change/",
        "incidents/place/",
        "incidents/actor/",
        "incidents/version/",
        "sources/source/",
    ):
        editor.goto(f"/admin/{address}")
        expect(editor.get_by_role("button", name="Log out")).to_be_visible()

    assert complaints == []
