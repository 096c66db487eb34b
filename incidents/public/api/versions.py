"""Versions: the record itself, from which all of it can be mirrored and checked."""

from collections.abc import Sequence
from typing import Annotated, TypedDict, cast

from django.http import Http404

from incidents.public.api.endpoint import Call, Listed
from incidents.public.api.forms import MOST_SERIAL
from incidents.public.exported import (
    Address,
    Digest,
    ExportedVersion,
    Id,
    Instant,
    exported_version,
)
from incidents.record.document import Document, Tombstone, instant
from incidents.record.models import Version
from incidents.vocabulary import RemovalReason


class Removed(TypedDict):
    """Words were removed, as version `serial` says: its bytes have the hash `sha256` since."""

    serial: int
    sha256: Digest
    at: Instant
    reason: Annotated[str, RemovalReason]


class ApiVersion(ExportedVersion):
    """`bytes` leads to the very bytes that `sha256` is the hash of, or `removed.sha256` where words
    were removed since; `previous` is the `sha256` of the version before it in serial order, "" for
    the first one."""

    incident: Id
    note: str
    previous: Annotated[str, ("pattern", "^([0-9a-f]{64})?$")]
    merged_into: Id | None
    removed: Removed | None
    api: Address
    bytes: Address


class ApiVersionDocument(ApiVersion):
    """`document` is what was published; of a withdrawn or merged incident a tombstone."""

    document: Document | Tombstone


class VersionList(Listed):
    versions: list[ApiVersion]


class ChangeList(Listed):
    """Ask for `since=until` later to get what is new by then."""

    until: int
    changes: list[ApiVersion]


class RecordHead(TypedDict):
    """`sha256` is "" and `published_at` null while nothing is published."""

    serial: int
    sha256: Annotated[str, ("pattern", "^([0-9a-f]{64})?$")]
    published_at: Instant | None
    versions: Address


def record_head(call: Call) -> RecordHead:
    """The newest version of all: its serial and its hash, which vouches for every byte before it.

    Keep both, and nobody can change the past without your noticing: `manage.py mirror --pin`.
    """
    head = Version.objects.defer("document").order_by("-serial").first()
    return {
        "serial": head.serial if head else 0,
        "sha256": head.sha256 if head else "",
        "published_at": instant(head.published_at) if head else None,
        "versions": call.address("api-versions"),
    }


def versions(call: Call) -> VersionList:
    """Versions, newest first.

    Each is immutable. `incident` and `number` together find one.
    """
    clock = Version.objects.clock()
    found = Version.objects.defer("document").order_by("-serial")
    asked = call.asked
    if "incident" in asked:
        found = found.filter(incident__in=asked["incident"])
    if "number" in asked:
        found = found.filter(number=asked["number"])
    if "after" in asked:
        found = found.filter(serial__lt=asked["after"])
    items, more = call.page(found, lambda version: version.serial)
    return {
        "record_clock": clock,
        "next": more,
        "versions": api_versions(call, items),
    }


def version(call: Call, serial: int) -> ApiVersionDocument:
    """One version with its document."""
    found = Version.objects.filter(serial=min(serial, MOST_SERIAL)).first()
    if found is None:
        raise Http404
    (about,) = api_versions(call, [found])
    return {**about, "document": cast(Document | Tombstone, found.document)}


def changes(call: Call) -> ChangeList:
    """Every version after the one that you have, in the order of serials.

    Serials are given in the order of commits and without gaps, so whoever follows `next` to the end
    and later asks again with `since=until` misses nothing: withdrawals and mergers are versions
    too. `previous` chains the hashes.
    """
    clock = Version.objects.clock()
    since: int = call.asked.get("since", 0)
    found = Version.objects.defer("document").filter(serial__gt=since).order_by("serial")
    items, more = call.page(found, lambda version: version.serial, key="since")
    return {
        "record_clock": clock,
        "next": more,
        "until": items[-1].serial if items else since,
        "changes": api_versions(call, items),
    }


def api_versions(call: Call, rows: Sequence[Version]) -> list[ApiVersion]:
    """One query where some are mergers: the documents say into which incident."""
    mergers = [row.serial for row in rows if row.kind == Version.Kind.MERGED]
    documents = Version.objects.in_bulk(mergers)
    into = {serial: row.document["merged_into"] for serial, row in documents.items()}
    return [_version(call, row, into.get(row.serial)) for row in rows]


def _version(call: Call, version: Version, merged_into: str | None) -> ApiVersion:
    return {
        **exported_version(version, call.site),
        "incident": version.incident,
        "note": version.note,
        "previous": version.previous_sha256,
        "merged_into": merged_into,
        "removed": version.removed,
        "api": call.address("api-version", version.serial),
        "bytes": call.address("version-document", version.incident, version.number),
    }
