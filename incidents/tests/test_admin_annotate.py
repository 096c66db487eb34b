"""The annotation screen, as its forms and links work without script."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from accounts.roles import TABLE, Role
from accounts.tests.logging_in import log_in
from incidents.models import Citation, Claim, ClaimDraft, Incident, Statement, SuggestionVerdict
from incidents.tests.admin_form import sent_by
from incidents.tests.factories import (
    make_actor,
    make_citation,
    make_claim,
    make_editor,
    make_incident,
    make_place,
    make_published,
    make_snapshot,
    make_statement,
)
from incidents.tests.reading import Response, html
from sources.models import Snapshot

pytestmark = pytest.mark.django_db

TEXT = (
    "🔥🇺🇦 Вибухи.\n\nAt least three people were killed in Belgorod on Sunday, "
    "governor Vyacheslav Gladkov said on Telegram. He said that 11 houses were damaged."
)
KILLED = "At least three people were killed"


@pytest.fixture
def editor(client: Client) -> Client:
    log_in(client, make_editor())
    return client


@pytest.fixture
def snapshot() -> Snapshot:
    return make_snapshot(text=TEXT)


def address(snapshot: Snapshot, verb: str = "", **query: object) -> str:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    return f"/admin/annotate/{snapshot.source_id}/{verb}?snapshot={snapshot.pk}&{asked}"


def suggested(page: Response) -> dict[str, str]:
    """Keys of the suggestions that wait, by question."""
    keys = re.findall(r'id="suggestion-(\d+-\d+-(\w+))"', html(page))
    return {question: key for key, question in keys}


def opened(editor: Client, page: str) -> dict[str, str]:
    """The open claim's form, as sent untouched."""
    sent = sent_by(editor.get(page))
    return {
        name: value for name, value in sent.items() if "-" in name or name in ("opened", "seen")
    }


def save(editor: Client, page: str, **typed: object) -> Response:
    """Sends the form that `page` opens, with the fields of the new incident unless one is given."""
    values = {name.replace("__", "-"): str(value) for name, value in typed.items()}
    return editor.post(page, opened(editor, page) | values)


def test_the_text_is_shown_with_every_code_point_that_it_has(editor: Client) -> None:
    snapshot = make_snapshot(text="  a\r\nb\n\n<b>🔥 é")
    make_citation(make_claim(cited=False), "<b>", snapshot=snapshot)

    page = html(editor.get(address(snapshot)))

    shown = page.split('id="the-text"')[1].split(">", 1)[1].split("</div>")[0]
    bare = re.sub(r"</?(?:mark|a)\b[^>]*>", "", shown).replace("&#13;", "\r")
    assert unescape(bare) == snapshot.text


def test_the_screen_is_reached_from_the_list_of_sources_and_from_source_and_snapshot(
    editor: Client, snapshot: Snapshot
) -> None:
    screen = f'href="/admin/annotate/{snapshot.source_id}/'
    for page in (
        "/admin/sources/source/",
        f"/admin/sources/source/{snapshot.source_id}/change/",
        f"/admin/sources/snapshot/{snapshot.pk}/change/",
    ):
        assert screen in html(editor.get(page))


def test_a_suggestion_becomes_a_claim_with_its_words_statement_and_incident(
    editor: Client, snapshot: Snapshot
) -> None:
    speaker = make_actor("Vyacheslav Gladkov")
    incident = make_incident()
    key = suggested(editor.get(address(snapshot)))["killed"]

    save(
        editor,
        address(snapshot, suggestion=key),
        where__likely="other",
        where__incident=incident.pk,
    )

    claim = Claim.objects.get()
    assert (claim.question, claim.qualifier, claim.low, claim.high) == (
        "killed",
        "at_least",
        3,
        None,
    )
    assert (claim.text, claim.incident) == ("at least 3 killed", incident)
    assert (claim.statement.speaker, claim.statement.channel) == (speaker, "Telegram")
    citation = claim.citations.get()
    assert citation.quote == KILLED
    assert snapshot.text[citation.start : citation.end] == KILLED
    verdict = SuggestionVerdict.objects.get()
    assert (verdict.verdict, verdict.claim, verdict.by.username) == ("accepted", claim, "editor")


