"""The annotation screen with its script: pointer, keys, highlights, and a connection that fails."""

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.tests.logging_in import log_in
from incidents.models import Citation, Claim, SuggestionVerdict
from incidents.tests.browser.test_accessibility import AXE
from incidents.tests.factories import (
    make_citation,
    make_claim,
    make_editor,
    make_incident,
    make_snapshot,
)
from sources.models import Snapshot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
TEXT = (
    "🔥🇺🇦 Вибухи: и\u0306.\n\nAt least three people were killed in Belgorod on Sunday, governor "
    "Vyacheslav Gladkov said on Telegram. He said that 11 houses were damaged."
)
# Selects words in whatever nodes the text is made of, and lets the mouse go.
SELECT = """words => {
  const root = document.getElementById("the-text");
  const node = [...root.childNodes].find(one => one.textContent.includes(words));
  const at = node.data.indexOf(words);
  document.getSelection().setBaseAndExtent(node, at, node, at + words.length);
  root.dispatchEvent(new MouseEvent("mouseup", { bubbles: true }));
}"""


@pytest.fixture
def snapshot() -> Snapshot:
    """A text with one claim recorded, so that its speaker and its incident are known."""
    snapshot = make_snapshot(text=TEXT)
    claim = make_claim(cited=False, incident=make_incident(), question="cause", text="Explosions")
    make_citation(claim, "At least three", snapshot=snapshot)
    return snapshot


@pytest.fixture
def page(browser_page: Page, live_server: LiveServer, snapshot: Snapshot) -> Page:
    """The screen, opened by an editor."""
    client = Client()
    log_in(client, make_editor())
    name = settings.SESSION_COOKIE_NAME
    browser_page.context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
    )
    browser_page.goto(f"/admin/annotate/{snapshot.source_id}/")
    return browser_page


def violations(page: Page) -> list[str]:
    page.evaluate(AXE)
    found = page.evaluate("options => axe.run(options)", RULES)["violations"]
    return [f"{one['id']}: {[node['html'][:100] for node in one['nodes']]}" for one in found]


def test_words_selected_after_emoji_and_combining_marks_are_saved_as_they_stand(
    page: Page,
) -> None:
    page.evaluate(SELECT, "11 houses were damaged")
    expect(page.get_by_label("Words:")).to_have_value("11 houses were damaged")
    expect(page.get_by_label("Question")).to_have_value("damage")
    assert violations(page) == []

    page.get_by_role("button", name="Save").click()

    expect(page.locator(".card.claim")).to_have_count(2)
    citation = Citation.objects.get(claim__question="damage")
    assert TEXT[citation.start : citation.end] == citation.quote == "11 houses were damaged"


def test_suggestions_are_worked_through_by_keys_alone(page: Page) -> None:
    page.keyboard.press("n")
    expect(page.locator(".suggestion[aria-current]")).to_contain_text("at least 3 killed")
    assert page.evaluate("CSS.highlights.get('current').size") == 1
    page.keyboard.press("a")
    expect(page.locator(".progress")).to_have_text("1 of 2 looked at")
    expect(page.locator(".suggestion[aria-current]")).to_contain_text("11 houses")
    page.keyboard.press("e")
    page.get_by_label("Answer").fill("eleven houses hit: an axe x")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".progress")).to_have_text("2 of 2 looked at")

    assert set(SuggestionVerdict.objects.values_list("question", "verdict")) == {
        ("killed", "accepted"),
        ("damage", "changed"),
    }
    assert Claim.objects.filter(text="eleven houses hit: an axe x").exists()


def test_what_is_typed_without_a_connection_is_offered_back(page: Page) -> None:
    page.keyboard.press("n")
    page.keyboard.press("x")
    expect(page.locator(".rejected summary")).to_have_text("Rejected: 1")
    page.keyboard.press("e")
    page.context.set_offline(True)
    page.get_by_label("Answer").fill("typed on a train")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#annotate-state")).to_contain_text("No connection to the server.")
    expect(page.get_by_label("Answer")).to_have_value("typed on a train")

    page.context.set_offline(False)
    page.reload()
    page.get_by_role("link", name="Take it up").click()

    expect(page.get_by_label("Answer")).to_have_value("typed on a train")


def test_a_login_that_ran_out_loses_nothing(page: Page, live_server: LiveServer) -> None:
    page.keyboard.press("n")
    page.keyboard.press("e")
    page.get_by_label("Answer").fill("typed before lunch")
    name = settings.SESSION_COOKIE_NAME
    session = next(one for one in page.context.cookies() if one["name"] == name)
    page.context.clear_cookies()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#annotate-state")).to_contain_text("You are logged out.")

    page.context.add_cookies([{"name": name, "value": session["value"], "url": live_server.url}])
    page.keyboard.press("Control+Enter")

    expect(page.locator(".progress")).to_have_text("1 of 2 looked at")
    assert Claim.objects.filter(text="typed before lunch").exists()


def test_the_screen_is_accessible_on_a_phone_in_the_dark(page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 800})
    page.reload()
    assert violations(page) == []
    page.locator(".card.claim").get_by_role("link", name="Edit").click()
    expect(page.get_by_role("heading", name="Change a claim")).to_be_focused()

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 390
