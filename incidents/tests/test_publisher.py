"""A publisher's page: its reports, for how many incidents, and whose reports it took up."""

from http import HTTPStatus

import pytest
from django.test import Client
from django.test.html import Element
from pytest_django import DjangoAssertNumQueries

from incidents.record.publish import withdraw
from incidents.tests.factories import make_publisher, make_source
from incidents.tests.reading import find, one, text, tree
from incidents.tests.test_sources_pages import carrying, listed
from sources.models import Publisher, SourceLink

pytestmark = pytest.mark.django_db


def page(client: Client, publisher: Publisher, query: str = "") -> Element:
    response = client.get(f"/publishers/{publisher.public_id}/{query}", follow=True)
    assert response.status_code == HTTPStatus.OK
    return tree(response)


def test_a_publisher_shows_its_reports_and_counts_its_incidents(client: Client) -> None:
    daily = make_publisher(name="The Daily", country="GB")
    source = make_source(title="First", publisher=daily)
    carrying(source, "houses hit")
    carrying(source, "roofs hit", title="Other blasts")
    carrying(make_source(title="Theirs"), "windows hit")

    shown = page(client, daily)

    assert text(one(shown, "p", class_="meta")).startswith("GB 1 report 2 incidents")
    assert "First The Daily · 3 Jul 2022, 18:30 · 2 claims" in text(one(shown, "main"))
    assert "Theirs" not in text(shown)


def test_whose_reports_it_took_up_is_counted_and_linked(client: Client) -> None:
    agency, daily = make_publisher(name="Agency"), make_publisher(name="The Daily")
    wire = make_source(title="Wire", publisher=agency)
    carrying(wire, "roofs hit")
    for number in range(2):
        copy = make_source(title=f"Copy {number}", publisher=daily)
        SourceLink.objects.create(source=copy, kind=SourceLink.Kind.REPUBLISHES, target=wire)
        carrying(copy, "houses hit")

    assert "Agency 1 report" in text(one(page(client, daily), "main"))
    report = tree(client.get(f"/sources/{wire.public_id}/"))
    taken_up = [text(item) for item in find(report, "li") if "republishes" in text(item)]
    assert sorted(taken_up) == [f"The Daily: Copy {n} republishes this report" for n in (0, 1)]


def test_a_publisher_of_nothing_public_is_not_found(client: Client) -> None:
    daily = make_publisher()
    address = f"/publishers/{daily.public_id}/"
    assert client.get(address).status_code == HTTPStatus.NOT_FOUND
    incident = carrying(make_source(publisher=daily), "houses hit")
    assert client.get(address, follow=True).status_code == HTTPStatus.OK
    withdraw(incident, "It was entered twice.")

    assert client.get(address).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("query", ["?after=x", "?publisher=0123456789", "?after=%00"])
def test_what_cannot_be_read_shows_an_error_and_no_report(client: Client, query: str) -> None:
    daily = make_publisher()
    carrying(make_source(title="Ours", publisher=daily), "houses hit")

    response = client.get(f"/publishers/{daily.public_id}/{query}", follow=True)

    assert "Ours" not in listed(response)
    assert find(tree(response), "div", role="alert")


def test_a_page_costs_six_queries_however_many_reports(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    daily = make_publisher(name="Daily")
    for _ in range(3):
        carrying(make_source(publisher=daily), "houses hit")
        with django_assert_num_queries(6):
            client.get(f"/publishers/{daily.public_id}/daily/")
