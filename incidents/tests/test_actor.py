"""An actor's page: all that it claimed, and what contradicts that, counted and never judged."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client
from django.test.html import Element
from pytest_django import DjangoAssertNumQueries

from incidents.models import Actor, Claim, Incident
from incidents.public import actors
from incidents.record.models import EntryClash
from incidents.record.publish import publish, withdraw
from incidents.tests.factories import (
    make_actor,
    make_claim,
    make_incident,
    make_relation,
    make_statement,
)
from incidents.tests.reading import attribute, find, one, text, tree
from incidents.vocabulary import ActorKind, Qualifier, Question, RelationKind, Side

pytestmark = pytest.mark.django_db

MORNING = datetime(2022, 7, 3, 6, 0, tzinfo=UTC)


def says(actor: Actor, incident: Incident, hour: int = 0, **fields: Any) -> Claim:
    said_at = MORNING + timedelta(hours=hour)
    return make_claim(
        incident=incident, statement=make_statement(speaker=actor, said_at=said_at), **fields
    )


def killed(actor: Actor, incident: Incident, number: int, hour: int = 0) -> Claim:
    figure = {"qualifier": Qualifier.EXACTLY, "low": number, "high": number, "unit": "people"}
    return says(actor, incident, hour, text=f"{number} killed", **figure)


def page(client: Client, actor: Actor, query: str = "", below: str = "") -> Element:
    response = client.get(f"/actors/{actor.public_id}/{below}{query}", follow=True)
    assert response.status_code == HTTPStatus.OK
    return tree(response)


def claimed(page: Element) -> list[str]:
    """The claims on the page, in its order."""
    lists = find(page, "ul", class_="carried")
    return [text(one(item, "b")) for part in lists for item in find(part, "li")]


def counts(page: Element) -> dict[str, str]:
    rows = [row for part in find(page, "dl", class_="counts") for row in find(part, "div")]
    return {text(one(row, "dt")): text(one(row, "dd")) for row in rows}


def test_the_id_rules_and_the_slug_is_for_the_eye(client: Client) -> None:
    governor = make_actor("Vyacheslav Gladkov")
    incident = make_incident()
    says(governor, incident)
    publish(incident)
    home = f"/actors/{governor.public_id}/vyacheslav-gladkov/"

    assert client.get(home).status_code == HTTPStatus.OK
    for address in (f"/actors/{governor.public_id}/", f"/actors/{governor.public_id.lower()}/x/"):
        response = client.get(f"{address}?question=killed")
        assert response.status_code == HTTPStatus.MOVED_PERMANENTLY
        assert response["Location"] == f"{home}?question=killed"


def test_what_an_actor_claimed_stands_with_its_words_the_last_first(client: Client) -> None:
    governor = make_actor()
    incident = make_incident(title="Blasts")
    says(governor, incident, 0, question=Question.DAMAGE, text="39 houses damaged")
    says(governor, incident, 2, question=Question.CAUSE, text="missiles shot down")
    says(make_actor("Somebody else"), incident, 1, question=Question.DAMAGE, text="a shed")
    publish(incident)

    shown = page(client, governor)

    assert claimed(shown) == ["missiles shot down", "39 houses damaged"]
    words = text(one(shown, "section", id="claims"))
    assert "Blasts" in words
    assert "At least three people were killed" in words
    assert "Outlet" in words


def test_claims_can_be_narrowed_to_a_question(client: Client) -> None:
    governor = make_actor()
    incident = make_incident()
    says(governor, incident, question=Question.DAMAGE, text="39 houses damaged")
    says(governor, incident, question=Question.CAUSE, text="missiles shot down")
    publish(incident)

    links = [text(a) for a in find(one(page(client, governor), "nav", class_="questions"), "a")]

    assert links == ["All 2", "Damage 1", "Cause 1"]
    assert claimed(page(client, governor, "?question=damage")) == ["39 houses damaged"]


def test_a_body_has_the_claims_of_those_who_speak_for_it(client: Client) -> None:
    ministry = make_actor("Ministry of Defence", kind=ActorKind.MILITARY)
    minister = make_actor("Sergei Shoigu", organisation=ministry)
    incident = make_incident()
    says(minister, incident, question=Question.CAUSE, text="all shot down")
    says(ministry, incident, question=Question.CAUSE, text="two missiles")
    publish(incident)

    shown = page(client, ministry)

    assert sorted(claimed(shown)) == ["all shot down", "two missiles"]
    assert "Sergei Shoigu 1 claim" in text(one(shown, "aside"))
    assert claimed(page(client, minister)) == ["all shot down"]
    assert "Ministry of Defence" in text(one(page(client, minister), "p", class_="meta"))


def test_who_is_accused_finds_what_they_are_accused_of(client: Client) -> None:
    accused = make_actor("Armed Forces", side=Side.UKRAINE)
    incident = make_incident()
    says(accused, incident, question=Question.RESPONSIBILITY, stance="denies", text="not us")
    says(
        make_actor(), incident, question=Question.RESPONSIBILITY, text="it was them",
        accused=accused,
    )  # fmt: skip
    publish(incident)

    assert claimed(page(client, accused)) == ["not us"]
    assert claimed(page(client, accused, "?role=accused")) == ["it was them"]


def test_the_later_speaker_contradicts_the_earlier_one(client: Client) -> None:
    governor, ministry = make_actor("Governor"), make_actor("Ministry")
    incident = make_incident()
    killed(governor, incident, 3, hour=0)
    killed(ministry, incident, 5, hour=1)
    publish(incident)

    assert counts(page(client, governor)) == {
        "Others later contradicted what they claimed": "1 time"
    }
    assert counts(page(client, ministry)) == {"They contradicted what others had claimed": "1 time"}
    (row,) = find(one(one(page(client, governor), "table"), "tbody"), "tr")
    assert [text(cell) for cell in find(row)] == ["Ministry", "Ministry", "1", "1", "0", "0"]


def test_nobody_is_said_to_have_contradicted_first_where_times_are_the_same(
    client: Client,
) -> None:
    governor, ministry = make_actor("Governor"), make_actor("Ministry")
    incident = make_incident()
    killed(governor, incident, 3)
    killed(ministry, incident, 5)
    publish(incident)

    for actor in (governor, ministry):
        (words,) = counts(page(client, actor))
        assert "nobody can say who spoke first" in words


def test_who_denies_answers_whatever_the_times_are(client: Client) -> None:
    governor, ministry = make_actor("Governor"), make_actor("Ministry")
    incident = make_incident()
    denial = says(governor, incident, 0, question=Question.CAUSE, stance="denies", text="no")
    denied = says(ministry, incident, 0, question=Question.CAUSE, text="yes")
    make_relation(denial, denied, kind=RelationKind.DENIES)
    publish(incident)

    assert list(counts(page(client, ministry))) == ["Others later contradicted what they claimed"]


def test_contradictions_in_one_house_are_told_apart(client: Client) -> None:
    ministry = make_actor("Ministry")
    incident = make_incident()
    killed(make_actor("Minister", organisation=ministry), incident, 3, hour=0)
    killed(make_actor("Spokesman", organisation=ministry), incident, 5, hour=1)
    publish(incident)

    shown = page(client, ministry)

    assert list(counts(shown)) == ["Their own claims contradict each other"]
    assert find(shown, "table") == []


def test_a_pair_on_two_questions_is_counted_once(client: Client) -> None:
    governor, ministry = make_actor("Governor"), make_actor("Ministry")
    incident = make_incident()
    blamed = says(ministry, incident, 0, question=Question.RESPONSIBILITY, text="theirs")
    cause = says(governor, incident, 1, question=Question.CAUSE, text="ours")
    make_relation(cause, blamed, kind=RelationKind.DISPUTES)
    publish(incident)

    assert EntryClash.objects.get().questions == ["responsibility", "cause"]
    assert counts(page(client, governor)) == {"They contradicted what others had claimed": "1 time"}


def test_each_count_leads_to_its_pairs_with_the_earlier_claim_first(client: Client) -> None:
    governor, ministry, mayor = (make_actor(name) for name in ("Governor", "Ministry", "Mayor"))
    incident = make_incident()
    killed(governor, incident, 3, hour=0)
    killed(ministry, incident, 5, hour=1)
    killed(mayor, incident, 4, hour=-1)
    publish(incident)

    below = "contradictions/"
    assert len(claimed(page(client, governor, below=below))) == 4
    assert claimed(page(client, governor, "?way=others", below)) == ["3 killed", "5 killed"]
    assert claimed(page(client, governor, "?way=them", below)) == ["4 killed", "3 killed"]
    other = f"?other={mayor.public_id}"
    assert claimed(page(client, governor, other, below)) == ["4 killed", "3 killed"]


def test_pages_of_claims_and_of_pairs_go_on_where_they_ended(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actors, "PAGE", 2)
    governor = make_actor()
    incident = make_incident()
    for hour in range(3):
        killed(governor, incident, hour + 1, hour)
    publish(incident)

    first = page(client, governor)
    (link,) = find(one(first, "nav", class_="pages"), "a")
    assert claimed(first) == ["3 killed", "2 killed"]
    assert claimed(page(client, governor, attribute(link, "href"))) == ["1 killed"]
    first = page(client, governor, below="contradictions/")
    (link,) = find(one(first, "nav", class_="pages"), "a")
    rest = page(client, governor, attribute(link, "href"), "contradictions/")
    assert (len(claimed(first)), len(claimed(rest))) == (4, 2)


@pytest.mark.parametrize(
    "query",
    ["question=who", "role=victim", "after=x", "qestion=killed", "after=%00", "role=a&role=b"],
)
def test_what_cannot_be_read_shows_an_error_and_no_claim(client: Client, query: str) -> None:
    governor = make_actor()
    incident = make_incident()
    says(governor, incident)
    publish(incident)

    shown = page(client, governor, f"?{query}")

    assert claimed(shown) == []
    assert find(shown, "div", role="alert")


@pytest.mark.parametrize("query", ["way=up", "other=x", "before=0", f"before={10**30}", "way=%00"])
def test_pairs_that_cannot_be_read_show_an_error_and_no_pair(client: Client, query: str) -> None:
    governor = make_actor()
    incident = make_incident()
    killed(governor, incident, 1, 0)
    killed(governor, incident, 2, 1)
    publish(incident)

    shown = page(client, governor, f"?{query}", "contradictions/")

    assert claimed(shown) == []
    assert find(shown, "div", role="alert")


def test_an_actor_of_drafts_or_of_what_was_withdrawn_is_not_found(client: Client) -> None:
    governor = make_actor()
    incident = make_incident()
    says(governor, incident)
    address = f"/actors/{governor.public_id}/"
    for below in ("", "contradictions/"):
        assert client.get(address + below).status_code == HTTPStatus.NOT_FOUND
    publish(incident)
    assert client.get(address, follow=True).status_code == HTTPStatus.OK
    withdraw(incident, "It was entered twice.")

    assert client.get(address).status_code == HTTPStatus.NOT_FOUND


def test_a_page_costs_six_queries_however_much_was_claimed(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    governor, ministry = make_actor("Governor"), make_actor("Ministry")
    for number in range(3):
        incident = make_incident()
        killed(governor, incident, 1, 0)
        killed(ministry, incident, 2 + number, 1)
        publish(incident)
        with django_assert_num_queries(6):
            client.get(f"/actors/{governor.public_id}/governor/")
        with django_assert_num_queries(5):
            client.get(f"/actors/{governor.public_id}/governor/contradictions/")
