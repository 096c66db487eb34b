"""Sources: the reports that published claims rest on."""

from collections.abc import Container, Sequence
from typing import Annotated, TypedDict

from django.http import Http404

from incidents.public.api.endpoint import Call, Listed
from incidents.public.exported import (
    Address,
    Digest,
    ExportedSource,
    Id,
    Instant,
    exported_source,
)
from incidents.public.filters import Cursor
from incidents.record.document import SourceDocument
from incidents.record.models import RecordSource, Version
from sources.vocabulary import SnapshotKind, SourceLinkKind


class ApiSnapshot(TypedDict):
    """A text of the report as captured. Citations name it by its hash; it is not given out."""

    sha256: Digest
    kind: Annotated[str, SnapshotKind]
    language: str


class ApiSourceLink(TypedDict):
    kind: Annotated[str, SourceLinkKind]
    source: Id


class ApiSource(ExportedSource):
    """`links` are those to other reports of the record; `claims` those that it carries."""

    modified_at: Instant | None
    accessed_at: Instant | None
    removed_at: Instant | None
    snapshots: list[ApiSnapshot]
    links: list[ApiSourceLink]
    api: Address
    claims: Address


class SourceList(Listed):
    sources: list[ApiSource]


def sources(call: Call) -> SourceList:
    """The reports that published claims rest on, newest first."""
    clock = Version.objects.clock()
    found = RecordSource.objects.order_by("-published_at", "-id")
    if "publisher" in call.asked:
        found = found.filter(publisher__in=call.asked["publisher"])
    if (cursor := call.asked.get("after")) is not None:
        found = found.before(cursor.moment, cursor.incident)
    items, more = call.page(found, lambda row: Cursor(row.published_at, row.id))
    return {"record_clock": clock, "next": more, "sources": _sources(call, items)}


def source(call: Call, source: str) -> ApiSource:
    """One report."""
    found = RecordSource.known_as(source)
    if found is None:
        raise Http404
    return _sources(call, [found])[0]


def _sources(call: Call, rows: Sequence[RecordSource]) -> list[ApiSource]:
    targets = {link["source"] for row in rows for link in row.details["links"]}
    public = RecordSource.named(targets)
    return [_source(call, row, public.keys()) for row in rows]


def _source(call: Call, row: RecordSource, public: Container[str]) -> ApiSource:
    details: SourceDocument = row.details
    return {
        **exported_source(row.id, details, call.site),
        "modified_at": details["modified_at"],
        "accessed_at": details["accessed_at"],
        "removed_at": details["removed_at"],
        "snapshots": [
            {"sha256": digest, "kind": snapshot["kind"], "language": snapshot["language"]}
            for digest, snapshot in details["snapshots"].items()
        ],
        "links": [
            {"kind": link["kind"], "source": link["source"]}
            for link in details["links"]
            if link["source"] in public
        ],
        "api": call.address("api-source", row.id),
        "claims": call.address("api-claims", source=row.id),
    }
