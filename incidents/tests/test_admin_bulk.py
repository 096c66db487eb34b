"""One change to many rows, shown before it is done."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertRedirects

from accounts.tests.logging_in import log_in
from incidents.models import Claim, Incident
from incidents.record.publish import publish
from incidents.tests.admin_form import sent_by
from incidents.tests.factories import (
    make_claim,
    make_editor,
    make_incident,
    make_place,
    make_publisher,
    make_source,
)
from incidents.tests.reading import Response
from sources.models import Source

pytestmark = pytest.mark.django_db

INCIDENTS = "/admin/incidents/incident/"
SOURCES = "/admin/sources/source/"


@pytest.fixture
def editor(client: Client) -> Client:
    log_in(client, make_editor())
    return client


def page_of(rows: list[Incident] | list[Source] | list[Claim], changelist: str) -> str:
    return f"{changelist}bulk/?" + "&".join(f"pk={row.pk}" for row in rows)


def shown(editor: Client, page: str, wanted: dict[str, object]) -> Response:
    response: Response = editor.post(page, sent_by(editor.get(page)) | wanted)
    return response


def save(editor: Client, page: str, preview: Response, wanted: dict[str, object]) -> Response:
    sent = sent_by(preview) | wanted | {"save": "Save what is shown"}
    response: Response = editor.post(page, sent, follow=True)
    return response


def test_the_action_leads_to_a_page_about_the_chosen_rows(editor: Client) -> None:
    incident = make_incident(title="Explosions in Belgorod")

    response = editor.post(INCIDENTS, {"action": "bulk", "_selected_action": [incident.pk]})

    assertRedirects(response, page_of([incident], INCIDENTS))
    page = editor.get(page_of([incident], INCIDENTS))
    assertContains(page, "Explosions in Belgorod")
    assertContains(page, '<option value="strike">Strike</option>', html=True)


def test_each_row_is_shown_with_old_and_new_before_anything_is_saved(editor: Client) -> None:
    first, second = make_incident(kind="strike"), make_incident(title="Fire", kind="explosion")
    page = page_of([first, second], INCIDENTS)
    wanted: dict[str, object] = {"which": ["kind"], "kind": "strike"}

    preview = shown(editor, page, wanted)

    assertContains(preview, "<del>Explosion</del> → <ins>Strike</ins>")
    assertContains(preview, "It is so already.", count=1)
    second.refresh_from_db()
    assert second.kind == "explosion"

    assertContains(save(editor, page, preview, wanted), "1 incident changed.")
    second.refresh_from_db()
    assert second.kind == "strike"


def test_a_row_that_cannot_be_so_stays_and_the_others_change(editor: Client) -> None:
    whole, part = make_incident(title="Whole"), make_incident(title="Part")
    page = page_of([whole, part], INCIDENTS)
    wanted: dict[str, object] = {"which": ["parent"], "parent": whole.pk}

    preview = shown(editor, page, wanted)
    assertContains(preview, "This would make the incidents a circle.")
    done = save(editor, page, preview, wanted)

    assertContains(done, "“Whole” stays as it was: This would make the incidents a circle.")
    assert list(Incident.objects.exclude(parent=None)) == [part]


def test_what_changed_since_the_preview_is_not_overwritten(editor: Client) -> None:
    incident = make_incident(kind="explosion")
    page = page_of([incident], INCIDENTS)
    wanted: dict[str, object] = {"which": ["kind"], "kind": "strike"}
    preview = shown(editor, page, wanted)
    Incident.objects.update(kind="evacuation")

    refused = save(editor, page, preview, wanted)

    assert refused.status_code == 409
    assertContains(refused, "<del>Evacuation</del> → <ins>Strike</ins>", status_code=409)
    incident.refresh_from_db()
    assert incident.kind == "evacuation"
    save(editor, page, refused, wanted)
    incident.refresh_from_db()
    assert incident.kind == "strike"


def test_publisher_language_and_archive_of_sources_are_changed_together(editor: Client) -> None:
    source, unknown = make_source(url="https://outlet.example/a"), make_source(url="")
    other = make_publisher(name="The Herald")
    page = page_of([source, unknown], SOURCES)
    wanted: dict[str, object] = {
        "which": ["publisher", "language", "archive_url"],
        "publisher": other.pk,
        "language": "uk",
        "archive_url": "https://archive.example/2022/ADDRESS",
    }

    preview = shown(editor, page, wanted)
    assertContains(preview, "Its own address is not known.")
    save(editor, page, preview, wanted)

    source.refresh_from_db()
    unknown.refresh_from_db()
    assert (source.publisher, source.language) == (other, "uk")
    assert source.archive_url == "https://archive.example/2022/https://outlet.example/a"
    assert (unknown.publisher == other, unknown.language) == (False, "en")


def test_claims_are_left_out_of_the_next_version(editor: Client) -> None:
    claim = make_claim()
    publish(claim.incident)
    page = page_of([claim], "/admin/incidents/claim/")
    wanted: dict[str, object] = {"which": ["left_out"], "left_out": "on"}

    save(editor, page, shown(editor, page, wanted), wanted)

    claim.refresh_from_db()
    assert claim.left_out
    assert claim.incident.has_unpublished_changes


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"which": "state"},
        {"which": "kind", "kind": "\0"},
        {"which": "kind"},
        {"which": "place", "place": "9" * 40},
        {"which": "zone", "zone": "x" * 300},
        {"which": "language", "language": "\0"},
    ],
)
def test_junk_changes_nothing(editor: Client, wanted: dict[str, object]) -> None:
    incident = make_incident(kind="explosion")

    response = editor.post(page_of([incident], INCIDENTS), wanted | {"save": "1"})

    assert response.status_code in (200, 409)
    assert Incident.objects.get().revision == incident.revision
    assert editor.post(f"{INCIDENTS}bulk/?pk=%00&pk={'9' * 30}", wanted).status_code in (200, 409)


def test_changing_rows_must_be_allowed(client: Client) -> None:
    incident = make_incident()
    log_in(client, User.objects.create_user("nobody", is_staff=True))

    assert client.get(page_of([incident], INCIDENTS)).status_code == 403
    assert client.post(page_of([incident], INCIDENTS), {"save": "1"}).status_code == 403


def test_a_preview_of_many_rows_costs_as_many_questions_as_of_one(editor: Client) -> None:
    place, target = make_place(), make_place("Serhiivka")
    rows = [make_incident(title=f"Fire {number}", place=place) for number in range(5)]
    wanted: dict[str, object] = {"which": ["place", "kind"], "place": target.pk, "kind": "strike"}

    def asked(chosen: list[Incident]) -> int:
        page = page_of(chosen, INCIDENTS)
        with CaptureQueriesContext(connection) as queries:
            assertContains(editor.post(page, wanted), "Serhiivka")
        return len(queries)

    assert asked(rows) == asked(rows[:1])
