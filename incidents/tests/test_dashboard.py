"""The first page of the desk: what waits for whom."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains

from accounts.tests.logging_in import log_in
from incidents.models import Claim, Incident
from incidents.record.publish import publish
from incidents.record.review import ask, send_back
from incidents.tests.factories import (
    at_work,
    make_claim,
    make_editor,
    make_incident,
    make_reviewer,
    make_source,
)
from sources.models import Source, SourceLink

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> User:
    return make_editor("anna")


@pytest.fixture
def boris() -> User:
    return make_reviewer("boris")


def lists(client: Client, user: User) -> dict[str, list[str]]:
    """What stands in each list of the user's first page."""
    log_in(client, user)
    sections = client.get("/admin/").context["sections"]
    return {section.key: [row.text for row in section.rows] for section in sections}


def draft(editor: User, title: str) -> Incident:
    with at_work(editor):
        incident = make_claim(incident=make_incident(title=title)).incident
    incident.refresh_from_db()
    return incident


def test_drafts_are_those_that_one_worked_on(client: Client, anna: User, boris: User) -> None:
    draft(anna, "By Anna")
    draft(boris, "By Boris")

    assert lists(client, anna)["drafts"] == ["By Anna"]
    assert lists(client, boris)["drafts"] == ["By Boris"]
    assert lists(client, boris)["activity"] == ["By Boris", "By Anna"]


def test_a_review_waits_for_others_until_it_is_sent_back(
    client: Client, anna: User, boris: User
) -> None:
    incident = draft(anna, "By Anna")
    ask(incident, anna, seen=incident.revision)

    assert lists(client, boris)["waiting"] == ["By Anna"]
    assert "waiting" not in lists(client, anna)
    send_back(incident, boris, answer="Who says so?")

    assert lists(client, boris)["waiting"] == []
    assert lists(client, anna)["sent-back"] == ["By Anna"]
    assertContains(client.get("/admin/"), "boris: Who says so?")
    ask(incident, anna, seen=incident.revision)
    assert lists(client, anna)["sent-back"] == []


def test_what_readers_see_in_an_older_state_is_listed(client: Client, anna: User) -> None:
    incident = draft(anna, "Changed since")
    publish(incident)
    publish(draft(anna, "As it was"))
    Claim.objects.filter(incident=incident).update(text="at least three killed")

    assert lists(client, anna)["unpublished"] == ["Changed since"]


def test_a_source_without_claims_leads_to_its_annotation(client: Client, anna: User) -> None:
    make_claim()
    bare = make_source(title="Nothing taken from it")

    assert lists(client, anna)["uncited"] == ["Nothing taken from it"]
    assertContains(client.get("/admin/"), f'href="/admin/annotate/{bare.pk}/"')


def test_an_incident_that_a_newer_report_takes_up_is_likely_out_of_date(
    client: Client, anna: User
) -> None:
    incident = draft(anna, "Taken up")
    draft(anna, "Left alone")
    cited = Source.objects.get(snapshots__citations__claim__incident=incident)
    older = make_source(published_at=datetime(2022, 7, 3, 8, 0, tzinfo=UTC))
    newer = make_source(published_at=datetime(2022, 7, 5, 8, 0, tzinfo=UTC))
    SourceLink.objects.create(source=older, kind=SourceLink.Kind.QUOTES, target=cited)
    assert lists(client, anna)["outrun"] == []

    SourceLink.objects.create(source=newer, kind=SourceLink.Kind.CORRECTS, target=cited)

    assert lists(client, anna)["outrun"] == ["Taken up"]
    found = client.get("/admin/incidents/incident/?lacking=report")
    assertContains(found, "Taken up")
    assertNotContains(found, "Left alone")


def test_a_long_list_is_cut_and_leads_to_all_of_it(client: Client, anna: User) -> None:
    place = make_incident().place
    with at_work(anna):
        for number in range(11):
            make_incident(title=f"Draft {number}", place=place)

    log_in(client, anna)
    page = client.get("/admin/")

    address = "/admin/incidents/incident/?state__exact=draft&amp;touched=me"
    assertContains(page, f'<a href="{address}">All 11: my drafts</a>', html=True)
    assertContains(client.get(address.replace("&amp;", "&")), "11 incidents")


def test_many_rows_cost_as_many_questions_as_few(client: Client, anna: User, boris: User) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get("/admin/").status_code == 200
        return len(queries)

    log_in(client, boris)
    first = draft(anna, "First")
    ask(first, anna, seen=first.revision)
    make_source()
    asked()
    few = asked()
    for number in range(4):
        other = draft(anna, f"Another {number}")
        ask(other, anna, seen=other.revision)
        publish(draft(boris, f"Published {number}"))
        make_source()
    Claim.objects.update(text="at least three killed")

    assert asked() == few < 25


def test_who_has_no_role_sees_no_list(client: Client, anna: User) -> None:
    draft(anna, "By Anna")
    log_in(client, User.objects.create_user("nobody", is_staff=True))

    page = client.get("/admin/")

    assertNotContains(page, "By Anna")
    assertNotContains(page, "New incident")


def test_a_visitor_is_sent_to_the_login(client: Client) -> None:
    assert client.get("/admin/").headers["Location"] == "/admin/login/?next=/admin/"
