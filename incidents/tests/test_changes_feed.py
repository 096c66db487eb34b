from datetime import datetime
from http import HTTPStatus
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from incidents.models import Claim, Incident
from incidents.record.models import Version
from incidents.record.publish import merge, publish, withdraw
from incidents.tests.factories import make_place, make_published
from incidents.tests.reading import attribute, find, html, tree

pytestmark = pytest.mark.django_db

A = "{http://www.w3.org/2005/Atom}"


def feed(client: Client, query: str = "") -> ET.Element:
    response = client.get(f"/changes.atom{query}")
    assert response.status_code == HTTPStatus.OK
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ET.fromstring(response.content)


def entries(client: Client, query: str = "") -> list[ET.Element]:
    return feed(client, query).findall(A + "entry")


def word(element: ET.Element, name: str) -> str:
    (found,) = element.findall(A + name)
    return found.text or ""


def links(element: ET.Element) -> dict[str, str]:
    return {link.attrib["rel"]: link.attrib["href"] for link in element.findall(A + "link")}


@pytest.fixture
def log() -> None:
    """Six versions: three first ones, an update, a withdrawal and a merger."""
    updated, gone, merged = (make_published(title=t) for t in ("Updated", "Gone", "Merged"))
    Claim.objects.filter(incident=updated).update(text="at least 5 killed")
    publish(updated, "The toll rose.")
    withdraw(gone, "It was entered twice.")
    Claim.objects.filter(incident=merged).delete()
    merge(merged, updated, "The same explosion.")


@pytest.mark.usefixtures("log")
def test_a_feed_has_what_rfc_4287_asks_for(client: Client) -> None:
    root = feed(client)

    assert root.tag == A + "feed"
    address = "http://testserver/changes.atom"
    assert word(root, "id") == address
    assert links(root) == {"self": address, "alternate": "http://testserver/changes/"}
    assert word(root, "title") == "Claimline, changes"
    (author,) = root.findall(A + "author")
    assert word(author, "name") == "Claimline"
    found = root.findall(A + "entry")
    for entry in found:
        assert all(word(entry, name) for name in ("id", "title", "updated", "summary"))
        assert client.get(links(entry)["alternate"], follow=True).status_code == HTTPStatus.OK
    ids = [word(entry, "id") for entry in found]
    assert len(set(ids)) == len(ids) == Version.objects.count() == 6
    moments = [datetime.fromisoformat(word(entry, "updated")) for entry in found]
    assert moments == sorted(moments, reverse=True)
    assert moments == [version.published_at for version in Version.objects.order_by("-serial")]
    assert datetime.fromisoformat(word(root, "updated")) == moments[0]


@pytest.mark.usefixtures("log")
def test_an_entry_says_what_changed_and_tombstones_say_where_it_went(client: Client) -> None:
    merged, gone, updated, *first = entries(client)

    assert word(merged, "title") == "Merged (merged into another)"
    assert "<p>Merged into Updated.</p>" in word(merged, "summary")
    assert "It was entered twice." in word(gone, "summary")
    assert "It left the public list." in word(gone, "summary")
    assert "<li>Killed: at least 3 killed → at least 5 killed, Vyacheslav Gladkov</li>" in word(
        updated, "summary"
    )
    assert "First version. Claims: 1." in word(first[0], "summary")


@pytest.mark.usefixtures("log")
def test_the_id_of_an_entry_stays_when_later_versions_come(client: Client) -> None:
    before = [word(entry, "id") for entry in entries(client)]
    make_published(title="Later")

    assert [word(entry, "id") for entry in entries(client)][1:] == before


def test_a_feed_takes_the_filters_of_the_page_and_is_called_after_them(client: Client) -> None:
    belgorod = make_place("Belgorod")
    make_published(title="Here", place=belgorod)
    make_published(title="There")
    query = f"?change=published&kind=explosion&place={belgorod.public_id}&from=2022-07-01"

    root = feed(client, query)

    assert [word(entry, "title") for entry in root.findall(A + "entry")] == ["Here (published)"]
    assert word(root, "title") == (
        "Claimline, changes: Change published; Kind Explosion; Where Belgorod; From 2022-07-01"
    )
    assert client.get(links(root)["self"]).content == client.get(f"/changes.atom{query}").content


def test_the_page_leads_to_the_feed_of_its_filter(client: Client) -> None:
    make_published()

    page = tree(client.get("/changes/?change=published"))

    address = "/changes.atom?change=published"
    (link,) = find(page, "link", type="application/atom+xml")
    assert attribute(link, "href") == address
    assert address in [attribute(a, "href") for a in find(page, "a")]


@pytest.mark.parametrize("query", ["?change=bogus", "?place=x", "?since=%00", "?page=2"])
def test_what_cannot_be_read_is_refused_in_words(client: Client, query: str) -> None:
    make_published(title="Blasts")

    response = client.get(f"/changes.atom{query}")

    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert "Blasts" not in html(response)
    assert html(response).strip()


def test_text_from_outside_cannot_break_a_feed(client: Client) -> None:
    incident = make_published()
    Incident.objects.filter(pk=incident.pk).update(title="<b>Blasts</b> & \u202e]]>")
    publish(incident, "<script>alert(1)</script>\x01")

    newest, _first = entries(client)

    assert word(newest, "title") == "<b>Blasts</b> & [U+202E]]]> (updated)"
    assert "&lt;script&gt;" in word(newest, "summary")
    assert "&lt;b&gt;Blasts&lt;/b&gt; &amp; [U+202E]]]&gt;" in word(newest, "summary")
    assert "[U+0001]" in word(newest, "summary")


def test_a_feed_is_english_whatever_the_reader_has_chosen(client: Client) -> None:
    make_published()

    answers = [client.get("/changes.atom", headers={"Accept-Language": c}) for c in ("en", "uk")]

    assert len({answer.content for answer in answers}) == 1


@pytest.mark.parametrize("count", [1, 20])
def test_a_feed_costs_as_many_queries_however_long_it_is(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    place = make_place("Belgorod")
    for _ in range(count):
        incident = make_published(place=place)
        Incident.objects.filter(pk=incident.pk).update(title="Changed")
        publish(incident, "The title was wrong.")

    with django_assert_num_queries(3):
        client.get("/changes.atom")