def test_two_figures_in_the_same_words_are_two_suggestions(editor: Client) -> None:
    words = "11 flats and 39 houses were damaged"
    snapshot = make_snapshot(text=f"At least {words}, governor Vyacheslav Gladkov said.")
    figure = {"qualifier": "at_least", "low": 11, "high": None, "unit": "flats damaged"}
    make_citation(make_claim(cited=False, question="damage", **figure), words, snapshot=snapshot)

    page = html(editor.get(address(snapshot)))

    (waiting,) = re.findall(r'id="suggestion-[^"]+".*?</p>', page, re.DOTALL)
    assert "39 houses damaged" in waiting


def test_a_rejected_suggestion_does_not_come_back_until_it_is_taken_back(
    editor: Client, snapshot: Snapshot
) -> None:
    key = suggested(editor.get(address(snapshot)))["killed"]

    editor.post(address(snapshot, "judge/", suggestion=key), {"verdict": "reject"})
    page = editor.get(address(snapshot))
    assert "killed" not in suggested(page)
    assertContains(page, "1 of 2 looked at")
    assertContains(page, "Rejected: 1")

    editor.post(address(snapshot, "judge/", suggestion=key), {"verdict": "restore"})
    assert suggested(editor.get(address(snapshot)))["killed"] == key


def test_every_form_of_the_screen_carries_its_token(editor: Client, snapshot: Snapshot) -> None:
    citation = make_citation(make_claim(cited=False), "Telegram", snapshot=snapshot)
    key = suggested(editor.get(address(snapshot)))["killed"]
    editor.post(address(snapshot, "judge/", suggestion=key), {"verdict": "reject"})
    editor.post(address(snapshot, "draft/", new=1), {"words-quote": "typed"})
    pages = [address(snapshot, remove=citation.pk), address(snapshot, new=1)]

    forms = [
        form
        for page in pages
        for form in re.findall(r"<form.*?</form>", html(editor.get(page)), re.DOTALL)
        if 'method="post"' in form
    ]

    actions = ["judge", "draft", "remove", "?"]
    assert all(any(f"/{action}" in form for form in forms) for action in actions)
    assert all("csrfmiddlewaretoken" in form for form in forms)


def test_words_chosen_after_emoji_are_cited_where_they_stand(
    editor: Client, snapshot: Snapshot
) -> None:
    start = TEXT.index("11 houses")
    page = address(snapshot, start=start, end=start + len("11 houses were damaged"))
    make_actor("Vyacheslav Gladkov")

    form = opened(editor, page)
    assert form["words-quote"] == "11 houses were damaged"
    assert (form["answer-question"], form["answer-low"]) == ("damage", "11")
    save(editor, page, where__likely="other", where__incident=make_incident().pk)

    citation = Citation.objects.get()
    assert TEXT[citation.start : citation.end] == citation.quote == "11 houses were damaged"


def test_words_are_chosen_by_their_first_and_last(editor: Client, snapshot: Snapshot) -> None:
    form = opened(editor, address(snapshot, first="At least three", last="killed"))

    assert form["words-quote"] == KILLED


def test_words_that_stand_twice_are_offered_to_choose_from(editor: Client) -> None:
    snapshot = make_snapshot(text="One was killed here. One was killed there.")

    page = editor.get(address(snapshot, first="One was", last="killed"))

    assertContains(page, "Which of these?")
    assertContains(page, "start=21&amp;end=35")


def test_a_new_actor_and_a_new_incident_are_made_with_the_claim(
    editor: Client, snapshot: Snapshot
) -> None:
    key = suggested(editor.get(address(snapshot)))["killed"]

    save(
        editor,
        address(snapshot, suggestion=key),
        speaker__name="Vyacheslav Gladkov",
        speaker__kind="local_official",
        speaker__side="russia",
        where__likely="new",
        incident__title="Explosions reported in Belgorod",
        incident__kind="explosion",
    )

    claim = Claim.objects.get()
    assert claim.incident.title == "Explosions reported in Belgorod"
    assert claim.statement.speaker
    assert claim.statement.speaker.names.get().name == "Vyacheslav Gladkov"
    assert SuggestionVerdict.objects.get().verdict == "changed"


