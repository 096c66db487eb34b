"""Every form and action of the admin answers whatever is sent to it."""

import re
from collections.abc import Iterable

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from pytest_django.asserts import assertContains

from accounts.tests.logging_in import log_in
from incidents.admin.statements import ClaimInline
from incidents.models import Incident
from incidents.record.publish import publish
from incidents.tests.admin_form import sent_by
from incidents.tests.factories import (
    make_administrator,
    make_citation,
    make_claim,
    make_incident,
    make_relation,
    make_snapshot,
    make_source,
)
from sources.admin.desk import DeskInline

pytestmark = pytest.mark.django_db

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
JUNK = ["\0", "abc", "1" + "0" * 30, "-1", "²", "nan", "0001-01-01", "9999-12-31", "1" * 5000]
# Sent in place of a management form's numbers.
COUNTS = ["", "\0", "-1", "1" + "0" * 30, "3"]


@pytest.fixture
def editor(client: Client) -> Client:
    log_in(client, make_administrator())
    claim = make_claim()
    make_relation(claim, make_claim(incident=claim.incident))
    publish(claim.incident)
    make_incident()
    return client


def screen(model: type[Model]) -> str:
    return f"/admin/{model._meta.app_label}/{model._meta.model_name}/"


def pages(model: type[Model]) -> Iterable[str]:
    """The addresses of the model's forms: for a new row and for one that exists."""
    yield f"{screen(model)}add/"
    row = model._default_manager.first()
    if row is not None:
        yield f"{screen(model)}{row.pk}/change/"


def failures(editor: Client, page: str, bodies: dict[str, dict[str, str]]) -> dict[str, int]:
    """Those of `bodies` that are answered with an error of ours, by name."""
    editor.raise_request_exception = False
    answers = {name: editor.post(page, body).status_code for name, body in bodies.items()}
    return {name: status for name, status in answers.items() if status >= 500}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.model_name)
def test_no_value_of_a_form_is_an_error_of_ours(editor: Client, model: type[Model]) -> None:
    for page in pages(model):
        form = editor.get(page)
        if form.status_code == 403:
            continue
        sent = sent_by(form)
        # A mark that is junk would keep all else from being looked at.
        every = {name for name in sent if not name.endswith("_FORMS")} - {"opened"}
        chosen = set(re.findall(r'<select name="([^"]+)"', form.content.decode())) & every
        bodies = {
            f"{junk[:9]} {kind}": sent | dict.fromkeys(names, junk)
            for junk in JUNK
            for kind, names in (("everywhere", every), ("chosen", chosen))
        }

        assert failures(editor, page, bodies) == {}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.model_name)
def test_no_count_of_inline_rows_is_an_error_of_ours(
    editor: Client, model: type[Model], monkeypatch: pytest.MonkeyPatch
) -> None:
    # As many as may be take seconds to draw, each time; the next test draws them.
    for inlines in (DeskInline, ClaimInline):
        monkeypatch.setattr(inlines, "max_num", 5)
    for page in pages(model):
        form = editor.get(page)
        if form.status_code == 403:
            continue
        sent = sent_by(form)
        counts = {name for name in sent if name.endswith(("-TOTAL_FORMS", "-INITIAL_FORMS"))}
        bodies = {
            f"{name}={value}": sent | {name: value} for name in counts for value in COUNTS
        } | {
            f"no {name}": {key: value for key, value in sent.items() if key != name}
            for name in sent
            if name in counts or name.endswith("-id")
        }

        assert failures(editor, page, bodies) == {}


@pytest.mark.parametrize(
    ("page", "rows", "limit"),
    [("incidents/actor", "names", 200), ("incidents/statement", "claims", 50)],
)
def test_a_count_beyond_all_measure_draws_as_many_inline_rows_as_there_may_be(
    editor: Client, page: str, rows: str, limit: int
) -> None:
    page = f"/admin/{page}/add/"

    response = editor.post(page, sent_by(editor.get(page)) | {f"{rows}-TOTAL_FORMS": COUNTS[3]})

    (inline,) = response.context["inline_admin_formsets"]
    assert len(inline.formset.forms) == limit


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.model_name)
def test_no_choice_of_rows_is_an_error_of_ours(editor: Client, model: type[Model]) -> None:
    actions = ["delete_selected", "publish", "merge", "zzz", "\0", ""]
    bodies = {
        f"{action} {junk[:9]}{more}": {"action": action, "_selected_action": junk} | more
        for junk in [*JUNK, "1", ""]
        for action, more in [
            *((action, {}) for action in actions),
            ("delete_selected", {"index": junk}),
            ("delete_selected", {"index": "0", "post": "yes", "select_across": junk}),
        ]
    }

    assert failures(editor, screen(model), bodies) == {}


def test_a_choice_that_is_no_row_is_said(editor: Client) -> None:
    response = editor.post(
        "/admin/incidents/incident/",
        {"action": "delete_selected", "_selected_action": ["abc"], "post": "yes"},
        follow=True,
    )

    assertContains(response, "What was chosen are no rows of this list.")


@pytest.mark.parametrize("junk", JUNK, ids=lambda junk: repr(junk[:9]))
def test_merging_into_what_is_no_incident_is_said(editor: Client, junk: str) -> None:
    page = f"/admin/incidents/incident/{make_incident().pk}/merge/"

    response = editor.post(page, {"note": "One event.", "into": junk})

    assert list(response.context["form"].errors) == ["into"]


def test_a_junk_key_is_an_error_beside_the_field(editor: Client) -> None:
    incident = make_incident()
    page = f"/admin/incidents/incident/{incident.pk}/change/"

    response = editor.post(page, sent_by(editor.get(page)) | {"place": "abc"})

    assertContains(response, "Select a valid choice.")
    assert Incident.objects.get(pk=incident.pk).place == incident.place


@pytest.mark.parametrize("kind", ["quotes", "republishes"])
def test_a_source_linked_to_itself_is_refused_in_words(editor: Client, kind: str) -> None:
    source = make_source()
    page = f"/admin/sources/source/{source.pk}/change/"
    link = {"links-TOTAL_FORMS": "1", "links-0-kind": kind, "links-0-target": str(source.pk)}

    response = editor.post(page, sent_by(editor.get(page)) | link)

    assertContains(response, "A source cannot stand in a relation to itself.")


def test_a_citation_that_is_there_already_is_refused_in_words(editor: Client) -> None:
    citation = make_citation(make_claim(cited=False))
    page = f"/admin/incidents/claim/{citation.claim_id}/change/"
    again = {
        "citations-TOTAL_FORMS": "2",
        "citations-1-snapshot": str(citation.snapshot_id),
        "citations-1-quote": citation.quote,
    }

    response = editor.post(page, sent_by(editor.get(page)) | again)

    assertContains(response, "Constraint “citation_once” is violated.")
    assert citation.claim.citations.count() == 1


def test_the_same_text_captured_twice_is_refused_beside_the_text(editor: Client) -> None:
    snapshot = make_snapshot()
    page = f"/admin/sources/source/{snapshot.source_id}/change/"
    again = {
        "snapshots-TOTAL_FORMS": "2",
        "snapshots-1-kind": "precis",
        "snapshots-1-language": "en",
        "snapshots-1-text": snapshot.text,
    }

    response = editor.post(page, sent_by(editor.get(page)) | again)

    assertContains(response, "This source already has a snapshot with this very text.")
