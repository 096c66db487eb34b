from datetime import UTC, datetime
from http import HTTPStatus

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from incidents.models import Incident, Version
from incidents.record.publish import merge, publish, withdraw
from incidents.tests.factories import make_published
from incidents.tests.reading import Response, attribute, earlier, find, html, one, text, tree

pytestmark = pytest.mark.django_db


def listed(response: Response) -> list[str]:
    return [text(heading) for heading in find(one(tree(response), "main"), "h2")]


def versions(count: int) -> None:
    """Rows of the log alone, as publishing would number them."""
    Version.objects.bulk_create(
        Version(
            serial=n,
            incident=f"{n:010}",
            number=1,
            kind="published",
            note=f"Note {n}.",
            document={"incident": {"title": f"Title {n}"}},
            published_at=datetime(2022, 7, 3, tzinfo=UTC),
            previous_sha256="",
            sha256=f"{n:064}",
        )
        for n in range(1, count + 1)
    )


def test_every_version_is_listed_newest_first_with_its_note(client: Client) -> None:
    first = make_published(title="First")
    make_published(title="Second", place=first.place)
    Incident.objects.filter(pk=first.pk).update(title="First, corrected")
    publish(first, "We had the town wrong.", Version.Kind.CORRECTED)

    response = client.get("/changes/")

    assert listed(response) == ["First, corrected", "Second", "First"]
    newest = text(find(one(tree(response), "main"), "li")[0])
    assert "Version 2, corrected" in newest
    assert "We had the town wrong." in newest


def test_a_withdrawal_and_a_merger_stand_in_the_log_and_lead_to_the_history(
    client: Client,
) -> None:
    kept, merged, gone = (make_published(title=t) for t in ("Kept", "Merged", "Gone"))
    withdraw(gone, "It was entered twice.")
    merge(merged, kept, "The same explosion.")

    page = tree(client.get("/changes/"))

    links = [attribute(one(h, "a"), "href") for h in find(one(page, "main"), "h2")]
    assert f"/incidents/{gone.public_id}/history/" in links
    assert f"/incidents/{merged.public_id}/history/" in links
    assert {client.get(link).status_code for link in links} == {HTTPStatus.OK}
    for note in ("It was entered twice.", "The same explosion."):
        assert note in text(page)


@pytest.mark.parametrize("count", [50, 51, 101])
def test_pages_show_every_version_once(client: Client, count: int) -> None:
    versions(count)
    found: list[str] = []
    address = "/changes/"
    while address:
        response = client.get(address)
        found += listed(response)
        address = f"/changes/{link}" if (link := earlier(response)) else ""

    assert found == [f"Title {n}" for n in range(count, 0, -1)]


@pytest.mark.parametrize(
    "query",
    ["before=0", "before=-1", "before=x", "before=1.5", "before=%00", "before=" + "9" * 30,
     "before=" + "9" * 10_000, "before=9223372036854775808", "before=1&before=2", "page=1"],
    ids=lambda query: query[:30],
)  # fmt: skip
def test_what_cannot_be_read_shows_an_error_and_no_version(client: Client, query: str) -> None:
    versions(3)

    response = client.get(f"/changes/?{query}")

    assert response.status_code == HTTPStatus.OK
    assert 'role="alert"' in html(response)
    assert "Title" not in html(response)


def test_an_empty_log_says_so_and_so_does_its_end(client: Client) -> None:
    assert "Nothing is published yet" in html(client.get("/changes/"))
    versions(1)
    assert "Nothing is published before that" in html(client.get("/changes/?before=1"))
    assert listed(client.get("/changes/?before=9223372036854775807")) == ["Title 1"]


def test_the_log_costs_two_queries_however_long_it_is(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    versions(60)

    with django_assert_num_queries(2):
        client.get("/changes/")
