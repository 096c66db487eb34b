"""Past another editor to readers: who may publish what, and what came of a review."""

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, transaction
from pytest_django import Settings

from incidents.models import Claim, Comment, Incident, Review, Touch, Version, WarningPassed
from incidents.record.gates import WISHES, gates
from incidents.record.publish import publish, withdraw
from incidents.record.review import (
    Overtaken,
    OwnWork,
    Refused,
    WarningsLeft,
    approve,
    ask,
    is_own_work,
    publish_as,
    send_back,
    take_back,
)
from incidents.tests.factories import (
    at_work,
    make_actor,
    make_citation,
    make_claim,
    make_incident,
    make_reviewer,
    make_snapshot,
    make_source,
    make_statement,
)
from incidents.vocabulary import Question, Side
from sources.models import Source

pytestmark = pytest.mark.django_db

REASONS = dict.fromkeys(WISHES, "We know, and it may go out.")


@pytest.fixture
def anna() -> User:
    return make_reviewer("anna")


@pytest.fixture
def boris() -> User:
    return make_reviewer("boris")


def written_by(editor: User) -> Incident:
    with at_work(editor):
        incident = make_claim().incident
    incident.refresh_from_db()
    return incident


def publish_now(editor: User, incident: Incident, note: str = "More is known.") -> Version:
    incident.refresh_from_db()
    return publish_as(editor, incident, seen=incident.revision, note=note, reasons=REASONS)


def test_nobody_publishes_what_only_they_touched(anna: User) -> None:
    incident = written_by(anna)

    with pytest.raises(OwnWork, match="Ask for a review"):
        publish_now(anna, incident)

    assert not Version.objects.exists()
    assert not WarningPassed.objects.exists()


def test_somebody_else_publishes_it(anna: User, boris: User) -> None:
    assert publish_now(boris, written_by(anna)).number == 1


def test_one_of_two_who_worked_on_it_publishes_it(anna: User, boris: User) -> None:
    incident = written_by(anna)
    with at_work(boris):
        Claim.objects.update(text="at least three killed")

    assert publish_now(anna, incident).number == 1


@pytest.mark.parametrize("what", ["incident", "claim", "statement", "citation", "source"])
def test_a_change_of_any_part_is_a_touch(anna: User, boris: User, what: str) -> None:
    incident = written_by(boris)
    publish_now(anna, incident)
    claim = incident.claims.get()
    assert not is_own_work(incident, anna)

    with at_work(anna):
        match what:
            case "incident":
                Incident.objects.update(title="Explosions heard")
            case "claim":
                Claim.objects.update(text="at least three killed")
            case "statement":
                claim.statement.channel = "briefing"
                claim.statement.save()
            case "citation":
                claim.citations.all().delete()
            case "source":
                Source.objects.update(title="Governor: three killed")

    assert is_own_work(incident, anna)


def test_touches_before_the_last_version_do_not_count(anna: User, boris: User) -> None:
    incident = written_by(anna)
    publish_now(boris, incident)
    with at_work(boris):
        Claim.objects.update(text="at least three killed")

    with pytest.raises(OwnWork):
        publish_now(boris, incident)
    assert publish_now(anna, incident).number == 2


def test_withdrawing_does_not_wipe_out_who_touched_it(anna: User, boris: User) -> None:
    incident = written_by(anna)
    publish_now(boris, incident)
    with at_work(boris):
        Claim.objects.update(text="at least three killed")
    withdraw(incident, "It is looked into.")

    with pytest.raises(OwnWork):
        publish_now(boris, incident)


def test_what_nobody_known_changed_is_published_by_anybody(anna: User) -> None:
    incident = make_claim().incident

    assert not Touch.objects.exists()
    assert publish_now(anna, incident).number == 1


def test_an_approval_by_another_lets_the_author_publish(anna: User, boris: User) -> None:
    incident = written_by(anna)
    ask(incident, anna, seen=incident.revision)
    approve(incident, boris, seen=incident.revision)

    assert publish_now(anna, incident).number == 1


def test_an_approval_ends_with_the_next_change(anna: User, boris: User) -> None:
    incident = written_by(anna)
    ask(incident, anna, seen=incident.revision)
    approve(incident, boris, seen=incident.revision)
    with at_work(anna):
        Claim.objects.update(text="at least 30 killed")

    with pytest.raises(OwnWork):
        publish_now(anna, incident)


def test_nobody_approves_what_only_they_touched(anna: User) -> None:
    incident = written_by(anna)
    ask(incident, anna, seen=incident.revision)

    with pytest.raises(OwnWork):
        approve(incident, anna, seen=incident.revision)


def test_an_installation_may_do_without_four_eyes(anna: User, settings: Settings) -> None:
    settings.FOUR_EYES = False

    assert publish_now(anna, written_by(anna)).number == 1


def test_what_changed_since_one_looked_is_not_published(anna: User, boris: User) -> None:
    incident = written_by(anna)
    seen = incident.revision
    with at_work(anna):
        Claim.objects.update(text="at least 30 killed")

    with pytest.raises(Overtaken):
        publish_as(boris, incident, seen=seen, reasons=REASONS)
    with pytest.raises(Overtaken):
        publish_as(boris, incident, seen=None, reasons=REASONS)
    with pytest.raises(Overtaken):
        approve(incident, boris, seen=seen)
    assert not Version.objects.exists()


def test_publishing_ends_a_waiting_review(anna: User, boris: User) -> None:
    incident = written_by(anna)
    review = ask(incident, anna, seen=incident.revision, request="It is urgent.")

    publish_now(boris, incident)

    review.refresh_from_db()
    assert (review.outcome, review.decided_by) == (Review.Outcome.APPROVED, boris)


