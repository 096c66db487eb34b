from datetime import UTC, datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.tests.logging_in import log_in
from incidents.models import Claim, Incident, Version
from incidents.record.publish import publish
from incidents.tests.admin_form import answers, fill_in, sent_by
from incidents.tests.factories import (
    make_citation,
    make_claim,
    make_incident,
    make_place,
    make_reviewer,
    make_snapshot,
    make_source,
    make_statement,
)

pytestmark = pytest.mark.django_db

LIST = "/admin/incidents/incident/"


@pytest.fixture
def editor(client: Client) -> Client:
    log_in(client, make_reviewer())
    return client


def page_of(incident: Incident) -> str:
    return f"{LIST}{incident.pk}/change/"


def form_of(incident: Incident, **changes: str) -> dict[str, str]:
    """What a browser sends for the incident's own form."""
    incident.refresh_from_db()
    return {
        "kind": incident.kind,
        "title": incident.title,
        "summary": incident.summary,
        "language": incident.language,
        "earliest_0": "2022-07-03",
        "earliest_1": "03:00:00",
        "latest_0": "2022-07-03",
        "latest_1": "04:00:00",
        "precision": incident.precision,
        "zone": incident.zone,
        "place": str(incident.place_id),
        "place_precision": incident.place_precision,
        "place_note": incident.place_note,
        "parent": "",
    } | changes


def published(**fields: str) -> Incident:
    incident = make_claim(incident=make_incident(**fields)).incident
    publish(incident)
    incident.refresh_from_db()
    return incident


def test_the_page_says_in_words_what_blocks_publishing(editor: Client) -> None:
    incident = make_incident(earliest=None, latest=None)

    response = editor.get(page_of(incident))

    assertContains(response, "What stands before publishing")
    assertContains(response, '<a href="#claims-group">It has no claim.</a>', html=True)
    assertContains(response, '<a href="#id_earliest_0">It has no time')
    assertContains(response, 'id="id_earliest_0"')
    assertContains(response, 'id="claims-group"')


def test_what_blocks_publishing_stands_beside_the_field_too(editor: Client) -> None:
    incident = make_incident(earliest=None, latest=None)

    response = editor.get(page_of(incident))

    assertContains(response, '<span class="blocks-publishing">Blocks publishing: It has no time')


def test_a_fault_elsewhere_links_to_the_field_of_the_row_that_has_it(editor: Client) -> None:
    incident = make_incident()
    undated = make_source(published_at=None)
    claim = make_claim(incident=incident, statement=make_statement(speaker=None), cited=False)
    bare = make_claim(incident=incident, cited=False)
    make_citation(claim, "killed", snapshot=make_snapshot(source=undated, text="Three killed."))

    response = editor.get(page_of(incident))

    statement = f"/admin/incidents/statement/{claim.statement_id}/change/#id_speaker"
    assertContains(response, f'href="{statement}"')
    assertContains(response, f'href="/admin/incidents/claim/{bare.pk}/change/#citations-group"')
    assertContains(response, f'href="/admin/sources/source/{undated.pk}/change/#id_published_at_0"')


def test_a_complete_incident_is_blocked_by_nothing(editor: Client) -> None:
    response = editor.get(page_of(make_claim().incident))

    assertNotContains(response, "checklist-blocks")
    assertContains(response, "Every claim is cited")
    assertContains(response, "All of it rests on one outlet, Outlet")
    assertContains(response, "Draft: readers do not see it.")


def test_a_published_incident_links_to_its_page_and_version(editor: Client) -> None:
    incident = published(title="Explosions in Belgorod")

    response = editor.get(page_of(incident))

    assertContains(response, f'href="/incidents/{incident.public_id}/explosions-in-belgorod/"')
    assertContains(response, '<a href="/admin/incidents/version/1/change/">version 1</a>')
    assertNotContains(response, "unpublished changes")


def test_a_change_after_publishing_shows_as_unpublished(editor: Client) -> None:
    incident = published()
    Claim.objects.update(text="at least three killed")

    assertContains(editor.get(page_of(incident)), "There are unpublished changes.")
    assertContains(editor.get(LIST, {"lacking": "publication"}), incident.title)


def test_the_claims_are_listed_with_their_statements(editor: Client) -> None:
    claim = make_claim()

    response = editor.get(page_of(claim.incident))

    assertContains(response, "Killed: at least 3 killed")
    assertContains(response, f'href="/admin/incidents/claim/{claim.pk}/change/"')
    statement = f"/admin/incidents/statement/{claim.statement_id}/change/"
    assertContains(response, f'href="{statement}?incident={claim.incident_id}"')
    assertContains(response, "Vyacheslav Gladkov, 03 Jul 2022")


def test_add_claim_leads_to_a_statement_form_about_the_incident(editor: Client) -> None:
    incident = make_incident()

    assertContains(
        editor.get(page_of(incident)),
        f'href="/admin/incidents/statement/add/?incident={incident.pk}"',
    )
    form = editor.get("/admin/incidents/statement/add/", {"incident": incident.pk})
    assertContains(
        form, f'<option value="{incident.pk}" selected>{incident.title}</option>', html=True
    )


def test_saving_an_open_incident_writes_it(editor: Client) -> None:
    incident = make_incident()

    response = fill_in(editor, page_of(incident), form_of(incident, title="Blasts in Belgorod"))

    assertRedirects(response, LIST)
    incident.refresh_from_db()
    assert incident.title == "Blasts in Belgorod"


