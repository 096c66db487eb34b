from http import HTTPStatus

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from incidents.models import Claim, Incident, Version
from incidents.record.publish import merge, publish, withdraw
from incidents.tests.factories import make_claim, make_published
from incidents.tests.reading import attribute, find, html, one, text, tree
from incidents.vocabulary import Question

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident() -> Incident:
    """Two versions: one claim and “Blasts”, then two claims and “Blasts in Belgorod”."""
    incident = make_published(title="Blasts")
    make_claim(incident=incident, question=Question.DAMAGE, text="houses hit")
    Incident.objects.filter(pk=incident.pk).update(title="Blasts in Belgorod")
    publish(incident, "A report on damage came in.")
    return incident


def address(incident: Incident, tail: str) -> str:
    return f"/incidents/{incident.public_id}/{tail}"


def test_an_old_version_stays_as_it_was_and_says_that_it_is_old(
    client: Client, incident: Incident
) -> None:
    page = tree(client.get(address(incident, "v/1/")))

    assert text(one(page, "h1")) == "Blasts"
    assert "houses hit" not in text(page)
    (notice,) = find(page, role="note")
    assert "This is version 1" in text(notice)
    (newest,) = find(notice, "a")
    assert attribute(newest, "href").endswith(address(incident, "blasts-in-belgorod/"))


def test_the_newest_version_has_an_address_of_its_own_without_that_notice(
    client: Client, incident: Incident
) -> None:
    page = tree(client.get(address(incident, "v/2/")))

    assert text(one(page, "h1")) == "Blasts in Belgorod"
    assert "houses hit" in text(page)
    assert find(page, role="note") == []


def test_a_version_says_what_it_changed_against_the_one_before(
    client: Client, incident: Incident
) -> None:
    changed = one(tree(client.get(address(incident, "v/2/"))), "details", class_="changed")

    assert "A report on damage came in." in text(changed)
    lines = [text(line) for line in find(changed, "li")]
    assert "Title: Blasts → Blasts in Belgorod" in lines
    assert "New claim, Damage: houses hit, Vyacheslav Gladkov" in lines


def test_the_first_version_says_that_it_is_the_first(client: Client, incident: Incident) -> None:
    changed = one(tree(client.get(address(incident, "v/1/"))), "details", class_="changed")

    assert "First version, with 1 claim." in text(changed)


def test_the_page_of_the_incident_itself_speaks_of_no_version_before(
    client: Client, incident: Incident
) -> None:
    page = tree(client.get(address(incident, ""), follow=True))

    assert find(page, "details", class_="changed") == []


def test_an_old_version_is_not_for_search_engines_and_names_the_page_that_is(
    client: Client, incident: Incident
) -> None:
    page = tree(client.get(address(incident, "v/1/")))

    metas = {attribute(meta, "name"): attribute(meta, "content") for meta in find(page, "meta")}
    assert metas["robots"] == "noindex"
    canonical = attribute(one(page, "link", rel="canonical"), "href")
    assert canonical.endswith(address(incident, "blasts-in-belgorod/"))


def test_an_old_version_can_be_cut_at_a_moment_too(client: Client, incident: Incident) -> None:
    before = client.get(address(incident, "v/1/?known=2022-07-03T09:00Z"))
    after = client.get(address(incident, "v/1/?known=2022-07-03T10:00Z"))

    assert "at least 3 killed" not in html(before)
    assert "at least 3 killed" in html(after)


@pytest.mark.parametrize("number", ["0", "3", "9" * 10, "9" * 30, "9" * 5_000, "-1", "x", "1.0"])
def test_a_version_that_is_not_there_is_not_found(
    client: Client, incident: Incident, number: str
) -> None:
    assert client.get(address(incident, f"v/{number}/")).status_code == HTTPStatus.NOT_FOUND


def test_history_lists_every_version_newest_first_with_note_and_hash(
    client: Client, incident: Incident
) -> None:
    page = tree(client.get(address(incident, "history/")))

    newest, oldest = find(one(page, "ol", class_="versions"), "h2")
    assert text(newest) == "Version 2: updated"
    assert text(oldest) == "Version 1: published"
    for words in ("A report on damage came in.", "First publication."):
        assert words in text(page)
    for version in Version.objects.all():
        assert version.sha256 in text(page)
    links = [attribute(a, "href") for a in find(page, "a")]
    assert {address(incident, "v/1/"), address(incident, "v/2/")} <= set(links)


def test_history_says_what_each_version_changed(client: Client, incident: Incident) -> None:
    page = tree(client.get(address(incident, "history/")))

    (changes,) = find(page, "ul", class_="differences")
    assert [text(d) for d in find(changes, "del")] == ["Blasts", "One origin"]
    assert "Blasts in Belgorod" in [text(i) for i in find(changes, "ins")]
    assert "New claim, Damage: houses hit, Vyacheslav Gladkov" in text(changes)


def test_every_version_named_in_a_history_can_be_opened(client: Client, incident: Incident) -> None:
    withdraw(incident, "Under review.")
    publish(incident, "The review is done.")

    page = tree(client.get(address(incident, "history/")))

    links = [attribute(a, "href") for a in find(one(page, "ol", class_="versions"), "a")]
    assert len(links) >= 3
    assert {client.get(link, follow=True).status_code for link in links} == {HTTPStatus.OK}


def test_a_withdrawn_incident_keeps_its_versions_and_each_says_that_it_was_withdrawn(
    client: Client, incident: Incident
) -> None:
    withdraw(incident, "It was entered twice.")

    page = client.get(address(incident, "v/2/"))

    assert page.status_code == HTTPStatus.OK
    assert "withdrawn" in text(find(tree(page), role="note")[0])
    assert "It was entered twice." in html(page)
    assert find(tree(page), "link", rel="canonical") == []


def test_the_number_of_a_withdrawal_leads_to_the_history(
    client: Client, incident: Incident
) -> None:
    withdraw(incident, "It was entered twice.")

    response = client.get(address(incident, "v/3/"))

    assert response.status_code == HTTPStatus.FOUND
    assert response["Location"] == address(incident, "history/")
    assert "Version 3: withdrawn" in html(client.get(response["Location"]))


def test_what_changed_while_it_was_withdrawn_stands_in_the_history(
    client: Client, incident: Incident
) -> None:
    withdraw(incident, "Under review.")
    Claim.objects.filter(question=Question.DAMAGE).update(text="a roof damaged")
    publish(incident, "The review is done.")

    page = tree(client.get(address(incident, "history/")))

    newest = find(page, "ul", class_="differences")[0]
    assert [text(d) for d in find(newest, "del")] == ["houses hit"]
    assert [text(i) for i in find(newest, "ins")] == ["a roof damaged"]


def test_a_merged_incident_keeps_its_history(client: Client, incident: Incident) -> None:
    other = make_published(title="Other", place=incident.place)
    merge(incident, other, "The same explosion.")

    page = client.get(address(incident, "history/"))

    assert "Version 3: merged into another" in html(page)
    assert client.get(address(incident, "v/1/")).status_code == HTTPStatus.OK


def test_a_history_costs_two_queries_however_long_it_is(
    client: Client, incident: Incident, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        client.get(address(incident, "history/"))
    with django_assert_num_queries(5):
        client.get(address(incident, "v/1/"))
