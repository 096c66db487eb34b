from collections.abc import Callable
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from psycopg.types.json import Jsonb

from incidents.models import Incident
from incidents.record.models import (
    Entry,
    EntryClaim,
    EntryClash,
    EntryLines,
    EntryPast,
    RecordActor,
    RecordCount,
    RecordGone,
    RecordName,
    RecordPlace,
    RecordSource,
    Version,
)
from incidents.record.publish import publish, withdraw
from incidents.record.verify import Broken, Chain, check_entries, check_versions
from incidents.tests.factories import (
    make_actor,
    make_claim,
    make_incident,
    make_published,
    make_statement,
)

pytestmark = pytest.mark.django_db

AT_TEN = datetime(2022, 7, 3, 10, tzinfo=UTC)

HASH = "sha256 is not the hash of the row"


def tamper(sql: str, *parameters: Any) -> None:
    """As somebody does who owns the database."""
    with connection.cursor() as cursor:
        cursor.execute("alter table incidents_version disable trigger version_immutable")
        cursor.execute(sql, parameters)
        cursor.execute("alter table incidents_version enable trigger version_immutable")


def broken(check: Callable[[], object]) -> str:
    with pytest.raises(Broken) as error:
        check()
    return str(error.value)


@pytest.fixture
def record() -> Incident:
    """Three serials: two versions of the incident, and one of another between them."""
    incident = make_incident(title="First title")
    for hour, low in ((9, 3), (12, 5)):
        make_claim(
            incident=incident,
            statement=make_statement(said_at=datetime(2022, 7, 3, hour, 0, tzinfo=UTC)),
            text=f"at least {low} killed",
            qualifier="at_least",
            low=low,
            unit="people",
        )
    publish(incident)
    make_published()
    Incident.objects.filter(pk=incident.pk).update(title="Second title")
    publish(incident, "A better title.")
    return incident


def test_an_empty_record_is_whole() -> None:
    assert check_versions() == Chain(versions=0, serial=0, sha256="")
    assert check_entries() == 0


def test_a_whole_record_is_counted_with_its_newest_link(record: Incident) -> None:
    newest = Version.objects.get(serial=3)

    assert check_versions() == Chain(versions=3, serial=3, sha256=newest.sha256)
    assert check_entries() == 2


def test_a_withdrawn_incident_is_part_of_a_whole_record(record: Incident) -> None:
    withdraw(record, "In doubt.")

    assert check_versions().serial == 4
    assert check_entries() == 1


def test_a_sample_holds_only_as_many_entries(record: Incident) -> None:
    assert check_entries(1) == 1
    assert check_entries(5) == 2


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("""document = jsonb_set(document, '{incident,title}', '"No"')""", HASH),
        ("""document = jsonb_set(document, '{claims,0,number,low}', '4')""", HASH),
        ("note = 'Another note.'", HASH),
        ("kind = 'corrected'", HASH),
        ("published_at = published_at + interval '1 microsecond'", HASH),
        ("sha256 = repeat('0', 64)", HASH),
        (
            "previous_sha256 = repeat('0', 64)",
            "previous_sha256 is not the hash of the serial before it",
        ),
        ("claims = '{}'", "claims does not list the claims of the document"),
    ],
)
def test_a_changed_version_is_named_with_its_serial_and_field(
    record: Incident, change: str, fault: str
) -> None:
    version = Version.objects.get(serial=2)

    tamper(f"update incidents_version set {change} where serial = 2")

    where = f"Incident {version.incident}, version 1 (serial 2)"
    assert broken(check_versions) == f"{where}: {fault}."


def test_a_version_with_a_number_out_of_its_row_is_named(record: Incident) -> None:
    tamper("update incidents_version set number = 3 where serial = 3")

    assert broken(check_versions) == (
        f"Incident {record.public_id}, version 3 (serial 3): "
        "number is not 2, its place among the incident's versions."
    )


def test_a_version_given_to_another_incident_is_named(record: Incident) -> None:
    tamper("update incidents_version set incident = '0123456789' where serial = 2")

    assert broken(check_versions) == f"Incident 0123456789, version 1 (serial 2): {HASH}."


def test_a_version_rewritten_with_a_fitting_hash_is_betrayed_by_the_next_one(
    record: Incident,
) -> None:
    version = Version.objects.get(serial=2)
    version.note = "Rewritten."
    tamper(
        "update incidents_version set note = %s, sha256 = %s where serial = 2",
        version.note,
        version.digest(),
    )

    assert broken(check_versions) == (
        f"Incident {record.public_id}, version 2 (serial 3): "
        "previous_sha256 is not the hash of the serial before it."
    )


def test_a_document_of_another_incident_is_named_even_with_a_fitting_hash(
    record: Incident,
) -> None:
    version = Version.objects.get(serial=3)
    version.document["incident"]["id"] = "0123456789"
    tamper(
        "update incidents_version set document = %s, sha256 = %s where serial = 3",
        Jsonb(version.document),
        version.digest(),
    )

    assert broken(check_versions) == (
        f"Incident {record.public_id}, version 2 (serial 3): document is about another incident."
    )