def test_accepting_what_lacks_a_speaker_opens_it_and_saves_nothing(
    editor: Client, snapshot: Snapshot
) -> None:
    key = suggested(editor.get(address(snapshot)))["killed"]

    page = editor.post(address(snapshot, "judge/", suggestion=key), {"verdict": "accept"})

    assertContains(page, "Choose who says it, or add a new actor.")
    assert not Claim.objects.exists()
    assert not SuggestionVerdict.objects.exists()


def test_errors_stand_beside_their_fields_and_what_was_typed_stays(
    editor: Client, snapshot: Snapshot
) -> None:
    page = save(
        editor,
        address(snapshot, new=1),
        words__quote="words of another text",
        answer__question="killed",
        answer__text="three killed",
        where__likely="new",
        incident__title="Something",
    )

    assertContains(page, "These words do not stand in this snapshot.")
    assertContains(page, "three killed")
    assert not Claim.objects.exists()
    assert not Statement.objects.exists()
    assert not Incident.objects.exists()


def test_a_claim_recorded_from_another_report_takes_these_words_as_one_more_citation(
    editor: Client, snapshot: Snapshot
) -> None:
    claim = make_claim()
    key = suggested(editor.get(address(snapshot)))["killed"]

    save(editor, address(snapshot, suggestion=key), where__recorded=claim.pk)

    assert Claim.objects.get() == claim
    assert claim.citations.filter(snapshot=snapshot).get().quote == KILLED


def test_a_claim_of_this_text_is_changed_here(editor: Client, snapshot: Snapshot) -> None:
    citation = make_citation(make_claim(cited=False), KILLED, snapshot=snapshot)

    save(editor, address(snapshot, citation=citation.pk), answer__low=4, answer__text="4 killed")

    claim = Claim.objects.get()
    assert (claim.low, claim.text, claim.citations.get()) == (4, "4 killed", citation)
    assert Statement.objects.get() == claim.statement


def test_a_claim_saved_meanwhile_by_somebody_else_is_not_overwritten(
    editor: Client, snapshot: Snapshot
) -> None:
    citation = make_citation(make_claim(cited=False), KILLED, snapshot=snapshot)
    page = address(snapshot, citation=citation.pk)
    mine = opened(editor, page) | {"answer-text": "my answer"}
    Claim.objects.update(text="their answer")

    overtaken = editor.post(page, mine)

    assert overtaken.status_code == 409
    assertContains(overtaken, "<td>their answer</td><td>my answer</td>", html=True, status_code=409)
    assert sent_by(overtaken)["answer-text"] == "my answer"
    assert Claim.objects.get().text == "their answer"
    editor.post(page, mine | {"opened": sent_by(overtaken)["opened"]})
    assert Claim.objects.get().text == "my answer"


def test_a_form_shown_again_or_taken_up_goes_on_from_what_its_editor_saw(
    editor: Client, snapshot: Snapshot
) -> None:
    citation = make_citation(make_claim(cited=False), KILLED, snapshot=snapshot)
    page = address(snapshot, citation=citation.pk)
    mine = opened(editor, page) | {"answer-text": "my answer", "answer-low": "x"}
    editor.post(page.replace("/?", "/draft/?"), mine)
    Claim.objects.update(text="their answer")

    shown_again = editor.post(page, mine)
    taken_up = editor.get(address(snapshot, draft=ClaimDraft.objects.get().pk))

    for form in (shown_again, taken_up):
        mended = sent_by(form) | {"answer-low": "3"}
        assert mended["answer-text"] == "my answer"
        assert editor.post(page, mended).status_code == 409
    assert Claim.objects.get().text == "their answer"


def test_a_suggestion_that_somebody_dealt_with_is_not_accepted_twice(
    editor: Client, snapshot: Snapshot
) -> None:
    speaker = make_actor("Vyacheslav Gladkov")
    claim = make_claim(cited=False, question="cause", statement=make_statement(speaker=speaker))
    make_citation(claim, "At least", snapshot=snapshot)
    key = suggested(editor.get(address(snapshot)))["killed"]
    accept = {"verdict": "accept"}

    editor.post(address(snapshot, "judge/", suggestion=key), accept)
    again = editor.post(address(snapshot, "judge/", suggestion=key), accept, follow=True)

    assertContains(again, "Somebody has dealt with that suggestion already")
    assert Claim.objects.filter(question="killed").count() == 1


