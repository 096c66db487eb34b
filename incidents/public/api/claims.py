"""Claims: who said what of which incident."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict, cast

from django.http import Http404, HttpResponse

from incidents.public.api.endpoint import Call, Listed
from incidents.public.api.incidents import gone
from incidents.public.exported import (
    Address,
    ExportedClaim,
    ExportedVersion,
    Id,
    exported_claims,
    exported_version,
)
from incidents.public.filters import Cursor
from incidents.public.rows import cut
from incidents.record.document import Document
from incidents.record.models import EntryClaim, EntryClaimQuerySet, RecordSource, Version
from incidents.record.standing import told


class ClaimIncident(TypedDict):
    """The incident that a claim is about, and the version of it that the claim was read from."""

    id: Id
    title: str
    language: str
    url: Address
    api: Address
    version: ExportedVersion


class ApiClaim(ExportedClaim):
    api: Address
    incident: ClaimIncident


class ClaimList(Listed):
    claims: list[ApiClaim]


def claims(call: Call) -> ClaimList:
    """Claims of all incidents, newest known first.

    Denials, “cannot confirm” and “no comment” are claims like any other.
    """
    clock = Version.objects.clock()
    found = _asked(call).order_by("-known_at", "-claim")
    if "place" in call.asked:
        found = found.newest_about(call.asked["place"], call.limit + 1)
    items, more = call.page(found.with_entries(), lambda row: Cursor(row.known_at, row.claim))
    return {"record_clock": clock, "next": more, "claims": _claims(call, items)}


def claim(call: Call, claim: str) -> ApiClaim | HttpResponse:
    """One claim, as the newest version of its incident tells it."""
    found = EntryClaim.objects.select_related("entry").filter(pk=claim).first()
    if found is not None:
        return _claims(call, [found])[0]
    last = Version.objects.filter(claims__contains=[claim]).order_by("-serial").first()
    if last is None:
        raise Http404
    return gone(call, last, "No version that is current has this claim; the version named had it.")


def _asked(call: Call) -> EntryClaimQuerySet:
    """Of all places."""
    asked = call.asked
    found = EntryClaim.objects.overlapping(asked.get("from"), asked.get("to"))
    for key in ("question", "stance", "side"):
        if key in asked:
            found = found.filter(**{f"{key}__in": asked[key]})
    if "incident" in asked:
        found = found.filter(entry__in=asked["incident"])
    if "actor" in asked:
        found = found.by(asked["actor"])
    if "source" in asked:
        found = found.citing(_printed(asked["source"], asked.get("known")))
    if "killed_min" in asked:
        found = found.killing(asked["killed_min"])
    if "known" in asked:
        found = found.filter(known_at__lte=asked["known"])
    if "after" in asked:
        found = found.before(asked["after"].moment, asked["after"].incident)
    return found


def _printed(sources: list[str], known: datetime | None) -> list[str]:
    """Those printed by then: what a report says is not known before. One query where asked."""
    if known is None:
        return sources
    printed = RecordSource.objects.filter(pk__in=sources, published_at__lte=known)
    return list(printed.values_list("pk", flat=True))


def _claims(call: Call, rows: Sequence[EntryClaim]) -> list[ApiClaim]:
    """In the order of `rows`, whose entries are fetched. One query: their versions."""
    versions = Version.objects.in_bulk({row.entry.serial for row in rows})
    known = cut(call.asked.get("known"))
    by_id: dict[str, ApiClaim] = {}
    for version in versions.values():
        document = cast(Document, version.document)
        incident = _incident(call, version, document)
        for one in exported_claims(document, told(document, known), call.site):
            by_id[one["id"]] = {
                **one,
                "api": call.address("api-claim", one["id"]),
                "incident": incident,
            }
    return [by_id[row.claim] for row in rows]


def _incident(call: Call, version: Version, document: Document) -> ClaimIncident:
    return {
        "id": version.incident,
        "title": document["incident"]["title"],
        "language": document["incident"]["language"],
        "url": call.address("incident-id", version.incident),
        "api": call.address("api-incident", version.incident),
        "version": exported_version(version, call.site),
    }
