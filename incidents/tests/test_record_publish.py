import threading
from collections.abc import Callable
from datetime import UTC, datetime
from time import monotonic, sleep
from typing import Any, cast

import pytest
from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext

from incidents.models import Claim, Incident, Statement
from incidents.record import projection
from incidents.record.document import SCHEMA, Document
from incidents.record.models import (
    Entry,
    EntryClaim,
    EntryClash,
    EntryMoment,
    EntryPast,
    RecordActor,
    RecordPlace,
    RecordSource,
    Version,
)
from incidents.record.publish import (
    NoteMissing,
    NothingToPublish,
    PublishingBlocked,
    merge,
    publish,
    withdraw,
)
from incidents.record.verify import check_entries, check_versions
from incidents.tests.factories import (
    make_actor,
    make_citation,
    make_claim,
    make_incident,
    make_place,
    make_published,
    make_relation,
    make_snapshot,
    make_source,
    make_statement,
)
from incidents.vocabulary import ControlStatus, Qualifier, Question, RelationKind, Side
from sources.models import Source, SourceLink

pytestmark = pytest.mark.django_db

READ_MODELS: list[type[models.Model]] = [
    Entry,
    EntryPast,
    EntryClaim,
    EntryClash,
    RecordPlace,
    RecordActor,
    RecordSource,
]


def change(row: models.Model, **fields: Any) -> None:
    """As an editor's save does, but without what the instance in memory has outlived."""
    type(row)._default_manager.filter(pk=row.pk).update(**fields)
    row.refresh_from_db()


def latest(incident: Incident) -> Version:
    return Version.objects.filter(incident=incident.public_id).latest("number")


def document_of(incident: Incident) -> Document:
    return cast(Document, latest(incident).document)


def blocked(incident: Incident) -> list[str]:
    with pytest.raises(PublishingBlocked) as error:
        publish(incident)
    return [blocker.message for blocker in error.value.blockers]


def test_the_first_publication_makes_version_one_with_its_entry_claims_and_names() -> None:
    place = make_place("Belgorod")
    incident = make_incident(place=place, title="Explosions reported in Belgorod")
    claim = make_claim(incident=incident)

    version = publish(incident)

    assert (version.serial, version.number, version.kind) == (1, 1, "published")
    assert version.note == "First publication."
    assert version.claims == [claim.public_id]
    entry = Entry.objects.get()
    assert (entry.incident, entry.serial, entry.number) == (incident.public_id, 1, 1)
    assert (entry.title, entry.slug) == (incident.title, "explosions-reported-in-belgorod")
    assert entry.changed_at == version.published_at
    assert entry.killed_most == 3
    assert EntryClaim.objects.get().claim == claim.public_id
    assert EntryMoment.objects.get(known_until=None).report_count == 1
    assert set(RecordPlace.objects.values_list("name", flat=True)) == {"Ukraine", "Belgorod"}
    assert RecordActor.objects.get().name == "Vyacheslav Gladkov"
    assert RecordSource.objects.get().name == "Governor speaks of three killed"


def test_a_claim_stands_at_what_it_is_about_and_in_all_that_its_place_lies_in() -> None:
    town = make_place("Lysychansk")
    moments: dict[str, dict[str, Any]] = {
        "as of": {"as_of": datetime(2022, 7, 1, 21, 0, tzinfo=UTC), "as_of_precision": "day"},
        "said": {},
    }
    incident = make_incident()
    for text, fields in moments.items():
        make_claim(
            incident=incident,
            statement=make_statement(zone="Europe/Moscow"),
            question=Question.CONTROL,
            control_status=ControlStatus.HELD,
            control_place=town,
            control_side=Side.UKRAINE,
            text=text,
            **fields,
        )

    publish(incident)

    of, said = (EntryClaim.objects.get(text=text) for text in moments)
    assert (of.at, of.at_precision) == (datetime(2022, 7, 1, 21, 0, tzinfo=UTC), "day")
    assert (said.at, said.at_precision) == (datetime(2022, 7, 3, 9, 0, tzinfo=UTC), "hour")
    assert of.zone == said.zone == "Europe/Moscow"
    assert town.parent is not None
    assert of.control_places == [town.parent.public_id, town.public_id]


