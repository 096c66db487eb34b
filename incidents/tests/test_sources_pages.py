from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from incidents.models import Incident
from incidents.public import sources as public_sources
from incidents.record.models import RecordSource
from incidents.record.publish import publish, withdraw
from incidents.tests.factories import (
    make_citation,
    make_claim,
    make_incident,
    make_publisher,
    make_snapshot,
    make_source,
)
from incidents.tests.reading import Response, attribute, earlier, find, html, one, text, tree
from incidents.vocabulary import Question
from sources.models import Snapshot, Source, SourceLink

pytestmark = pytest.mark.django_db

NOON = datetime(2022, 7, 3, 12, 0, tzinfo=UTC)


def carrying(source: Source, words: str, title: str = "Blasts") -> Incident:
    """A published incident with one claim that rests on `source`."""
    incident = make_incident(title=title)
    claim = make_claim(incident=incident, question=Question.DAMAGE, text=words, cited=False)
    make_citation(claim, words, snapshot=make_snapshot(source=source, text=f"{words}, it said."))
    publish(incident)
    return incident


def listed(response: Response) -> list[str]:
    return [text(heading) for heading in find(one(tree(response), "main"), "h2")]


def rows(count: int) -> list[str]:
    """Reports of the read model alone; their titles, newest first."""
    publisher = make_publisher()
    made = RecordSource.objects.bulk_create(
        RecordSource(
            id=f"S{n:09}",
            name=f"Report {n}",
            serial=1,
            publisher=publisher.public_id,
            publisher_name=publisher.name,
            published_at=NOON + timedelta(hours=n // 3),
            details={"language": "en", "published_at": NOON.isoformat(),
                     "published_precision": "day", "zone": "UTC"},
        )
        for n in range(count)
    )  # fmt: skip
    ordered = sorted(made, key=lambda row: (row.published_at, row.id), reverse=True)
    return [row.name for row in ordered]


def test_reports_stand_newest_first_with_outlet_day_and_number_of_claims(client: Client) -> None:
    daily = make_publisher(name="The Daily")
    carrying(make_source(title="First", publisher=daily, published_at=NOON), "houses hit")
    newer = make_source(title="Second", publisher=daily, published_at=NOON + timedelta(days=1))
    carrying(newer, "roofs hit")
    carrying(newer, "windows hit")

    response = client.get("/sources/")

    assert listed(response) == ["Second", "First"]
    first_row = find(one(tree(response), "main"), "li")[0]
    assert "The Daily · 4 Jul 2022, 12:00 · 2 claims" in text(first_row)


def test_reports_that_no_published_claim_rests_on_are_not_there(client: Client) -> None:
    make_source(title="Never cited")
    make_claim()  # of a draft
    unused = carrying(make_source(title="Of a withdrawn incident"), "houses hit")
    withdraw(unused, "It was entered twice.")

    assert listed(client.get("/sources/")) == []
    assert client.get(f"/sources/{Source.objects.all()[0].public_id}/").status_code == 404


def test_reports_of_one_outlet_can_be_listed_alone(client: Client) -> None:
    daily = make_publisher(name="The Daily")
    carrying(make_source(title="Ours", publisher=daily), "houses hit")
    carrying(make_source(title="Theirs"), "roofs hit")

    assert listed(client.get(f"/sources/?publisher={daily.public_id}")) == ["Ours"]
    assert listed(client.get(f"/sources/?publisher={daily.public_id.lower()}")) == ["Ours"]
    assert listed(client.get("/sources/?publisher=0123456789")) == []


@pytest.mark.parametrize("count", [50, 51, 101])
def test_pages_show_every_report_once(client: Client, count: int) -> None:
    expected = rows(count)
    found: list[str] = []
    address = "/sources/"
    while address:
        response = client.get(address)
        found += listed(response)
        address = f"/sources/{link}" if (link := earlier(response)) else ""

    assert found == expected


@pytest.mark.parametrize(
    "query",
    ["publisher=x", "publisher=%00", "after=x", "after=999999999999999999_0123456789", "page=2",
     "after=0_0123456789&after=1_0123456789", "publsher=0123456789", "publisher=" + "0" * 10_000],
    ids=lambda query: query[:30],
)  # fmt: skip
def test_what_cannot_be_read_shows_an_error_and_no_report(client: Client, query: str) -> None:
    carrying(make_source(title="A report"), "houses hit")

    response = client.get(f"/sources/?{query}")

    assert response.status_code == HTTPStatus.OK
    assert 'role="alert"' in html(response)
    assert "A report" not in html(response)


def test_a_report_says_what_it_carries_and_for_which_incident(client: Client) -> None:
    source = make_source(
        title="Взрывы в городе",
        language="ru",
        publisher=make_publisher(name="The Daily"),
        published_at=NOON,
        archive_url="https://archive.example/x",
    )
    newer = carrying(source, "houses hit")
    carrying(source, "roofs hit", "Other blasts")

    response = client.get(f"/sources/{source.public_id.lower()}/")

    page = tree(response)
    assert text(one(page, "h1")) == "Взрывы в городе"
    assert attribute(one(page, "h1"), "lang") == "ru"
    words = text(one(page, "main"))
    for expected in (
        "The Daily",
        "3 Jul 2022, 12:00",
        "2 claims, 2 origins 2 incidents",
        "houses hit",
    ):
        assert expected in words
    assert sorted(listed(response)) == ["Blasts", "Other blasts"]
    links = [attribute(a, "href") for a in find(page, "a")]
    assert {source.url, "https://archive.example/x"} <= set(links)
    assert any(link.startswith(f"/incidents/{newer.public_id}/blasts/#c-") for link in links)


def test_a_report_shows_the_hash_of_its_text_and_not_the_text(client: Client) -> None:
    source = make_source()
    incident = carrying(source, "houses hit")
    snapshot = Snapshot.objects.get()

    response = client.get(f"/sources/{source.public_id}/")

    assert incident.title in html(response)
    assert snapshot.sha256 in html(response)
    assert "it said." not in html(response)


def test_reports_that_it_stands_in_relation_to_are_linked_once_they_are_public(
    client: Client,
) -> None:
    original, hidden = make_source(title="Original"), make_source(title="Hidden")
    carrying(original, "roofs hit")
    copy = make_source(title="Copy")
    for target in (original, hidden):
        SourceLink.objects.create(source=copy, kind=SourceLink.Kind.REPUBLISHES, target=target)
    carrying(copy, "houses hit")

    page = tree(client.get(f"/sources/{copy.public_id}/"))

    assert f"Republishes {original.publisher}: Original" in text(page)
    assert "Hidden" not in text(page)
    page = tree(client.get(f"/sources/{original.public_id}/"))
    assert f"{copy.publisher}: Copy republishes this report" in text(page)


@pytest.mark.parametrize("key", ["0123456789", "U123456789", "short"])
def test_a_report_that_is_not_there_is_not_found(client: Client, key: str) -> None:
    assert client.get(f"/sources/{key}/").status_code == HTTPStatus.NOT_FOUND


def test_a_list_costs_two_queries_and_a_report_no_more_with_more_claims(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    source = make_source()
    carrying(source, "houses hit")
    rows(60)
    with django_assert_num_queries(2):
        client.get("/sources/")
    with django_assert_num_queries(5):
        client.get(f"/sources/{source.public_id}/")
    for words in ("roofs hit", "windows hit"):
        carrying(source, words)
    with django_assert_num_queries(5):
        client.get(f"/sources/{source.public_id}/")


def test_a_report_of_many_incidents_has_pages_that_show_each_once(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public_sources, "INCIDENTS", 2)
    source = make_source()
    titles = [f"Blasts {n}" for n in range(5)]
    for title in titles:
        carrying(source, f"{title} hit houses", title)

    found: list[str] = []
    home = address = f"/sources/{source.public_id}/"
    while address:
        response = client.get(address)
        assert "5 claims 5 incidents" in text(one(tree(response), "main"))
        found += listed(response)
        address = home + link if (link := earlier(response)) else ""

    assert sorted(found) == titles


def test_a_page_of_a_report_that_cannot_be_read_is_an_error_and_no_incident(client: Client) -> None:
    source = make_source()
    carrying(source, "houses hit")

    response = client.get(f"/sources/{source.public_id}/?after=x")

    assert "Page: This page address is damaged" in text(one(tree(response), role="alert"))
    assert listed(response) == []
