"""Who says who holds a place: control claims with the words they rest on and what they clash with.

A claim clashes with those of its own incident that the rules of /about/method/ set against it, and
with those of other incidents only where they are about the same place and time.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import combinations
from typing import cast
from zoneinfo import ZoneInfo

from incidents.public.rows import cut
from incidents.record.document import ActorDocument, Document, SourceDocument
from incidents.record.models import EntryClaim, Version
from incidents.record.standing import (
    CONTRADICTS,
    SILENT,
    Told,
    clashes,
    contradict_on_control,
    superseded,
    told,
)
from incidents.vocabulary import Stance
from sources.moments import end_of

DENIES = (Stance.DENIES, Stance.DISPUTES, Stance.RETRACTS)


@dataclass(frozen=True)
class Words:
    """One citation: what a report prints."""

    source: str
    report: SourceDocument
    quote: str
    language: str
    kind: str


@dataclass
class ControlClaim:
    """`begins` and `ends` bound the time that it is about, half-open, on the clock of its zone
    as if that were UTC.

    `against` are the claims that contradict it, whether the filter shows them or not.
    """

    row: EntryClaim
    version: Version
    told: Told
    body: ActorDocument | None
    begins: datetime
    ends: datetime
    words: list[Words]
    replaced: bool  # by a later claim of the same speaker or body
    against: list[Told] = field(default_factory=list)

    @property
    def document(self) -> Document:
        return cast(Document, self.version.document)

    @property
    def is_silent(self) -> bool:
        return self.row.stance in SILENT

    @property
    def is_denial(self) -> bool:
        return self.row.stance in DENIES


def control_claims(rows: Iterable[EntryClaim], known: datetime | None) -> list[ControlClaim]:
    """The rows, which need their entries' serials, with their documents, in one query.

    In order of the time they are about. With `known`, only claims known by then clash, and only
    reports printed by then are cited.
    """
    rows = list(rows)
    versions = Version.objects.in_bulk([row.entry.serial for row in rows])
    by_version: dict[int, list[EntryClaim]] = defaultdict(list)
    for row in rows:
        by_version[row.entry.serial].append(row)
    found = [
        claim
        for serial, group in by_version.items()
        for claim in _of_one(group, versions[serial], known)
    ]
    found.sort(key=lambda claim: (claim.begins, claim.row.known_at, claim.row.claim))
    _set_against_other_incidents(found)
    return found


def _of_one(
    rows: list[EntryClaim], version: Version, known: datetime | None
) -> Iterator[ControlClaim]:
    document = cast(Document, version.document)
    on_control = {
        one.claim["id"]: one
        for one in told(document, cut(known))
        if one.claim["control"] is not None
    }
    replaced = superseded(on_control.values())
    against: dict[str, list[Told]] = defaultdict(list)
    for clash in clashes(list(on_control.values())):
        if clash["kind"] == CONTRADICTS:
            first, second = clash["claims"]
            against[first].append(on_control[second])
            against[second].append(on_control[first])
    for row in rows:
        one = on_control[row.claim]
        organisation = one.actor["organisation"]
        yield ControlClaim(
            row=row,
            version=version,
            told=one,
            body=document["actors"][organisation] if organisation else None,
            begins=_on_the_clock(row.at, row.zone),
            ends=_on_the_clock(end_of(row.at, row.at_precision, row.zone), row.zone),
            words=list(_words(document, one)),
            replaced=row.claim in replaced,
            against=against[row.claim],
        )


def _on_the_clock(at: datetime, zone: str) -> datetime:
    """As if it were UTC, so that a day is the same day wherever it was said."""
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=UTC)


def _words(document: Document, one: Told) -> Iterator[Words]:
    for citation in one.claim["citations"]:
        source = document["sources"][citation["source"]]
        snapshot = source["snapshots"][citation["snapshot"]]
        yield Words(
            source=citation["source"],
            report=source,
            quote=citation["quote"],
            language=snapshot["language"],
            kind=snapshot["kind"],
        )


def _set_against_other_incidents(claims: list[ControlClaim]) -> None:
    """Adds to `against` of each claim those of other incidents that contradict it."""
    by_place: dict[str, list[ControlClaim]] = defaultdict(list)
    for claim in claims:
        if not claim.is_silent and not claim.replaced:
            by_place[claim.row.control_place].append(claim)
    for group in by_place.values():
        for a, b in combinations(group, 2):
            if (
                a.version != b.version
                and _about_one_time(a, b)
                and contradict_on_control(a.told, b.told)
            ):
                a.against.append(b.told)
                b.against.append(a.told)


def _about_one_time(a: ControlClaim, b: ControlClaim) -> bool:
    return a.begins < b.ends and b.begins < a.ends
