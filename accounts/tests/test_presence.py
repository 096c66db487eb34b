"""Editors see who else has a page open; nobody else does, and it is soon forgotten."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import Presence
from accounts.tests.logging_in import log_in
from incidents.models import Incident
from incidents.tests.factories import make_editor, make_incident, make_snapshot

pytestmark = pytest.mark.django_db

BEACON = "/admin/presence/"


def page_of(incident: Incident) -> str:
    return f"/admin/incidents/incident/{incident.pk}/change/"


@pytest.fixture
def editor(client: Client) -> Client:
    log_in(client, make_editor("olena"))
    return client


@pytest.fixture
def other() -> Client:
    client = Client()
    log_in(client, make_editor("taras"))
    return client


def test_each_is_told_of_the_other(editor: Client, other: Client) -> None:
    page = page_of(make_incident())

    assert editor.post(BEACON, {"page": page}).json() == {"others": []}
    assert other.post(BEACON, {"page": page}).json() == {"others": ["olena"]}
    assert editor.post(BEACON, {"page": page}).json() == {"others": ["taras"]}
    assert Presence.objects.count() == 2


def test_the_page_shows_it_without_script_and_writes_nothing(editor: Client, other: Client) -> None:
    page = page_of(make_incident())
    other.post(BEACON, {"page": page})

    assertContains(editor.get(page), "Being edited by taras too.")
    assertNotContains(other.get(page), "Being edited by")
    assert Presence.objects.count() == 1


def test_the_annotation_of_a_source_shows_it_too(editor: Client, other: Client) -> None:
    page = f"/admin/annotate/{make_snapshot().source_id}/"
    other.post(BEACON, {"page": page})

    assertContains(editor.get(page), "Being edited by taras too.")


def test_who_has_gone_is_forgotten(editor: Client, other: Client) -> None:
    page = page_of(make_incident())
    other.post(BEACON, {"page": page})
    Presence.objects.update(seen_at=timezone.now() - timedelta(minutes=3))

    assertNotContains(editor.get(page), "Being edited by")
    editor.post(BEACON, {"page": page})
    assert Presence.objects.get().editor.username == "olena"


@pytest.mark.parametrize("page", ["", "\0", "/admin/", "/incidents/x/", "/admin/a/b/1/change/" * 9])
def test_nobody_is_present_where_nothing_is_edited(editor: Client, page: str) -> None:
    assert editor.post(BEACON, {"page": page}).status_code == 400
    assert not Presence.objects.exists()


def test_only_the_desk_may_ask(client: Client) -> None:
    assert client.post(BEACON, {"page": page_of(make_incident())}).status_code == 302
    assert not Presence.objects.exists()


def test_looking_is_not_being_there(editor: Client) -> None:
    assert editor.get(BEACON).status_code == 405
