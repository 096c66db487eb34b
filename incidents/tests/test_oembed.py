"""oEmbed, by https://oembed.com/ as of version 1.0."""

from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from incidents.models import Incident
from incidents.record.publish import merge, publish, withdraw
from incidents.tests.factories import make_incident, make_published
from incidents.tests.reading import Response, attribute, find, tree

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident() -> Incident:
    return make_published(title='Вибухи "в" <Бєлгороді> \u202e')


def url_of(incident: Incident) -> str:
    return f"http://testserver/incidents/{incident.public_id}/explosions/"


def ask(client: Client, url: str, more: str = "") -> Response:
    return client.get(f"/oembed?url={quote(url)}{more}")


def expected(incident: Incident) -> dict[str, Any]:
    """What section 2.3.4 requires of type rich, and what of the rest we give."""
    title = "Вибухи &quot;в&quot; &lt;Бєлгороді&gt; [U+202E]"
    return {
        "version": "1.0",
        "type": "rich",
        "title": 'Вибухи "в" <Бєлгороді> [U+202E]',
        "provider_name": "Claimline",
        "provider_url": "http://testserver/",
        "html": f'<iframe src="http://testserver/incidents/{incident.public_id}/embed/" '
        f'width="640" height="420" title="Claimline: {title}" loading="lazy"></iframe>',
        "width": 640,
        "height": 420,
    }


@pytest.mark.parametrize("more", ["", "&format=json", "&format=", "&utm=x"])
def test_json_is_what_one_gets_without_asking(
    client: Client, incident: Incident, more: str
) -> None:
    response = ask(client, url_of(incident), more)

    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.json() == expected(incident)


def test_xml_holds_the_same(client: Client, incident: Incident) -> None:
    response = ask(client, url_of(incident), "&format=xml")

    assert response.headers["Content-Type"] == "text/xml; charset=utf-8"
    root = ET.fromstring(response.content)
    assert root.tag == "oembed"
    said = {child.tag: child.text for child in root}
    assert said == {key: str(value) for key, value in expected(incident).items()}


def test_a_frame_is_never_larger_than_asked_for(client: Client, incident: Incident) -> None:
    small = ask(client, url_of(incident), "&maxwidth=300&maxheight=1").json()
    large = ask(client, url_of(incident), f"&maxwidth={10**30}&maxheight=9999").json()

    assert (small["width"], small["height"]) == (300, 1)
    assert 'width="300" height="1"' in small["html"]
    assert (large["width"], large["height"]) == (640, 420)


def test_every_spelling_of_an_address_is_known(client: Client, incident: Incident) -> None:
    key = incident.public_id
    for url in (
        f"http://testserver/incidents/{key}/",
        f"https://TestServer/incidents/{key.lower()}/%D1%83%D0%B4%D0%B0%D1%80/?known=2022#c-1",
    ):
        assert ask(client, url).json() == expected(incident), url


@pytest.mark.parametrize(
    "url",
    [
        "http://elsewhere.example/incidents/{key}/",
        "http://testserver@elsewhere.example/incidents/{key}/",
        "http://elsewhere.example@testserver/incidents/{key}/",
        "http://testserver:81/incidents/{key}/",
        "//testserver/incidents/{key}/",
        "/incidents/{key}/",
        "javascript://testserver/incidents/{key}/",
        "file:///incidents/{key}/",
        "http://[/incidents/{key}/",
        "http://testserver/incidents/0123456789/",
        "http://testserver/incidents/{key}/v/1/",
        "http://testserver/incidents/{key}/embed/",
        "http://testserver/incidents/{key}",
        "http://testserver/",
        "http://testserver",
        "nonsense",
    ],
)
def test_what_is_not_the_address_of_a_public_incident_is_not_found(
    client: Client, incident: Incident, url: str
) -> None:
    make_incident(public_id="0123456789")

    response = ask(client, url.format(key=incident.public_id))

    assert response.status_code == HTTPStatus.NOT_FOUND


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None
)
@given(url=st.text(st.characters(codec="utf-8")) | st.from_regex(r"https?://[\[\]:@%/\w]*"))
def test_no_url_is_a_fault_of_ours(client: Client, url: str) -> None:
    assert ask(client, url).status_code in (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND)


def test_other_formats_are_not_implemented(client: Client, incident: Incident) -> None:
    response = ask(client, url_of(incident), "&format=yaml")

    assert response.status_code == HTTPStatus.NOT_IMPLEMENTED


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("", "url"),
        ("?url=", "url"),
        ("?url=%00", "url"),
        ("?url=http://testserver/&url=http://testserver/", "url"),
        ("?url=http://testserver/&maxwidth=wide", "maxwidth"),
        ("?url=http://testserver/&maxwidth=0", "maxwidth"),
        ("?url=http://testserver/&maxheight=-1", "maxheight"),
        (f"?url=http://testserver/&maxheight={'9' * 5_000}", "maxheight"),
        ("?url=http://testserver/&maxheight=1&maxheight=2", "maxheight"),
        ("?url=http://testserver/&format=json&format=xml", "format"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(client: Client, query: str, key: str) -> None:
    response = client.get(f"/oembed{query}")

    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert response.content.decode().startswith(f"{key}: ")


def test_of_what_was_withdrawn_nothing_is_embedded(client: Client, incident: Incident) -> None:
    withdraw(incident, "It was entered twice.")

    assert ask(client, url_of(incident)).status_code == HTTPStatus.NOT_FOUND


def test_of_what_was_merged_the_other_is_embedded(client: Client, incident: Incident) -> None:
    other = make_published(place=incident.place)
    merge(incident, other, "The same explosion.")

    response = ask(client, url_of(incident), "&maxwidth=300")

    assert response.status_code == HTTPStatus.MOVED_PERMANENTLY
    followed = client.get(response["Location"]).json()
    assert followed["html"].startswith(
        f'<iframe src="http://testserver/incidents/{other.public_id}/embed/" width="300"'
    )


def test_it_asks_the_record_twice(
    client: Client, incident: Incident, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        ask(client, url_of(incident))


def test_the_page_of_an_incident_leads_consumers_there(client: Client, incident: Incident) -> None:
    page = client.get(f"/incidents/{incident.public_id}/", follow=True)

    links = {attribute(link, "type"): link for link in find(tree(page), "link", rel="alternate")}
    for kind in ("application/json+oembed", "text/xml+oembed"):
        href = attribute(links[kind], "href").replace("&amp;", "&")
        assert urlsplit(href).netloc == "testserver"
        assert unquote(parse_qs(urlsplit(href).query)["url"][0]).endswith(page.wsgi_request.path)
        answer = client.get(href)
        assert answer.headers["Content-Type"].split(";")[0] == kind.removesuffix("+oembed")
    Incident.objects.filter(pk=incident.pk).update(title="Blasts")
    incident.refresh_from_db()
    publish(incident, "Another title.")
    old = client.get(f"/incidents/{incident.public_id}/v/1/")
    assert "oembed" not in old.content.decode().partition("</head>")[0]
