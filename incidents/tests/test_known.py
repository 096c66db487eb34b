"""The page of an incident as known at a moment, and the steps from one moment to the next."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from incidents.models import Incident
from incidents.public.ready import ANSWERS
from incidents.record.publish import publish
from incidents.tests.factories import (
    make_actor,
    make_citation,
    make_claim,
    make_incident,
    make_published,
    make_snapshot,
    make_source,
    make_statement,
)
from incidents.tests.reading import Response, attribute, find, html, one, text, tree
from incidents.vocabulary import Qualifier, Question, Side, Verification
from sources.moments import Precision

pytestmark = pytest.mark.django_db

MORNING, NOON, EVENING = (datetime(2022, 7, 3, hour, 0, tzinfo=UTC) for hour in (6, 12, 18))
EXACTLY_3: dict[str, Any] = {"low": 3, "high": 3, "qualifier": Qualifier.EXACTLY, "unit": "people"}
EXACTLY_5 = EXACTLY_3 | {"low": 5, "high": 5}


def told_by(incident: Incident, text: str, speaker: str = "Speaker", said_at: datetime = MORNING,
            side: str = Side.RUSSIA, **fields: Any) -> None:  # fmt: skip
    statement = make_statement(
        speaker=make_actor(speaker, side=side), said_at=said_at, said_precision=Precision.MINUTE
    )
    make_claim(incident=incident, statement=statement, text=text, **fields)


def page_of(client: Client, incident: Incident, query: str = "") -> Response:
    return client.get(f"/incidents/{incident.public_id}/{query}", follow=True)


@pytest.fixture
def three_steps() -> Incident:
    incident = make_incident()
    told_by(incident, "3 killed", **EXACTLY_3)
    told_by(incident, "shelling", question=Question.CAUSE, said_at=NOON)
    told_by(incident, "5 killed", side=Side.UKRAINE, said_at=EVENING, speaker="Mayor", **EXACTLY_5)
    publish(incident)
    return incident


@pytest.mark.parametrize(
    ("known", "claims", "standing"),
    [
        ("2022-07-03T06:00Z", [], "No claims"),
        ("2022-07-03T06:30Z", ["3 killed"], "One origin"),
        ("2022-07-03T15:30%2B03:00", ["3 killed", "shelling"], "Several origins"),
        ("2022-07-03", ["3 killed", "shelling", "5 killed"], "Contested"),
        ("9999-12-30", ["3 killed", "shelling", "5 killed"], "Contested"),
        ("0999-01-01", [], "No claims"),
        ("0001-01-01", [], "No claims"),
    ],
)
def test_as_known_at_shows_only_what_was_claimed_by_then(
    client: Client, three_steps: Incident, known: str, claims: list[str], standing: str
) -> None:
    page = tree(page_of(client, three_steps, f"?known={known}"))

    shown = [
        text(one(entry, "b")) for entry in find(one(page, id="claims"), "li") if find(entry, "b")
    ]
    assert shown == claims
    meta = text(one(page, "p", class_="meta"))
    assert standing in meta
    assert f"{len(claims)} claim" in meta
    # All three are cited from a report that was printed at 18:30.
    nothing = len(find(one(page, id="reports"), "li", class_="muted"))
    assert nothing == (len(claims) < 3)
    assert 'content="noindex"' in html(page_of(client, three_steps, f"?known={known}"))


@pytest.mark.parametrize(
    "query",
    [
        "known=now",
        "known=%00",
        "known=2022-13-01",
        "known=20220703",
        "known=" + "9" * 10_000,
        "known=2022-07-03&known=2022-07-04",
        "known=9999-12-31",
    ],
)
def test_a_moment_that_cannot_be_read_shows_an_error_and_no_claim(
    client: Client, three_steps: Incident, query: str
) -> None:
    page = tree(page_of(client, three_steps, f"?{query}"))

    assert "No claim is shown" in text(one(page, "div", role="alert"))
    for words in ("3 killed", "5 killed", "shelling"):
        assert words not in text(page)


def test_foreign_keys_do_not_break_a_permalink(client: Client, three_steps: Incident) -> None:
    response = page_of(client, three_steps, "?igsh=abc&page=0&x=%00&fbclid=1")

    assert 'role="alert"' not in html(response)
    assert "5 killed" in html(response)


# Steps


def steps(response: Response) -> list[tuple[str, str, bool]]:
    """What each moment in the list reads, its query, and whether it is the one shown."""
    return [
        (text(a), attribute(a, "href").partition("?")[2], attribute(a, "aria-current") == "true")
        for a in find(one(one(tree(response), "nav", id="known"), "ol"), "a")
    ]


def test_every_moment_at_which_something_was_claimed_is_offered_and_now(
    client: Client, three_steps: Incident
) -> None:
    assert steps(page_of(client, three_steps)) == [
        ("3 Jul 2022, 06:01 UTC: 1 of 3 claims", "known=2022-07-03T06:01:00Z", False),
        ("3 Jul 2022, 12:01 UTC: 2 of 3 claims", "known=2022-07-03T12:01:00Z", False),
        ("3 Jul 2022, 18:01 UTC: 3 of 3 claims", "known=2022-07-03T18:01:00Z", False),
        ("now: 3 of 3 claims", "", True),
    ]


@pytest.mark.parametrize(
    ("known", "state", "links"),
    [
        ("2022-07-03T06:00Z", "3 Jul 2022, 06:00 UTC: 0 of 3 claims", ["Later", "Now"]),
        ("2022-07-03T06:01Z", "3 Jul 2022, 06:01 UTC: 1 of 3 claims", ["Later", "Now"]),
        (
            "2022-07-03T15:00Z",
            "3 Jul 2022, 15:00 UTC: 2 of 3 claims",
            ["First", "Earlier", "Later", "Now"],
        ),
        ("2022-07-04T00:00Z", "4 Jul 2022, 00:00 UTC: 3 of 3 claims", ["First", "Earlier", "Now"]),
        ("", "now: 3 of 3 claims", ["First", "Earlier"]),
    ],
)
def test_the_steps_beside_the_moment_shown_are_plain_links(
    client: Client, three_steps: Incident, known: str, state: str, links: list[str]
) -> None:
    response = page_of(client, three_steps, f"?known={known}")

    line = one(tree(response), "p", class_="steps")
    assert text(line).startswith(f"As known at {state}")
    assert [text(a) for a in find(line, "a")] == links


def test_earlier_and_later_lead_to_the_moments_next_to_the_one_shown(
    client: Client, three_steps: Incident
) -> None:
    line = one(tree(page_of(client, three_steps, "?known=2022-07-03T15:00Z")), "p", class_="steps")

    leads = {text(a): attribute(a, "href").partition("?")[2] for a in find(line, "a")}
    assert leads == {
        "First": "known=2022-07-03T06:01:00Z",
        "Earlier": "known=2022-07-03T06:01:00Z",
        "Later": "known=2022-07-03T18:01:00Z",
        "Now": "",
    }


def test_the_steps_of_a_version_stay_within_it(client: Client, three_steps: Incident) -> None:
    address = f"/incidents/{three_steps.public_id}/v/1/"
    nav = one(tree(client.get(address)), "nav", id="known")

    assert {attribute(a, "href").partition("?")[0] for a in find(nav, "a")} == {address}


def test_where_all_was_claimed_at_once_there_are_no_steps(client: Client) -> None:
    assert find(tree(page_of(client, make_published())), "nav", id="known") == []


def test_a_report_that_was_printed_later_is_neither_shown_nor_counted(client: Client) -> None:
    incident = make_incident()
    statement = make_statement(said_at=MORNING, said_precision=Precision.MINUTE)
    claim = make_claim(incident=incident, statement=statement, text="3 killed", cited=False)
    for hour in (9, 20):
        source = make_source(
            title=f"Edition of {hour}", published_at=datetime(2022, 7, 3, hour, tzinfo=UTC)
        )
        make_citation(
            claim,
            f"words of {hour}",
            snapshot=make_snapshot(source=source, text=f"words of {hour}"),
        )
    publish(incident)

    at_seven, at_ten, now = (
        page_of(client, incident, query)
        for query in ("?known=2022-07-03T07:00Z", "?known=2022-07-03T10:00Z", "")
    )

    assert "0 reports, 1 origin" in text(one(tree(at_seven), id="meta"))
    assert "not yet printed by any report" in html(at_seven)
    assert "1 report, 1 origin" in text(one(tree(at_ten), id="meta"))
    assert "words of 9" in html(at_ten)
    assert "Edition of 20" not in html(at_ten)
    assert "words of 20" not in html(at_ten)
    assert "2 reports, 1 origin" in text(one(tree(now), id="meta"))


def test_chart_and_verification_answer_for_the_moment_too(client: Client) -> None:
    incident = make_incident()
    told_by(incident, "3 killed", **EXACTLY_3)
    told_by(incident, "4 killed", said_at=NOON, **EXACTLY_3)
    told_by(incident, "could not look", said_at=NOON, question=Question.VERIFICATION,
            verification=Verification.COULD_NOT_VERIFY, speaker="Reuters")  # fmt: skip
    publish(incident)

    before = tree(page_of(client, incident, "?known=2022-07-03T07:00Z"))
    after = tree(page_of(client, incident, "?known=2022-07-03T13:00Z"))

    assert find(before, "section", id="toll") == []
    assert text(one(before, "dd", id="verification")) == "No verification recorded"
    assert find(after, "section", id="toll") != []
    words = text(one(after, "dd", id="verification"))
    assert words == "Could not verify: Reuters, 3 Jul 2022"


def test_a_moment_costs_no_more_than_now(
    client: Client, three_steps: Incident, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    path = page_of(client, three_steps).wsgi_request.path
    ANSWERS.clear()
    for query in ("", "?known=2022-07-03T15:00Z"):
        with django_assert_num_queries(3):
            client.get(f"{path}{query}")