def test_the_clashes_of_a_document_have_rows_with_the_earlier_claim_first() -> None:
    incident = make_incident()
    hours = {5: (10, "governor"), 3: (8, "ministry")}
    claims = {
        hour: make_claim(
            incident=incident,
            qualifier=Qualifier.EXACTLY,
            low=killed,
            high=killed,
            unit="people",
            statement=make_statement(
                speaker=make_actor(name), said_at=datetime(2022, 7, 3, hour, tzinfo=UTC)
            ),
        )
        for hour, (killed, name) in hours.items()
    }

    publish(incident)

    clash = EntryClash.objects.get()
    assert (clash.kind, clash.questions, clash.ordered) == ("contradicts", ["killed"], True)
    assert clash.claims == [claims[3].public_id, claims[5].public_id]
    assert set(clash.actors) == set(RecordActor.objects.values_list("pk", flat=True))


def test_publishing_marks_the_incident_as_published_without_changes() -> None:
    incident = make_published()

    assert incident.state == Incident.State.PUBLISHED
    assert not incident.has_unpublished_changes
    assert not Incident.objects.with_unpublished_changes().exists()


def test_an_update_makes_the_next_version_with_its_note_and_keeps_the_first() -> None:
    incident = make_published(title="Explosions reported")
    change(incident, title="Explosions reported in Belgorod")

    version = publish(incident, " The place was added. ")

    assert (version.serial, version.number, version.kind) == (2, 2, "updated")
    assert version.note == "The place was added."
    assert Entry.objects.get().title == "Explosions reported in Belgorod"
    assert Version.objects.get(number=1).document["incident"]["title"] == "Explosions reported"


def test_a_correction_says_that_it_is_one() -> None:
    incident = make_published()
    change(incident, summary="Another summary.")

    assert publish(incident, "We had the town wrong.", Version.Kind.CORRECTED).kind == "corrected"


@pytest.mark.parametrize("note", ["", "   ", "\n"])
def test_a_version_after_the_first_needs_a_public_note(note: str) -> None:
    incident = make_published()
    change(incident, summary="Another summary.")

    with pytest.raises(NoteMissing):
        publish(incident, note)

    assert Version.objects.count() == 1
    assert Entry.objects.get().number == 1


def test_what_readers_already_see_is_not_published_again() -> None:
    incident = make_published()

    with pytest.raises(NothingToPublish, match="Readers already see"):
        publish(incident, "Again.")

    assert Version.objects.count() == 1


def test_each_version_names_the_hash_of_the_one_before_it() -> None:
    make_published()
    make_published()

    first, second = Version.objects.order_by("serial")
    assert first.previous_sha256 == ""
    assert second.previous_sha256 == first.sha256
    assert check_versions().sha256 == second.sha256


def test_serials_go_on_across_incidents_and_numbers_within_one() -> None:
    one, other = make_published(), make_published()
    change(one, summary="More is known.")
    publish(one, "More is known.")
    withdraw(other, "It was a duplicate.")

    versions = Version.objects.order_by("serial").values_list("serial", "incident", "number")
    a, b = one.public_id, other.public_id
    assert list(versions) == [(1, a, 1), (2, b, 1), (3, a, 2), (4, b, 2)]


def test_a_publication_that_is_rolled_back_leaves_no_gap() -> None:
    incident, other = make_incident(), make_incident()
    make_claim(incident=incident)
    make_claim(incident=other)

    with transaction.atomic():
        publish(incident)
        transaction.set_rollback(True)

    assert publish(other).serial == 1
    assert Entry.objects.get().incident == other.public_id


def test_an_incident_without_claim_is_blocked() -> None:
    assert blocked(make_incident()) == ["It has no claim."]


def test_an_incident_without_time_is_blocked() -> None:
    incident = make_incident(earliest=None, latest=None)
    make_claim(incident=incident)

    assert blocked(incident) == [
        "It has no time: give at least the year, with a precision to match."
    ]


def test_a_claim_without_citation_is_blocked() -> None:
    claim = make_claim(cited=False)

    assert blocked(claim.incident) == [
        "The claim “Killed: at least 3 killed” has no citation: show the words it rests on."
    ]


