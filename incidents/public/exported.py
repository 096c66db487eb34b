"""The shape of an incident in downloads: the published document, made plain for other programs.

It is what `/incidents.json` lists, the properties of a feature in `/incidents.geojson`, and what
`/incidents.csv` lays flat. `SCHEMA` is raised with every change that could break a reader. Times
are ISO 8601 in UTC with the precision at which they are known and the zone of the place or speaker;
`latest` is the first instant after, or equals `earliest` for an instant. Addresses are absolute and
permanent. What is not known is null, never zero. Words are those of /about/method/.

The annotations, class docstrings and metadata are also what the API's schemas are made of
(api/schema.py).
"""

from datetime import datetime
from typing import Annotated, TypedDict

from incidents import vocabulary as v
from incidents.public.addresses import of_id, of_version
from incidents.public.control import ControlClaim
from incidents.public.rows import Row, cut
from incidents.record.document import (
    CitationDocument,
    ClaimDocument,
    ClashDocument,
    Document,
    NumberDocument,
    PublisherDocument,
    RelationDocument,
    SourceDocument,
    instant,
)
from incidents.record.models import Version
from incidents.record.standing import Told, clashes, origins, told
from sources.moments import Precision
from sources.public_ids import ALPHABET, LENGTH

SCHEMA = 1

Id = Annotated[str, ("pattern", f"^[{ALPHABET}]{{{LENGTH}}}$")]
Instant = Annotated[str, ("format", "date-time")]
Address = Annotated[str, ("format", "uri")]
Digest = Annotated[str, ("pattern", "^[0-9a-f]{64}$")]


class Named(TypedDict):
    id: Id
    name: str


class ExportedVersion(TypedDict):
    number: int  # of this incident
    serial: int  # in the whole record: the record clock
    kind: Annotated[str, Version.Kind]
    published_at: Instant
    sha256: Digest
    url: Address


class Happened(TypedDict):
    """`latest` is the first instant after, or equals `earliest` for an instant."""

    earliest: Instant
    latest: Instant
    precision: Annotated[str, Precision]
    zone: str
    inferred: bool


class ExportedPlace(TypedDict):
    """The place that is named; the incident is known only to `precision`, which may be wider."""

    id: Id
    name: str
    kind: Annotated[str, v.PlaceKind]
    path: list[Named]  # from the country down to the place itself
    precision: Annotated[str, v.PlacePrecision] | None
    note: str
    latitude: float | None
    longitude: float | None


class ExportedSpeaker(TypedDict):
    id: Id
    name: str
    kind: Annotated[str, v.ActorKind]
    side: Annotated[str, v.Side]
    role: str
    organisation: Named | None


class Moment(TypedDict):
    at: Instant
    precision: Annotated[str, Precision]


class ZonedMoment(Moment):
    zone: str


class Said(ZonedMoment):
    inferred: bool


class ExportedControl(TypedDict):
    status: Annotated[str, v.ControlStatus]
    place: Named
    side: Annotated[str, v.Side]


class ExportedClaim(TypedDict):
    """One answer to one question by one speaker. `number` is null where no figure was given."""

    id: Id
    url: Address
    question: Annotated[str, v.Question]
    stance: Annotated[str, v.Stance]
    text: str
    number: NumberDocument | None
    control: ExportedControl | None
    verification: Annotated[str, v.Verification] | None
    accused: Named | None
    hedges: list[str]
    speaker: ExportedSpeaker
    attribution: Annotated[str, v.Attribution]
    channel: str
    relayed_by: str
    said: Said | None
    as_of: Moment | None
    known_at: Instant  # at the latest: said, or first printed
    citations: list[CitationDocument]
    relations: list[RelationDocument]


class ExportedControlClaim(TypedDict):
    """A claim on who holds a place. `about` is the time that it speaks of: its as-of, or else when
    it was said, or else first printed. `path` leads from the country down to the place."""

    incident: Id
    incident_url: Address
    version: ExportedVersion
    path: list[Named]
    about: ZonedMoment
    claim: ExportedClaim


class ExportedSource(TypedDict):
    """`url` is its page here, `original` the report itself."""

    id: Id
    url: Address
    original: str | None
    archive: str | None
    publisher: PublisherDocument
    title: str
    language: str
    published: ZonedMoment


class ExportedIncident(TypedDict):
    """`origins` are the bodies that speak, however many reports carry their words; `clashes` the
    claims that stand against others; `sources` the reports that the claims cite."""

    id: Id
    url: Address
    version: ExportedVersion
    title: str
    summary: str
    language: str
    kind: Annotated[str, v.IncidentKind]
    standing: Annotated[str, v.Standing]
    verification: Annotated[str, v.Verification] | None
    happened: Happened
    place: ExportedPlace | None
    parent: Id | None
    origins: list[Named]
    claims: list[ExportedClaim]
    clashes: list[ClashDocument]
    sources: list[ExportedSource]


def exported(row: Row, site: str) -> ExportedIncident:
    """`site` is scheme and host, without a slash at the end."""
    incident = row.document["incident"]
    return {
        "id": incident["id"],
        "url": site + of_id("incident-id", incident["id"]),
        "version": exported_version(row.version, site),
        "title": incident["title"],
        "summary": incident["summary"],
        "language": incident["language"],
        "kind": incident["kind"],
        "standing": row.standing,
        "verification": row.verification or None,
        "happened": {
            "earliest": incident["earliest"],
            "latest": incident["latest"],
            "precision": incident["precision"],
            "zone": incident["zone"],
            "inferred": incident["time_inferred"],
        },
        "place": _place(row.document),
        "parent": incident["parent"],
        "origins": [_named(row.document, key) for key in sorted(origins(row.claims))],
        "claims": exported_claims(row.document, row.claims, site),
        "clashes": _clashes(row),
        "sources": _sources(row, site),
    }


