"""No save on the desk goes over what its editor has not seen, and nobody's text is lost."""

from collections.abc import Callable

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.roles import Role, give, role_of
from accounts.tests.logging_in import log_in
from incidents.admin.incidents import IncidentAdmin
from incidents.models import Actor, ActorName, Citation, Claim, Incident, Place
from incidents.tests.admin_form import fill_in, sent_by
from incidents.tests.factories import (
    make_actor,
    make_administrator,
    make_citation,
    make_claim,
    make_editor,
    make_incident,
    make_relation,
    make_snapshot,
    make_source,
)
from sources.models import Source, SourceLink

pytestmark = pytest.mark.django_db

INCIDENTS = "/admin/incidents/incident/"


@pytest.fixture
def editor(client: Client) -> Client:
    log_in(client, make_administrator())
    return client


def page_of(row: Model) -> str:
    return f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/change/"


def test_a_second_save_shows_both_texts_and_keeps_one_s_own(editor: Client) -> None:
    incident = make_incident(title="Blasts")
    mine = sent_by(editor.get(page_of(incident))) | {"title": "My title"}
    fill_in(editor, page_of(incident), {"title": "Their title", "place_note": "Mayak"})

    refused = editor.post(page_of(incident), mine)

    assertContains(refused, "this was changed after you opened it", status_code=409)
    assertContains(refused, "<td>Their title</td><td>My title</td><td>both</td>", 1, 409, html=True)
    assertContains(
        refused, "<td>Mayak</td><td>nothing</td><td>another editor</td>", 1, 409, html=True
    )
    assertContains(refused, "Last logged change: administrator", status_code=409)
    kept = sent_by(refused)
    assert (kept["title"], kept["place_note"]) == ("My title", "Mayak")
    incident.refresh_from_db()
    assert incident.title == "Their title"


def test_every_form_of_the_desk_carries_its_mark(editor: Client) -> None:
    claim = make_claim()
    make_relation(claim, make_claim(incident=claim.incident))
    SourceLink.objects.create(source=make_source(), target=make_source(), kind="quotes")
    screens = {model: model._default_manager.first() for model in admin.site._registry}
    forms = {model: editor.get(page_of(row)) for model, row in screens.items() if row}
    sent = {
        model: sent_by(form) for model, form in forms.items() if b'name="_save"' in form.content
    }

    assert {Incident, Actor, Claim, Place, Source, User} <= sent.keys()
    assert [model for model, controls in sent.items() if "opened" not in controls] == []


def test_saving_again_replaces_what_was_shown_and_nothing_newer(editor: Client) -> None:
    incident = make_incident(title="Blasts")
    mine = sent_by(editor.get(page_of(incident))) | {"title": "My title"}
    Incident.objects.update(title="Their title")
    shown = sent_by(editor.post(page_of(incident), mine))
    Incident.objects.update(title="A third title")

    again = editor.post(page_of(incident), shown)

    assertContains(again, "A third title", status_code=409)
    assertRedirects(editor.post(page_of(incident), sent_by(again)), INCIDENTS)
    incident.refresh_from_db()
    assert incident.title == "My title"


def test_what_only_the_other_editor_changed_is_not_put_back(editor: Client) -> None:
    incident = make_incident(title="Blasts", summary="One.")
    mine = sent_by(editor.get(page_of(incident))) | {"title": "My title"}
    Incident.objects.update(summary="Two.")

    editor.post(page_of(incident), sent_by(editor.post(page_of(incident), mine)))

    incident.refresh_from_db()
    assert (incident.title, incident.summary) == ("My title", "Two.")


def test_a_change_that_the_form_does_not_show_is_no_conflict(editor: Client) -> None:
    claim = make_claim()
    page = page_of(claim.incident)
    mine = sent_by(editor.get(page)) | {"title": "My title"}
    Claim.objects.update(text="at least three killed")

    assertRedirects(editor.post(page, mine), INCIDENTS)


@pytest.mark.parametrize("mark", ["", "{}", "\0", "[" * 9999, '{"": {"1": 7}}', '{"": 1}', "null"])
def test_a_form_without_a_mark_of_ours_saves_nothing(editor: Client, mark: str) -> None:
    incident = make_incident(title="Blasts")

    refused = fill_in(editor, page_of(incident), {"title": "My title", "opened": mark})

    assert refused.status_code == 409
    assert sent_by(refused)["title"] == "My title"
    incident.refresh_from_db()
    assert incident.title == "Blasts"


def test_text_that_cannot_be_read_is_kept_letter_by_letter(editor: Client) -> None:
    incident = make_incident()
    mine = sent_by(editor.get(page_of(incident))) | {"earliest_0": "3 July", "earliest_1": "noon"}
    Incident.objects.update(title="Their title")

    refused = editor.post(page_of(incident), mine)

    assertContains(refused, "<td>3 July noon</td>", status_code=409, html=True)
    kept = sent_by(refused)
    assert (kept["earliest_0"], kept["earliest_1"]) == ("3 July", "noon")


def add_citation(claim: Claim) -> None:
    make_citation(claim, "Three people", snapshot=make_snapshot(text="Three people were killed."))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda claim: claim.citations.update(printed_role="mayor"), "mayor"),
        (lambda claim: claim.citations.all().delete(), "Deleted meanwhile."),
        (add_citation, "Added meanwhile."),
    ],
    ids=["changed", "deleted", "added"],
)
def test_another_s_change_of_a_row_is_a_conflict_too(
    editor: Client, change: Callable[[Claim], object], told: str
) -> None:
    claim = make_claim()
    mine = sent_by(editor.get(page_of(claim))) | {"text": "three killed"}
    change(claim)
    left = claim.citations.count()

    refused = editor.post(page_of(claim), mine)

    assertContains(refused, told, status_code=409)
    editor.post(page_of(claim), sent_by(refused))
    claim.refresh_from_db()
    assert (claim.text, claim.citations.count()) == ("three killed", left)