def test_a_statement_without_speaker_is_blocked() -> None:
    claim = make_claim(statement=make_statement(speaker=None))

    assert blocked(claim.incident) == [
        "The statement of the claim “Killed: at least 3 killed” has no speaker."
    ]


def test_a_source_without_date_is_blocked_once_however_many_claims_rest_on_it() -> None:
    source = make_source(title="Undated", published_at=None)
    snapshot = make_snapshot(source=source)
    incident = make_incident()
    for _ in range(2):
        claim = make_claim(incident=incident, cited=False)
        make_citation(claim, snapshot=snapshot)

    assert blocked(incident) == [f"The source “{source.publisher}: Undated” has no date."]


def test_a_control_claim_without_place_or_side_is_blocked() -> None:
    claim = make_claim(
        question=Question.CONTROL, text="full control", control_status="full_control"
    )

    assert blocked(claim.incident) == [
        "The claim “Control: full control” does not say which place or which side it is about."
    ]


def test_an_update_of_somebody_elses_claim_is_blocked() -> None:
    incident = make_incident()
    claim, other = make_claim(incident=incident), make_claim(incident=incident)
    make_relation(claim, other, RelationKind.UPDATES)

    (message,) = blocked(incident)
    assert "Only the same speaker, or one of the same body" in message


def test_a_figure_counted_in_one_of_another_incident_is_blocked() -> None:
    claim = make_claim(subset_of=make_claim())

    assert blocked(claim.incident) == [
        "“Killed: at least 3 killed”: That figure belongs to another incident."
    ]


def test_a_claim_that_readers_still_see_elsewhere_is_blocked_until_that_is_published() -> None:
    origin, target = make_published(title="Old home"), make_published()
    make_claim(incident=origin, text="7 killed", low=7, qualifier="at_least", unit="people")
    moved = origin.claims.earliest("pk")
    change(moved, incident=target)

    (message,) = blocked(target)
    assert message == (
        "Readers still see the claim “Killed: at least 3 killed” at “Old home”: publish or "
        "withdraw that incident first."
    )
    publish(origin, "One claim moved.")
    publish(target, "One claim came.")
    assert EntryClaim.objects.get(pk=moved.public_id).entry_id == target.public_id


def test_a_merged_incident_is_blocked() -> None:
    incident, target = make_published(), make_published()
    merge(incident, target, "They are one.")

    assert "It is merged into another incident." in blocked(incident)


def test_everything_that_blocks_is_named_at_once() -> None:
    incident = make_incident(earliest=None, latest=None)
    make_claim(incident=incident, cited=False, statement=make_statement(speaker=None))

    assert len(blocked(incident)) == 3
    assert not Version.objects.exists()
    assert not Entry.objects.exists()


def test_a_parent_is_left_out_until_it_is_public() -> None:
    parent = make_incident()
    make_claim(incident=parent)
    part = make_published(parent=parent)
    assert document_of(part)["incident"]["parent"] is None

    publish(parent)
    publish(part, "It is a part of something larger.")

    assert document_of(part)["incident"]["parent"] == parent.public_id


def test_a_withdrawn_parent_is_left_out_again() -> None:
    parent = make_published()
    part = make_published(parent=parent)
    withdraw(parent, "It did not hold.")
    publish(part, "The larger event was withdrawn.")

    assert document_of(part)["incident"]["parent"] is None


def test_a_related_claim_is_left_out_until_it_is_public() -> None:
    claim, target = make_claim(), make_claim()
    make_relation(claim, target, RelationKind.DISPUTES)
    publish(claim.incident)
    assert document_of(claim.incident)["claims"][0]["relations"] == []

    publish(target.incident)
    publish(claim.incident, "The disputed claim is public.")

    relation = {"kind": "disputes", "claim": target.public_id}
    assert document_of(claim.incident)["claims"][0]["relations"] == [relation]


def test_a_relation_within_the_incident_is_public_at_once() -> None:
    incident = make_incident()
    claim, target = make_claim(incident=incident), make_claim(incident=incident)
    make_relation(claim, target, RelationKind.DISPUTES)
    publish(incident)

    relations = {one["id"]: one["relations"] for one in document_of(incident)["claims"]}
    assert relations == {
        claim.public_id: [{"kind": "disputes", "claim": target.public_id}],
        target.public_id: [],
    }