@pytest.mark.parametrize(("serial", "following"), [(1, 2), (2, 3)])
def test_a_deleted_version_leaves_a_gap_that_is_named(
    record: Incident, serial: int, following: int
) -> None:
    incident = Version.objects.get(serial=following).incident
    tamper("delete from incidents_version where serial = %s", serial)

    assert broken(check_versions) == (
        f"Serial {serial} is missing: the next one is {following}, of incident {incident}."
    )


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("update incidents_entry set standing = 'contested'", "Entry, standing"),
        ("update incidents_entry set number = 1", "Entry, number"),
        ("update incidents_entry set changed_at = now()", "Entry, changed_at"),
        ("update incidents_entry set names = array_append(names, 'STRAY')", "Entry, names"),
        ("update incidents_entry set strip = '[]'", "Entry, strip"),
        ("update incidents_entry set killed_most = null", "Entry, killed_most"),
        ("update incidents_entry set known_from = null", "Entry, known_from"),
        ("update incidents_entry set search = to_tsvector('other')", "Entry, search"),
        (
            "update incidents_entrypast set claim_count = 9 where known_from > '2022-07-03T10:00Z'",
            "EntryPast from 2022-07-03T13:00:00+00:00, claim_count",
        ),
        (
            "update incidents_entrypast set known_until = now()",
            "EntryPast from 2022-07-03T10:00:00+00:00, known_until",
        ),
        (
            "update incidents_entrypast set search = to_tsvector('other')",
            "EntryPast from 2022-07-03T10:00:00+00:00, search",
        ),
    ],
)
def test_a_changed_row_of_an_entry_is_named_with_its_field(
    record: Incident, change: str, what: str
) -> None:
    where = " and " if " where " in change else " where "
    tamper(f"{change}{where}incident = %s", record.public_id)

    assert broken(check_entries) == of_newest(record, f"{what} is not what the document gives")


def of_newest(incident: Incident, fault: str) -> str:
    return f"Incident {incident.public_id}, version 2 (serial 3): {fault}."


def test_a_missing_entry_is_named(record: Incident) -> None:
    Entry.objects.filter(pk=record.public_id).delete()
    # Its names are now nobody's, which would be said first.
    RecordPlace.objects.filter(serial=3).delete()
    RecordActor.objects.filter(serial=3).delete()
    RecordSource.objects.filter(serial=3).delete()
    EntryPast.objects.filter(incident=record.public_id).delete()
    EntryLines.objects.filter(serial=3).delete()

    assert broken(check_entries) == of_newest(record, "Entry is missing")


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("delete from incidents_entrylines", "EntryLines is missing"),
        (
            "update incidents_entrylines set lines = lines || 'more'::bytea",
            "EntryLines, lines is not what the document gives",
        ),
    ],
)
def test_lines_that_are_missing_or_changed_are_named(
    record: Incident, change: str, fault: str
) -> None:
    tamper(f"{change} where serial = 3")

    assert broken(check_entries) == of_newest(record, fault)


def test_lines_of_a_version_that_no_entry_shows_are_named(record: Incident) -> None:
    EntryLines.objects.create(serial=1, lines=b"")

    assert broken(check_entries) == "EntryLines of serial 1: no entry shows that version."


def test_an_entry_without_a_live_version_is_named(record: Incident) -> None:
    entry = Entry.objects.get(pk=record.public_id)
    entry.pk = "0123456789"
    entry.save(force_insert=True)

    assert broken(check_entries) == (
        "Entry of incident 0123456789: no live version stands behind it."
    )


def test_an_entry_that_outlived_its_withdrawal_is_named_also_by_a_sample(
    record: Incident,
) -> None:
    entry = Entry.objects.get(pk=record.public_id)
    withdraw(record, "In doubt.")
    entry.save(force_insert=True)

    assert broken(lambda: check_entries(1)) == (
        f"Entry of incident {record.public_id}: no live version stands behind it."
    )


def test_a_missing_moment_is_named(record: Incident) -> None:
    EntryPast.objects.filter(incident=record.public_id, known_from__gt=AT_TEN).delete()

    assert broken(check_entries) == of_newest(
        record, "EntryPast from 2022-07-03T13:00:00Z is missing"
    )


def test_a_moment_too_many_is_named(record: Incident) -> None:
    moment = EntryPast.objects.get(incident=record.public_id, known_from=AT_TEN)
    moment.known_from = datetime(2022, 7, 4, 13, 0, tzinfo=UTC)
    moment.save(force_insert=True)

    assert broken(check_entries) == of_newest(
        record, "EntryPast from 2022-07-04T13:00:00+00:00 is not in the document"
    )


