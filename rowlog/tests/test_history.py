"""The history of a row: what each act changed, in words; and the way back to an earlier state."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains

from accounts.tests.logging_in import log_in
from incidents.models import Actor, ActorName, Citation, Claim, ClaimRelation, Incident, Place
from incidents.record.publish import publish
from incidents.tests.factories import (
    make_actor,
    make_administrator,
    make_citation,
    make_claim,
    make_editor,
    make_incident,
    make_place,
    make_published,
    make_relation,
    make_snapshot,
    make_source,
)
from incidents.tests.reading import Response, find, text, tree
from rowlog.models import Change
from rowlog.passages import passages
from rowlog.tracking import acting, nothing_logged
from sources.models import Snapshot, Source

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client) -> Client:
    log_in(client, make_editor("lead"))
    return client


def text_of(page: Response) -> str:
    return text(find(tree(page), "main")[0])


def history_of(row: Any) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_history", args=[row.pk])


def last_of(row: Any) -> int:
    return Change.objects.of(type(row), row.pk).latest("id").pk


def going_back(row: Any, change: int) -> str:
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_restore"
    return reverse(name, args=[row.pk, change])


def restore(desk: Client, row: Any, change: int, **sent: Any) -> Any:
    return desk.post(going_back(row, change), {"seen": last_of(row), **sent})


def test_old_and_new_stand_beside_each_other_in_words(desk: Client) -> None:
    militia = make_actor("People's Militia")
    actor = make_actor("Vyacheslav Gladkov", side="russia")
    with acting(deed="try", reason="The ministry says so."):
        Actor.objects.filter(pk=actor.pk).update(side="ukraine", organisation=militia)

    page = text_of(desk.get(history_of(actor)))

    assert "The ministry says so." in page
    assert "Side Russian side Ukrainian side" in page
    assert "Organisation nothing People's Militia" in page


def test_parts_that_came_and_went_are_told_with_their_row(desk: Client) -> None:
    claim = make_claim(cited=False)
    citation = make_citation(claim, "At least three people were killed")
    citation.delete()

    page = text_of(desk.get(history_of(claim)))

    assert "Added: citation “At least three people were killed”" in page
    assert "Deleted: citation “At least three people were killed”" in page


def test_a_long_text_is_shown_once_with_what_went_and_what_came() -> None:
    old = "Officials of both sides spoke of three explosions in the city on the night to Sunday."
    found = passages(old, old.replace("three", "at least four"))

    assert [(one.kind, one.text) for one in found if one.kind != "same"] == [
        ("gone", "three"),
        ("new", "at least four"),
    ]
    assert "".join(one.text for one in found if one.kind != "new") == old


def test_a_history_without_its_user_still_names_them(desk: Client) -> None:
    olena = make_editor("olena")
    with acting(user=olena):
        actor = make_actor()
    olena.delete()

    assertContains(desk.get(history_of(actor)), "olena")


def test_the_questions_for_a_history_do_not_grow_with_it(
    desk: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    claim = make_claim()
    desk.get(history_of(claim))
    with CaptureQueriesContext(connection) as few:
        desk.get(history_of(claim))
    for number in range(8):
        with acting(deed=f"act {number}"):
            make_citation(claim, f"{number} people")
            Claim.objects.filter(pk=claim.pk).update(
                statement=make_claim().statement, text=f"{number}"
            )

    with django_assert_num_queries(len(few)):
        desk.get(history_of(claim))


def test_a_history_has_pages(desk: Client) -> None:
    actor = make_actor()
    # Without a request each transaction is one act; a test is one transaction.
    for number in range(30):
        with acting():
            Actor.objects.filter(pk=actor.pk).update(role=f"role {number}")

    assertContains(desk.get(history_of(actor)), "role 29")
    second = desk.get(history_of(actor), {"p": "2"})
    assertContains(second, "role 0")
    assertNotContains(second, "role 29")
    assertContains(desk.get(history_of(actor), {"p": "\0"}), "role 29")


def test_the_history_of_what_was_never_there_is_not_found(desk: Client) -> None:
    for key in ("999999", "9" * 40, "x%00", "-1"):
        assert desk.get(f"/admin/incidents/actor/{key}/history/").status_code == 404, key
        assert desk.get(f"/admin/incidents/actor/{key}/history/1/restore/").status_code == 404, key
    actor = make_actor()
    assert desk.get(going_back(actor, 999_999)).status_code == 404
    assert desk.get(going_back(actor, int("9" * 40))).status_code == 404


def test_who_may_not_see_a_row_does_not_see_its_history(client: Client) -> None:
    actor = make_actor()
    log_in(client, User.objects.create_user("nobody", is_staff=True))

    assert client.get(history_of(actor)).status_code == 403
    assert client.get(going_back(actor, last_of(actor))).status_code == 403


def test_an_earlier_state_comes_back_as_a_new_change_with_its_reason(desk: Client) -> None:
    actor = make_actor(role="governor")
    Actor.objects.filter(pk=actor.pk).update(role="head", side="none")
    change = last_of(actor)

    preview = text_of(desk.get(going_back(actor, change)))
    assert "Role head governor" in preview
    actor.refresh_from_db()
    assert actor.role == "head"

    restore(desk, actor, change, _reason="Entered by mistake.")

    actor.refresh_from_db()
    assert (actor.role, actor.side) == ("governor", "russia")
    logged = Change.objects.latest("id")
    assert (logged.user_name, logged.reason) == ("lead", "Entered by mistake.")
    assert logged.deed.startswith("restore as before")
    assert logged.before == {"role": "head", "side": "none"}


def test_parts_go_back_with_their_row(desk: Client) -> None:
    actor = make_actor("Gladkov", ["Гладков"])
    start = last_of(actor)
    ActorName.objects.filter(name="Гладков").delete()
    ActorName.objects.create(actor=actor, name="Hladkov")
    ActorName.objects.filter(name="Gladkov").update(language="en")

    restore(desk, actor, start + 1)

    names = actor.names.values_list("name", "language")
    assert sorted(names) == [("Gladkov", ""), ("Гладков", "")]
    # Found by it again.
    assert list(Actor.objects.named_like("Hladkov")) == [actor]


def test_a_deleted_row_comes_back_with_its_key_its_parts_and_its_times(desk: Client) -> None:
    claim = make_claim(cited=False)
    snapshot = make_snapshot(text="Three were killed, the governor said.")
    citation = make_citation(claim, "Three were killed", snapshot=snapshot)
    kept = Claim.objects.values().get(pk=claim.pk)
    with acting(deed="delete"):
        Claim.objects.get(pk=claim.pk).delete()

    assertContains(desk.get(history_of(claim)), "It is deleted.")
    first = Change.objects.of(Claim, claim.pk).filter(operation="delete").earliest("id")
    restore(desk, claim, first.pk)

    assert Claim.objects.values().get(pk=claim.pk) == kept
    assert Citation.objects.get(claim=claim) == citation


def test_a_deleted_snapshot_comes_back_with_its_text_and_when_it_was_captured(
    desk: Client,
) -> None:
    snapshot = make_snapshot(text="Three were killed.")
    Snapshot.objects.filter(pk=snapshot.pk).update(captured_at="2022-07-03T10:00:00Z")
    Snapshot.objects.get(pk=snapshot.pk).delete()

    restore(desk, snapshot, last_of(snapshot))

    again = Snapshot.objects.get(pk=snapshot.pk)
    assert again.text == "Three were killed."
    assert again.captured_at.isoformat() == "2022-07-03T10:00:00+00:00"


def test_a_text_that_was_replaced_comes_back(desk: Client) -> None:
    snapshot = make_snapshot(text="Three were killed.")
    snapshot.text = "Four were killed."
    snapshot.save()

    restore(desk, snapshot, last_of(snapshot))

    snapshot.refresh_from_db()
    assert snapshot.text == "Three were killed."


def test_a_cited_text_is_not_replaced_by_an_older_one(desk: Client) -> None:
    snapshot = make_snapshot(text="Three were killed.")
    snapshot.text = "Four were killed."
    snapshot.save()
    change = last_of(snapshot)
    make_citation(make_claim(cited=False), "Four were killed", snapshot=snapshot)

    answer = restore(desk, snapshot, change)

    assertContains(answer, "it cannot be changed any more", status_code=409)
    snapshot.refresh_from_db()
    assert snapshot.text == "Four were killed."


def test_a_place_of_the_gazetteer_goes_back_to_what_was_never_logged(desk: Client) -> None:
    with nothing_logged():
        place = make_place("Lysychansk")
    Place.objects.filter(pk=place.pk).update(name="Lisichansk", edited=True)

    restore(desk, place, last_of(place))

    place.refresh_from_db()
    assert place.name == "Lysychansk"
    # Not for the gazetteer to overwrite, as the editor's hand is in it.
    assert place.edited


def test_publishing_is_not_undone_by_going_back(desk: Client) -> None:
    incident = make_incident(title="Explosions in Belgorod")
    make_claim(incident=incident)
    Incident.objects.filter(pk=incident.pk).update(title="Explosions heard in Belgorod")
    change = last_of(incident)
    publish(incident)

    restore(desk, incident, change)

    incident.refresh_from_db()
    assert incident.title == "Explosions in Belgorod"
    assert incident.state == Incident.State.PUBLISHED
    assert incident.has_unpublished_changes


def test_what_came_after_the_preview_is_not_undone_unseen(desk: Client) -> None:
    actor = make_actor(role="governor")
    Actor.objects.filter(pk=actor.pk).update(role="head")
    change = last_of(actor)
    Actor.objects.filter(pk=actor.pk).update(role="mayor")

    for seen in (str(change), "", "\0", "x"):
        answer = desk.post(going_back(actor, change), {"seen": seen})
        assertContains(answer, "nothing is restored yet", status_code=409)
        assertContains(answer, "mayor", status_code=409)
    actor.refresh_from_db()
    assert actor.role == "mayor"


def test_what_refers_to_something_deleted_is_not_restored(desk: Client) -> None:
    incident = make_incident()
    claim, target = make_claim(incident=incident), make_claim(incident=incident)
    relation = make_relation(claim, target)
    ClaimRelation.objects.all().delete()
    change = last_of(relation)
    target.citations.all().delete()
    target.delete()

    answer = restore(desk, relation, change)

    assert answer.status_code == 409
    assertContains(desk.get(history_of(relation)), "since deleted")


def test_a_constraint_stands_against_an_earlier_state_with_its_message(desk: Client) -> None:
    source = make_source(url="https://outlet.example/report")
    Source.objects.filter(pk=source.pk).update(url="")
    change = last_of(source)
    make_source(url="https://outlet.example/report")

    answer = restore(desk, source, change)

    assert answer.status_code == 409
    source.refresh_from_db()
    assert source.url == ""


def test_accounts_have_a_history_for_administrators_but_no_way_back(client: Client) -> None:
    olena = make_editor("olena")
    olena.first_name = "Olena"
    olena.save()
    log_in(client, olena)
    assert client.get(history_of(olena)).status_code == 403

    log_in(client, make_administrator())
    assertContains(client.get(history_of(olena)), "First name")
    assertNotContains(client.get(history_of(olena)), "Restore the state")
    assert client.get(going_back(olena, last_of(olena))).status_code == 403


def test_the_log_lists_what_was_deleted_and_leads_to_it(desk: Client) -> None:
    actor = make_actor("Vyacheslav Gladkov")
    key = actor.pk
    with acting(deed="delete"):
        actor.delete()

    page = desk.get("/admin/rowlog/change/?what=incidents.actor&operation__exact=delete")

    assertContains(page, "Deleted: actor “Vyacheslav Gladkov”")
    assertContains(page, f"/admin/incidents/actor/{key}/history/")
    assertContains(desk.get("/admin/incidents/actor/"), "what=incidents.actor&amp;operation")


def test_an_incident_is_called_by_its_title_in_the_log(desk: Client) -> None:
    make_incident(title="Explosions in Belgorod", summary="Officials spoke of explosions.")

    assertContains(desk.get("/admin/rowlog/change/"), "Added: incident “Explosions in Belgorod”")


def test_the_log_is_filtered_by_who_and_searched_by_reason(desk: Client) -> None:
    with acting(user=make_editor("olena"), reason="As the ministry names it."):
        make_actor("Gladkov")
    with acting(user=make_editor("petro")):
        make_actor("Haidai")

    of_olena = desk.get("/admin/rowlog/change/?who=olena")
    assertContains(of_olena, "“Gladkov”")
    assertNotContains(of_olena, "“Haidai”")
    found = desk.get("/admin/rowlog/change/?q=ministry")
    assertContains(found, "“Gladkov”")
    assertNotContains(found, "“Haidai”")


@pytest.mark.parametrize("query", ["who=%00", "what=x", "what=%00", "operation__exact=%00", "p=x"])
def test_no_address_of_the_log_upsets_it(desk: Client, query: str) -> None:
    make_published()

    assert desk.get(f"/admin/rowlog/change/?{query}", follow=True).status_code == 200


def test_the_questions_for_the_log_do_not_grow_with_it(
    desk: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_actor()
    with CaptureQueriesContext(connection) as few:
        desk.get("/admin/rowlog/change/")
    for _ in range(5):
        make_claim()

    with django_assert_num_queries(len(few)):
        desk.get("/admin/rowlog/change/")