def test_the_same_utterance_from_another_outlet_is_offered_before_it_is_entered_twice(
    editor: Client, snapshot: Snapshot
) -> None:
    speaker = make_actor("Vyacheslav Gladkov")
    claim = make_claim(statement=make_statement(speaker=speaker))
    key = suggested(editor.get(address(snapshot)))["killed"]
    page = address(snapshot, suggestion=key)

    assertContains(editor.get(page), "The same: cite these words for it")
    save(editor, page, where__recorded=claim.pk)

    assert Claim.objects.get() == claim
    assert claim.citations.count() == 2


def test_an_utterance_recognised_by_what_was_typed_is_offered_once(
    editor: Client, snapshot: Snapshot
) -> None:
    claim = make_claim(statement=make_statement(speaker=make_actor("The regional office")))
    key = suggested(editor.get(address(snapshot)))["killed"]
    page = address(snapshot, suggestion=key)
    chosen = {"statement__speaker": claim.statement.speaker_id, "where__likely": claim.incident_id}

    asked = save(editor, page, **chosen)
    assertContains(asked, "The same: cite these words for it")
    assert Claim.objects.count() == 1
    save(editor, page, **chosen, seen=sent_by(asked)["seen"])

    assert Claim.objects.count() == 2


def test_a_new_incident_is_shown_beside_those_that_resemble_it_before_it_is_saved(
    editor: Client, snapshot: Snapshot
) -> None:
    make_actor("Vyacheslav Gladkov")
    incident = make_incident(place=make_place("Belgorod", latitude=50.6, longitude=36.6))
    key = suggested(editor.get(address(snapshot)))["killed"]
    page = address(snapshot, suggestion=key)
    new = {"where__likely": "new", "incident__title": "Another", "incident__kind": "explosion"}

    asked = save(editor, page, **new)

    assertContains(asked, "The same: put the claim there")
    assert Incident.objects.get() == incident


def test_removing_a_claim_deletes_it_with_a_statement_that_held_no_other(
    editor: Client, snapshot: Snapshot
) -> None:
    citation = make_citation(make_claim(cited=False), KILLED, snapshot=snapshot)

    assertContains(editor.get(address(snapshot, remove=citation.pk)), "Remove it")
    assert Claim.objects.exists()
    editor.post(address(snapshot, "remove/", remove=citation.pk))

    assert not Claim.objects.exists()
    assert not Statement.objects.exists()


def test_removing_a_claim_that_readers_have_seen_leaves_it_out_of_the_next_version(
    editor: Client,
) -> None:
    citation = Citation.objects.get(claim__incident=make_published())

    editor.post(address(citation.snapshot, "remove/", remove=citation.pk))

    assert Claim.objects.get().left_out
    assert Citation.objects.get() == citation


def test_removing_a_claim_that_others_carry_takes_these_words_only(
    editor: Client, snapshot: Snapshot
) -> None:
    claim = make_claim()
    citation = make_citation(claim, KILLED, snapshot=snapshot)

    editor.post(address(snapshot, "remove/", remove=citation.pk))

    assert claim.citations.count() == 1
    assert not claim.citations.filter(snapshot=snapshot).exists()


def test_what_is_typed_is_kept_and_given_back_unchecked(editor: Client, snapshot: Snapshot) -> None:
    start = TEXT.index(KILLED)
    page = address(snapshot, start=start, end=start + len(KILLED))
    typed = opened(editor, page) | {"answer-text": "half a tho", "answer-low": "x"}

    editor.post(page.replace("/?", "/draft/?"), typed)
    offer = editor.get(address(snapshot))
    assertContains(offer, "You have an unsaved claim from")
    kept = ClaimDraft.objects.get()
    taken_up = editor.get(address(snapshot, draft=kept.pk))

    assert sent_by(taken_up)["answer-text"] == "half a tho"
    assertNotContains(taken_up, "Enter a whole number")
    assert not Claim.objects.exists()


def test_another_editors_draft_is_theirs_alone(editor: Client, snapshot: Snapshot) -> None:
    editor.post(address(snapshot, "draft/", new=1), {"words-quote": "mine"})
    other = Client()
    log_in(other, make_editor("other"))

    assertNotContains(other.get(address(snapshot)), "unsaved claim")