def test_a_row_that_i_changed_and_another_deleted_comes_again(editor: Client) -> None:
    claim = make_claim()
    mine = sent_by(editor.get(page_of(claim))) | {"citations-0-printed_role": "mayor"}
    Citation.objects.all().delete()

    shown = sent_by(editor.post(page_of(claim), mine))
    assert shown["citations-INITIAL_FORMS"] == "0"
    editor.post(page_of(claim), shown)

    assert [one.printed_role for one in claim.citations.all()] == ["mayor"]


def test_rows_that_i_added_or_marked_are_kept_beside_those_of_another(editor: Client) -> None:
    actor = make_actor("Vyacheslav Gladkov", ["Гладков", "Hladkov"])
    mine = sent_by(editor.get(page_of(actor)))
    number = {mine[f"names-{index}-name"]: index for index in range(3)}
    mine |= {f"names-{number['Hladkov']}-DELETE": "on", "names-3-name": "Gladkow"}
    ActorName.objects.create(actor=actor, name="Гладкаў")

    editor.post(page_of(actor), sent_by(editor.post(page_of(actor), mine)))

    assert set(actor.names.values_list("name", flat=True)) == {
        "Vyacheslav Gladkov",
        "Гладков",
        "Гладкаў",
        "Gladkow",
    }


def test_what_was_deleted_under_one_s_form_can_be_made_anew(editor: Client) -> None:
    claim = make_claim()
    mine = sent_by(editor.get(page_of(claim))) | {"text": "three killed"}
    claim.delete()

    gone = editor.post(page_of(claim), mine)

    assertContains(gone, "this was deleted after you opened it", status_code=410)
    assertContains(gone, 'action="/admin/incidents/claim/add/"', status_code=410)
    editor.post("/admin/incidents/claim/add/", sent_by(gone))
    made = Claim.objects.get()
    assert (made.text, made.citations.count()) == ("three killed", 1)


def test_who_may_not_make_it_anew_can_copy_what_was_typed(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_in(client, make_editor())
    incident = make_incident()
    monkeypatch.setattr(IncidentAdmin, "has_add_permission", lambda *_: False)
    mine = sent_by(client.get(page_of(incident))) | {"title": "My title"}
    incident.delete()

    gone = client.post(page_of(incident), mine)

    assertContains(gone, "<dd>My title</dd>", status_code=410, html=True)
    assertNotContains(gone, 'name="title"', status_code=410)


def test_a_role_given_meanwhile_is_not_taken_back(client: Client) -> None:
    log_in(client, make_administrator())
    colleague = make_editor("colleague")
    mine = sent_by(client.get(page_of(colleague))) | {"first_name": "Olena"}
    give(colleague, Role.REVIEWER)

    refused = client.post(page_of(colleague), mine)

    assertContains(
        refused, "<td>reviewer</td><td>editor</td><td>another editor</td>", 1, 409, html=True
    )
    client.post(page_of(colleague), sent_by(refused))
    colleague.refresh_from_db()
    assert (colleague.first_name, role_of(colleague)) == ("Olena", Role.REVIEWER)


def test_twins_in_one_submit_are_refused_and_kept(editor: Client) -> None:
    snapshot = make_snapshot()
    claim = make_claim(cited=False)
    twins = {"citations-TOTAL_FORMS": "2", "text": "Four killed"} | {
        f"citations-{number}-{name}": value
        for number in (0, 1)
        for name, value in {"snapshot": str(snapshot.pk), "quote": "three people"}.items()
    }

    refused = fill_in(editor, page_of(claim), twins)

    assertContains(refused, "Nothing is saved: the database refused it", status_code=409)
    kept = sent_by(refused)
    assert kept["text"] == "Four killed"
    assert kept["citations-0-quote"] == kept["citations-1-quote"] == "three people"
    claim.refresh_from_db()
    assert (claim.text, claim.citations.count()) == ("at least 3 killed", 0)


@pytest.mark.parametrize("action", ["page", "list"])
def test_nothing_is_deleted_that_the_page_did_not_show(editor: Client, action: str) -> None:
    source = make_source(title="Report")
    if action == "page":
        page, confirm = f"/admin/sources/source/{source.pk}/delete/", {"post": "yes"}
        shown = editor.get(page)
    else:
        page = "/admin/sources/source/"
        chosen = {"action": "delete_selected", "_selected_action": str(source.pk)}
        confirm = chosen | {"post": "yes"}
        shown = editor.post(page, chosen)
    SourceLink.objects.create(source=source, target=make_source(), kind="quotes")

    refused = editor.post(page, sent_by(shown))

    assertContains(refused, "Nothing is deleted", status_code=409)
    assert Source.objects.filter(pk=source.pk).exists()
    assert editor.post(page, confirm).status_code == 409
    editor.post(page, sent_by(refused))
    assert not Source.objects.filter(pk=source.pk).exists()


def test_no_list_is_edited_in_place() -> None:
    assert [screen for screen in admin.site._registry.values() if screen.list_editable] == []


def test_a_form_of_thirty_rows_asks_as_many_questions_as_one_of_three(
    editor: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    few = make_actor("Gladkov", ["Hladkov", "Гладков"])
    many = make_actor("Gladkov", [f"Gladkov {number}" for number in range(29)])
    editor.get(page_of(few))
    with CaptureQueriesContext(connection) as asked:
        editor.get(page_of(few))
    with django_assert_num_queries(len(asked)):
        editor.get(page_of(many))
