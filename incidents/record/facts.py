"""From a document to what the read models hold: pure functions, so that a rebuild is identical."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from incidents.record.document import ClaimDocument, Document
from incidents.record.standing import (
    Told,
    countered,
    latest_verification,
    origins,
    standing,
    told,
)
from incidents.record.strip import When, strip, when
from incidents.vocabulary import Question, RelationKind


def moments(document: Document) -> list[str]:
    """The moments at which more became known, in order: a claim, or one more report of it."""
    claims, sources = document["claims"], document["sources"]
    printed = {
        at
        for claim in claims
        for citation in claim["citations"]
        if (at := sources[citation["source"]]["published_at"]) > claim["known_at"]
    }
    return sorted(printed.union(claim["known_at"] for claim in claims))


def facts(document: Document, claims: list[Told]) -> dict[str, Any]:
    """The fields of Facts that the document decides, of these of its claims.

    All but `search` (record/search.py) and what the version itself decides.
    """
    incident = document["incident"]
    place = incident["place"]
    first_day, last_day = days(document)
    verified = latest_verification(claims)
    sources = sorted({c["source"] for one in claims for c in one.claim["citations"]})
    return {
        "kind": incident["kind"],
        "title": incident["title"],
        "slug": incident["slug"],
        "language": incident["language"],
        "standing": standing(claims, document["actors"]).value,
        "verification": verified.claim["verification"] if verified else "",
        "earliest": datetime.fromisoformat(incident["earliest"]),
        "latest": datetime.fromisoformat(incident["latest"]),
        "at": _local(incident["earliest"], incident["zone"]).replace(tzinfo=UTC),
        "precision": incident["precision"],
        "zone": incident["zone"],
        "first_day": first_day,
        "last_day": last_day,
        "parent": incident["parent"] or "",
        "place": place or "",
        "place_precision": incident["place_precision"],
        "places": document["places"][place]["path"] if place else [],
        "sides": sorted({one.side for one in claims}),
        "actors": sorted({one.speaker for one in claims} | {one.organisation for one in claims}),
        "origins": sorted(origins(claims)),
        "countered": countered(claims),
        "publishers": sorted({document["sources"][s]["publisher"]["id"] for s in sources}),
        "sources": sources,
        "questions": sorted({one.claim["question"] for one in claims}),
        "stances": sorted({one.claim["stance"] for one in claims}),
        "killed_most": _killed_most(claims),
        "claim_count": len(claims),
        "report_count": len(sources),
        "strip": strip(document, claims),
    }


def days(document: Document) -> tuple[date, date]:
    """First and last day on the clock of the place, both included."""
    incident = document["incident"]
    earliest = _local(incident["earliest"], incident["zone"])
    latest = _local(incident["latest"], incident["zone"])
    if latest > earliest:
        latest -= timedelta(microseconds=1)
    return earliest.date(), latest.date()


def _local(moment: str, zone: str) -> datetime:
    return datetime.fromisoformat(moment).astimezone(ZoneInfo(zone))


def _killed_most(claims: Iterable[Told]) -> int | None:
    """The largest number of dead that any claim names; None where none names one."""
    figures = [
        figure
        for one in claims
        if one.claim["question"] == Question.KILLED and (number := one.claim["number"])
        for figure in (number["low"], number["high"])
        if figure is not None
    ]
    return max(figures, default=None)


def claim_row(document: Document, one: Told) -> dict[str, Any]:
    """The fields of EntryClaim, but for its entry."""
    claim: ClaimDocument = one.claim
    number, control = claim["number"], claim["control"]
    moment = about(document, claim)
    return {
        "claim": claim["id"],
        "question": claim["question"],
        "stance": claim["stance"],
        "text": claim["text"],
        "speaker": one.speaker,
        "organisation": one.actor["organisation"] or "",
        "side": one.side,
        "accused": claim["accused"] or "",
        "low": number["low"] if number else None,
        "high": number["high"] if number else None,
        "qualifier": number["qualifier"] if number else "",
        "unit": number["unit"] if number else "",
        "group": number["group"] if number else "",
        "control_status": control["status"] if control else "",
        "control_place": control["place"] if control else "",
        "control_side": control["side"] if control else "",
        "control_places": document["places"][control["place"]]["path"] if control else [],
        "at": datetime.fromisoformat(moment["at"]),
        "at_precision": moment["precision"],
        "zone": moment["zone"],
        "known_at": datetime.fromisoformat(claim["known_at"]),
        "sources": sorted({citation["source"] for citation in claim["citations"]}),
    }


def about(document: Document, claim: ClaimDocument) -> When:
    """The moment that the claim is about: what its figure covers, else when it was said."""
    if claim["as_of"] is None:
        return when(document, claim)
    return {
        "at": claim["as_of"],
        "precision": claim["as_of_precision"],
        "zone": document["statements"][claim["statement"]]["zone"],
        "printed": False,
    }


def clash_rows(document: Document) -> list[dict[str, Any]]:
    """The fields of each EntryClash, but for its entry: a pair on two questions has one row."""
    claims = {one.claim["id"]: one for one in told(document)}
    rows: dict[tuple[str, ...], dict[str, Any]] = {}
    for clash in document["clashes"]:
        first, *then = ones = _in_order([claims[key] for key in clash["claims"]])
        row = rows.setdefault(
            (clash["kind"], *sorted(clash["claims"])),
            {
                "kind": clash["kind"],
                "questions": [],
                "claims": [one.claim["id"] for one in ones],
                "speakers": [one.speaker for one in ones],
                "bodies": [one.organisation for one in ones],
                "actors": sorted({key for one in ones for key in (one.speaker, one.organisation)}),
                "ordered": any(_follows(one, first) for one in then),
            },
        )
        row["questions"].append(clash["question"])
    return list(rows.values())


def _in_order(ones: list[Told]) -> list[Told]:
    first, *then = sorted(ones, key=lambda one: (one.claim["known_at"], one.claim["id"]))
    return [*then, first] if any(_answers(first, one) for one in then) else [first, *then]


def _follows(one: Told, other: Told) -> bool:
    return one.claim["known_at"] > other.claim["known_at"] or _answers(one, other)


def _answers(one: Told, other: Told) -> bool:
    """Whether it says no to the other, which so was there before, whatever is known of times."""
    kinds = {r["kind"] for r in one.claim["relations"] if r["claim"] == other.claim["id"]}
    return bool(kinds & {RelationKind.DENIES, RelationKind.DISPUTES})
