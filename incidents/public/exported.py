"""The shape of an incident in downloads: the published document, made plain for other programs.

It is what `/incidents.json` lists, the properties of a feature in `/incidents.geojson`, and what
`/incidents.csv` lays flat. `SCHEMA` is raised with every change that could break a reader. Times
are ISO 8601 in UTC with the precision at which they are known and the zone of the place or speaker;
`latest` is the first instant after, or equals `earliest` for an instant. Addresses are absolute and
permanent. What is not known is null, never zero. Words are those of /about/method/.
"""

from typing import TypedDict

from django.urls import reverse

from incidents.public.rows import Row
from incidents.record.document import (
    CitationDocument,
    ClaimDocument,
    Document,
    NumberDocument,
    RelationDocument,
)
from incidents.record.standing import Told

SCHEMA = 1


class Named(TypedDict):
    id: str
    name: str


class ExportedVersion(TypedDict):
    number: int  # of this incident
    serial: int  # in the whole record: the record clock
    kind: str
    published_at: str
    sha256: str
    url: str


class Happened(TypedDict):
    earliest: str
    latest: str
    precision: str
    zone: str
    inferred: bool


class ExportedPlace(TypedDict):
    """The place that is named; the incident is known only to `precision`, which may be wider."""

    id: str
    name: str
    kind: str
    path: list[Named]  # from the country down to the place itself
    precision: str | None
    note: str
    latitude: float | None
    longitude: float | None


class ExportedSpeaker(TypedDict):
    id: str
    name: str
    kind: str
    side: str
    role: str
    organisation: Named | None


class Moment(TypedDict):
    at: str
    precision: str


class ZonedMoment(Moment):
    zone: str


class Said(ZonedMoment):
    inferred: bool


class ExportedControl(TypedDict):
    status: str
    place: Named
    side: str


class ExportedClaim(TypedDict):
    id: str
    url: str
    question: str
    stance: str
    text: str
    number: NumberDocument | None
    control: ExportedControl | None
    verification: str | None
    accused: Named | None
    hedges: list[str]
    speaker: ExportedSpeaker
    attribution: str
    channel: str
    relayed_by: str
    said: Said | None
    as_of: Moment | None
    known_at: str
    citations: list[CitationDocument]
    relations: list[RelationDocument]


class ExportedSource(TypedDict):
    id: str
    url: str  # its page here
    original: str
    archive: str | None
    publisher: Named
    title: str
    language: str
    published: ZonedMoment


class ExportedIncident(TypedDict):
    id: str
    url: str
    version: ExportedVersion
    title: str
    summary: str
    language: str
    kind: str
    standing: str
    verification: str | None
    happened: Happened
    place: ExportedPlace | None
    parent: str | None
    claims: list[ExportedClaim]
    sources: list[ExportedSource]  # those that the claims cite


def exported(row: Row, site: str) -> ExportedIncident:
    """`site` is scheme and host, without a slash at the end."""
    incident = row.document["incident"]
    return {
        "id": incident["id"],
        "url": site + reverse("incident-id", args=[incident["id"]]),
        "version": _version(row, site),
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
        "claims": _claims(row, site),
        "sources": _sources(row, site),
    }


def version_url(row: Row, site: str) -> str:
    return site + reverse("version", args=[row.version.incident, row.version.number])


def _version(row: Row, site: str) -> ExportedVersion:
    version = row.version
    return {
        "number": version.number,
        "serial": version.serial,
        "kind": version.kind,
        "published_at": version.published_at.isoformat().replace("+00:00", "Z"),
        "sha256": version.sha256,
        "url": version_url(row, site),
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


def _claims(row: Row, site: str) -> list[ExportedClaim]:
    told = {one.claim["id"] for one in row.claims}
    untold = {claim["id"] for claim in row.document["claims"]} - told
    return [_claim(row.document, one, untold, site) for one in row.claims]


def _claim(document: Document, one: Told, untold: set[str], site: str) -> ExportedClaim:
    """Of claims that nobody had made by the moment asked for, `untold`, not even the id is told."""
    claim = one.claim
    statement = document["statements"][claim["statement"]]
    as_of, accused = claim["as_of"], claim["accused"]
    return {
        "id": claim["id"],
        "url": site + reverse("claim", args=[claim["id"]]),
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


def _sources(row: Row, site: str) -> list[ExportedSource]:
    cited = dict.fromkeys(c["source"] for one in row.claims for c in one.claim["citations"])
    return [_source(row.document, key, site) for key in cited]


def _source(document: Document, key: str, site: str) -> ExportedSource:
    source = document["sources"][key]
    publisher = source["publisher"]
    return {
        "id": key,
        "url": site + reverse("source", args=[key]),
        "original": source["url"],
        "archive": source["archive_url"] or None,
        "publisher": {"id": publisher["id"], "name": publisher["name"]},
        "title": source["title"],
        "language": source["language"],
        "published": {
            "at": source["published_at"],
            "precision": source["published_precision"],
            "zone": source["zone"],
        },
    }
