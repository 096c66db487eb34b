"""Conditional responses: an unchanged record is answered with 304 after one query."""

from html import unescape
from http import HTTPStatus
from typing import NoReturn

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from incidents.models import Claim, Incident
from incidents.public import asked, clock, ready
from incidents.record.models import Clock, Version
from incidents.record.publish import merge, publish, withdraw
from incidents.tests.factories import make_claim, make_incident, make_published
from incidents.tests.reading import Response, attribute, html, one, titles, tree
from sources.models import Source

pytestmark = pytest.mark.django_db

PART = {"HX-Request": "true"}
RESTORE = {"HX-Request": "true", "HX-History-Restore-Request": "true"}


@pytest.fixture
def incident() -> Incident:
    return make_published()


@pytest.fixture
def pages(incident: Incident) -> list[str]:
    """One address of every kind of public page."""
    home = f"/incidents/{incident.public_id}"
    return [
        "/",
        "/?known=2022-07-04&q=belgorod",
        "/?kind=bogus",
        f"{home}/explosions-reported-in-belgorod/",
        f"{home}/v/1/",
        f"{home}/history/",
        f"/claims/{Claim.objects.get().public_id}/",
        "/sources/",
        f"/sources/{Source.objects.get().public_id}/",
        "/changes/",
        "/about/method/",
        "/about/cite/",
        "/about/licence/",
        "/about/corrections/",
    ]


def again(client: Client, address: str, tag: str, **headers: str) -> Response:
    return client.get(address, headers={"If-None-Match": tag, **headers})


def test_every_page_has_a_weak_tag_and_is_kept_only_to_ask_again(
    client: Client, pages: list[str]
) -> None:
    for address in pages:
        response = client.get(address)
        assert response["ETag"].startswith('W/"'), address
        kept = {part.strip() for part in response["Cache-Control"].split(",")}
        assert kept == {"public", "no-cache"}, address
        varies = {part.strip() for part in response["Vary"].split(",")}
        assert varies >= {"HX-Request", "Accept-Language", "Cookie"}, address
        assert not response.cookies, address


def test_an_operator_may_let_a_cdn_answer_for_a_while(
    client: Client, pages: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "SHARED_CACHE_SECONDS", 30)

    for address in pages:
        response = client.get(address)
        kept = {part.strip() for part in response["Cache-Control"].split(",")}
        assert kept == {"public", "max-age=0", "s-maxage=30", "stale-while-revalidate=30"}, address
        # For whoever does ask, nothing is old.
        tag = response["ETag"]
        assert again(client, address, tag).status_code == HTTPStatus.NOT_MODIFIED, address
    make_published(title="A moment ago")
    assert "A moment ago" in titles(again(client, "/", tag))


@pytest.mark.parametrize(
    ("asked", "canonical"),
    [
        ("/", "/"),
        ("/?kind=strike&from=2022-07-01", "/?from=2022-07-01&kind=strike"),
        ("/?standing=contested&kind=strike&utm_source=x", "/?kind=strike&standing=contested"),
        ("/?q=fire&kind=strike&kind=explosion", "/?kind=explosion&kind=strike&q=fire"),
    ],
)
def test_filters_in_any_order_lead_to_the_one_address_of_their_page_which_names_itself(
    client: Client, asked: str, canonical: str
) -> None:
    response = client.get(asked, follow=True)

    assert response.redirect_chain == [(canonical, HTTPStatus.FOUND)] * (asked != canonical)
    link = one(tree(response), "link", rel="canonical")
    assert unescape(attribute(link, "href")) == f"http://testserver{canonical}"


