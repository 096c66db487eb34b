import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.roles import TABLE, Role
from accounts.tests.logging_in import log_in
from incidents.models import Claim, Incident, Version
from incidents.record.publish import publish
from incidents.tests.admin_form import answers, fill_in, sent_by
from incidents.tests.factories import (
    make_administrator,
    make_claim,
    make_editor,
    make_incident,
    make_reviewer,
)

pytestmark = pytest.mark.django_db

LIST = "/admin/incidents/incident/"


@pytest.fixture
def editor(client: Client) -> Client:
    log_in(client, make_administrator())
    return client


def ready(title: str = "Explosions in Belgorod") -> Incident:
    return make_claim(incident=make_incident(title=title)).incident


def published(title: str = "Explosions in Belgorod") -> Incident:
    incident = ready(title)
    publish(incident)
    return incident


def state_of(incident: Incident) -> str:
    incident.refresh_from_db()
    return incident.state


@pytest.mark.parametrize("verb", ["publish", "withdraw", "merge"])
def test_an_action_leads_to_a_page_about_the_chosen_incidents(editor: Client, verb: str) -> None:
    first, second, other = ready("First"), ready("Second"), ready("Other")

    response = editor.post(
        LIST, {"action": verb, "_selected_action": [first.pk, second.pk]}, follow=True
    )

    assertContains(response, f'<a href="{LIST}{first.pk}/change/">First</a>', html=True)
    assertContains(response, f'<a href="{LIST}{second.pk}/change/">Second</a>', html=True)
    assertNotContains(response, f"{LIST}{other.pk}/")
    assertContains(response, "csrfmiddlewaretoken")


def test_looking_at_the_page_changes_nothing(editor: Client) -> None:
    incident = ready()

    editor.get(f"{LIST}{incident.pk}/publish/", {"note": "Now"})

    assert not Version.objects.exists()


def test_the_page_says_what_blocks_each(editor: Client) -> None:
    bare = make_incident(title="Bare")

    response = editor.get(f"{LIST}publish/", {"pk": [ready().pk, bare.pk]})

    assertContains(response, f'href="{LIST}{bare.pk}/change/#claims-group">It has no claim.</a>')
    assertContains(response, "It stays as it is until nothing blocks it.", count=1)


def test_one_that_is_blocked_does_not_stop_the_others(editor: Client) -> None:
    bare, whole = make_incident(title="Bare"), ready("Whole")

    response = fill_in(
        editor, f"{LIST}publish/?pk={bare.pk}&pk={whole.pk}", answers(bare, whole), follow=True
    )

    assertContains(response, "“Bare” stays as it was: It has no claim.")
    assertContains(response, "“Whole” is published as version 1.")
    assert state_of(bare) == Incident.State.DRAFT
    assert state_of(whole) == Incident.State.PUBLISHED


def test_what_changed_after_the_page_was_shown_is_not_published(editor: Client) -> None:
    incident = published()
    Claim.objects.update(text="at least three killed")
    page = f"{LIST}{incident.pk}/publish/"
    seen = answers(incident) | {"note": "The figure rose.", "kind": "updated"}
    Claim.objects.update(text="at least thirty killed")

    refused = editor.post(page, seen)

    assertContains(refused, "was changed after you opened this page", status_code=409)
    assertContains(refused, "The figure rose.</textarea>", status_code=409)
    assert Version.objects.count() == 1

    editor.post(page, sent_by(refused))

    assert Version.objects.get(number=2).document["claims"][0]["text"] == "at least thirty killed"


def test_a_page_sent_without_its_mark_does_nothing(editor: Client) -> None:
    incident = published()

    response = editor.post(f"{LIST}{incident.pk}/withdraw/", {"note": "Gone."})

    assert response.status_code == 409
    assert state_of(incident) == Incident.State.PUBLISHED


def test_a_later_version_needs_a_note(editor: Client) -> None:
    incident = published()
    Claim.objects.update(text="at least three killed")

    response = fill_in(editor, f"{LIST}{incident.pk}/publish/", {"note": " ", "kind": "updated"})

    assertContains(response, "This field is required.")
    assert Version.objects.count() == 1


def test_a_correction_is_published_with_its_note(editor: Client) -> None:
    incident = published()
    Claim.objects.update(text="at least three killed")

    response = fill_in(
        editor,
        f"{LIST}{incident.pk}/publish/",
        {"note": "The words were wrong.", "kind": "corrected", **answers(incident)},
    )

    assertRedirects(response, f"{LIST}{incident.pk}/change/")
    version = Version.objects.get(number=2)
    assert (version.kind, version.note) == ("corrected", "The words were wrong.")


def test_publishing_what_readers_see_already_is_said(editor: Client) -> None:
    incident = published()

    response = fill_in(
        editor,
        f"{LIST}{incident.pk}/publish/",
        {"note": "Again", "kind": "updated"} | answers(incident),
    )

    assertContains(response, "Readers already see")
    assert Version.objects.count() == 1


