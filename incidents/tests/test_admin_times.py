"""Editors read and type times on the clock of the place."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from accounts.tests.logging_in import log_in
from incidents.models import Claim, Incident, Statement
from incidents.tests.admin_form import sent_by
from incidents.tests.factories import make_claim, make_editor, make_incident, make_statement

pytestmark = pytest.mark.django_db

LIST = "/admin/incidents/incident/"
# Midnight in Kyiv, with what no input can show.
MIDNIGHT = datetime(2024, 5, 11, 21, 0, 0, 250, tzinfo=UTC)
# The clocks of Kyiv show 03:30 for the second time.
SECOND_TIME = datetime(2024, 10, 27, 1, 30, tzinfo=UTC)


@pytest.fixture
def editor(client: Client) -> Client:
    log_in(client, make_editor())
    return client


def page_of(row: Incident | Statement | Claim) -> str:
    return f"/admin/incidents/{row._meta.model_name}/{row.pk}/change/"


def save(editor: Client, page: str, **typed: str) -> None:
    """Open the page, type over some of it, save."""
    response = editor.post(page, sent_by(editor.get(page)) | typed)
    assert response.status_code == 302, response.context["errors"]


def incident_at(earliest: datetime, **fields: str) -> Incident:
    return make_incident(earliest=earliest, latest=earliest + timedelta(hours=1), **fields)


def claim_as_of(at: datetime) -> Claim:
    return make_claim(statement=make_statement(said_at=at), as_of=at)


def test_midnight_in_kyiv_reads_as_midnight(editor: Client) -> None:
    sent = sent_by(editor.get(page_of(incident_at(MIDNIGHT))))

    assert (sent["earliest_0"], sent["earliest_1"]) == ("2024-05-12", "00:00:00")
    assert (sent["latest_0"], sent["latest_1"]) == ("2024-05-12", "01:00:00")


def test_a_typed_time_is_taken_on_the_clock_of_the_zone(editor: Client) -> None:
    incident = incident_at(MIDNIGHT)

    save(editor, page_of(incident), earliest_1="00:30:00")

    incident.refresh_from_db()
    assert incident.earliest == datetime(2024, 5, 11, 21, 30, tzinfo=UTC)


def test_a_new_incident_starts_on_the_clock_of_kyiv(editor: Client) -> None:
    new = sent_by(editor.get(f"{LIST}add/"))
    assert new["zone"] == "Europe/Kyiv"
    typed = {
        "kind": "strike",
        "title": "Strike on Kharkiv",
        "earliest_0": "2024-05-12",
        "earliest_1": "00:30",
        "latest_0": "2024-05-12",
        "latest_1": "01:30",
    }

    editor.post(f"{LIST}add/", new | typed)

    assert Incident.objects.get().earliest == datetime(2024, 5, 11, 21, 30, tzinfo=UTC)


@pytest.mark.parametrize("earliest", [MIDNIGHT, SECOND_TIME])
def test_a_form_saved_untouched_changes_nothing(editor: Client, earliest: datetime) -> None:
    incident = incident_at(earliest)

    save(editor, page_of(incident))

    assert LogEntry.objects.get().get_change_message() == "No fields changed."
    revision = incident.revision
    incident.refresh_from_db()
    assert (incident.earliest, incident.revision) == (earliest, revision)


@pytest.mark.parametrize("earliest", [MIDNIGHT, SECOND_TIME])
def test_another_change_leaves_the_instants_alone(editor: Client, earliest: datetime) -> None:
    incident = incident_at(earliest)

    save(editor, page_of(incident), title="Strike", latest_1="23:00:00")

    incident.refresh_from_db()
    assert (incident.title, incident.earliest) == ("Strike", earliest)


def test_another_zone_alone_keeps_the_clock_and_moves_the_instants(editor: Client) -> None:
    incident = incident_at(datetime(2024, 1, 11, 22, 0, tzinfo=UTC))

    save(editor, page_of(incident), zone="Europe/Moscow")

    incident.refresh_from_db()
    assert incident.earliest == datetime(2024, 1, 11, 21, 0, tzinfo=UTC)
    assert incident.latest == datetime(2024, 1, 11, 22, 0, tzinfo=UTC)
    assert sent_by(editor.get(page_of(incident)))["earliest_1"] == "00:00:00"
    assert "Earliest" in LogEntry.objects.get().get_change_message()


def test_the_page_says_what_another_zone_does(editor: Client) -> None:
    response = editor.get(page_of(incident_at(MIDNIGHT)))

    assertContains(response, "Change it alone, and the times stay as typed")
    assertNotContains(response, "UTC")


@pytest.mark.parametrize("zone", ["Mars/Olympus", "Europe", "../etc/passwd", "\0", "", "x" * 100])
def test_a_zone_that_is_none_is_an_error_at_the_zone(editor: Client, zone: str) -> None:
    incident = incident_at(MIDNIGHT)
    page = page_of(incident)

    response = editor.post(page, sent_by(editor.get(page)) | {"zone": zone})

    assert list(response.context["adminform"].form.errors) == ["zone"]
    incident.refresh_from_db()
    assert (incident.zone, incident.earliest) == ("Europe/Kyiv", MIDNIGHT)


def test_a_time_that_the_clocks_left_out_is_an_error_at_the_time(editor: Client) -> None:
    page = page_of(incident_at(MIDNIGHT))
    left_out = {"earliest_0": "2024-03-31", "earliest_1": "03:30:00"}

    response = editor.post(page, sent_by(editor.get(page)) | left_out)

    errors = response.context["adminform"].form.errors
    assert list(errors) == ["earliest"]
    assert "There was no 03:30 on 31 March 2024" in str(errors["earliest"])
    assertContains(response, 'value="03:30:00"')


def test_a_day_that_can_be_read_in_two_ways_is_refused(editor: Client) -> None:
    page = page_of(incident_at(MIDNIGHT))

    response = editor.post(page, sent_by(editor.get(page)) | {"earliest_0": "05/06/2024"})

    assert response.context["adminform"].form.errors["earliest"] == ["Enter a valid date."]


def test_an_emptied_time_is_emptied(editor: Client) -> None:
    incident = incident_at(MIDNIGHT)
    empty = dict.fromkeys(["earliest_0", "earliest_1", "latest_0", "latest_1"], "")

    save(editor, page_of(incident), **empty)

    incident.refresh_from_db()
    assert (incident.earliest, incident.latest) == (None, None)


def test_the_warning_of_a_newer_save_tells_times_on_the_clock(editor: Client) -> None:
    incident = incident_at(MIDNIGHT)
    page = page_of(incident)
    stale = sent_by(editor.get(page)) | {"zone": "Europe/London"}
    Incident.objects.update(title="Their title")

    response = editor.post(page, stale)

    moved = "<td>May 12, 2024, midnight</td><td>May 12, 2024, midnight</td><td>you</td>"
    assertContains(response, moved, status_code=409, html=True)
    assertContains(response, "<td>Europe/Kyiv</td><td>Europe/London</td>", 1, 409, html=True)


def test_the_list_tells_when_on_the_clock_of_the_place(editor: Client) -> None:
    incident_at(MIDNIGHT, title="Later", precision="hour")
    incident_at(datetime(2024, 5, 10, 21, 0, tzinfo=UTC), title="Earlier", precision="day")

    response = editor.get(LIST, {"o": "3"})

    assertContains(response, "12 May 2024, 00:00")
    assertContains(response, '<td class="field-when">11 May 2024</td>')
    assert [row.title for row in response.context["cl"].result_list] == ["Earlier", "Later"]


@pytest.mark.parametrize(
    "address",
    ["/admin/incidents/statement/", "/admin/incidents/claim/"],
    ids=["statement", "claim"],
)
def test_statements_and_claims_tell_when_they_were_said_there(editor: Client, address: str) -> None:
    claim_as_of(MIDNIGHT)

    assertContains(editor.get(address), "12 May 2024, 00:00")


def test_a_claim_covers_a_time_on_the_clock_of_its_statement(editor: Client) -> None:
    claim = claim_as_of(MIDNIGHT)
    sent = sent_by(editor.get(page_of(claim)))
    assert (sent["as_of_0"], sent["as_of_1"]) == ("2024-05-12", "00:00:00")

    save(editor, page_of(claim), text="at least three killed")
    claim.refresh_from_db()
    assert claim.as_of == MIDNIGHT

    save(editor, page_of(claim), as_of_1="06:00")
    claim.refresh_from_db()
    assert claim.as_of == datetime(2024, 5, 12, 3, 0, tzinfo=UTC)


def test_a_claim_given_to_a_statement_of_another_zone_keeps_its_clock(editor: Client) -> None:
    claim = claim_as_of(MIDNIGHT)
    other = make_statement(zone="UTC")

    save(editor, page_of(claim), statement=str(other.pk))

    claim.refresh_from_db()
    assert claim.as_of == datetime(2024, 5, 12, 0, 0, tzinfo=UTC)


def test_a_statement_saved_untouched_leaves_its_claims_alone(editor: Client) -> None:
    claim = claim_as_of(SECOND_TIME)

    save(editor, page_of(claim.statement))

    assert LogEntry.objects.get().get_change_message() == "No fields changed."
    claim.refresh_from_db()
    assert (claim.as_of, claim.statement.said_at) == (SECOND_TIME, SECOND_TIME)


def test_another_zone_of_a_statement_moves_what_its_claims_cover(editor: Client) -> None:
    claim = claim_as_of(MIDNIGHT)

    save(editor, page_of(claim.statement), zone="UTC")

    claim.refresh_from_db()
    assert claim.as_of == datetime(2024, 5, 12, 0, 0, tzinfo=UTC)
    assert claim.statement.said_at == claim.as_of


def test_a_time_in_a_claim_under_its_statement_is_on_the_clock(editor: Client) -> None:
    claim = claim_as_of(MIDNIGHT)
    typed = {"claims-0-as_of_0": "2024-05-12", "claims-0-as_of_1": "06:00:00"}

    save(editor, page_of(claim.statement), **typed)

    claim.refresh_from_db()
    assert claim.as_of == datetime(2024, 5, 12, 3, 0, tzinfo=UTC)


def test_a_wrong_zone_of_a_statement_is_an_error_there_and_saves_nothing(editor: Client) -> None:
    claim = claim_as_of(MIDNIGHT)
    page = page_of(claim.statement)

    response = editor.post(page, sent_by(editor.get(page)) | {"zone": "Mars/Olympus"})

    assert list(response.context["adminform"].form.errors) == ["zone"]
    claim.refresh_from_db()
    assert claim.as_of == MIDNIGHT


def test_a_statement_and_its_first_claim_are_entered_on_one_clock(editor: Client) -> None:
    incident = make_incident()
    page = f"/admin/incidents/statement/add/?incident={incident.pk}"
    typed = {
        "zone": "Europe/Moscow",
        "said_at_0": "2024-05-12",
        "said_at_1": "12:00",
        "claims-0-question": "damage",
        "claims-0-text": "houses destroyed",
        "claims-0-as_of_0": "2024-05-12",
        "claims-0-as_of_1": "09:00",
    }

    save(editor, page, **typed)

    claim = Claim.objects.get()
    assert claim.statement.said_at == datetime(2024, 5, 12, 9, 0, tzinfo=UTC)
    assert claim.as_of == datetime(2024, 5, 12, 6, 0, tzinfo=UTC)


def test_no_time_is_taken_from_the_address(editor: Client) -> None:
    response = editor.get(f"{LIST}add/?earliest=2024-05-12+00:00&zone=UTC")

    sent = sent_by(response)
    assert (sent["earliest_0"], sent["zone"]) == ("", "UTC")
