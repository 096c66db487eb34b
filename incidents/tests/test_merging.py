from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from pytest_django.asserts import assertContains, assertRedirects

from incidents.models import (
    Actor,
    Claim,
    Incident,
    Place,
    RecordActor,
    RecordFormer,
    Statement,
    Version,
)
from incidents.record.merging import CannotRearrange, merge, preview, undo_merge
from incidents.record.publish import publish, withdraw
from incidents.record.verify import Broken, check_entries, check_versions
from incidents.tests.factories import (
    make_actor,
    make_citation,
    make_claim,
    make_editor,
    make_incident,
    make_place,
    make_publisher,
    make_snapshot,
    make_source,
    make_statement,
)
from sources.models import Publisher, Source

pytestmark = pytest.mark.django_db

TEXT = "At least three people were killed, the governor said."


@pytest.fixture
def chief() -> User:
    return make_editor("chief")


def published_with(speaker: Actor, **fields: Any) -> Incident:
    incident = make_incident(**fields)
    make_claim(incident=incident, statement=make_statement(speaker=speaker))
    publish(incident)
    incident.refresh_from_db()
    return incident


def newest(incident: Incident) -> dict[str, Any]:
    version = Version.objects.latest_of(incident.public_id)
    assert version
    return dict(version.document)


def assert_sound() -> None:
    """The chain and the read models hold, and a rebuild changes nothing."""
    before = list(RecordFormer.objects.values())
    check_versions()
    check_entries()
    call_command("rebuild_record", stdout=StringIO())
    check_entries()
    assert list(RecordFormer.objects.values()) == before


def test_all_that_points_at_an_actor_goes_to_the_other_and_readers_are_told(
    chief: User, client: Client
) -> None:
    loser = make_actor("Gov. Gladkov", names=["Гладков"])
    winner = make_actor("Vyacheslav Gladkov")
    incident = published_with(loser)
    accusation = make_claim(question="responsibility", text="them", accused=loser)
    member = make_actor("Press service", organisation=loser)

    merge(loser, winner, "Two rows for one person.", chief)

    loser.refresh_from_db()
    assert loser.merged_into == winner
    assert Statement.objects.get(claims__incident=incident).speaker == winner
    accusation.refresh_from_db()
    member.refresh_from_db()
    assert (accusation.accused, member.organisation) == (winner, winner)
    assert set(winner.names.values_list("name", flat=True)) == {
        "Vyacheslav Gladkov",
        "Gov. Gladkov",
        "Гладков",
    }
    found = Actor.objects.named_like("Гладков")
    assert winner in found
    assert loser not in found
    document = newest(incident)
    assert document["actors"][winner.public_id]["formerly"] == [loser.public_id]
    assert loser.public_id not in document["actors"]
    version = Version.objects.latest_of(incident.public_id)
    assert version
    assert (version.number, version.note) == (2, "Two rows for one person.")
    assert_sound()


def test_the_address_of_a_merged_actor_leads_to_the_other_and_filters_answer(
    chief: User, client: Client
) -> None:
    loser, winner = make_actor("Gov. Gladkov"), make_actor("Vyacheslav Gladkov")
    published_with(loser, title="Explosions on a night")
    merge(loser, winner, "Two rows for one person.", chief)

    page = client.get(f"/actors/{loser.public_id}/gov-gladkov/", {"question": "killed"})
    listed = client.get("/", {"actor": loser.public_id}, follow=True)

    here = f"/actors/{winner.public_id}/vyacheslav-gladkov/"
    assertRedirects(page, f"{here}?question=killed", 301)
    assertContains(listed, "Explosions on a night")
    assertContains(client.get(f"/api/v1/actors/{loser.public_id}/"), winner.public_id)


@pytest.mark.parametrize(
    ("make", "view"),
    [(make_publisher, "publishers"), (make_source, "sources"), (make_place, "places")],
)
def test_the_address_of_a_merged_publisher_source_or_place_leads_to_the_other(
    chief: User, client: Client, make: Callable[..., Any], view: str
) -> None:
    publisher = make_publisher()
    country = make_place("Ukraine", kind="country")
    fields: dict[str, Any] = {}
    if make is make_source:
        fields = {"publisher": publisher}
    if make is make_place:
        fields = {"parent": country}
    loser, winner = make(**fields), make(**fields)
    place = loser if make is make_place else country
    source = loser if make is make_source else make_source(publisher=publisher)
    if make is make_publisher:
        source = make_source(publisher=loser)
    incident = make_incident(place=place)
    claim = make_claim(incident=incident, cited=False)
    make_citation(claim, snapshot=make_snapshot(source=source, text=TEXT))
    publish(incident)

    merge(loser, winner, "The same.", chief)

    response = client.get(f"/{view}/{loser.public_id}/")
    assert response.status_code == 301
    assert winner.public_id in response.headers["Location"]
    assert client.get(response.headers["Location"]).status_code == 200
    assert_sound()


def test_a_merged_actor_that_readers_never_knew_is_not_told_to_them(chief: User) -> None:
    draft, winner = make_actor("Never public"), make_actor("Public")
    make_claim(statement=make_statement(speaker=draft))
    incident = published_with(winner)

    merge(draft, winner, "The same.", chief)
    make_claim(incident=incident)
    publish(incident, "More to tell.")

    assert draft.public_id not in str(newest(incident))
    assert not RecordFormer.objects.exists()