def test_a_linked_source_is_left_out_until_it_is_public() -> None:
    claim, other = make_claim(), make_claim()
    source, target = source_of(claim), source_of(other)
    SourceLink.objects.create(source=source, target=target, kind=SourceLink.Kind.REPUBLISHES)
    publish(claim.incident)
    assert document_of(claim.incident)["sources"][source.public_id]["links"] == []

    publish(other.incident)
    publish(claim.incident, "Its origin is public.")

    links = document_of(claim.incident)["sources"][source.public_id]["links"]
    assert links == [{"kind": "republishes", "source": target.public_id}]


def source_of(claim: Claim) -> Source:
    return claim.citations.get().snapshot.source


def test_a_renamed_actor_reaches_readers_only_by_a_new_version() -> None:
    actor = make_actor("Governor")
    incident = make_incident()
    make_claim(incident=incident, statement=make_statement(speaker=actor))
    publish(incident)

    change(actor, name="Vyacheslav Gladkov")
    assert RecordActor.objects.get().name == "Governor"
    assert Entry.objects.get().strip[0]["answers"][0]["speaker"]["name"] == "Governor"

    publish(incident, "The governor's name.")
    assert RecordActor.objects.get().name == "Vyacheslav Gladkov"
    assert Entry.objects.get().strip[0]["answers"][0]["speaker"]["name"] == "Vyacheslav Gladkov"


def test_the_newest_version_that_uses_a_name_decides_it_for_all() -> None:
    actor = make_actor("Governor")
    first, second = (make_claim(statement=make_statement(speaker=actor)).incident for _ in range(2))
    publish(first)
    change(actor, name="Vyacheslav Gladkov")
    publish(second)

    assert RecordActor.objects.get().name == "Vyacheslav Gladkov"
    assert RecordActor.objects.get().serial == 2


def test_withdrawing_takes_entry_claims_and_names_away_and_leaves_a_tombstone() -> None:
    incident = make_published(title="A duplicate")

    version = withdraw(incident, "It was reported twice.")

    assert (version.serial, version.number, version.kind) == (2, 2, "withdrawn")
    assert version.document == {
        "schema": SCHEMA,
        "nonce": version.document["nonce"],
        "incident": {"id": incident.public_id, "slug": "a-duplicate", "title": "A duplicate"},
    }
    assert version.claims == []
    for model in READ_MODELS:
        assert not model._default_manager.exists()
    incident.refresh_from_db()
    assert incident.state == Incident.State.WITHDRAWN


def test_withdrawing_needs_a_public_note() -> None:
    incident = make_published()

    with pytest.raises(NoteMissing):
        withdraw(incident, " ")

    assert Entry.objects.exists()


def test_what_is_not_public_cannot_be_withdrawn() -> None:
    incident = make_published()
    withdraw(incident, "A duplicate.")

    for not_public in (incident, make_incident()):
        with pytest.raises(NothingToPublish, match="is not public"):
            withdraw(not_public, "A duplicate.")


@pytest.mark.parametrize("newest", [0, 200], ids=["by its index", "among the newest"])
def test_withdrawing_gives_back_the_names_that_others_use_as_those_gave_them(
    newest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projection, "_NEWEST", newest)
    actor = make_actor("Governor")
    first, second = (make_claim(statement=make_statement(speaker=actor)).incident for _ in range(2))
    publish(first)
    change(actor, name="Vyacheslav Gladkov")
    publish(second)

    withdraw(second, "A duplicate.")

    assert RecordActor.objects.get().name == "Governor"
    assert RecordActor.objects.get().serial == 1
    assert check_entries() == 1


def test_a_name_that_a_new_version_no_longer_uses_is_gone() -> None:
    old = make_place("Lysychansk")
    incident = make_published(place=old)
    change(incident, place=make_place("Belgorod"))
    publish(incident, "The place was wrong.", Version.Kind.CORRECTED)

    assert not RecordPlace.objects.filter(pk=old.public_id).exists()
    assert RecordPlace.objects.filter(name="Belgorod").exists()


