"""Removal of words from published versions, for safety, law or privacy: the only way in which a
version changes.

Each version that held the words keeps its place, its number and its two hashes in the chain, and
gets a document without them. A new version of the incident lists the digests of what was changed:
it stands in the chain itself, so the chain vouches for the new bytes as it did for the old. It is
an ordinary version otherwise, with which clock, feeds, lists and pages go on.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone

from incidents.models.incidents import Incident
from incidents.models.removals import RemovedWords
from incidents.record.document import SCHEMA, Document, RemovalDocument, Tombstone, canonical
from incidents.record.erase import Eraser, mark_of, pattern_of
from incidents.record.freeze import iso, slug_of
from incidents.record.models import Version
from incidents.record.postings import prune
from incidents.record.publish import append, hold_the_clock
from incidents.vocabulary import RemovalReason
from rowlog.tracking import acting

_CHUNK = 200


class NotFound(Exception):
    """No version holds the words."""


class FoundElsewhere(Exception):
    """Since the preview a version came, or changed, that holds the words."""


@dataclass(frozen=True)
class Order:
    """What is to be removed, and why; from one incident, by public id, or from all (“”)."""

    words: str
    reason: RemovalReason
    incident: str = ""


@dataclass(frozen=True)
class Place:
    """Where words stand: `where` is the way of keys into the document, or “note”."""

    version: Version
    where: str
    excerpt: str


@dataclass(frozen=True)
class _Changed:
    version: Version
    document: Document | Tombstone
    note: str
    places: list[Place]


def find(order: Order) -> list[Place]:
    """Every place in every version, in the order of serials. Reads all documents."""
    return [place for changed in _changed(order, timezone.now()) for place in changed.places]


def mark_of_places(places: list[Place]) -> str:
    """The same for the same places only: what the editor has seen is what is removed."""
    seen = [[place.version.serial, place.where, place.excerpt] for place in places]
    return sha256(canonical(seen)).hexdigest()


@transaction.atomic
def redact(order: Order, editor: User | None, seen: str, note: str = "") -> list[Version]:
    """Remove the words from every version that holds them; one new version for each incident.

    `seen` is `mark_of_places` of what was shown. `note` is public, and must not hold the words.
    Raises NotFound, FoundElsewhere and NoteBarred.
    """
    incidents = {place.version.incident for place in find(order)}
    # Rows of the desk before the clock, as everywhere (publish.py).
    rows = Incident.objects.select_for_update(of=("self",)).filter(public_id__in=incidents)
    by_id = {row.public_id: row for row in rows.order_by("pk")}
    hold_the_clock()
    now = timezone.now()
    changed = _changed(order, now)
    if not changed:
        raise NotFound("No published version holds these words.")
    if mark_of_places([place for one in changed for place in one.places]) != seen:
        raise FoundElsewhere("Other places hold the words than those you were shown: look again.")
    by_incident: dict[str, list[_Changed]] = defaultdict(list)
    for one in changed:
        by_incident[one.version.incident].append(one)
    clock = Version.objects.clock()
    with acting(deed="redact", reason=f"{order.reason}: {note}".rstrip(": ")):
        # Kept first: from now on no note may hold them, this one too.
        RemovedWords.objects.create(
            words=order.words,
            reason=order.reason,
            incident=order.incident,
            note=note,
            by=editor,
            at=now,
        )
        made = [
            _redact(by_id[incident], of_incident, order, now, clock + nth, note)
            for nth, (incident, of_incident) in enumerate(sorted(by_incident.items()), start=1)
        ]
    prune()
    return made


def _redact(
    incident: Incident,
    changed: list[_Changed],
    order: Order,
    now: datetime,
    serial: int,
    note: str,
) -> Version:
    vouched: list[RemovalDocument] = []
    for one in changed:
        version = one.version
        version.document, version.note = one.document, one.note
        digest = version.digest()
        removal: RemovalDocument = {
            "serial": version.serial,
            "sha256": digest,
            "at": iso(now),
            "reason": order.reason.value,
        }
        vouched.append(removal)
        version.removed = removal | {"serial": serial}
        overwrite(version)
    latest = Version.objects.latest_of(incident.public_id)
    assert latest is not None
    if latest.removed and latest.removed["serial"] == serial:
        # Readers no longer see what the desk still holds.
        Incident.objects.filter(pk=incident.pk, state=Incident.State.PUBLISHED).update(
            published_revision=None
        )
    document = latest.document | {"schema": SCHEMA, "removals": vouched}
    kind = Version.Kind.REDACTED if latest.is_live else Version.Kind(latest.kind)
    said = note or f"Words were removed from earlier versions, for reasons of {order.reason}."
    made = append(incident, latest, kind, said, document)
    assert made.serial == serial
    return made


def overwrite(version: Version) -> None:
    """Write document, note and `removed`; the database lets nobody else do it, nor other columns.

    Within a transaction, for a version of which another in the chain tells so.
    """
    _switch("on")
    Version.objects.filter(pk=version.pk).update(
        document=version.document, note=version.note, removed=version.removed
    )
    _switch("off")


def _switch(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select set_config('claimline.redacting', %s, true)", [value])


def _changed(order: Order, now: datetime) -> list[_Changed]:
    pattern, mark = pattern_of(order.words), mark_of(now.date(), order.reason)
    versions = Version.objects.order_by("serial")
    if order.incident:
        versions = versions.filter(incident=order.incident)
    found = []
    for version in versions.iterator(_CHUNK):
        eraser = Eraser(pattern, mark)
        document = eraser.document(version.document, slug_of)
        note = eraser.text(version.note, "note")
        if eraser.found:
            places = [Place(version, where, excerpt) for where, excerpt in eraser.found]
            found.append(_Changed(version, document, note, places))
    return found
