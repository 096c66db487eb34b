"""The published document of an incident: its shape, its canonical form and its hash.

A document is what a reader may ever know of one version. `schema` is raised with every change of
the shape; old documents keep theirs: the first had no `formerly` and no `nonce`. Times are ISO 8601
in UTC, ids are public ids, spans are code points, half-open. What is not known is null, never zero.
"""

import json
from datetime import datetime
from typing import Any, NotRequired, TypedDict

SCHEMA = 2


class PlaceDocument(TypedDict):
    name: str
    kind: str
    path: list[str]  # ids from the country down to the place itself
    latitude: float | None
    longitude: float | None
    names: list[list[str]]  # [language or "", name]
    formerly: NotRequired[list[str]]  # ids of what was merged into it, where readers knew them


class ActorDocument(TypedDict):
    name: str
    kind: str
    side: str
    organisation: str | None
    names: list[list[str]]
    formerly: NotRequired[list[str]]


class IncidentDocument(TypedDict):
    id: str
    slug: str
    kind: str
    title: str
    summary: str
    language: str
    earliest: str
    latest: str  # the first instant after, or the same for an instant
    precision: str
    zone: str
    time_inferred: bool
    place: str | None
    place_precision: str
    place_note: str
    parent: str | None


class StatementDocument(TypedDict):
    speaker: str
    role: str
    channel: str
    attribution: str
    relayed_by: str
    said_at: str | None
    said_precision: str
    zone: str
    said_inferred: bool


class NumberDocument(TypedDict):
    low: int | None
    high: int | None
    qualifier: str
    word: str  # for a vague number: “dozens”
    unit: str
    group: str
    basis: str
    subset_of: str | None  # id of the claim whose figure contains this one


class ControlDocument(TypedDict):
    status: str
    place: str
    side: str


class PrintedDocument(TypedDict):
    """What this outlet changed, in words; empty where it did not."""

    role: str
    figure: str
    channel: str
    scope: str
    lost_hedge: str


class CitationDocument(TypedDict):
    source: str
    snapshot: str  # SHA-256 of its text
    start: int | None  # null where words were removed: the span would tell their length
    end: int | None
    quote: str
    printed: PrintedDocument


class RelationDocument(TypedDict):
    kind: str
    claim: str


class ClaimDocument(TypedDict):
    id: str
    statement: int  # index in `statements`
    question: str
    stance: str
    text: str
    number: NumberDocument | None
    control: ControlDocument | None
    verification: str | None
    accused: str | None
    hedges: list[str]
    as_of: str | None
    as_of_precision: str
    known_at: str  # when it was known at the latest: said, or first printed
    citations: list[CitationDocument]
    relations: list[RelationDocument]


class SnapshotDocument(TypedDict):
    kind: str
    language: str


class PublisherDocument(TypedDict):
    id: str
    name: str
    country: str
    formerly: NotRequired[list[str]]


class SourceDocument(TypedDict):
    publisher: PublisherDocument
    title: str
    url: str
    archive_url: str
    language: str
    published_at: str
    published_precision: str
    zone: str
    modified_at: str | None
    accessed_at: str | None
    removed_at: str | None
    snapshots: dict[str, SnapshotDocument]  # by SHA-256
    links: list[dict[str, str]]  # kind, source
    formerly: NotRequired[list[str]]


class ClashDocument(TypedDict):
    question: str
    kind: str  # contradicts, differs, unanswered, reports_differ
    claims: list[str]


class RemovalDocument(TypedDict):
    """Words were removed from an earlier version, whose bytes have the digest `sha256` since."""

    serial: int
    sha256: str
    at: str
    reason: str  # safety, law, privacy


class Document(TypedDict):
    """From schema 2 on every document has a `nonce`: 32 random hexadecimal digits.

    With them nobody can tell by the hash that was published whether a guess at removed words is
    right: the nonce is removed with the words.
    """

    schema: int
    nonce: NotRequired[str | None]
    removals: NotRequired[list[RemovalDocument]]
    incident: IncidentDocument
    places: dict[str, PlaceDocument]
    actors: dict[str, ActorDocument]
    statements: list[StatementDocument]
    claims: list[ClaimDocument]
    sources: dict[str, SourceDocument]
    standing: str
    clashes: list[ClashDocument]


class Tombstone(TypedDict):
    """The document of a version that takes an incident out of the public list."""

    schema: int
    nonce: NotRequired[str | None]
    removals: NotRequired[list[RemovalDocument]]
    incident: dict[str, str]  # id, slug and title
    merged_into: NotRequired[str]


def says_the_same(one: Document | Tombstone, other: Document | Tombstone) -> bool:
    """Whether readers learn the same from both, whatever each was made with."""
    made = {"schema", "nonce", "removals"}
    return {key: one[key] for key in one.keys() - made} == {  # type: ignore[literal-required]
        key: other[key]  # type: ignore[literal-required]
        for key in other.keys() - made
    }


def as_stored(value: Any) -> Any:
    """The same with the keys of objects in the order in which PostgreSQL gives them back."""
    if isinstance(value, dict):
        return {key: as_stored(value[key]) for key in sorted(value, key=_place_of_key)}
    if isinstance(value, list):
        return [as_stored(part) for part in value]
    return value


def _place_of_key(key: str) -> tuple[int, bytes]:
    encoded = key.encode()
    return len(encoded), encoded


def instant(moment: datetime) -> str:
    """A moment in UTC, with all the places that it is known to."""
    return moment.isoformat().replace("+00:00", "Z")


def canonical(value: Any) -> bytes:
    """UTF-8 JSON with sorted keys and no white space: one document, one byte string."""
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def version_bytes(
    serial: int,
    incident: str,
    number: int,
    kind: str,
    note: str,
    published_at: str,
    document: Document | Tombstone,
    previous_sha256: str,
) -> bytes:
    """The whole of a version, with the hash of the one before it in serial order.

    The version's own hash is the SHA-256 of these very bytes, and readers can fetch them.
    """
    whole = {
        "serial": serial,
        "incident": incident,
        "number": number,
        "kind": kind,
        "note": note,
        "published_at": published_at,
        "document": document,
        "previous": previous_sha256,
    }
    return canonical(whole)
