"""From a pasted article to the timeline, as a new editor would: what docs/editing.md shows.

The guide ends with its steps and their count, and is held to them. `make guide` walks the same way
with a text of our own and takes the pictures.
"""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.factor import new_key, new_phone, new_recovery_codes
from accounts.roles import Role, give
from incidents.management.commands.load_gazetteer import FILE, load_names, load_places, read
from incidents.models import SuggestionVerdict
from incidents.vocabulary import PlaceKind

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

GUIDE = settings.BASE_DIR / "docs" / "editing.md"
PASSWORD = "a long pass phrase"
PLACES = ("Belgorod", "Lysychansk", "Kremenchuk")
OURS = (
    "Three or more people were killed in the Russian city of Belgorod on Sunday, the regional "
    "governor said. Dozens of homes were damaged, he said. Vyacheslav Gladkov said at least 11 "
    "apartment blocks and 39 houses were damaged, and five houses were destroyed. Reuters could "
    "not independently verify these accounts. There was no immediate comment from Ukraine. Gladkov "
    "wrote earlier on Telegram: “The cause is being looked into.” In Berlin, hundreds of "
    "demonstrators demanded an end to arms deliveries."
)


@dataclass
class Report:
    """A text, and words by which its suggestions are told apart."""

    text: str
    killed: str
    dozens: str
    silence: str
    noise: str
    own: tuple[str, str]  # first and last words of a claim that nothing suggests


def report() -> Report:
    """Report 003; where pictures are taken, our own."""
    if "CLAIMLINE_PICTURES" in os.environ:
        own = ("The cause", "looked into")
        return Report(
            OURS, "Three or more", "Dozens of homes", "immediate comment", "demanded", own
        )
    folder = settings.BASE_DIR / os.environ.get("CLAIMLINE_REPORTS", "../shared/reports")
    for path in folder.glob("003_*.txt"):
        text = path.read_text()
        own = ("Reasons for the incident", "investigated")
        return Report(text, "At least three", "dozens of", "immediate reaction", "demand", own)
    pytest.skip(f"no reports in {folder}: set CLAIMLINE_REPORTS to the folder that has them")


class Walk:
    """What was done: steps in words, and how many clicks and fields they took."""

    def __init__(self) -> None:
        self.steps: list[str] = []
        self.clicks = self.fields = 0

    def step(self, words: str) -> None:
        self.steps.append(words)

    def click(self, what: Locator) -> None:
        self.clicks += 1
        what.click()

    def fill(self, what: Locator, text: str) -> None:
        self.fields += 1
        what.fill(text)

    def choose(self, what: Locator, value: str | None) -> None:
        self.fields += 1
        what.select_option(value)

    def summary(self) -> list[str]:
        numbered = [f"{n}. {words}" for n, words in enumerate(self.steps, 1)]
        count = f"{len(self.steps)} steps, {self.clicks} clicks and {self.fields} fields."
        return [*numbered, count]


def picture(page: Page, name: str) -> None:
    if folder := os.environ.get("CLAIMLINE_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png")


@pytest.fixture
def window(browser: Browser, live_server: LiveServer) -> Iterator[Callable[[], Page]]:
    """Opens the browser of one more person."""
    with ExitStack() as open_until_the_end:
        yield lambda: open_until_the_end.enter_context(
            browser.new_context(
                base_url=live_server.url, viewport={"width": 1280, "height": 900}, locale="en-GB"
            )
        ).new_page()


def person(name: str, role: Role) -> str:
    """Makes the account, with a phone; a recovery code of it."""
    user = User.objects.create_user(name, password=PASSWORD)
    give(user, role)
    new_phone(user, new_key()).save()
    return new_recovery_codes(user)[0]


def log_in(page: Page, name: str, code: str) -> None:
    page.goto("/admin/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Continue").click()


def add_source(walk: Walk, page: Page, text: str) -> None:
    walk.click(page.get_by_role("link", name="Add a source"))
    walk.fill(page.get_by_label("Text or HTML"), text)
    picture(page, "paste")
    walk.click(page.get_by_role("button", name="Read it"))
    walk.step("Add a source: paste the text, and have it read.")
    walk.fill(page.get_by_label("Publisher:", exact=True), "The Guardian")
    walk.click(page.get_by_label("This is a new publisher"))
    walk.fill(page.get_by_label("Title:"), "What is known on day 130")
    walk.fill(page.get_by_label("Address:"), "https://guardian.example/day-130")
    walk.fill(page.get_by_label("Language:", exact=True), "en")
    walk.fill(page.locator("#id_published_at_0"), "2022-07-03")
    walk.fill(page.locator("#id_published_at_1"), "18:30")
    walk.fill(page.get_by_label("Time zone:"), "Europe/London")
    picture(page, "correct")
    walk.click(page.get_by_role("button", name="Save and annotate"))
    walk.step("Say who published it, under which title, where and when; save.")


