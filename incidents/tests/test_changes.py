from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from incidents.models import Claim, Incident, Version
from incidents.public import changes
from incidents.record.publish import merge, publish, withdraw
from incidents.tests.factories import (
    make_actor,
    make_claim,
    make_incident,
    make_place,
    make_published,
    make_statement,
)
from incidents.tests.reading import Response, attribute, chips, earlier, find, html, one, text, tree
from incidents.vocabulary import Question

pytestmark = pytest.mark.django_db


def listed(response: Response) -> list[str]:
    return [text(heading) for heading in find(one(tree(response), "ol", class_="versions"), "h2")]


def differences(response: Response) -> list[str]:
    """Of the newest version."""
    newest = find(one(tree(response), "ol", class_="versions"), "li")[0]
    return [text(line) for line in find(newest, "li")]


def versions(
    count: int, day: Callable[[int], datetime] = lambda n: datetime(2022, 7, 3, tzinfo=UTC)
) -> None:
    """Rows of the log alone, as publishing would number them, each published at its `day`."""
    Version.objects.bulk_create(
        Version(
            serial=n,
            incident=f"{n:010}",
            number=1,
            kind="published",
            note=f"Note {n}.",
            document={"incident": {"title": f"Title {n}"}},
            published_at=day(n),
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
    newest = text(find(one(tree(response), "ol", class_="versions"), "li")[0])
    assert "Version 2, corrected" in newest
    assert "We had the town wrong." in newest


def test_a_withdrawal_and_a_merger_stand_in_the_log_and_lead_to_the_history(
    client: Client,
) -> None:
    kept, merged, gone = (make_published(title=t) for t in ("Kept", "Merged", "Gone"))
    withdraw(gone, "It was entered twice.")
    merge(merged, kept, "The same explosion.")

    page = tree(client.get("/changes/"))

    log = one(page, "ol", class_="versions")
    links = [attribute(one(h, "a"), "href") for h in find(log, "h2")]
    assert f"/incidents/{gone.public_id}/history/" in links
    assert f"/incidents/{merged.public_id}/history/" in links
    assert {client.get(link).status_code for link in links} == {HTTPStatus.OK}
    for words in ("It was entered twice.", "The same explosion.", "It left the public list."):
        assert words in text(log)
    assert "Merged into Kept." in text(log)


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


def test_a_version_says_what_it_changed_against_the_one_before(client: Client) -> None:
    incident = make_published(title="Blasts")
    Claim.objects.update(text="at least 5 killed", low=5)
    publish(incident, "The governor raised the toll.")

    assert differences(client.get("/changes/")) == [
        "Killed: at least 3 killed → at least 5 killed, Vyacheslav Gladkov",
        "Killed, figure: at least 3 people → at least 5 people, Vyacheslav Gladkov",
    ]


def test_a_first_version_says_how_many_claims_it_has(client: Client) -> None:
    make_published()

    log = text(one(tree(client.get("/changes/")), "ol", class_="versions"))

    assert "First version, with 1 claim." in log


def test_a_new_parent_is_named_by_its_title(client: Client) -> None:
    whole, part = make_published(title="Attacks over time"), make_published(title="Blasts")
    Incident.objects.filter(pk=part.pk).update(parent=whole)
    publish(part, "One of many.")
    withdraw(whole, "Too wide.")

    newest = client.get("/changes/?change=updated")

    assert differences(newest) == ["Part of: nothing recorded → Attacks over time"]


def test_a_long_difference_is_cut_short_and_leads_to_the_whole(client: Client) -> None:
    incident = make_published()
    for number in range(14):
        make_claim(incident=incident, question=Question.DAMAGE, text=f"house {number} hit")
    publish(incident, "A list of houses.")

    *_shown, last = differences(client.get("/changes/"))

    assert last == "and 17 more differences"
    address = f"/incidents/{incident.public_id}/v/2/"
    whole = one(tree(client.get(address)), "ul", class_="differences")
    assert len(find(whole, "li")) == 12 + 17


@pytest.fixture
def five(db: None) -> dict[str, str]:
    """Five versions of four incidents, and the id of the place and of the speaker of each."""
    belgorod, kyiv = make_place("Belgorod"), make_place("Kyiv")
    mayor = make_statement(speaker=make_actor("Mayor"))
    first = make_incident(title="Strike", place=belgorod, kind="strike")
    make_claim(incident=first, statement=mayor)
    publish(first)
    gone = make_published(title="Gone", place=belgorod)
    make_published(title="Elsewhere", place=kyiv)
    withdraw(gone, "It was entered twice.")
    Incident.objects.filter(pk=first.pk).update(title="Strike, corrected")
    publish(first, "Wrong.", Version.Kind.CORRECTED)
    names = {"belgorod": belgorod.public_id, "kyiv": kyiv.public_id}
    speaker = mayor.speaker
    assert speaker is not None
    assert belgorod.parent is not None
    return names | {"country": belgorod.parent.public_id, "mayor": speaker.public_id}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Strike, corrected", "Gone", "Elsewhere", "Gone", "Strike"]),
        ("change=corrected", ["Strike, corrected"]),
        ("change=corrected&change=withdrawn", ["Strike, corrected", "Gone"]),
        ("kind=strike", ["Strike, corrected", "Strike"]),
        ("kind=explosion", ["Gone", "Elsewhere", "Gone"]),
        ("place={belgorod}", ["Strike, corrected", "Gone", "Gone", "Strike"]),
        ("place={country}", ["Strike, corrected", "Gone", "Gone", "Strike"]),
        ("place={belgorod}&place={kyiv}&change=published", ["Elsewhere", "Gone", "Strike"]),
        ("place={belgorod}&kind=explosion", ["Gone", "Gone"]),
        ("actor={mayor}", ["Strike, corrected", "Strike"]),
        ("since=3", ["Strike, corrected", "Gone"]),
        ("since=0&before=2", ["Strike"]),
        ("place=0123456789", []),
        ("change=merged", []),
    ],
)
def test_a_filter_narrows_the_log_whether_few_incidents_pass_it_or_many(
    client: Client,
    five: dict[str, str],
    query: str,
    expected: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address = "/changes/?" + query.format(**five)

    assert listed(client.get(address)) == expected
    monkeypatch.setattr(changes, "FEW", 0)
    assert listed(client.get(address)) == expected


def test_days_are_those_of_publishing_in_utc_and_both_count(client: Client) -> None:
    versions(3, day=lambda n: datetime(2022, 7, n, 23, 59, 59, 999_999, tzinfo=UTC))

    assert listed(client.get("/changes/?from=2022-07-02")) == ["Title 3", "Title 2"]
    assert listed(client.get("/changes/?to=2022-07-02")) == ["Title 2", "Title 1"]
    assert listed(client.get("/changes/?from=2022-07-02&to=2022-07-02")) == ["Title 2"]
    assert listed(client.get("/changes/?from=0001-01-01&to=9999-12-31"))[0] == "Title 3"


def test_an_incident_that_came_back_after_a_withdrawal_is_where_it_is_now(client: Client) -> None:
    belgorod, kyiv = make_place("Belgorod"), make_place("Kyiv")
    incident = make_published(place=belgorod)
    withdraw(incident, "Wrong place.")
    Incident.objects.filter(pk=incident.pk).update(place=kyiv)
    publish(incident, "In its right place.")

    assert listed(client.get(f"/changes/?place={belgorod.public_id}")) == []
    assert len(listed(client.get(f"/changes/?place={kyiv.public_id}"))) == 3


def test_the_next_page_keeps_the_filter_and_so_does_the_form(
    client: Client, five: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("incidents.public.changes.PAGE", 1)
    query = f"place={five['belgorod']}&change=withdrawn&change=published"

    found, response = [], client.get(f"/changes/?{query}")
    form = one(tree(response), "form", id="filters")
    kept = {
        (attribute(field, "name"), attribute(field, "value"))
        for field in find(form, "input")
        if attribute(field, "type") == "hidden" or ("checked", None) in field.attributes
    }
    while listed(response):
        found += listed(response)
        link = earlier(response)
        if not link:
            break
        response = client.get(f"/changes/{link}")

    assert found == ["Gone", "Gone", "Strike"]
    expected = {("place", five["belgorod"]), ("change", "withdrawn"), ("change", "published")}
    assert kept == expected


def test_a_place_is_named_on_a_chip_that_takes_it_back(
    client: Client, five: dict[str, str]
) -> None:
    response = client.get(f"/changes/?place={five['belgorod'].lower()}&change=published&since=1")

    assert chips(response) == {
        "Remove filter Where Belgorod ×": "/changes/?change=published&since=1",
        "Remove filter After serial 1 ×": f"/changes/?change=published&place={five['belgorod']}",
    }


@pytest.mark.parametrize(
    "query",
    ["before=0", "before=-1", "before=x", "before=1.5", "before=%00", "before=" + "9" * 30,
     "before=" + "9" * 10_000, "before=9223372036854775808", "before=1&before=2", "page=1",
     "since=-1", "since=x", "since=9223372036854775808", "since=1&since=1", "change=bogus",
     "change=%00", "kind=bogus", "place=x", "place=%00", "actor=" + "9" * 10_000,
     "from=yesterday", "from=2022-02-30", "to=%00", "from=2022-07-03&to=2022-07-02"],
    ids=lambda query: query[:30],
)  # fmt: skip
def test_what_cannot_be_read_shows_an_error_and_no_version(client: Client, query: str) -> None:
    versions(3)

    response = client.get(f"/changes/?{query}")

    assert response.status_code == HTTPStatus.OK
    assert 'role="alert"' in html(response)
    assert "Title" not in html(response)


def test_an_error_names_the_filter_that_cannot_be_read(client: Client) -> None:
    response = client.get("/changes/?kind=bogus&from=2022-02-30&page=1")

    assert [text(item) for item in find(one(tree(response), role="alert"), "li")] == [
        "Kind: Select a valid choice. bogus is not one of the available choices.",
        "From: Enter a valid date.",
        "“page” is not a filter.",
    ]


def test_blank_fields_of_the_form_ask_for_nothing(client: Client) -> None:
    versions(2)

    assert listed(client.get("/changes/?from=&to=&since=&place=&change=")) == ["Title 2", "Title 1"]


def test_an_empty_log_says_so_and_so_does_its_end(client: Client) -> None:
    assert "Nothing is published yet" in html(client.get("/changes/"))
    versions(1)
    assert "Nothing is published before that" in html(client.get("/changes/?before=1"))
    assert listed(client.get("/changes/?before=9223372036854775807")) == ["Title 1"]


def test_a_filter_that_nothing_matches_says_so(client: Client) -> None:
    versions(1)

    assert "No version matches" in html(client.get("/changes/?kind=strike"))


@pytest.mark.parametrize("count", [1, 20])
def test_the_log_costs_as_many_queries_whatever_it_lists(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    whole = make_published(title="Whole")
    assert whole.place is not None
    for _ in range(count):
        incident = make_published(place=whole.place)
        Incident.objects.filter(pk=incident.pk).update(parent=whole)
        publish(incident, "A part of it.")
        gone = make_published(place=whole.place)
        merge(gone, whole, "The same.")

    with django_assert_num_queries(4):
        client.get("/changes/")
    with django_assert_num_queries(7):
        client.get(f"/changes/?place={whole.place.public_id}")
