"""The queue, the page on which another editor looks, and comments."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.tests.logging_in import log_in
from incidents.models import Claim, Comment, Incident, Review, Version, WarningPassed
from incidents.record.publish import publish
from incidents.record.review import ask
from incidents.tests.admin_form import answers, fill_in
from incidents.tests.factories import (
    at_work,
    make_administrator,
    make_claim,
    make_editor,
    make_incident,
    make_reviewer,
)

pytestmark = pytest.mark.django_db

LIST = "/admin/incidents/incident/"
QUEUE = "/admin/incidents/review/"


@pytest.fixture
def anna() -> User:
    return make_editor("anna")


@pytest.fixture
def boris(client: Client) -> User:
    """The reviewer, logged in."""
    boris = make_reviewer("boris")
    log_in(client, boris)
    return boris


def draft_of(editor: User, title: str = "Explosions in Belgorod") -> Incident:
    with at_work(editor):
        incident = make_claim(incident=make_incident(title=title)).incident
    incident.refresh_from_db()
    return incident


def asked(editor: User, title: str = "Explosions in Belgorod", request: str = "") -> Incident:
    incident = draft_of(editor, title)
    ask(incident, editor, seen=incident.revision, request=request)
    return incident


def page_of(incident: Incident) -> str:
    return f"{LIST}{incident.pk}/review/"


def test_an_editor_asks_and_a_reviewer_publishes(client: Client, anna: User) -> None:
    incident = draft_of(anna)
    log_in(client, anna)
    client.post(page_of(incident), {"do": "ask", "said": "Is the place right?"} | answers(incident))
    assert Review.objects.get().request == "Is the place right?"
    assert WarningPassed.objects.filter(by=anna).exists()

    log_in(client, make_reviewer("boris"))
    assertContains(client.get(QUEUE), f'<a href="{page_of(incident)}">{incident}</a>', html=True)
    shown = client.get(page_of(incident))
    assertContains(shown, "Is the place right?")
    assertContains(shown, "It may go out so.")
    response = client.post(page_of(incident), {"do": "publish", "said": "", **answers(incident)})

    assertRedirects(response, f"{LIST}{incident.pk}/change/")
    assert Version.objects.get().number == 1
    assertContains(client.get(QUEUE), "0 reviews")


def test_the_page_sets_what_readers_see_beside_what_they_would_see(
    client: Client, anna: User, boris: User
) -> None:
    incident = draft_of(anna)
    publish(incident)
    with at_work(anna):
        Claim.objects.update(text="at least three killed")

    response = client.get(page_of(incident))

    assertContains(response, '<del lang="en">at least 3 killed</del>')
    assertContains(response, '<ins lang="en">at least three killed</ins>')
    assertContains(response, '<th scope="col">Version 1</th>', html=True)


def test_a_first_version_is_shown_as_new_with_its_words(
    client: Client, anna: User, boris: User
) -> None:
    response = client.get(page_of(asked(anna)))

    assertContains(response, "New claim, Killed")
    assertContains(response, "At least three people were killed</blockquote>")


def test_a_review_is_sent_back_with_a_note(client: Client, anna: User, boris: User) -> None:
    incident = asked(anna)

    response = client.post(page_of(incident), {"do": "send_back", "said": ""} | answers(incident))
    assertContains(response, "Say what is to be done before it comes back.")
    client.post(page_of(incident), {"do": "send_back", "said": "Who says so?"} | answers(incident))

    assert Review.objects.get().outcome == Review.Outcome.SENT_BACK
    assertContains(client.get(f"{LIST}{incident.pk}/review/"), "Who says so?")
    assertNotContains(client.get(QUEUE), incident.title)


def test_an_incident_that_moved_on_is_looked_at_again(
    client: Client, anna: User, boris: User
) -> None:
    incident = asked(anna)
    sent = {"do": "publish", "said": "Fine.", "note": "Told by two.", **answers(incident)}
    with at_work(anna):
        Claim.objects.update(text="at least 30 killed")

    response = client.post(page_of(incident), sent)

    assert response.status_code == 409
    assertContains(response, "It has changed since", status_code=409)
    assertContains(response, "at least 30 killed", status_code=409)
    assertContains(response, "Told by two.", status_code=409)
    assert not Version.objects.exists()
    assertContains(client.get(QUEUE), 'alt="True"')


ROUTES: dict[str, Callable[[Incident], tuple[str, dict[str, str | int]]]] = {
    "publish page": lambda one: (f"{LIST}{one.pk}/publish/", {"note": "x"}),
    "publish page of several": lambda one: (f"{LIST}publish/?pk={one.pk}", {"note": "x"}),
    "review page": lambda one: (page_of(one), {"do": "publish", "note": "x", "said": ""}),
    "approval": lambda one: (page_of(one), {"do": "approve", "said": ""}),
}


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("superuser", [True, False])
def test_no_route_publishes_own_work(client: Client, route: str, superuser: bool) -> None:
    reviewer = make_reviewer("anna")
    reviewer.is_superuser = superuser
    reviewer.save()
    log_in(client, reviewer)
    incident = asked(reviewer)
    address, sent = ROUTES[route](incident)

    response = client.post(address, sent | answers(incident), follow=True)

    assertContains(response, "Nobody but you has changed it")
    assert not Version.objects.exists()
    assert Review.objects.waiting().exists()


def test_a_merge_does_not_publish_own_work(client: Client, anna: User) -> None:
    administrator = make_administrator("carla")
    log_in(client, administrator)
    target = draft_of(anna, "Target")
    publish(target)
    twin = draft_of(administrator, "Twin")
    publish(twin)
    with at_work(administrator):
        Claim.objects.filter(incident=target).update(text="at least 30 killed")

    response = fill_in(
        client, f"{LIST}{twin.pk}/merge/", {"note": "One event.", "into": target.pk}, follow=True
    )

    assertContains(response, "Nobody but you has changed it")
    assert Version.objects.count() == 2


def test_with_four_eyes_off_the_checklist_does_not_speak_of_them(
    client: Client, boris: User, settings: Settings
) -> None:
    settings.FOUR_EYES = False

    assertNotContains(client.get(page_of(draft_of(boris))), "Somebody else has worked on it")


def test_a_warning_is_answered_on_the_page_that_publishes(
    client: Client, anna: User, boris: User
) -> None:
    incident = draft_of(anna)
    publishing = f"{LIST}{incident.pk}/publish/"
    sent = answers(incident)
    sent[f"{incident.pk}-reason_outlets"] = ""

    refused = client.post(publishing, {"note": "First.", **sent})
    assertContains(refused, "say beside the warning why it may go out as it is")
    assertContains(refused, "It may go out so.</textarea>")
    assertContains(refused, f'name="{incident.pk}-reason_outlets"')
    client.post(publishing, {"note": "First.", **answers(incident)})

    assert Version.objects.get().note == "First."
    assert set(WarningPassed.objects.values_list("warning", "by")) == {
        ("outlets", boris.pk),
        ("archive", boris.pk),
        ("verified", boris.pk),
    }


def test_deciding_is_for_reviewers(client: Client, anna: User) -> None:
    incident = asked(make_editor("dora"))
    log_in(client, anna)

    for do in ("publish", "approve", "send_back", "nonsense", ""):
        sent = {"do": do, "said": "No.", **answers(incident)}
        assert client.post(page_of(incident), sent).status_code == 403
    assertNotContains(client.get(page_of(incident)), "Send back")
    log_in(client, User.objects.create_user("nobody", is_staff=True))
    assert client.post(page_of(incident), {"do": "ask"}).status_code == 403
    assert client.get(page_of(incident)).status_code == 403
    assert client.get(QUEUE).status_code == 403


@pytest.mark.parametrize("junk", ["\0", "9" * 40, "-1", "x"])
def test_junk_is_answered_in_words(client: Client, anna: User, boris: User, junk: str) -> None:
    incident = asked(anna)
    sent = {"do": "publish", "said": junk, "note": junk, "kind": junk, f"{incident.pk}-seen": junk}

    assert client.post(page_of(incident), sent).status_code in (200, 409)
    assert client.post(f"{LIST}{incident.pk}/publish/", sent).status_code in (200, 409)
    assert client.post(f"{LIST}{incident.pk}/comment/", {"text": "\0"}).status_code == 200
    assert client.post(f"{LIST}{'9' * 30}/review/", sent).status_code == 404
    assert not Version.objects.exists()
    assert not Comment.objects.exists()


def test_a_comment_stands_on_both_pages_with_its_author(
    client: Client, anna: User, boris: User
) -> None:
    incident = asked(anna)

    client.post(f"{LIST}{incident.pk}/comment/", {"text": "Ask the <b>ministry</b>."})

    for page in (f"{LIST}{incident.pk}/change/", page_of(incident)):
        assertContains(client.get(page), "Ask the &lt;b&gt;ministry&lt;/b&gt;.")
        assertContains(client.get(page), "boris,")
    assert client.get(f"{LIST}{incident.pk}/comment/").status_code == 405


def test_the_queue_asks_as_many_questions_for_many_rows_as_for_one(
    client: Client, anna: User, boris: User
) -> None:
    def questions() -> int:
        with CaptureQueriesContext(connection) as queries:
            assertContains(client.get(QUEUE), "First")
        return len(queries)

    asked(anna, "First")
    client.get(QUEUE)
    few = questions()
    for number in range(3):
        asked(anna, f"Another {number}")

    assert questions() == few
