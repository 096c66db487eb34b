from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from incidents.models import Claim, Entry, EntryClaim, Incident, Rearrangement, Version
from incidents.record.merging import CannotRearrange, merge
from incidents.record.moving import merge_incident, move_claims, split, undo
from incidents.record.publish import NothingToPublish, publish, withdraw
from incidents.record.verify import check_entries, check_versions
from incidents.tests.factories import (
    make_actor,
    make_claim,
    make_editor,
    make_incident,
    make_published,
    make_statement,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief() -> User:
    return make_editor("chief")


def all_of(incident: Incident) -> "list[Claim]":
    return list(incident.claims.order_by("pk"))


def test_unmerging_gives_an_incident_back_its_claims_its_page_and_its_state(
    chief: User, client: Client
) -> None:
    first, second = make_published(title="First"), make_published(title="Second")
    (claim,), (other,) = all_of(first), all_of(second)
    done = merge_incident(first, second, "The same event.", chief)
    assert all_of(second) == [claim, other]
    assert client.get(f"/incidents/{first.public_id}/").status_code == 301

    undo(done, "Two events after all.", chief)

    first.refresh_from_db()
    assert (all_of(first), all_of(second)) == ([claim], [other])
    assert (first.state, first.merged_into) == ("published", None)
    assert not first.has_unpublished_changes
    page = f"/incidents/{first.public_id}/first/"
    assert client.get(page).status_code == 200
    permalink = client.get(f"/claims/{claim.public_id}/")
    assert permalink.headers["Location"].startswith(page)
    kinds = Version.objects.filter(incident=first.public_id).order_by("number")
    assert list(kinds.values_list("kind", flat=True)) == ["published", "merged", "updated"]
    check_versions()
    check_entries()


@pytest.mark.parametrize("before", ["draft", "withdrawn"])
def test_what_was_no_page_before_it_was_merged_is_none_after_it_is_undone(
    chief: User, client: Client, before: str
) -> None:
    second = make_published()
    first = make_claim().incident if before == "draft" else make_published()
    if before == "withdrawn":
        withdraw(first, "Doubtful.")
    done = merge_incident(first, second, "The same event.", chief)

    undo(done, "Two events after all.", chief)

    first.refresh_from_db()
    assert first.state == before
    expected = 404 if before == "draft" else 410
    assert client.get(f"/incidents/{first.public_id}/").status_code == expected
    check_entries()


def test_a_merge_is_not_undone_over_the_unpublished_changes_of_the_other(chief: User) -> None:
    first, second = make_published(), make_published(title="Second")
    done = merge_incident(first, second, "The same event.", chief)
    Incident.objects.filter(pk=second.pk).update(summary="Unfinished")

    with pytest.raises(NothingToPublish, match="Publish first what was changed in “Second”"):
        undo(done, "Two events.", chief)

    done.refresh_from_db()
    assert not done.is_undone
    assert not first.claims.exists()


def test_a_split_makes_a_draft_at_the_same_place_and_time_and_can_be_undone(chief: User) -> None:
    incident = make_published()
    moved = make_claim(incident=incident)

    done = split(Claim.objects.filter(pk=moved.pk), incident, "The other one", "Two.", chief)

    new = Incident.objects.get(title="The other one")
    assert (done.kind, done.target) == (Rearrangement.Kind.SPLIT_INCIDENT, new.pk)
    assert (new.state, new.place, new.earliest) == ("draft", incident.place, incident.earliest)
    assert all_of(new) == [moved]
    undo(done, "One.", chief)
    assert moved in all_of(incident)
    assert not new.claims.exists()


def test_readers_see_moved_claims_where_they_went_once_both_are_published(
    chief: User, client: Client
) -> None:
    first, second = make_published(title="First"), make_published(title="Second")
    moved = make_claim(incident=first)
    publish(first, "One more claim.")

    move_claims(Claim.objects.filter(pk=moved.pk), first, second, "It is about that one.", chief)

    assert EntryClaim.objects.get(pk=moved.public_id).entry_id == first.public_id
    publish(first, "A claim went.")
    publish(second, "A claim came.")
    permalink = client.get(f"/claims/{moved.public_id}/")
    assert permalink.headers["Location"].startswith(f"/incidents/{second.public_id}/")


def test_a_figure_and_what_it_is_counted_in_go_together_or_not_at_all(chief: User) -> None:
    first, second = make_incident(), make_incident()
    whole = make_claim(incident=first, text="5 killed")
    part = make_claim(incident=first, text="2 children", subset_of=whole)
    reason = "“Killed: 2 children” is counted in “Killed: 5 killed”"

    for one in (whole, part):
        with pytest.raises(CannotRearrange, match=reason):
            move_claims(Claim.objects.filter(pk=one.pk), first, second, "Why not.", chief)

    both = Claim.objects.filter(pk__in=[whole.pk, part.pk])
    move_claims(both, first, second, "Together.", chief)
    assert all_of(second) == [whole, part]


def test_a_move_is_undone_once_and_not_after_the_claim_has_moved_on(chief: User) -> None:
    first, second, third = make_incident(), make_incident(), make_incident()
    claim = make_claim(incident=first)
    chosen = Claim.objects.filter(pk=claim.pk)
    done = move_claims(chosen, first, second, "There.", chief)
    on = move_claims(chosen, second, third, "Further.", chief)

    with pytest.raises(CannotRearrange, match="1 of the 1 rows that moved then"):
        undo(done, "Back.", chief)

    undo(on, "Back.", chief)
    undo(done, "Back.", chief)
    assert all_of(first) == [claim]
    with pytest.raises(CannotRearrange, match="undone already"):
        undo(done, "Again.", chief)


def at_once(*deeds: Callable[[], Any]) -> list[Exception | None]:
    """Runs each on a connection of its own, and tells what each raised."""
    ready = Barrier(len(deeds))
    raised: list[Exception | None] = [None] * len(deeds)

    def run(number: int, deed: Callable[[], Any]) -> None:
        try:
            ready.wait()
            deed()
        except Exception as error:
            raised[number] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=one) for one in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


@pytest.mark.django_db(transaction=True)
def test_two_merges_that_cross_leave_one_done_and_one_refused_in_words() -> None:
    chief = make_editor("chief")
    one, other = make_actor("One"), make_actor("Other")
    for actor in (one, other):
        publish(make_claim(statement=make_statement(speaker=actor)).incident)

    raised = at_once(
        lambda: merge(one, other, "The same.", chief),
        lambda: merge(other, one, "The same.", chief),
    )

    assert [type(error) for error in raised if error] == [CannotRearrange]
    assert Rearrangement.objects.count() == 1
    check_versions()
    check_entries()


@pytest.mark.django_db(transaction=True)
def test_publishing_while_actors_are_merged_waits_and_loses_neither() -> None:
    chief = make_editor("chief")
    loser, winner = make_actor("Loser"), make_actor("Winner")
    incidents = [make_claim(statement=make_statement(speaker=loser)).incident for _ in range(4)]
    for incident in incidents[:3]:
        publish(incident)

    raised = at_once(
        lambda: merge(loser, winner, "The same.", chief),
        lambda: publish(incidents[3]),
        lambda: withdraw(incidents[0], "Doubtful."),
    )

    refused, *others = raised
    assert others == [None, None]
    if refused is not None:
        assert "was published at the same time: try again" in str(refused)
        merge(loser, winner, "The same.", chief)
    check_versions()
    check_entries()
    for entry in Entry.objects.all():
        assert winner.public_id in entry.names
        assert loser.public_id not in entry.names