def test_what_is_sent_back_can_be_asked_for_again(anna: User, boris: User) -> None:
    incident = written_by(anna)
    first = ask(incident, anna, seen=incident.revision)
    with pytest.raises(Refused, match="Say what is to be done"):
        send_back(incident, boris, answer=" ")
    send_back(incident, boris, answer="Who says so?")

    second = ask(incident, anna, seen=incident.revision)

    first.refresh_from_db()
    assert (first.outcome, first.answer) == (Review.Outcome.SENT_BACK, "Who says so?")
    assert list(Review.objects.waiting()) == [second]
    assert list(Review.objects.newest()) == [second]


def test_two_do_not_ask_or_decide_at_once(anna: User, boris: User) -> None:
    incident = written_by(anna)
    ask(incident, anna, seen=incident.revision)
    with pytest.raises(Overtaken, match="already"):
        ask(incident, boris, seen=incident.revision)
    send_back(incident, boris, answer="Who says so?")

    with pytest.raises(Overtaken, match="any more"):
        approve(incident, boris, seen=incident.revision)


def test_only_who_asked_takes_it_back(anna: User, boris: User) -> None:
    incident = written_by(anna)
    ask(incident, anna, seen=incident.revision)

    with pytest.raises(Refused, match="Only who asked"):
        take_back(incident, boris)
    take_back(incident, anna)
    assert not Review.objects.waiting().exists()


def test_nothing_is_asked_of_what_readers_already_see(anna: User, boris: User) -> None:
    incident = written_by(anna)
    publish_now(boris, incident)
    incident.refresh_from_db()

    with pytest.raises(Refused, match="nothing to review"):
        ask(incident, anna, seen=incident.revision)


def test_a_comment_is_never_changed(anna: User) -> None:
    comment = Comment.objects.create(incident=make_incident(), by=anna, text="Who says so?")

    with pytest.raises(DatabaseError, match="stays as it was said"), transaction.atomic():
        Comment.objects.filter(pk=comment.pk).update(text="Never mind.")


def warned(incident: Incident) -> dict[str, str]:
    return {caution.warning: caution.message for caution in gates(incident).cautions}


def whole() -> Incident:
    """Of two outlets, archived, verified and answered: nothing warns of it."""
    claim = make_claim(cited=False)
    sources = [make_source(archive_url="https://archive.example/1") for _ in range(2)]
    snapshots = [make_snapshot(source=source) for source in sources]
    for snapshot in snapshots:
        make_citation(claim, snapshot=snapshot)
    looked = make_claim(
        incident=claim.incident,
        question=Question.VERIFICATION,
        verification="verified",
        text="filmed",
        cited=False,
    )
    make_citation(looked, snapshot=snapshots[0])
    return claim.incident


def test_nothing_warns_of_a_well_kept_incident() -> None:
    assert warned(whole()) == {}


def test_an_accused_side_of_which_nothing_is_recorded_warns() -> None:
    incident = whole()
    army = make_actor("The army", side=Side.UKRAINE)
    snapshot = Source.objects.all()[0].snapshots.get()
    blame = make_claim(
        incident=incident,
        question=Question.RESPONSIBILITY,
        accused=army,
        text="the army",
        cited=False,
    )
    make_citation(blame, snapshot=snapshot)
    assert warned(incident) == {
        "accused": "“The army” is accused, and nothing of that side is recorded: no denial, no "
        "“no comment”."
    }

    silent = make_claim(
        incident=incident,
        statement=make_statement(speaker=make_actor("A spokesman", side=Side.UKRAINE)),
        question=Question.RESPONSIBILITY,
        stance="declines_to_comment",
        text="no comment",
        cited=False,
    )
    make_citation(silent, snapshot=snapshot)
    assert warned(incident) == {}


def test_one_outlet_a_vague_place_no_archive_and_unverified_figures_warn() -> None:
    incident = make_claim(incident=make_incident(place_precision="region")).incident

    assert warned(incident).keys() == {"outlets", "place", "archive", "verified"}
    assert "region only" in warned(incident)["place"]


def test_a_warning_left_alone_holds_publishing_up(anna: User) -> None:
    incident = make_claim().incident
    incident.refresh_from_db()

    with pytest.raises(WarningsLeft) as error:
        publish_as(anna, incident, seen=incident.revision, reasons={"outlets": "No other yet."})

    assert [caution.warning for caution in error.value.cautions] == ["archive", "verified"]
    assert not WarningPassed.objects.exists()


def test_a_reason_is_kept_until_the_facts_change(anna: User) -> None:
    incident = make_claim().incident
    publish_now(anna, incident)
    assert set(WarningPassed.objects.values_list("by", "reason")) == {
        (anna.pk, "We know, and it may go out.")
    }
    incident.refresh_from_db()
    Incident.objects.update(title="Explosions heard")
    incident.refresh_from_db()
    publish_as(anna, incident, seen=incident.revision, note="A better title.")

    make_claim(
        incident=incident,
        question=Question.INJURED,
        qualifier="exactly",
        low=5,
        high=5,
        unit="people",
        text="5 injured",
    )
    Source.objects.update(publisher=Source.objects.order_by("pk")[0].publisher)
    incident.refresh_from_db()

    with pytest.raises(WarningsLeft) as error:
        publish_as(anna, incident, seen=incident.revision, note="More.")
    # The one outlet is the same as before: that was answered for.
    assert [caution.warning for caution in error.value.cautions] == ["archive", "verified"]


def test_publish_itself_asks_nobody() -> None:
    """As load_demo does it: there is no person to answer for anything."""
    assert publish(make_claim().incident).number == 1
