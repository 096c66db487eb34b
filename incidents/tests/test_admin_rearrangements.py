import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.tests.logging_in import log_in
from incidents.models import Actor, Claim, Incident, Rearrangement, Version
from incidents.record.moving import move_claims
from incidents.record.publish import publish
from incidents.tests.factories import (
    make_actor,
    make_administrator,
    make_claim,
    make_editor,
    make_incident,
    make_statement,
)

pytestmark = pytest.mark.django_db

DEEDS = "/admin/incidents/rearrangement/"


@pytest.fixture
def chief(client: Client) -> Client:
    log_in(client, make_administrator())
    return client


@pytest.fixture
def desk_editor(client: Client) -> Client:
    log_in(client, make_editor("junior"))
    return client


def two_actors() -> tuple[Actor, Actor, Incident]:
    loser, winner = make_actor("Gov. <b>Gladkov"), make_actor("Vyacheslav Gladkov")
    incident = make_claim(statement=make_statement(speaker=loser)).incident
    publish(incident)
    return loser, winner, incident


def merge_page(actor: Actor) -> str:
    return f"{DEEDS}merge/actor/{actor.pk}/"


def test_merging_is_shown_first_and_done_only_when_confirmed(chief: Client) -> None:
    loser, winner, incident = two_actors()
    typed = {"into": str(winner.pk), "note": "Two rows for one person."}

    shown = chief.post(merge_page(loser), typed)

    assertContains(shown, "1 statement would point at the other.")
    assertContains(shown, "Explosions reported in Belgorod</a>")
    assertContains(shown, "would be published anew, with the public note.")
    assertContains(shown, "Two rows for one person.</textarea>")
    assert Version.objects.count() == 1

    done = chief.post(merge_page(loser), typed | {"confirmed": "Merge"})

    assertRedirects(done, f"/admin/incidents/actor/{winner.pk}/change/")
    assert Version.objects.latest_of(incident.public_id).number == 2  # type: ignore[union-attr]
    assertContains(chief.get(f"/admin/incidents/actor/{loser.pk}/change/"), "Merged into")


def test_what_stands_in_the_way_is_said_and_what_was_typed_stays(chief: Client) -> None:
    body = make_actor("Ministry")
    member = make_actor("Spokesman", organisation=body)
    typed = {"into": str(member.pk), "note": "Why <i>not", "confirmed": "Merge"}

    response = chief.post(merge_page(body), typed)

    assertContains(response, "speaks for “Ministry”: change its organisation first.")
    assertContains(response, "Why &lt;i&gt;not</textarea>")
    body.refresh_from_db()
    assert body.merged_into is None


@pytest.mark.parametrize("into", ["", "0", "x\0", "9" * 40])
def test_any_junk_gives_the_form_again(chief: Client, into: str) -> None:
    loser, _, _ = two_actors()

    response = chief.post(merge_page(loser), {"into": into, "note": "\0", "confirmed": "1"})

    assert response.status_code == 200
    assert chief.get(f"{DEEDS}merge/nothing/1/").status_code == 404
    assert chief.get(f"{DEEDS}merge/actor/999999/").status_code == 404


def test_what_is_merged_is_offered_nowhere_and_taken_by_no_form(chief: Client) -> None:
    loser, winner, _ = two_actors()
    typed = {"into": str(winner.pk), "note": "One person.", "confirmed": "Merge"}
    chief.post(merge_page(loser), typed)
    asked = {
        "app_label": "incidents",
        "model_name": "statement",
        "field_name": "speaker",
        "term": "Gladkov",
    }

    offered = chief.get("/admin/autocomplete/", asked).json()["results"]

    assert [one["id"] for one in offered] == [str(winner.pk)]
    third = make_actor("Third")
    refused = chief.post(merge_page(third), {"into": str(loser.pk), "note": "x"})
    assertContains(refused, "Select a valid choice.")


def test_an_editor_moves_claims_to_another_incident_and_takes_it_back(desk_editor: Client) -> None:
    first, second = make_incident(title="First"), make_incident(title="Second")
    staying, going = make_claim(incident=first), make_claim(incident=first, text="moved on")
    page = f"{DEEDS}move/{first.pk}/"
    assertContains(desk_editor.get(page), "moved on")

    typed = {"claims": [str(going.pk)], "into": str(second.pk), "title": "", "note": "It is that."}
    response = desk_editor.post(page, typed)

    assertRedirects(response, f"/admin/incidents/incident/{second.pk}/change/")
    assert list(second.claims.all()) == [going]
    assert list(first.claims.all()) == [staying]
    done = Rearrangement.objects.get()
    assertContains(desk_editor.get(f"{DEEDS}{done.pk}/change/"), f"{DEEDS}{done.pk}/undo/")
    desk_editor.post(f"{DEEDS}{done.pk}/undo/", {"note": "It is not."})
    assert second.claims.count() == 0


def test_an_incident_is_split_by_naming_a_new_one(desk_editor: Client) -> None:
    incident = make_incident()
    claim = make_claim(incident=incident)

    desk_editor.post(
        f"{DEEDS}move/{incident.pk}/", {"claims": [claim.pk], "title": "Apart", "note": "Two."}
    )

    assert list(Incident.objects.get(title="Apart").claims.all()) == [claim]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"note": "Two.", "title": "Apart"}, "This field is required."),
        ({"note": "Two."}, "Choose another incident, or name a new one: one of the two."),
        ({"note": "Two.", "claims": ["x", "1" * 30], "title": "A"}, "is not a valid value"),
    ],
    ids=["no claim", "nowhere", "junk"],
)
def test_a_move_that_lacks_something_says_what(
    desk_editor: Client, typed: dict[str, object], said: str
) -> None:
    claim = make_claim()
    chosen = {"claims": [claim.pk]} if "claims" not in typed and "title" not in typed else {}

    response = desk_editor.post(f"{DEEDS}move/{claim.incident.pk}/", chosen | typed)

    assertContains(response, said)
    assert not Rearrangement.objects.exists()


def test_an_editor_neither_merges_nor_undoes_a_merge(desk_editor: Client) -> None:
    loser, winner, _ = two_actors()
    merged = Rearrangement.objects.create(
        kind="merge_actor", source=1, target=2, reason="x", by=make_editor("other")
    )

    typed = {"into": str(winner.pk), "note": "One person.", "confirmed": "Merge"}
    assert desk_editor.get(merge_page(loser)).status_code == 403
    assert desk_editor.post(merge_page(loser), typed).status_code == 403
    assert desk_editor.post(f"{DEEDS}{merged.pk}/undo/", {"note": "x"}).status_code == 403
    change = desk_editor.get(f"/admin/incidents/actor/{loser.pk}/change/")
    assertNotContains(change, merge_page(loser))


@pytest.mark.parametrize("number", [1, 15])
def test_the_list_of_deeds_and_the_page_of_a_move_ask_no_more_for_more_rows(
    chief: Client, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first, second = make_incident(), make_incident()
    editor = make_editor("other")
    for _ in range(number):
        claim = make_claim(incident=first)
        make_claim(incident=first)
        move_claims(Claim.objects.filter(pk=claim.pk), first, second, "There.", editor)

    with django_assert_num_queries(11):
        chief.get(DEEDS)
    with django_assert_num_queries(6):
        chief.get(f"{DEEDS}move/{first.pk}/")