def test_a_moment_of_no_live_incident_is_named(record: Incident) -> None:
    EntryPast.objects.filter(incident=record.public_id).update(incident="0123456789")

    assert broken(check_entries) == (
        "EntryPast of incident 0123456789: no live version stands behind it."
    )


def test_a_changed_claim_is_named_with_its_field(record: Incident) -> None:
    claim = record.claims.earliest("pk").public_id
    EntryClaim.objects.filter(pk=claim).update(low=4)

    assert broken(check_entries) == of_newest(
        record, f"EntryClaim {claim}, low is not what the document gives"
    )


def test_a_changed_clash_is_named(record: Incident) -> None:
    entry = Entry.objects.get(pk=record.public_id)
    EntryClash.objects.create(entry=entry, kind="differs", ordered=True)

    assert broken(check_entries) == of_newest(record, "EntryClash is not what the document gives")


def test_a_missing_claim_is_named(record: Incident) -> None:
    claim = record.claims.earliest("pk").public_id
    EntryClaim.objects.filter(pk=claim).delete()

    assert broken(check_entries) == of_newest(record, f"EntryClaim {claim} is missing")


def test_a_claim_too_many_is_named(record: Incident) -> None:
    other = EntryClaim.objects.exclude(entry=record.public_id).get()
    other.pk, other.entry_id = "0123456789", record.public_id
    other.save(force_insert=True)

    assert broken(check_entries) == of_newest(
        record, "EntryClaim 0123456789 is not in the document"
    )


@pytest.mark.parametrize("model", [RecordPlace, RecordActor, RecordSource])
def test_a_changed_name_is_named(record: Incident, model: type[RecordName]) -> None:
    name = model._default_manager.filter(serial=3).earliest("pk")
    model._default_manager.filter(pk=name.pk).update(name="Another")

    assert broken(check_entries) == of_newest(
        record, f"{model.__name__} {name.pk}, name is not what the document gives"
    )


@pytest.mark.parametrize("model", [RecordPlace, RecordActor, RecordSource])
def test_a_missing_name_is_named(record: Incident, model: type[RecordName]) -> None:
    name = model._default_manager.filter(serial=3).earliest("pk")
    model._default_manager.filter(pk=name.pk).delete()

    assert broken(check_entries) == of_newest(
        record, f"{model.__name__} {name.pk} is missing or older"
    )


def test_a_name_that_no_entry_uses_is_named(record: Incident) -> None:
    RecordPlace.objects.create(id="STRAY", name="Stray", serial=3, details={}, kind="site")

    assert broken(check_entries) == ("RecordPlace STRAY (“Stray”): no entry of serial 3 names it.")


def test_a_name_as_an_older_user_gave_it_is_named() -> None:
    actor = make_actor("Governor")
    for _ in range(2):
        publish(make_claim(statement=make_statement(speaker=actor)).incident)
    newest = Version.objects.latest("serial")
    RecordActor.objects.filter(pk=actor.public_id).update(serial=1)

    assert broken(check_entries) == (
        f"Incident {newest.incident}, version 1 (serial 2): "
        f"RecordActor {actor.public_id} is missing or older."
    )


@pytest.mark.django_db(transaction=True)
def test_the_command_prints_counts_and_the_newest_link() -> None:
    make_published()
    output = StringIO()

    call_command("verify_record", "--sample", "10", stdout=output)

    sha256 = Version.objects.get().sha256
    assert output.getvalue() == (
        f"Versions: 1, entries checked: 1; all whole.\nLatest: serial 1, SHA-256 {sha256}.\n"
    )


@pytest.mark.django_db(transaction=True)
def test_the_command_fails_with_the_sentence_that_names_the_row() -> None:
    incident = make_published()
    Entry.objects.update(title="Spoilt")

    with pytest.raises(CommandError) as error:
        call_command("verify_record")

    assert error.value.returncode == 1
    assert str(error.value) == (
        f"Incident {incident.public_id}, version 1 (serial 1): "
        "Entry, title is not what the document gives."
    )


@pytest.mark.parametrize("sample", ["0", "-1"])
def test_a_sample_of_nothing_is_refused(sample: str) -> None:
    with pytest.raises(CommandError, match="1 or more"):
        call_command("verify_record", f"--sample={sample}")


def test_a_count_that_the_entries_do_not_give_is_named(record: Incident) -> None:
    count = RecordCount.objects.filter(what=RecordCount.What.REPORTED).earliest("of")
    RecordCount.objects.filter(pk=count.pk).update(number=7)

    assert broken(check_entries).startswith(f"RecordCount of {count.of}, reported : ")


def test_what_is_told_of_an_incident_that_left_the_list_is_held_too(record: Incident) -> None:
    withdraw(record, "In doubt.")
    RecordGone.objects.update(kind="strike")

    assert broken(check_entries) == (
        f"RecordGone {record.public_id} is not what its last live version gives."
    )
