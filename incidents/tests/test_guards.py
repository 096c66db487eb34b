"""What the database itself refuses or counts, whoever writes: raw SQL, bulk methods, the shell."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from incidents.models import Citation, Claim, ClaimRelation, Incident, Statement
from incidents.record.models import Version
from incidents.record.publish import NothingToPublish, merge, publish, withdraw
from incidents.tests.factories import (
    make_actor,
    make_citation,
    make_claim,
    make_incident,
    make_published,
    make_relation,
    make_snapshot,
    make_source,
    make_statement,
)
from sources.models import Snapshot, Source

pytestmark = pytest.mark.django_db

EMOJI_AND_CYRILLIC = "🇺🇦 Губернатор: 👩‍🚒 троє загиблих, й, ї та 𝒙."
NOT_THERE = "The quote is not what stands in the snapshot"
CITED = "A claim cites this snapshot"
STAYS = "Published versions are neither changed nor deleted"


@contextmanager
def refused(words: str) -> Iterator[None]:
    with pytest.raises(IntegrityError, match=words), transaction.atomic():
        yield


def execute(sql: str, *parameters: str | int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def test_a_version_cannot_be_changed() -> None:
    make_published()

    with refused(STAYS):
        Version.objects.update(note="Another note.")
    with refused(STAYS):
        Version.objects.get().save()
    with refused(STAYS):
        execute("update incidents_version set document = '{}'")


def test_a_version_cannot_be_deleted() -> None:
    make_published()

    with refused(STAYS):
        Version.objects.get().delete()
    with refused(STAYS):
        execute("delete from incidents_version")


def test_a_serial_is_given_once() -> None:
    make_published()
    version = Version.objects.get()
    version.incident = "0123456789"

    with refused("incidents_version_pkey"):
        version.save(force_insert=True)


def test_a_version_number_of_an_incident_is_given_once() -> None:
    make_published()
    version = Version.objects.get()
    version.serial, version.sha256 = 2, "0" * 64

    with refused("version_number_once"):
        version.save(force_insert=True)


def test_a_quote_that_does_not_stand_in_the_snapshot_is_refused() -> None:
    claim = make_claim(cited=False)
    snapshot = make_snapshot(text="Three people were killed.")

    with refused(NOT_THERE):
        Citation.objects.create(claim=claim, snapshot=snapshot, start=0, end=5, quote="Seven")


def test_bulk_methods_cannot_write_a_wrong_quote() -> None:
    claim = make_claim(cited=False)
    snapshot = make_snapshot(text="Three people were killed.")
    right = Citation(claim=claim, snapshot=snapshot, start=0, end=5, quote="Three")
    wrong = Citation(claim=claim, snapshot=snapshot, start=6, end=12, quote="People")

    with refused(NOT_THERE):
        Citation.objects.bulk_create([right, wrong])
    Citation.objects.bulk_create([right])
    with refused(NOT_THERE):
        Citation.objects.update(quote="three")
    with refused(NOT_THERE):
        execute("update incidents_citation set start = 1")


def test_a_citation_cannot_be_moved_to_a_snapshot_without_its_words() -> None:
    make_citation(make_claim(cited=False))

    with refused(NOT_THERE):
        Citation.objects.update(snapshot=make_snapshot(text="Nothing of the kind."))


@pytest.mark.parametrize("quote", ["троє загиблих", "👩‍🚒", "ї", "𝒙.", EMOJI_AND_CYRILLIC])
def test_spans_are_counted_in_code_points(quote: str) -> None:
    snapshot = make_snapshot(text=EMOJI_AND_CYRILLIC)
    citation = make_citation(make_claim(cited=False), quote, snapshot=snapshot)

    citation.refresh_from_db()

    assert EMOJI_AND_CYRILLIC[citation.start : citation.end] == citation.quote == quote


def test_a_span_counted_in_utf_16_units_is_refused() -> None:
    quote = "троє"
    start = len(EMOJI_AND_CYRILLIC[: EMOJI_AND_CYRILLIC.index(quote)].encode("utf-16-le")) // 2

    with refused(NOT_THERE):
        make_citation(
            make_claim(cited=False),
            quote,
            snapshot=make_snapshot(text=EMOJI_AND_CYRILLIC),
            start=start,
            end=start + len(quote),
        )


def test_a_span_past_the_end_of_the_text_is_refused() -> None:
    snapshot = make_snapshot(text="Three killed")

    with refused(NOT_THERE):
        make_citation(make_claim(cited=False), "killed", snapshot=snapshot, end=13)


def test_a_cited_snapshot_cannot_be_changed() -> None:
    snapshot = make_snapshot(text="Three people were killed.")
    make_citation(make_claim(cited=False), "Three people", snapshot=snapshot)

    snapshot.text = "Three people were killed. Seven, in fact."
    with refused(CITED):
        snapshot.save()
    with refused(CITED):
        Snapshot.objects.update(kind=Snapshot.Kind.VERBATIM)
    with refused(CITED):
        execute("update sources_snapshot set language = 'uk'")


def test_saving_a_cited_snapshot_as_it_is_changes_nothing_and_is_allowed() -> None:
    snapshot = make_snapshot(text="Three people were killed.")
    make_citation(make_claim(cited=False), "Three people", snapshot=snapshot)

    snapshot.save()


def test_a_snapshot_can_be_changed_until_a_claim_cites_it() -> None:
    snapshot = make_snapshot(text="Three peple were killed.")
    snapshot.text = "Three people were killed."
    snapshot.save()

    citation = make_citation(make_claim(cited=False), "Three people", snapshot=snapshot)
    citation.delete()
    snapshot.text = "Three people were killed, he said."
    snapshot.save()

    assert Snapshot.objects.get().text == "Three people were killed, he said."


def counted(change: Callable[[], object], incident: Incident) -> bool:
    """Whether `change` counts the revision of `incident` up."""
    revisions = Incident.objects.filter(pk=incident.pk).values_list("revision", flat=True)
    before = revisions.get()
    change()
    assert revisions.get() >= before
    return revisions.get() > before


def test_a_change_of_the_incident_counts_its_revision_up() -> None:
    incident = make_incident()
    row = Incident.objects.filter(pk=incident.pk)

    assert counted(lambda: row.update(title="Another title"), incident)
    assert counted(lambda: execute("update incidents_incident set summary = 'Other'"), incident)
    incident.refresh_from_db()
    incident.place_note = "Gostyonnaya street"
    assert counted(incident.save, incident)
    incident.title = "A third title"
    assert counted(lambda: Incident.objects.bulk_update([incident], ["title"]), incident)


def test_saving_an_incident_as_it_is_counts_nothing() -> None:
    incident = make_published()

    assert not counted(incident.save, incident)
    assert not counted(lambda: Incident.objects.update(title=incident.title), incident)


def test_a_change_of_a_claim_counts_up() -> None:
    claim = make_claim(text="3 killed")
    incident = claim.incident
    new = Claim(
        incident=incident, statement=claim.statement, question="damage", text="A house burnt"
    )

    assert counted(lambda: Claim.objects.update(text="three killed"), incident)
    assert counted(lambda: Claim.objects.bulk_create([new]), incident)
    assert counted(new.delete, incident)
    claim.text = "3 killed, he said"
    assert counted(claim.save, incident)


def test_a_claim_that_moves_counts_up_both_incidents() -> None:
    claim, target = make_claim(), make_incident()
    origin = claim.incident

    assert counted(lambda: counted_move(claim, target), origin)


def counted_move(claim: Claim, target: Incident) -> None:
    moved = Claim.objects.filter(pk=claim.pk)
    assert counted(lambda: moved.update(incident=target), target)


def test_a_change_of_a_statement_counts_up_every_incident_with_a_claim_in_it() -> None:
    said = make_statement()
    one, other = make_claim(statement=said).incident, make_claim(statement=said).incident
    alone = make_claim().incident
    row = Statement.objects.filter(pk=said.pk)

    assert counted(lambda: row.update(channel="Television"), one)
    assert counted(lambda: row.update(speaker=make_actor("Another")), other)
    assert not counted(lambda: row.update(role="governor"), alone)


def test_a_change_of_a_citation_counts_up() -> None:
    claim = make_claim()
    snapshot = make_snapshot(text="Three people were killed.")
    new = Citation(claim=claim, snapshot=snapshot, start=0, end=5, quote="Three")

    assert counted(lambda: Citation.objects.update(lost_hedge="at least"), claim.incident)
    assert counted(lambda: Citation.objects.bulk_create([new]), claim.incident)
    assert counted(lambda: Citation.objects.filter(pk=new.pk).delete(), claim.incident)


def test_a_citation_that_moves_counts_up_both_incidents() -> None:
    claim, target = make_claim(), make_claim(cited=False)

    def move() -> None:
        assert counted(lambda: claim.citations.update(claim=target), target.incident)

    assert counted(move, claim.incident)


def test_a_change_of_a_relation_counts_up_the_incident_of_its_claim() -> None:
    claim, target = make_claim(), make_claim()
    new = ClaimRelation(claim=claim, target=target, kind="reframes")

    assert counted(lambda: make_relation(claim, target, "disputes"), claim.incident)
    assert counted(lambda: ClaimRelation.objects.update(kind="denies"), claim.incident)
    assert counted(lambda: ClaimRelation.objects.bulk_create([new]), claim.incident)
    assert counted(lambda: ClaimRelation.objects.filter(pk=new.pk).delete(), claim.incident)
    assert not counted(lambda: ClaimRelation.objects.update(kind="narrows"), target.incident)


def test_a_change_of_a_source_counts_up_every_incident_that_rests_on_it() -> None:
    source = make_source()
    snapshot = make_snapshot(source=source, text="Three killed")
    one, other = make_claim(cited=False), make_claim(cited=False)
    for claim in (one, other):
        make_citation(claim, "Three", snapshot=snapshot)
    alone = make_claim().incident
    row = Source.objects.filter(pk=source.pk)
    gone = datetime(2022, 8, 1, tzinfo=UTC)

    assert counted(lambda: row.update(removed_at=gone), one.incident)
    assert counted(lambda: row.update(title="Another headline"), other.incident)
    assert not counted(lambda: row.update(language="ru"), alone)


def test_publishing_withdrawing_and_publishing_again_count_nothing() -> None:
    incident = make_claim().incident

    assert not counted(lambda: publish(incident), incident)
    assert not counted(lambda: withdraw(incident, "In doubt."), incident)
    assert not counted(lambda: publish(incident, "Settled."), incident)


def test_publishing_a_new_name_counts_nothing_though_the_row_stays_the_same() -> None:
    actor = make_actor("Governor")
    incident = make_claim(statement=make_statement(speaker=actor)).incident
    publish(incident)
    actor.name = "Vyacheslav Gladkov"
    actor.save()

    assert not counted(lambda: publish(incident, "His name."), incident)
    incident.refresh_from_db()
    assert not incident.has_unpublished_changes


def test_nothing_to_publish_counts_nothing() -> None:
    incident = make_published()

    def attempt() -> None:
        with pytest.raises(NothingToPublish):
            publish(incident, "Again.")

    assert not counted(attempt, incident)


def test_what_a_merger_brings_is_counted_and_published() -> None:
    incident, target = make_published(), make_published()

    assert counted(lambda: merge(incident, target, "They are one."), target)
    target.refresh_from_db()
    assert not target.has_unpublished_changes


def test_an_edit_after_publishing_is_an_unpublished_change_until_the_next_version() -> None:
    incident = make_published()
    Claim.objects.update(text="three or more killed")
    assert Incident.objects.with_unpublished_changes().get() == incident

    publish(incident, "In other words.")

    assert not Incident.objects.with_unpublished_changes().exists()


def test_a_merged_incident_names_its_target_and_no_other_incident_has_one() -> None:
    incident, target = make_incident(), make_incident()
    row = Incident.objects.filter(pk=incident.pk)

    with refused("incident_merged_iff_target"):
        row.update(state=Incident.State.MERGED)
    with refused("incident_merged_iff_target"):
        row.update(merged_into=target)
    with refused("incident_not_merged_into_itself"):
        row.update(state=Incident.State.MERGED, merged_into=incident)