def test_a_withdrawn_incident_can_be_published_again_with_a_note() -> None:
    incident = make_published()
    withdraw(incident, "In doubt.")

    with pytest.raises(NoteMissing):
        publish(incident)
    version = publish(incident, "The doubt is settled.")

    assert (version.number, version.kind) == (3, "updated")
    assert Entry.objects.get().number == 3
    incident.refresh_from_db()
    assert incident.state == Incident.State.PUBLISHED


def test_merging_moves_the_claims_publishes_the_target_and_leaves_a_tombstone() -> None:
    incident, target = make_published(title="The double"), make_published()
    claims = set(Claim.objects.values_list("public_id", flat=True))

    merge(incident, target, "They are one.")

    incident.refresh_from_db()
    assert (incident.state, incident.merged_into) == (Incident.State.MERGED, target)
    assert set(target.claims.values_list("public_id", flat=True)) == claims
    tombstone, republished = Version.objects.filter(serial__gt=2).order_by("serial")
    assert (tombstone.kind, tombstone.note) == ("merged", "They are one.")
    assert tombstone.document["incident"]["title"] == "The double"
    assert tombstone.document["merged_into"] == target.public_id
    assert (republished.incident, republished.kind) == (target.public_id, "updated")
    assert republished.note == "They are one."
    assert set(republished.claims) == claims
    assert Entry.objects.get().incident == target.public_id
    assert check_entries() == 1
    target.refresh_from_db()
    assert not target.has_unpublished_changes


def test_merging_a_draft_that_was_never_published_makes_no_tombstone() -> None:
    draft, target = make_claim().incident, make_published()

    merge(draft, target, "One more claim.")

    assert not Version.objects.filter(incident=draft.public_id).exists()
    assert latest(target).number == 2
    assert len(document_of(target)["claims"]) == 2


def test_merging_two_drafts_publishes_nothing() -> None:
    draft, target = make_claim().incident, make_claim().incident

    merge(draft, target, "")

    assert not Version.objects.exists()
    assert target.claims.count() == 2


def test_merging_a_draft_without_claims_leaves_the_target_as_readers_see_it() -> None:
    draft, target = make_incident(), make_published()

    merge(draft, target, "The same event.")

    assert latest(target).number == 1
    target.refresh_from_db()
    assert not target.has_unpublished_changes


@pytest.mark.parametrize("withdrawn_before", [False, True])
def test_a_known_address_is_not_merged_into_a_draft(withdrawn_before: bool) -> None:
    incident, draft = make_published(), make_claim().incident
    if withdrawn_before:
        withdraw(incident, "In doubt.")

    with pytest.raises(NothingToPublish, match="a public address must lead to a page"):
        merge(incident, draft, "They are one.")

    assert incident.claims.count() == 1


def test_an_incident_is_not_merged_into_itself_and_not_twice() -> None:
    incident, target = make_published(), make_published()

    with pytest.raises(NothingToPublish, match="into itself"):
        merge(incident, incident, "They are one.")
    merge(incident, target, "They are one.")
    with pytest.raises(NothingToPublish, match="already merged"):
        merge(incident, target, "They are one.")
    with pytest.raises(NothingToPublish, match="already merged"):
        merge(target, incident, "They are one.")


def test_a_merger_whose_target_is_blocked_changes_nothing() -> None:
    draft, target = make_claim(cited=False).incident, make_published()

    with pytest.raises(PublishingBlocked):
        merge(draft, target, "They are one.")

    draft.refresh_from_db()
    assert draft.state == Incident.State.DRAFT
    assert draft.claims.count() == 1
    assert latest(target).number == 1


