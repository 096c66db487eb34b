"""The bytes behind a version's hash, for whoever wants to check."""

import hashlib
import json

import pytest
from django.test import Client

from incidents.record.models import Version
from incidents.record.publish import withdraw
from incidents.tests.factories import make_incident, make_published

pytestmark = pytest.mark.django_db


def test_anyone_can_check_the_hash_of_a_version_against_its_bytes(client: Client) -> None:
    version = Version.objects.latest_of(make_published(title="Вибухи в Бєлгороді").public_id)
    assert version is not None

    response = client.get(f"/incidents/{version.incident}/v/1.json")

    assert hashlib.sha256(response.content).hexdigest() == version.sha256
    assert json.loads(response.content)["document"]["incident"]["title"] == "Вибухи в Бєлгороді"
    assert response["Access-Control-Allow-Origin"] == "*"


def test_the_chain_can_be_followed_from_outside(client: Client) -> None:
    incident = make_published()
    withdraw(incident, "Published by mistake.")

    first, second = (
        client.get(f"/incidents/{incident.public_id}/v/{number}.json") for number in (1, 2)
    )

    assert json.loads(second.content)["previous"] == hashlib.sha256(first.content).hexdigest()
    assert json.loads(second.content)["kind"] == "withdrawn"


def test_what_was_never_published_has_no_document(client: Client) -> None:
    draft = make_incident()

    assert client.get(f"/incidents/{draft.public_id}/v/1.json").status_code == 404
    published = make_published()
    assert client.get(f"/incidents/{published.public_id}/v/2.json").status_code == 404
    assert client.get(f"/incidents/{published.public_id}/v/{10**30}.json").status_code == 404


def test_the_page_names_the_document_and_its_hash(client: Client) -> None:
    version = Version.objects.latest_of(make_published().public_id)
    assert version is not None

    page = client.get(f"/incidents/{version.incident}/", follow=True).content.decode()

    assert f'href="/incidents/{version.incident}/v/1.json"' in page
    assert version.sha256 in page