def test_undoing_a_merge_gives_everything_back_on_the_desk_and_to_readers(
    chief: User, client: Client
) -> None:
    loser, winner = make_actor("Gov. Gladkov"), make_actor("Vyacheslav Gladkov")
    incident, other = published_with(loser), published_with(winner)
    done = merge(loser, winner, "Two rows for one person.", chief)

    undo_merge(done, "They are two persons.", chief)

    loser.refresh_from_db()
    done.refresh_from_db()
    assert loser.merged_into is None
    assert (done.undone_by, done.is_undone) == (chief, True)
    assert Statement.objects.get(claims__incident=incident).speaker == loser
    assert list(loser.names.values_list("name", flat=True)) == ["Gov. Gladkov"]
    assert set(newest(incident)["actors"]) == {loser.public_id}
    assert set(newest(other)["actors"]) == {winner.public_id}
    assert "formerly" not in str(newest(incident))
    address = f"/actors/{loser.public_id}/gov-gladkov/"
    assertContains(client.get(address), "Gov. Gladkov")
    incident.refresh_from_db()
    assert not incident.has_unpublished_changes
    assert_sound()


def test_former_ids_survive_a_second_merge_and_the_withdrawal_of_what_told_them(
    chief: User, client: Client
) -> None:
    first, second, third = make_actor("First"), make_actor("Second"), make_actor("Third")
    incident = published_with(first)
    published_with(third)
    merge(first, second, "The same.", chief)
    merge(second, third, "The same again.", chief)
    withdraw(incident, "An error.")

    here = f"/actors/{third.public_id}/third/"
    assertRedirects(client.get(f"/actors/{first.public_id}/"), here, 301)
    assertRedirects(client.get(f"/actors/{second.public_id}/"), here, 301)
    assert_sound()


def test_a_merge_cannot_be_undone_once_what_moved_has_moved_on(chief: User) -> None:
    loser, winner = make_actor("Loser"), make_actor("Winner")
    incident = published_with(loser)
    done = merge(loser, winner, "The same.", chief)
    Statement.objects.update(speaker=make_actor("Somebody else"))
    incident.refresh_from_db()
    publish(incident, "Another speaker.")

    with pytest.raises(CannotRearrange, match="1 of the 2 rows that moved then have been moved on"):
        undo_merge(done, "Back.", chief)

    loser.refresh_from_db()
    assert loser.merged_into == winner


def test_a_draft_never_slips_out_with_a_merge(chief: User) -> None:
    loser, winner = make_actor("Loser"), make_actor("Winner")
    incident = published_with(loser)
    Incident.objects.filter(pk=incident.pk).update(summary="Unfinished")

    with pytest.raises(CannotRearrange, match="Publish first what was changed in “Explosions"):
        merge(loser, winner, "The same.", chief)

    assert "Unfinished" not in str(newest(incident))
    assert Version.objects.count() == 1


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (lambda: (one := make_actor(), one), "cannot be merged into itself"),
        (
            lambda: (body := make_actor("Body"), make_actor("Member", organisation=body)),
            "speaks for “Body”",
        ),
        (lambda: (make_place(), make_place(kind="region")), "A settlement is no region"),
        (lambda: (make_source(), make_source()), "of different publishers"),
    ],
    ids=["itself", "its body", "another kind", "another publisher"],
)
def test_what_makes_no_sense_is_refused_in_words(
    chief: User, rows: Callable[[], tuple[Any, Any]], reason: str
) -> None:
    loser, winner = rows()

    with pytest.raises(CannotRearrange, match=reason):
        merge(loser, winner, "Why not.", chief)

    assert reason in " ".join(preview(loser, winner).refusals)


def test_the_same_text_captured_twice_becomes_one_and_its_claims_cite_it(chief: User) -> None:
    publisher = make_publisher()
    loser, winner = make_source(publisher=publisher), make_source(publisher=publisher)
    kept = make_snapshot(source=winner, text=TEXT)
    claim = make_claim(cited=False)
    citation = make_citation(claim, snapshot=make_snapshot(source=loser, text=TEXT))

    done = merge(loser, winner, "Captured twice.", chief)

    citation.refresh_from_db()
    assert citation.snapshot == kept
    undo_merge(done, "Two after all.", chief)
    citation.refresh_from_db()
    assert citation.snapshot.source == loser


def test_the_children_of_a_place_and_the_sources_of_a_publisher_go_along(chief: User) -> None:
    loser, winner = make_place("Rubezhnoye"), make_place("Rubizhne")
    site = make_place("Station", kind="site", parent=loser)
    control = make_claim(
        question="control", text="held", control_status="held", control_place=loser
    )
    old, new = make_publisher(), make_publisher()
    source = make_source(publisher=old)

    merge(loser, winner, "One town.", chief)
    merge(old, new, "Renamed.", chief)

    assert Place.objects.get(pk=site.pk).parent == winner
    assert Claim.objects.get(pk=control.pk).control_place == winner
    assert Source.objects.get(pk=source.pk).publisher == new
    assert Publisher.objects.get(pk=old.pk).merged_into == new


def test_what_the_record_says_of_former_ids_is_held_against_the_versions(chief: User) -> None:
    loser, winner = make_actor("Loser"), make_actor("Winner")
    published_with(loser)
    merge(loser, winner, "The same.", chief)
    RecordFormer.objects.all().delete()

    with pytest.raises(Broken, match=f"RecordFormer {loser.public_id}, now {winner.public_id}"):
        check_entries()

    assert not RecordActor.objects.filter(pk=loser.public_id).exists()