def test_what_did_not_change_is_answered_with_304_after_exactly_one_query(
    client: Client, pages: list[str], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for address in pages:
        tag = client.get(address)["ETag"]
        with django_assert_num_queries(1):
            response = again(client, address, tag)
        assert response.status_code == HTTPStatus.NOT_MODIFIED, address
        assert response.content == b"", address
        assert response["ETag"] == tag, address
        assert "Accept-Language" in response["Vary"], address


@pytest.mark.parametrize("tag", ['W/"x"', '"', "", "W/", '"' + "x" * 5_000 + '"', "\x00", "é"])
def test_a_tag_that_is_not_ours_gets_the_page(client: Client, incident: Incident, tag: str) -> None:
    assert again(client, "/", tag).status_code == HTTPStatus.OK


def test_publishing_withdrawing_and_merging_change_the_tag(
    client: Client, incident: Incident
) -> None:
    other = make_published(place=incident.place)
    seen = [client.get("/")["ETag"]]
    Incident.objects.filter(pk=incident.pk).update(title="Blasts")
    for verb in (
        lambda: publish(incident, "Another title."),
        lambda: withdraw(incident, "Under review."),
        lambda: publish(incident, "The review is done."),
        lambda: merge(incident, other, "The same explosion."),
    ):
        verb()
        response = again(client, "/", seen[-1])
        assert response.status_code == HTTPStatus.OK
        seen.append(response["ETag"])

    assert len(set(seen)) == 5


def test_work_on_the_desk_does_not_change_the_tag(client: Client, incident: Incident) -> None:
    tag = client.get("/")["ETag"]

    make_claim(incident=incident)
    make_incident(title="A draft", place=incident.place)
    Incident.objects.filter(pk=incident.pk).update(title="Not published yet")

    assert again(client, "/", tag).status_code == HTTPStatus.NOT_MODIFIED


def test_page_and_swap_have_tags_of_their_own(client: Client, incident: Incident) -> None:
    page, part = client.get("/"), client.get("/", headers=PART)

    assert page["ETag"] != part["ETag"]
    assert again(client, "/", page["ETag"], **PART).status_code == HTTPStatus.OK
    assert again(client, "/", part["ETag"]).status_code == HTTPStatus.OK
    assert again(client, "/", part["ETag"], **PART).status_code == HTTPStatus.NOT_MODIFIED


def test_a_page_restored_by_back_never_gets_the_tag_of_a_swap(
    client: Client, incident: Incident
) -> None:
    for headers in ({}, {"HX-Target": "timeline"}):
        part = client.get("/", headers=PART | headers)
        restored = again(client, "/", part["ETag"], **RESTORE)
        assert restored.status_code == HTTPStatus.OK
        assert "<html" in html(restored)


def test_headers_of_a_client_do_not_get_into_the_tag(client: Client, incident: Incident) -> None:
    odd = client.get("/", headers=PART | {"HX-Target": 'x"\r\ny' * 100, "HX-Trigger": "z" * 5_000})

    assert odd["ETag"] == client.get("/", headers=PART)["ETag"]


def test_a_new_release_is_not_answered_with_pages_of_the_old_one(
    client: Client, incident: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    tag = client.get("/")["ETag"]
    monkeypatch.setattr(clock, "RELEASE", "another")
    ready.ANSWERS.clear()  # its processes are new

    assert again(client, "/", tag).status_code == HTTPStatus.OK


def test_an_empty_record_has_a_tag_that_the_first_publication_changes(client: Client) -> None:
    tag = client.get("/")["ETag"]
    assert again(client, "/", tag).status_code == HTTPStatus.NOT_MODIFIED

    make_published()

    assert again(client, "/", tag).status_code == HTTPStatus.OK


def test_head_is_answered_like_get_without_the_page(client: Client, pages: list[str]) -> None:
    for address in pages:
        got, head = client.get(address), client.head(address)
        assert head.status_code == got.status_code, address
        assert head["ETag"] == got["ETag"], address
        assert head.content == b"", address
        known = client.head(address, headers={"If-None-Match": got["ETag"]})
        assert known.status_code == HTTPStatus.NOT_MODIFIED, address


@pytest.mark.parametrize("verb", ["post", "put", "patch", "delete", "options"])
def test_nothing_can_be_sent_to_a_page(pages: list[str], verb: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    for address in pages:
        response = getattr(strict, verb)(address)
        assert response.status_code == HTTPStatus.METHOD_NOT_ALLOWED, address
        assert response["Allow"] == "GET, HEAD", address


def test_within_a_transaction_nobody_shares_what_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    make_published()

    def shared(alias: str) -> NoReturn:
        raise AssertionError(alias)

    monkeypatch.setattr(asked, "_together", shared)

    assert asked.clock().serial == Version.objects.clock()


@pytest.mark.django_db(transaction=True)
def test_outside_of_one_it_is_asked_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    shared = Clock(7, "sha256", "generation")
    monkeypatch.setattr(asked, "_together", lambda alias: lambda: shared)

    assert asked.clock() == shared