class Desk:
    """The annotation screen, by what an editor does on it."""

    def __init__(self, walk: Walk, page: Page) -> None:
        self.walk, self.page = walk, page

    def card(self, words: str) -> Locator:
        return self.page.locator(".suggestion", has_text=words).first

    def edit(self, words: str) -> None:
        self.walk.click(self.card(words).get_by_role("link", name="Edit"))
        expect(self.page.get_by_role("heading", name="A suggested claim")).to_be_visible()

    def accept(self, words: str) -> None:
        recorded = self.page.locator(".card.claim").count()
        self.walk.click(self.card(words).get_by_role("button", name="Accept"))
        expect(self.page.locator(".card.claim")).to_have_count(recorded + 1)

    def save(self) -> None:
        form = self.page.locator("#claim-form")
        self.walk.click(form.get_by_role("button", name="Save", exact=True))
        expect(form).to_have_count(0)

    def new_actor(self, name: str, kind: str, side: str) -> None:
        if not self.field("speaker-name").is_visible():
            self.walk.click(self.page.get_by_text("A new actor"))
        self.walk.fill(self.field("speaker-name"), name)
        self.walk.choose(self.field("speaker-kind"), value=kind)
        self.walk.choose(self.field("speaker-side"), value=side)

    def same_statement(self) -> None:
        theirs = self.field("where-statement").locator("option", has_text="Gladkov").first
        self.walk.choose(self.field("where-statement"), value=theirs.get_attribute("value"))

    def field(self, name: str) -> Locator:
        return self.page.locator(f"[name={name}]")


def annotate(walk: Walk, page: Page, report: Report) -> None:
    desk = Desk(walk, page)
    expect(page.get_by_role("heading", name="Suggestions")).to_be_visible()
    picture(page, "suggestions")
    desk.edit(report.killed)
    desk.new_actor("Vyacheslav Gladkov", "local_official", "russia")
    walk.click(page.get_by_label("a new incident"))
    picture(page, "claim")
    desk.save()
    walk.step("Edit the first suggestion: its speaker and its incident are new to the desk.")
    desk.edit(report.dozens)
    desk.same_statement()
    desk.save()
    walk.step("Edit the next one: the same statement.")
    desk.accept("11 apartment")
    walk.step("Accept “at least 11 apartment buildings”: speaker and incident are known now.")
    desk.accept("39")
    walk.step("Accept “39 houses”.")
    desk.accept("five houses")
    walk.step("Accept “five houses destroyed”.")
    desk.edit("independently verify")
    desk.new_actor("Reuters", "media", "other")
    desk.save()
    walk.step("Edit “could not verify”: Reuters is new to the desk.")
    desk.edit(report.silence)
    desk.new_actor("Government of Ukraine", "state_official", "ukraine")
    desk.save()
    walk.step("Edit “no immediate comment”: so is the Ukrainian government.")
    first, last = report.own
    walk.fill(page.get_by_label("Starts with"), first)
    walk.fill(page.get_by_label("Ends with"), last)
    walk.click(page.get_by_role("button", name="Open a claim"))
    walk.choose(page.get_by_label("Question:"), value="cause")
    walk.fill(page.get_by_label("Answer:"), "under investigation")
    desk.same_statement()
    walk.click(page.get_by_label("Explosions reported in Belgorod"))
    desk.save()
    walk.step("Open a claim of your own on the words about the cause, and fill it in.")
    walk.click(desk.card(report.noise).get_by_role("button", name="Reject"))
    expect(page.locator(".rejected summary")).to_have_text("Rejected: 1")
    walk.step("Reject what is no claim about this incident.")
    picture(page, "annotated")


def ask_for_review(walk: Walk, page: Page) -> None:
    walk.click(page.locator(".card.claim .about a").first)
    walk.click(page.get_by_role("link", name="Review …"))
    walk.fill(page.get_by_label("What to look at"), "One outlet so far; the words are checked.")
    walk.click(page.get_by_role("button", name="Ask for a review"))
    walk.step("Open the incident, and ask for a review.")


def approve(walk: Walk, page: Page) -> None:
    picture(page, "dashboard")
    walk.click(page.locator("#waiting").get_by_role("link", name="Explosions reported"))
    expect(page.get_by_role("button", name="Approve and publish")).to_be_visible()
    for reason in page.get_by_label("Reason to publish all the same").all():
        walk.fill(reason, "The first report; more will follow.")
    picture(page, "review")
    walk.click(page.get_by_role("button", name="Approve and publish"))
    walk.step("As somebody else, a reviewer: look it through, give reasons past warnings, publish.")


def test_a_pasted_report_becomes_published_claims_as_the_guide_counts_it(
    window: Callable[[], Page],
) -> None:
    rows = [row for row in read(FILE) if row.kind != PlaceKind.SETTLEMENT or row.name in PLACES]
    load_places(rows)
    load_names(rows)
    edda, remo = person("edda", Role.EDITOR), person("remo", Role.REVIEWER)
    walk, story, editor = Walk(), report(), window()

    log_in(editor, "edda", edda)
    add_source(walk, editor, story.text)
    annotate(walk, editor, story)
    ask_for_review(walk, editor)
    other = window()
    log_in(other, "remo", remo)
    approve(walk, other)

    reader = window()
    reader.goto("/")
    expect(reader.locator("article")).to_contain_text("at least 3 killed Vyacheslav Gladkov")
    expect(reader.locator("article")).to_contain_text("no immediate")
    picture(reader, "timeline")
    verdicts = set(SuggestionVerdict.objects.values_list("verdict", flat=True))
    assert verdicts == {"accepted", "changed", "rejected"}
    *_, last = re.split(r"^#+ .*$", GUIDE.read_text(), flags=re.MULTILINE)
    assert [line for line in last.splitlines() if line] == walk.summary(), "\n".join(walk.summary())
