"""Checks of the record against itself: the chain of versions, and the read models made from it.

Each check raises Broken at the first bad row. Run them in one snapshot of the database, or a
version published meanwhile looks like a fault.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, cast

from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Exists, OuterRef

from incidents.record.counting import wrong_count
from incidents.record.document import Document
from incidents.record.facts import claim_row, clash_rows, facts, moments
from incidents.record.former import former_rows
from incidents.record.gone import gone_rows
from incidents.record.models import (
    Entry,
    EntryClaim,
    EntryClash,
    EntryLines,
    EntryPast,
    RecordActor,
    RecordFormer,
    RecordGone,
    RecordName,
    RecordPlace,
    RecordSource,
    Version,
)
from incidents.record.projection import name_rows, names_in, present_facts, version_facts
from incidents.record.search import texts, vector
from incidents.record.spreadsheet import lines_now
from incidents.record.standing import told

_CHUNK = 200


class Broken(Exception):
    """The first bad row, in one sentence."""


@dataclass(frozen=True)
class Chain:
    """The whole chain of versions, and its newest link: serial 0 and no hash while it is empty."""

    versions: int = 0
    serial: int = 0
    sha256: str = ""


def check_versions() -> Chain:
    """Walk all versions in the order of their serials."""
    chain = Chain()
    removals = _removals()
    number: dict[str, int] = defaultdict(int)
    for version in Version.objects.order_by("serial").iterator(_CHUNK):
        number[version.incident] += 1
        removed = removals.get(version.serial)
        _check_version(version, number[version.incident], chain, removed)
        chain = Chain(chain.versions + 1, version.serial, version.sha256)
    return chain


def _removals() -> dict[int, dict[str, Any]]:
    """By serial: what the last later version says of words that were removed from that one."""
    found = {}
    for later in Version.objects.with_removals().order_by("serial").iterator(_CHUNK):
        for removal in later.document["removals"]:
            if removal["serial"] < later.serial:
                found[removal["serial"]] = removal | {"serial": later.serial}
    return found


def _check_version(
    version: Version, nth: int, before: Chain, removed: dict[str, Any] | None
) -> None:
    if version.serial != (expected := before.serial + 1):
        raise Broken(
            f"Serial {expected} is missing: the next one is {version.serial}, of incident "
            f"{version.incident}."
        )
    if version.number != nth:
        raise _bad(version, "number", f"is not {nth}, its place among the incident's versions")
    if version.previous_sha256 != before.sha256:
        raise _bad(version, "previous_sha256", "is not the hash of the serial before it")
    if version.digest() != (removed["sha256"] if removed else version.sha256):
        raise _bad(version, "sha256", "is not the hash of the row")
    if version.removed != removed:
        raise _bad(version, "removed", "is not what a later version says")
    if version.document["incident"]["id"] != version.incident:
        raise _bad(version, "document", "is about another incident")
    if version.claims != [claim["id"] for claim in version.document.get("claims", [])]:
        raise _bad(version, "claims", "does not list the claims of the document")


def check_entries(sample: int | None = None) -> int:
    """Hold the read models against the newest versions, all of them or `sample` at random.

    Returns how many were held. What stands in the read models and in no version is always found.
    """
    _check_leftovers()
    _check_former()
    _check_gone()
    live = Version.objects.current().live()
    chosen = live.order_by("serial") if sample is None else live.order_by("?")[:sample]
    held = 0
    for version in chosen.iterator(_CHUNK):
        document = cast(Document, version.document)
        _check_entry(version, document)
        _check_lines(version)
        _check_past(version, document)
        _check_claims(version, document)
        _check_clashes(version, document)
        _check_names(version, document)
        held += 1
    _check_counts()  # they are made of what has been held
    return held


def _check_leftovers() -> None:
    live = Version.objects.current().live()
    for entry in Entry.objects.exclude(pk__in=live.values("incident")).order_by("pk")[:1]:
        raise Broken(f"Entry of incident {entry.pk}: no live version stands behind it.")
    past = EntryPast.objects.exclude(incident__in=live.values("incident"))
    for row in past.order_by("incident", "known_from")[:1]:
        raise Broken(f"EntryPast of incident {row.incident}: no live version stands behind it.")
    shown = Entry.objects.filter(serial=OuterRef("serial"))
    for stray in EntryLines.objects.exclude(Exists(shown)).order_by("pk")[:1]:
        raise Broken(f"EntryLines of serial {stray.pk}: no entry shows that version.")
    for model in (RecordPlace, RecordActor, RecordSource):
        user = Entry.objects.filter(serial=OuterRef("serial"), names__contains=[OuterRef("pk")])
        for name in model._default_manager.exclude(Exists(user)).order_by("pk")[:1]:
            raise Broken(
                f"{model.__name__} {name.pk} (“{name}”): no entry of serial {name.serial} names it."
            )


def _check_former() -> None:
    """Former ids are told by versions that need not be the newest, so they are held all at once."""
    expected = {(row.id, row.now, row.serial) for row in former_rows()}
    held = set(RecordFormer.objects.values_list("id", "now", "serial"))
    for row in sorted(expected ^ held):
        fault = "is missing" if row in expected else "is not what the versions tell"
        raise Broken(f"RecordFormer {row[0]}, now {row[1]}: it {fault}.")


def _check_gone() -> None:
    expected = {row.pk: (row.kind, row.places, row.actors) for row in gone_rows()}
    held = {row.pk: (row.kind, row.places, row.actors) for row in RecordGone.objects.all()}
    for incident in sorted({*expected, *held}):
        if expected.get(incident) != held.get(incident):
            raise Broken(f"RecordGone {incident} is not what its last live version gives.")


def _check_counts() -> None:
    if wrong := wrong_count():
        of, what, value, number = wrong
        raise Broken(f"RecordCount of {of}, {what} {value}: {number} is not both held and counted.")


def _check_entry(version: Version, document: Document) -> None:
    claims = told(document)
    expected = version_facts(version) | present_facts(document) | facts(document, claims)
    entry = Entry.objects.filter(pk=version.incident).first()
    if entry is None:
        raise _bad(version, "Entry", "is missing")
    _compare(entry, expected, version)
    _check_search(entry, vector(texts(document, claims)), version)


def _check_lines(version: Version) -> None:
    row = EntryLines.objects.filter(pk=version.serial).first()
    if row is None:
        raise _bad(version, "EntryLines", "is missing")
    _compare(row, {"lines": lines_now(version)}, version)


def _check_past(version: Version, document: Document) -> None:
    rows = {row.known_from: row for row in EntryPast.objects.filter(incident=version.incident)}
    for known_from, known_until in pairwise(moments(document)):
        row = rows.pop(datetime.fromisoformat(known_from), None)
        if row is None:
            raise _bad(version, f"EntryPast from {known_from}", "is missing")
        until = datetime.fromisoformat(known_until)
        claims = told(document, known_from)
        expected = version_facts(version) | {"known_until": until} | facts(document, claims)
        _compare(row, expected, version)
        _check_search(row, vector(texts(document, claims)), version)
    for stray in sorted(rows):
        raise _bad(version, f"EntryPast from {stray.isoformat()}", "is not in the document")


def _check_claims(version: Version, document: Document) -> None:
    rows = {row.claim: row for row in EntryClaim.objects.filter(entry=version.incident)}
    for one in told(document):
        expected = claim_row(document, one)
        row = rows.pop(expected["claim"], None)
        if row is None:
            raise _bad(version, f"EntryClaim {expected['claim']}", "is missing")
        _compare(row, expected, version)
    for claim in sorted(rows):
        raise _bad(version, f"EntryClaim {claim}", "is not in the document")


def _check_clashes(version: Version, document: Document) -> None:
    expected = clash_rows(document)
    fields = ("kind", "questions", "claims", "speakers", "bodies", "actors", "ordered")
    rows = EntryClash.objects.filter(entry=version.incident).order_by("id").values(*fields)
    if list(rows) != expected:
        raise _bad(version, "EntryClash", "is not what the document gives")


def _check_names(version: Version, document: Document) -> None:
    """A name is as its newest user gives it, so here it is as given or stands in a later serial."""
    for model, named in name_rows(document, set(names_in(document))).items():
        rows = model.named(set(named))
        for key, expected in named.items():
            row = rows.get(key)
            if row is None or row.serial < version.serial:
                raise _bad(version, f"{model.__name__} {key}", "is missing or older")
            if row.serial == version.serial:
                _compare(row, expected, version)


def _compare(row: models.Model, expected: dict[str, Any], version: Version) -> None:
    for field, value in expected.items():
        if getattr(row, field) != value:
            raise _bad(version, f"{_name(row)}, {field}", "is not what the document gives")


def _check_search(row: Entry | EntryPast, vector: SearchVector, version: Version) -> None:
    again = type(row)._default_manager.filter(pk=row.pk).values_list(vector, flat=True).get()
    if row.search != again:
        raise _bad(version, f"{_name(row)}, search", "is not what the document gives")


def _name(row: models.Model) -> str:
    match row:
        case EntryPast():
            return f"EntryPast from {row.known_from.isoformat()}"
        case EntryClaim() | RecordName():
            return f"{type(row).__name__} {row.pk}"
    return type(row).__name__


def _bad(version: Version, what: str, fault: str) -> Broken:
    return Broken(
        f"Incident {version.incident}, version {version.number} (serial {version.serial}): "
        f"{what} {fault}."
    )
