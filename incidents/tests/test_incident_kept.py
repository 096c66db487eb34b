"""Pages of incidents that are kept: what follows from a version, and nothing else of the record."""

from datetime import UTC, datetime
from unittest.mock import patch

import pytest
from django.test import Client

from incidents.models import Incident
from incidents.public import incident as page
from incidents.public import ready
from incidents.public.kept import Kept
from incidents.record.publish import publish, withdraw
from incidents.record.redact import Order, find, mark_of_places, redact
from incidents.tests.factories import make_incident, make_published
from incidents.tests.reading import html
from incidents.vocabulary import RemovalReason

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def answers_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ready, "ANSWERS", Kept(0))


@pytest.fixture
def incident() -> Incident:
    return make_published(title="Explosions in Belgorod", summary="Ivan spoke of explosions.")


@pytest.fixture
def address(incident: Incident) -> str:
    return f"/incidents/{incident.public_id}/explosions-in-belgorod/"


def test_a_page_is_rendered_once_and_reads_the_same_again(client: Client, address: str) -> None:
    first = client.get(address)
    with patch.object(page, "render_to_string", side_effect=AssertionError):
        again = client.get(address)

    assert again.content == first.content
    assert "\0" not in html(again)


def test_a_new_version_is_in_the_next_answer(
    client: Client, incident: Incident, address: str
) -> None:
    client.get(address)
    Incident.objects.filter(pk=incident.pk).update(summary="Petro spoke of fire.")
    publish(incident, "A better summary.")

    assert "Petro spoke of fire." in html(client.get(address))


def test_words_that_are_removed_are_gone_from_the_next_answer(
    client: Client, incident: Incident, address: str
) -> None:
    own = f"/incidents/{incident.public_id}/v/1/"
    assert "Ivan" in html(client.get(address))
    assert "Ivan" in html(client.get(own))
    order = Order("Ivan", RemovalReason.SAFETY)
    redact(order, None, mark_of_places(find(order)))

    assert "Ivan" not in html(client.get(address))
    assert "Ivan" not in html(client.get(own))


def test_what_is_withdrawn_is_gone_from_the_next_answer(
    client: Client, incident: Incident, address: str
) -> None:
    client.get(address)
    withdraw(incident, "Published by mistake.")

    gone = client.get(address)

    assert gone.status_code == 410
    assert "Ivan" not in html(gone)


def test_what_is_related_is_of_now(client: Client, incident: Incident, address: str) -> None:
    assert "#related" not in html(client.get(address))

    part = make_published(title="A shop burned", parent=incident, place=None)
    assert 'href="#related"' in html(client.get(address))
    assert "A shop burned" in html(client.get(address))

    withdraw(part, "Published by mistake.")
    assert "A shop burned" not in html(client.get(address))
    assert "#related" not in html(client.get(address))


def test_a_draft_that_is_a_part_is_on_no_kept_page(
    client: Client, incident: Incident, address: str
) -> None:
    client.get(address)
    make_incident(title="A draft", parent=incident, place=None)

    assert "A draft" not in html(client.get(address))


def test_each_language_host_and_query_has_its_own(client: Client, address: str) -> None:
    english = html(client.get(address))
    ukrainian = html(client.get(address, headers={"Accept-Language": "uk"}))
    elsewhere = html(client.get(address, headers={"Host": "127.0.0.1"}))
    shared = html(client.get(f"{address}?utm_source=mail"))

    assert 'lang="uk"' in ukrainian
    assert 'lang="uk"' not in english.split("<body>")[0]
    assert f"http://127.0.0.1{address}" in elsewhere
    assert "127.0.0.1" not in english
    assert "utm_source=mail" in shared
    assert "utm_source" not in html(client.get(address))


def test_a_moment_is_shown_for_who_asks_for_it_alone(client: Client, address: str) -> None:
    now = html(client.get(address))
    then = html(client.get(f"{address}?known=2000-01-01"))
    unreadable = html(client.get(f"{address}?known=then"))

    assert "at least 3 killed" in now
    assert "at least 3 killed" not in then
    assert "at least 3 killed" not in unreadable
    assert html(client.get(address)) == now


def test_the_day_of_access_is_that_of_the_request(client: Client, address: str) -> None:
    for day in (3, 4):
        noon = datetime(2026, 7, day, 12, tzinfo=UTC)
        with patch("incidents.public.clock.timezone.now", return_value=noon):
            assert f"accessed {day} Jul 2026" in html(client.get(address))