def test_drafts_are_bounded_in_size_and_number(
    editor: Client, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    too_long = {"words-quote": "x" * (ClaimDraft.LONGEST + 1)}
    assert editor.post(address(snapshot, "draft/"), too_long).status_code == 413

    monkeypatch.setattr(ClaimDraft, "MOST_OF_ONE_EDITOR", 2)
    for start in range(3):
        editor.post(address(snapshot, "draft/", start=start), {"words-quote": str(start)})

    assert [draft.words for draft in ClaimDraft.objects.all()] == ["2", "1"]


def test_saving_the_claim_forgets_its_draft(editor: Client, snapshot: Snapshot) -> None:
    key = suggested(editor.get(address(snapshot)))["killed"]
    page = address(snapshot, suggestion=key)
    editor.post(page.replace("/?", "/draft/?"), {"words-quote": "typed"})

    save(editor, page, where__likely="other", where__incident=make_incident().pk)

    assert not ClaimDraft.objects.exists()


JUNK = ["\0", "1" + "0" * 30, "9999-12-31"]


@pytest.mark.parametrize("junk", JUNK, ids=lambda junk: repr(junk[:9]))
def test_no_value_of_the_form_is_an_error_of_ours(
    editor: Client, snapshot: Snapshot, junk: str
) -> None:
    citation = make_citation(make_claim(cited=False), KILLED, snapshot=snapshot)
    editor.raise_request_exception = False
    page = address(snapshot, citation=citation.pk)
    form = opened(editor, page)
    new = form | {"where-likely": "new", "where-statement": "", "incident-title": "A title"}
    bodies = [dict.fromkeys(form, junk), new | {"answer-low": junk, "incident-place": junk}, {}]

    statuses = [editor.post(page, body).status_code for body in bodies]

    assert max(statuses) < 500
    assert Claim.objects.get().text == "at least 3 killed"


@pytest.mark.parametrize("junk", ["\0", "1" + "0" * 30])
def test_no_address_is_an_error_of_ours(editor: Client, snapshot: Snapshot, junk: str) -> None:
    editor.raise_request_exception = False
    names = ("snapshot", "suggestion", "citation", "start", "first", "draft", "remove")
    page = f"/admin/annotate/{snapshot.source_id}/"
    asked = dict.fromkeys((*names, "end", "last"), junk)

    statuses = [editor.get(page, {name: junk, "end": junk}).status_code for name in names]
    statuses += [
        editor.post(page + verb, {"verdict": junk}, query_params=asked).status_code
        for verb in ("", "judge/", "draft/", "remove/")
    ]

    assert max(statuses) < 500


def test_a_viewer_sees_the_text_and_changes_nothing(
    editor: Client, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = {"view": ["sources.source", "sources.snapshot", "incidents.claim"]}
    monkeypatch.setitem(TABLE, Role.EDITOR, looks)
    citation = make_citation(make_claim(cited=False), KILLED, snapshot=snapshot)
    page = address(snapshot, remove=citation.pk, new=1)

    assertContains(editor.get(page), "Claims recorded from this text: 1")
    assertNotContains(editor.get(page), "claim-form")
    for verb in ("", "judge/", "draft/", "remove/"):
        sent = {"verdict": "reject"}
        assert editor.post(page.replace("/?", f"/{verb}?"), sent).status_code == 403
    assert Claim.objects.exists()


def test_who_may_not_see_sources_does_not_see_the_screen(
    editor: Client, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(TABLE, Role.EDITOR, {"view": ["incidents.claim"]})

    assert editor.get(address(snapshot)).status_code == 403


def test_the_page_asks_the_same_questions_for_many_claims_as_for_few(
    editor: Client,
    snapshot: Snapshot,
    django_assert_max_num_queries: Any,
    django_assert_num_queries: Any,
) -> None:
    def add(number: int) -> None:
        incident = make_incident(place=make_place(f"Town {number}"))
        statement = make_statement(speaker=make_actor(f"Speaker {number}"))
        claim = make_claim(cited=False, incident=incident, statement=statement)
        make_citation(claim, KILLED, snapshot=snapshot)

    add(1)
    # Some are the desk's own: session, account, role, second factor.
    with django_assert_max_num_queries(16) as asked:
        editor.get(address(snapshot))
    for number in range(2, 12):
        add(number)
    with django_assert_num_queries(len(asked)):
        editor.get(address(snapshot))