def test_withdrawing_needs_a_note(editor: Client) -> None:
    incident = published()

    refused = fill_in(editor, f"{LIST}{incident.pk}/withdraw/", {"note": ""})
    assertContains(refused, "This field is required.")
    assert state_of(incident) == Incident.State.PUBLISHED

    fill_in(editor, f"{LIST}{incident.pk}/withdraw/", {"note": "It did not happen there."})
    assert state_of(incident) == Incident.State.WITHDRAWN
    assertContains(editor.get(f"{LIST}{incident.pk}/change/"), "Withdrawn:")


def test_a_draft_cannot_be_withdrawn(editor: Client) -> None:
    incident = ready("Draft")

    assertContains(editor.get(f"{LIST}{incident.pk}/withdraw/"), "there is nothing to withdraw")
    response = fill_in(editor, f"{LIST}{incident.pk}/withdraw/", {"note": "Gone."}, follow=True)
    assertContains(response, "“Draft” stays as it was: “Draft” is not public.")


def test_merging_moves_the_claims_into_the_chosen_incident(editor: Client) -> None:
    twin, target = published("Twin"), published("Target")

    response = fill_in(
        editor, f"{LIST}{twin.pk}/merge/", {"note": "One event.", "into": target.pk}, follow=True
    )

    assertContains(response, "“Twin” is merged into “Target”.")
    assert Claim.objects.filter(incident=target).count() == 2
    assert state_of(twin) == Incident.State.MERGED
    assertContains(response, f'Merged into <a href="{LIST}{target.pk}/change/">Target</a>')


def test_the_target_of_a_merge_is_found_by_autocomplete(editor: Client) -> None:
    response = editor.get(f"{LIST}{ready().pk}/merge/")

    assertContains(response, 'data-ajax--url="/admin/autocomplete/"')
    assertContains(response, "admin/js/autocomplete.js")


def test_an_incident_is_not_merged_into_itself(editor: Client) -> None:
    incident = ready()

    response = fill_in(
        editor,
        f"{LIST}{incident.pk}/merge/",
        {"note": "One event.", "into": incident.pk},
        follow=True,
    )

    assertContains(response, "cannot be merged into itself")


@pytest.mark.parametrize("verb", ["publish", "withdraw", "merge"])
def test_an_editor_neither_publishes_nor_withdraws_nor_merges(client: Client, verb: str) -> None:
    log_in(client, make_editor())
    incident = ready()

    assert client.get(f"{LIST}{incident.pk}/{verb}/").status_code == 403
    assert client.post(f"{LIST}publish/?pk={incident.pk}").status_code == 403
    assertNotContains(client.get(f"{LIST}{incident.pk}/change/"), f"/{verb}/")
    assertNotContains(client.get(LIST), f'<option value="{verb}">')
    assert state_of(incident) == Incident.State.DRAFT


def test_a_reviewer_publishes_but_does_not_merge(client: Client) -> None:
    log_in(client, make_reviewer())
    incident = ready()

    fill_in(client, f"{LIST}{incident.pk}/publish/", answers(incident))

    assert state_of(incident) == Incident.State.PUBLISHED
    assert client.get(f"{LIST}{incident.pk}/merge/").status_code == 403
    assertNotContains(client.get(f"{LIST}{incident.pk}/change/"), "/merge/")


def test_who_may_publish_but_not_change_does_not_publish(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(TABLE, Role.EDITOR, {"view": ["incidents.incident"]})
    log_in(client, make_reviewer())
    incident = ready()

    assert client.post(f"{LIST}{incident.pk}/publish/", {"note": ""}).status_code == 403
    assert state_of(incident) == Incident.State.DRAFT


def test_a_visitor_is_sent_to_the_login(client: Client) -> None:
    response = client.get(f"{LIST}{ready().pk}/publish/")

    assert response.status_code == 302
    assert response.headers["Location"].startswith("/admin/login/")


def test_a_form_from_another_site_is_refused() -> None:
    client = Client(enforce_csrf_checks=True)
    log_in(client, make_administrator())

    assert client.post(f"{LIST}{ready().pk}/publish/", {"note": ""}).status_code == 403


def test_too_many_at_once_are_refused_in_words(editor: Client) -> None:
    make_incident()
    place = Incident.objects.get().place
    chosen = [make_incident(place=place).pk for _ in range(51)]

    response = editor.post(LIST, {"action": "publish", "_selected_action": chosen}, follow=True)

    assertContains(response, "Choose at most 50 incidents at once.")


@pytest.mark.parametrize("query", ["", "?pk=", "?pk=%00", "?pk=-1", "?pk=9" + "9" * 30, "?pk=²"])
def test_a_page_about_no_incident_leads_back_to_the_list(editor: Client, query: str) -> None:
    response = editor.get(f"{LIST}publish/{query}", follow=True)

    assertContains(response, "There is no such incident.")
