"""The timeline by best match: only of a search, and paged without losing or repeating an entry."""

from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.conf import settings
from django.test import Client

from incidents.record.publish import publish
from incidents.record.search import vector
from incidents.tests.factories import (
    make_citation,
    make_claim,
    make_entries,
    make_entry,
    make_incident,
    make_published,
    make_snapshot,
    make_source,
)
from incidents.tests.reading import (
    attribute,
    chips,
    days,
    earlier,
    find,
    ids,
    one,
    shows_error_and_nothing_else,
    text,
    titles,
    tree,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def three() -> None:
    for title in ("Missile strike on Kyiv", "Strike of missile workers", "Drones over Odesa"):
        make_entry(title=title)


def test_a_match_in_the_title_stands_before_one_in_the_words_quoted(client: Client) -> None:
    make_published(
        title="Something else",
        summary="A needle was seen.",
        earliest=datetime(2022, 7, 4, tzinfo=UTC),
        latest=datetime(2022, 7, 4, 1, tzinfo=UTC),
    )
    make_published(title="A needle")

    assert titles(client.get("/?q=needle")) == ["Something else", "A needle"]
    response = client.get("/?q=needle&sort=relevance")
    assert titles(response) == ["A needle", "Something else"]
    assert list(days(response)) == ["Best matches first"]
    assert "4 Jul 2022" in text(find(tree(response), "p", class_="when")[1])


def test_pages_by_relevance_show_every_match_once_and_equal_ones_newest_first(
    client: Client,
) -> None:
    first = datetime(2022, 7, 1, tzinfo=UTC)
    rows = make_entries(
        {"title": "needle " * (1 + n % 2) + "hay", "at": first + timedelta(hours=n // 4)}
        for n in range(120)
    )
    make_entries({"title": "hay"} for _ in range(3))

    shown, address = [], "?q=needle&sort=relevance"
    while address:
        response = client.get("/" + address.removeprefix("/"))
        shown += ids(response)
        address = earlier(response, "Further")

    double = {row.incident for row in rows if row.title.count("needle") == 2}
    assert set(shown[:60]) == double
    at = {row.incident: (row.at, row.incident) for row in rows}
    assert shown[:60] == sorted(double, key=lambda key: at[key], reverse=True)
    assert shown[60:] == sorted(set(at) - double, key=lambda key: at[key], reverse=True)


def test_of_very_many_matches_those_with_it_in_their_titles_are_ranked_and_the_page_says_so(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("incidents.record.models.entries.MOST_RANKED", 3)
    monkeypatch.setattr("incidents.public.timeline.MOST_RANKED", 3)
    start = datetime(2022, 7, 1, tzinfo=UTC)
    titles_by_day = ["needle 0", "hay 1", "needle 2", "hay 3", "hay 4"]
    make_entries(
        {
            "title": title,
            "at": start + timedelta(days=day),
            "search": vector({"A": [title], "D": ["needle"]}),
        }
        for day, title in enumerate(titles_by_day)
    )

    response = client.get("/?q=needle&sort=relevance")

    assert titles(response) == ["needle 2", "needle 0", "hay 4"]
    assert "listed are 3 of them" in text(one(tree(response), "div", class_="found"))


def test_a_moment_is_ranked_as_it_was_known(client: Client) -> None:
    make_published(title="A needle")

    assert titles(client.get("/?known=2022-07-04&q=needle&sort=relevance")) == ["A needle"]
    assert titles(client.get("/?known=2022-07-02&q=needle&sort=relevance")) == []


def published_in_steps(title: str, day: int, reports: dict[int, str]) -> None:
    """One claim; at each hour a report of it in these words is printed."""
    at = datetime(2022, 6, day, tzinfo=UTC)
    incident = make_incident(title=title, earliest=at, latest=at)
    claim = make_claim(incident=incident, cited=False)
    for hour, words in reports.items():
        report = make_source(published_at=datetime(2022, 7, 3, hour, tzinfo=UTC))
        make_citation(claim, words, snapshot=make_snapshot(source=report, text=words))
    publish(incident)


@pytest.mark.parametrize("in_memory", [True, False])
@pytest.mark.usefixtures("bitmaps")
def test_of_what_matched_at_a_moment_those_with_it_in_their_titles_are_ranked_then_the_newest(
    client: Client, monkeypatch: pytest.MonkeyPatch, in_memory: bool
) -> None:
    monkeypatch.setattr(settings, "BITMAPS", in_memory)
    monkeypatch.setattr("incidents.public.wanted.MOST_RANKED", 4)
    monkeypatch.setattr("incidents.record.models.entries.MOST_RANKED", 4)
    monkeypatch.setattr("incidents.public.timeline.PAGE", 2)
    published_in_steps("A needle, as it is now", 2, {9: "Then"})
    published_in_steps("A needle, another then", 1, {9: "Then", 18: "Later"})
    published_in_steps("Hay, too old", 2, {9: "A needle", 18: "Later"})
    published_in_steps("Hay, as it is now", 3, {9: "A needle"})
    published_in_steps("Hay, another then", 4, {9: "One needle, and a needle", 18: "Later"})
    published_in_steps("Hay, not yet", 5, {9: "Then", 18: "A needle"})

    for known, expected in {
        "2022-07-03T12:00Z": [
            "A needle, as it is now",
            "A needle, another then",
            "Hay, another then",
            "Hay, as it is now",
        ],
        "2022-07-04": [
            "A needle, as it is now",
            "A needle, another then",
            "Hay, another then",
            "Hay, not yet",
        ],
    }.items():
        shown, address = [], f"?known={known}&q=needle&sort=relevance"
        while address:
            response = client.get("/" + address.removeprefix("/"))
            shown += titles(response)
            address = earlier(response, "Further")
        assert shown == expected


@pytest.mark.usefixtures("three")
def test_without_words_there_is_no_best_match(client: Client) -> None:
    assert shows_error_and_nothing_else(client.get("/?sort=relevance"))
    assert "Without words" in text(one(tree(client.get("/?sort=relevance")), "div", role="alert"))


@pytest.mark.usefixtures("three")
def test_who_empties_the_search_box_gets_the_list_by_date(client: Client) -> None:
    response = client.get("/?q=&sort=relevance&kind=explosion")

    assert response["Location"] == "/?kind=explosion"
    part = client.get("/?q=&sort=relevance", headers={"HX-Request": "true"})
    assert part["HX-Push-Url"] == "/"
    assert len(titles(part)) == 3


@pytest.mark.usefixtures("three")
def test_taking_the_words_back_takes_their_order_back_too(client: Client) -> None:
    response = client.get("/?kind=explosion&q=missile&sort=relevance")

    assert chips(response) == {
        "Remove filter Search “missile” ×": "/?kind=explosion",
        "Remove filter Kind Explosion ×": "/?q=missile&sort=relevance",
    }


@pytest.mark.usefixtures("three")
def test_a_search_offers_the_other_order(client: Client) -> None:
    for query, words, other in (
        ("?q=missile", "Order by best match", "/?q=missile&sort=relevance"),
        ("?q=missile&sort=relevance", "Order by date", "/?q=missile"),
    ):
        link = one(one(tree(client.get(f"/{query}")), "div", class_="found"), "a")
        assert (text(link), unescape(attribute(link, "href"))) == (words, other)