def test_a_moment_holds_what_was_known_until_the_next_one() -> None:
    incident = make_incident()
    for hour, low in ((9, 3), (12, 5)):
        said = make_statement(said_at=datetime(2022, 7, 3, hour, 0, tzinfo=UTC))
        make_claim(
            incident=incident,
            statement=said,
            text=f"at least {low} killed",
            qualifier="at_least",
            low=low,
            unit="people",
        )
    publish(incident)

    first, second, printed = EntryMoment.objects.order_by("known_from")
    assert first.known_from == datetime(2022, 7, 3, 10, 0, tzinfo=UTC)
    assert first.known_until == second.known_from == datetime(2022, 7, 3, 13, 0, tzinfo=UTC)
    assert second.known_until == printed.known_from == datetime(2022, 7, 3, 18, 30, tzinfo=UTC)
    assert printed.known_until is None
    moments = (first, second, printed)
    assert [moment.killed_most for moment in moments] == [3, 5, 5]
    assert [moment.claim_count for moment in moments] == [1, 2, 2]
    assert [len(moment.publishers) for moment in moments] == [0, 0, 2]
    # The last is not kept twice.
    assert EntryPast.objects.count() == 2
    assert Entry.objects.get().known_from == printed.known_from


def in_threads(jobs: list[Callable[[], object]]) -> list[threading.Thread]:
    """Started threads, each of which closes its own connection."""

    def run(job: Callable[[], object]) -> None:
        try:
            job()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[job], daemon=True) for job in jobs]
    for thread in threads:
        thread.start()
    return threads


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = monotonic() + 10
    while not condition():
        assert monotonic() < deadline, "waited ten seconds in vain"
        sleep(0.01)


def somebody_waits_for_the_clock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "select from pg_locks where locktype = 'advisory' and not granted "
            "and database = (select oid from pg_database where datname = current_database())"
        )
        return cursor.fetchone() is not None


@pytest.mark.django_db(transaction=True)
def test_who_publishes_second_waits_until_the_first_has_committed() -> None:
    first, second = make_claim().incident, make_claim().incident
    published, may_commit = threading.Event(), threading.Event()

    def publish_slowly() -> None:
        with transaction.atomic():
            publish(first)
            published.set()
            may_commit.wait(10)

    threads = in_threads([publish_slowly])
    assert published.wait(10)
    threads += in_threads([lambda: publish(second)])
    wait_until(somebody_waits_for_the_clock)
    assert not Version.objects.exists()
    may_commit.set()
    for thread in threads:
        thread.join(10)

    serials = Version.objects.order_by("serial").values_list("serial", "incident")
    assert list(serials) == [(1, first.public_id), (2, second.public_id)]


@pytest.mark.django_db(transaction=True)
def test_many_who_publish_at_once_leave_one_whole_chain() -> None:
    queues = [[make_claim().incident for _ in range(6)] for _ in range(4)]

    def publish_all(queue: list[Incident]) -> Callable[[], object]:
        return lambda: [publish(incident) for incident in queue]

    for thread in in_threads([publish_all(queue) for queue in queues]):
        thread.join(30)

    assert check_versions().versions == 24
    assert check_entries() == 24


@pytest.mark.django_db(transaction=True)
def test_the_same_incident_published_twice_at_once_gets_one_version() -> None:
    incident = make_claim().incident
    outcomes: list[str] = []

    def attempt() -> None:
        try:
            publish(incident, "At the same moment.")
            outcomes.append("published")
        except NothingToPublish:
            outcomes.append("nothing")

    for thread in in_threads([attempt, attempt]):
        thread.join(10)

    assert sorted(outcomes) == ["nothing", "published"]
    assert Version.objects.count() == 1


def test_statements_that_several_incidents_share_are_frozen_with_each() -> None:
    said = make_statement()
    one, other = make_claim(statement=said).incident, make_claim(statement=said).incident
    publish(one)
    publish(other)
    change(said, channel="Television")

    assert Statement.objects.count() == 1
    assert Incident.objects.with_unpublished_changes().count() == 2
    publish(one, "It was on television.")
    assert document_of(one)["statements"][0]["channel"] == "Television"
    assert document_of(other)["statements"][0]["channel"] == "Telegram"


def test_publishing_asks_as_many_questions_for_many_claims_as_for_one() -> None:
    def questions(claims: int) -> int:
        incident = make_incident()
        for _ in range(claims):
            body = make_actor("Ministry of Defence")
            said = make_statement(speaker=make_actor("A spokesman", organisation=body))
            make_claim(incident=incident, statement=said)
        with CaptureQueriesContext(connection) as asked:
            publish(incident)
        return len(asked)

    few = questions(1)

    assert few <= 22
    assert questions(9) == few
