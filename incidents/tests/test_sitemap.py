"""The sitemap: every live incident once, and nothing else."""

from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from incidents.models import Incident
from incidents.public import downloads, sitemap
from incidents.public.known import iso
from incidents.record.models import Entry, Version
from incidents.record.publish import merge, publish, withdraw
from incidents.tests.factories import make_incident, make_published
from incidents.tests.reading import Response

pytestmark = pytest.mark.django_db

S = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture(autouse=True)
def two_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap, "MOST", 2)
    monkeypatch.setattr(sitemap, "BATCH", 1)


def told(client: Client, address: str) -> dict[str, str]:
    """Last change by address."""
    response: Response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/xml; charset=utf-8"
    content = b"".join(response.streaming_content) if response.streaming else response.content
    found = {}
    for item in ET.fromstring(content):
        location = item.findtext(S + "loc", "")
        assert location.startswith("http://testserver/")
        assert location not in found
        found[location.removeprefix("http://testserver")] = item.findtext(S + "lastmod", "")
    return found


def address_of(incident: Incident) -> str:
    return f"/incidents/{incident.public_id}/{Entry.objects.get(pk=incident.public_id).slug}/"


def everything(client: Client) -> list[str]:
    pages = told(client, "/sitemap.xml")
    return [address for page in pages for address in told(client, page)]


def test_every_public_incident_is_in_it_at_its_one_address(client: Client) -> None:
    incidents = [make_published(title=title) for title in ("Один", "Two", "Three")]

    found = everything(client)

    assert len(found) == len(incidents)
    for address, incident in zip(found, incidents, strict=True):
        assert incident.public_id in address
        # Any other would lead there.
        assert client.get(address).status_code == 200


def test_a_page_tells_when_each_incident_changed_and_the_index_when_the_page_grew(
    client: Client,
) -> None:
    first, second, third = (make_published(title=title) for title in ("One", "Two", "Three"))
    moments = {version.incident: iso(version.published_at) for version in Version.objects.all()}

    assert told(client, "/sitemap.xml") == {
        "/sitemap-1.xml": moments[second.public_id],
        "/sitemap-2.xml": moments[third.public_id],
    }
    assert told(client, "/sitemap-1.xml") == {
        address_of(one): moments[one.public_id] for one in (first, second)
    }


def test_an_incident_that_changes_moves_to_the_last_page_and_the_others_stay(
    client: Client,
) -> None:
    first, second, _ = (make_published(title=title) for title in ("One", "Two", "Three"))
    first.summary = "Another summary."
    first.save()

    publish(first, kind=Version.Kind.CORRECTED, note="The summary was wrong.")

    assert list(told(client, "/sitemap-1.xml")) == [address_of(second)]
    assert list(told(client, "/sitemap-2.xml"))[1] == address_of(first)


def test_what_was_withdrawn_or_merged_or_never_published_is_not_in_it(client: Client) -> None:
    stays, gone, merged = (make_published(title=title) for title in ("One", "Two", "Three"))
    make_incident(title="A draft")
    withdraw(gone, "It was entered twice.")
    merge(merged, stays, "They are one.")

    assert everything(client) == [address_of(stays)]


def test_a_page_of_which_nothing_is_left_is_not_listed(client: Client) -> None:
    for title in ("One", "Two"):
        withdraw(make_published(title=title), "It was entered twice.")
    make_published(title="Three")

    assert list(told(client, "/sitemap.xml")) == ["/sitemap-3.xml"]
    assert told(client, "/sitemap-1.xml") == {}


@pytest.mark.parametrize("number", ["0", "2", "99999999999999999999999", "9" * 5000, "-1", "x"])
def test_a_page_that_the_record_does_not_reach_is_not_found(client: Client, number: str) -> None:
    make_published()

    assert client.get(f"/sitemap-{number}.xml").status_code == 404


def test_of_an_empty_record_the_index_is_empty(client: Client) -> None:
    assert told(client, "/sitemap.xml") == {}
    assert client.get("/sitemap-1.xml").status_code == 404


@pytest.mark.parametrize("address", ["/sitemap.xml", "/sitemap-1.xml"])
def test_it_is_not_sent_again_until_something_is_published(client: Client, address: str) -> None:
    make_published()
    etag = client.get(address)["ETag"]

    assert client.get(address, headers={"If-None-Match": etag}).status_code == 304
    make_published(title="Another")
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 200


def test_the_index_takes_two_queries_and_a_page_one_more_than_it_has_batches(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for title in ("One", "Two", "Three"):
        make_published(title=title)

    with django_assert_num_queries(2):
        client.get("/sitemap.xml")
    with django_assert_num_queries(1 + 3):  # the clock, two rows one at a time, and no third
        told(client, "/sitemap-1.xml")


def test_while_downloads_are_sent_it_says_when_to_come_again(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_published()
    monkeypatch.setattr(sitemap, "begin", lambda request, parts: None)

    response = client.get("/sitemap-1.xml")

    assert response.status_code == 503
    assert response["Retry-After"] == downloads.RETRY_AFTER
    assert client.head("/sitemap-1.xml").status_code == 200