def test_saving_does_not_undo_a_publication_that_came_between(
    editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    incident = make_claim().incident
    form = form_of(incident, title="Blasts in Belgorod")
    whole_clean = Incident.clean

    def publish_meanwhile(self: Incident) -> None:
        whole_clean(self)
        publish(Incident.objects.get(pk=incident.pk))

    monkeypatch.setattr(Incident, "clean", publish_meanwhile)
    fill_in(editor, page_of(incident), form)

    incident.refresh_from_db()
    assert incident.state == Incident.State.PUBLISHED
    assert incident.has_unpublished_changes


def test_a_draft_can_be_deleted(editor: Client) -> None:
    incident = make_incident()

    fill_in(editor, f"{LIST}{incident.pk}/delete/", {"post": "yes"})

    assert not Incident.objects.exists()


def test_a_published_incident_cannot_be_deleted_alone(editor: Client) -> None:
    incident = published()

    assert editor.get(f"{LIST}{incident.pk}/delete/").status_code == 403
    assertNotContains(editor.get(page_of(incident)), 'class="deletelink"')


def test_deleting_several_stops_in_words_at_a_published_one(editor: Client) -> None:
    incident, draft = published(title="Blasts in Belgorod"), make_incident()

    response = editor.post(
        LIST,
        {"action": "delete_selected", "_selected_action": [incident.pk, draft.pk], "post": "yes"},
        follow=True,
    )

    assertContains(response, "“Blasts in Belgorod” was published, so it cannot be deleted")
    assert Incident.objects.count() == 2


def test_deleting_works_on_a_filtered_list(editor: Client) -> None:
    make_incident()

    chosen = {"action": "delete_selected", "_selected_action": [Incident.objects.get().pk]}
    asked = editor.post(f"{LIST}?lacking=claim", chosen)

    editor.post(f"{LIST}?lacking=claim", sent_by(asked))

    assert not Incident.objects.exists()


@pytest.mark.parametrize(
    ("lacking", "title"),
    [
        ("claim", "No claim"),
        ("citation", "No citation"),
        ("place", "No place"),
        ("time", "No time"),
    ],
)
def test_the_list_finds_what_is_left_to_do(editor: Client, lacking: str, title: str) -> None:
    make_incident(title="No claim")
    make_claim(incident=make_incident(title="No citation"), cited=False)
    make_claim(incident=make_incident(title="No place", place=None))
    make_claim(incident=make_incident(title="No time", earliest=None, latest=None))

    shown = editor.get(LIST, {"lacking": lacking}).context["cl"].result_list

    assert [incident.title for incident in shown] == [title]


def test_a_filter_value_that_does_not_exist_is_said_and_dropped(editor: Client) -> None:
    response = editor.get(LIST, {"lacking": "sense"}, follow=True)

    assertContains(response, "cannot be looked up; it was dropped")


def test_the_list_asks_as_many_questions_for_thirty_incidents_as_for_three(
    editor: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(3):
        make_claim()
    with CaptureQueriesContext(connection) as few:
        assert len(editor.get(LIST).context["cl"].result_list) == 3
    for _ in range(27):
        make_claim()
    with django_assert_num_queries(len(few)):
        assert len(editor.get(LIST).context["cl"].result_list) == 30


def test_the_search_finds_titles(editor: Client) -> None:
    make_incident(title="Blasts in Belgorod")
    make_incident(title="Strike on Serhiivka")

    shown = editor.get(LIST, {"q": "belgorod"}).context["cl"].result_list

    assert [incident.title for incident in shown] == ["Blasts in Belgorod"]


def test_an_interval_that_ends_before_it_starts_is_said(editor: Client) -> None:
    incident = make_incident()

    response = fill_in(editor, page_of(incident), form_of(incident, latest_0="2022-07-01"))

    assertContains(response, "The latest is before the earliest, or one is missing.")


def test_a_new_incident_can_be_entered(editor: Client) -> None:
    elsewhere = make_place("Serhiivka")
    form = form_of(make_incident(), title="Strike on Serhiivka", place=str(elsewhere.pk))

    response = editor.post(f"{LIST}add/", form)

    assertRedirects(response, LIST)
    added = Incident.objects.get(title="Strike on Serhiivka")
    assert added.state == Incident.State.DRAFT
    assert added.earliest == datetime(2022, 7, 3, tzinfo=UTC)


def test_the_first_publication_is_logged_and_needs_no_note(editor: Client) -> None:
    incident = make_claim().incident

    response = fill_in(editor, f"{LIST}{incident.pk}/publish/", answers(incident), follow=True)

    assertContains(response, f"“{incident}” is published as version 1.")
    assert LogEntry.objects.get().get_change_message() == (
        f"“{incident}” is published as version 1."
    )
    assert Version.objects.get().kind == Version.Kind.PUBLISHED


def test_an_incident_that_resembles_another_is_shown_beside_it_before_it_is_saved(
    editor: Client,
) -> None:
    there = make_incident(title="Blasts over <Belgorod>")
    new = form_of(there, title="Explosions again", kind="strike", summary="As typed")

    shown = editor.post(f"{LIST}add/", new)

    assertContains(shown, "Nothing is saved yet: the incidents listed below resemble this one.")
    assertContains(shown, "Blasts over &lt;Belgorod&gt;")
    assertContains(shown, "same place, same day, like kind")
    assertContains(shown, "As typed")
    assertContains(shown, 'value="Save anyway"')
    assert Incident.objects.get() == there

    editor.post(f"{LIST}add/", new | {"similar_seen": str(there.pk)})

    assert Incident.objects.filter(title="Explosions again").exists()


def test_another_that_came_meanwhile_is_shown_before_saving_too(editor: Client) -> None:
    seen, unseen = make_incident(title="Seen"), make_incident(title="Unseen")
    unseen.place = seen.place
    unseen.save()

    shown = editor.post(f"{LIST}add/", form_of(seen, similar_seen=f"{seen.pk},junk\0"))

    assertContains(shown, "Unseen")
    assert Incident.objects.count() == 2
