from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest
from django.test import Client

from incidents.models import Place
from incidents.record.models import Version
from incidents.record.publish import publish
from incidents.tests.factories import make_claim, make_incident, make_place, make_published

pytestmark = pytest.mark.django_db

A = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def belgorod() -> Place:
    return make_place("Belgorod")


def feed(client: Client, query: str = "") -> ET.Element:
    response = client.get(f"/incidents.atom{query}")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ET.fromstring(response.content)


def word(element: ET.Element, name: str) -> str:
    (found,) = element.findall(A + name)
    return found.text or ""


def links(element: ET.Element) -> dict[str, str]:
    return {link.attrib["rel"]: link.attrib["href"] for link in element.findall(A + "link")}


def test_a_feed_has_what_rfc_4287_asks_for(client: Client, belgorod: Place) -> None:
    make_published(place=belgorod)

    root = feed(client, "?kind=explosion")

    address = "http://testserver/incidents.atom?kind=explosion"
    assert root.tag == A + "feed"
    assert word(root, "id") == address
    assert links(root) == {"self": address, "alternate": "http://testserver/?kind=explosion"}
    assert word(root, "title") == "Claimline: Kind Explosion"
    (author,) = root.findall(A + "author")
    assert word(author, "name") == "Claimline"
    (entry,) = root.findall(A + "entry")
    assert word(root, "updated") == word(entry, "updated")
    for name in ("id", "title", "summary"):
        assert word(entry, name)
    assert datetime.fromisoformat(word(entry, "updated")) == Version.objects.get().published_at


def test_an_entry_is_a_version_with_an_id_that_stays(client: Client, belgorod: Place) -> None:
    incident = make_published(place=belgorod)
    (first,) = feed(client).findall(A + "entry")
    (again,) = feed(client, "?kind=explosion").findall(A + "entry")
    incident.title = "Fires reported in Belgorod"
    incident.save()
    publish(incident, kind=Version.Kind.CORRECTED, note="The title was wrong.")

    (second,) = feed(client).findall(A + "entry")

    assert word(first, "id") == word(again, "id") != word(second, "id")
    assert word(first, "id").startswith("tag:testserver,")
    address = links(second)["alternate"]
    assert address == f"http://testserver/incidents/{incident.public_id}/v/2/"
    assert client.get(address).status_code == 200
    assert "corrected. The title was wrong." in word(second, "summary")


def test_the_newest_change_stands_first_whatever_the_timeline_is_sorted_by(
    client: Client, belgorod: Place
) -> None:
    old = datetime(2020, 1, 1, tzinfo=UTC)
    make_published(title="Recent", place=belgorod)
    make_published(title="Old", place=belgorod, earliest=old, latest=old)

    for query in ("", "?sort=happened"):
        titles = [word(entry, "title") for entry in feed(client, query).iter(A + "entry")]
        assert titles == ["Old", "Recent"]


def test_a_feed_holds_no_more_than_its_newest_entries(
    client: Client, belgorod: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("incidents.public.feeds.MOST", 2)
    for title in ("One", "Two", "Three"):
        make_published(title=title, place=belgorod)

    titles = [word(entry, "title") for entry in feed(client).iter(A + "entry")]

    assert titles == ["Three", "Two"]


def test_a_feed_without_entries_is_valid_and_does_not_pretend_to_change(client: Client) -> None:
    root = feed(client)

    assert root.findall(A + "entry") == []
    assert word(root, "updated") == "1970-01-01T00:00:00+00:00"


def test_a_feed_is_called_after_its_filter_in_words(client: Client, belgorod: Place) -> None:
    make_published(place=belgorod)
    document = Version.objects.get().document
    ((actor, speaker),) = document["actors"].items()
    ((_, report),) = document["sources"].items()

    query = (
        f"?q=blast&place={belgorod.public_id}&actor={actor}"
        f"&publisher={report['publisher']['id']}&from=2022-07-01&sort=changed"
    )

    assert word(feed(client, query), "title") == (
        f"Claimline: Search blast; Where Belgorod; Who claimed it {speaker['name']}; "
        f"Reported by {report['publisher']['name']}; From 2022-07-01"
    )


def test_an_id_that_the_record_does_not_use_stays_an_id_in_the_title(client: Client) -> None:
    assert word(feed(client, "?place=0123456789"), "title") == "Claimline: Where 0123456789"


def test_text_from_outside_cannot_break_a_feed(client: Client, belgorod: Place) -> None:
    incident = make_incident(
        title="<b>Blasts</b> & \x01\u202eBelgorod ]]>",
        summary="<script>alert(1)</script> Бєлгород",
        place=belgorod,
    )
    make_claim(incident=incident)
    publish(incident)

    (entry,) = feed(client).findall(A + "entry")

    assert word(entry, "title") == "<b>Blasts</b> & [U+0001][U+202E]Belgorod ]]>"
    assert word(entry, "summary").startswith(
        "<p>&lt;script&gt;alert(1)&lt;/script&gt; Бєлгород</p>"
    )
    assert word(feed(client, "?q=%01%EF%BF%BE%3C%26"), "title").endswith(
        "Search [U+0001][U+FFFE]<&"
    )