def version_url(version: Version, site: str) -> str:
    return site + of_version(version.incident, version.number)


def exported_version(version: Version, site: str) -> ExportedVersion:
    return {
        "number": version.number,
        "serial": version.serial,
        "kind": version.kind,
        "published_at": instant(version.published_at),
        "sha256": version.sha256,
        "url": version_url(version, site),
    }


def _place(document: Document) -> ExportedPlace | None:
    incident = document["incident"]
    if (key := incident["place"]) is None:
        return None
    place = document["places"][key]
    return {
        "id": key,
        "name": place["name"],
        "kind": place["kind"],
        "path": [_named(document, above) for above in place["path"]],
        "precision": incident["place_precision"] or None,
        "note": incident["place_note"],
        "latitude": place["latitude"],
        "longitude": place["longitude"],
    }


def _named(document: Document, key: str) -> Named:
    """A place or an actor of the document."""
    names = document["places"] if key in document["places"] else document["actors"]
    return {"id": key, "name": names[key]["name"]}


def exported_claims(document: Document, told: list[Told], site: str) -> list[ExportedClaim]:
    """Of claims that nobody had made by the moment asked for not even the id is told."""
    untold = {claim["id"] for claim in document["claims"]} - {one.claim["id"] for one in told}
    return [_claim(document, one, untold, site) for one in told]


def exported_control(
    claim: ControlClaim, known: datetime | None, site: str
) -> ExportedControlClaim:
    document, row = claim.document, claim.row
    known_then = {one.claim["id"] for one in told(document, cut(known))}
    untold = {one["id"] for one in document["claims"]} - known_then
    return {
        "incident": row.entry_id,
        "incident_url": site + of_id("incident-id", row.entry_id),
        "version": exported_version(claim.version, site),
        "path": [_named(document, key) for key in row.control_places],
        "about": {"at": instant(row.at), "precision": row.at_precision, "zone": row.zone},
        "claim": _claim(document, claim.told, untold, site),
    }


def _claim(document: Document, one: Told, untold: set[str], site: str) -> ExportedClaim:
    claim = one.claim
    statement = document["statements"][claim["statement"]]
    as_of, accused = claim["as_of"], claim["accused"]
    return {
        "id": claim["id"],
        "url": site + of_id("claim", claim["id"]),
        "question": claim["question"],
        "stance": claim["stance"],
        "text": claim["text"],
        "number": _number(claim, untold),
        "control": _control(document, claim),
        "verification": claim["verification"],
        "accused": _named(document, accused) if accused else None,
        "hedges": claim["hedges"],
        "speaker": _speaker(document, one),
        "attribution": statement["attribution"],
        "channel": statement["channel"],
        "relayed_by": statement["relayed_by"],
        "said": _said(document, claim),
        "as_of": {"at": as_of, "precision": claim["as_of_precision"]} if as_of else None,
        "known_at": claim["known_at"],
        "citations": claim["citations"],
        "relations": [r for r in claim["relations"] if r["claim"] not in untold],
    }


def _number(claim: ClaimDocument, untold: set[str]) -> NumberDocument | None:
    number = claim["number"]
    return {**number, "subset_of": None} if number and number["subset_of"] in untold else number


def _control(document: Document, claim: ClaimDocument) -> ExportedControl | None:
    if (control := claim["control"]) is None:
        return None
    place = _named(document, control["place"])
    return {"status": control["status"], "place": place, "side": control["side"]}


def _speaker(document: Document, one: Told) -> ExportedSpeaker:
    organisation = one.actor["organisation"]
    return {
        "id": one.speaker,
        "name": one.actor["name"],
        "kind": one.actor["kind"],
        "side": one.side,
        "role": document["statements"][one.claim["statement"]]["role"],
        "organisation": _named(document, organisation) if organisation else None,
    }


def _said(document: Document, claim: ClaimDocument) -> Said | None:
    statement = document["statements"][claim["statement"]]
    if statement["said_at"] is None:
        return None
    return {
        "at": statement["said_at"],
        "precision": statement["said_precision"],
        "zone": statement["zone"],
        "inferred": statement["said_inferred"],
    }


def _clashes(row: Row) -> list[ClashDocument]:
    """Of now, those that the version was published with."""
    return row.document["clashes"] if row.known is None else clashes(row.claims)


def _sources(row: Row, site: str) -> list[ExportedSource]:
    cited = dict.fromkeys(c["source"] for one in row.claims for c in one.claim["citations"])
    return [exported_source(key, row.document["sources"][key], site) for key in cited]


def exported_source(key: str, source: SourceDocument, site: str) -> ExportedSource:
    return {
        "id": key,
        "url": site + of_id("source", key),
        "original": source["url"] or None,
        "archive": source["archive_url"] or None,
        "publisher": source["publisher"],
        "title": source["title"],
        "language": source["language"],
        "published": {
            "at": source["published_at"],
            "precision": source["published_precision"],
            "zone": source["zone"],
        },
    }
