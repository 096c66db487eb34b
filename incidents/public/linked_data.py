"""An incident for machines that read schema.org: an Event, the Claims about it, their reports.

Who speaks is an author, never more: no rating, no review. Dates are cut to what is known.
"""

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import override

from incidents.public.addresses import of_id
from incidents.public.wording import word
from incidents.record.document import Document, PlaceDocument
from incidents.record.facts import days
from incidents.record.standing import Told
from incidents.vocabulary import ActorKind, Attribution, Stance
from sources.moments import Precision

Node = dict[str, Any]

_BODIES = {
    ActorKind.EMERGENCY_SERVICE,
    ActorKind.INTERNATIONAL_BODY,
    ActorKind.MEDIA,
    ActorKind.NGO,
}


class _Json(str):
    """JSON for a script element: no character of it can end the element or open a comment."""

    __slots__ = ()

    def __html__(self) -> str:
        return self.replace("&", r"\u0026").replace("<", r"\u003C").replace(">", r"\u003E")


def data_block(document: Document, claims: list[Told], site: str) -> str:
    """The head's element for it. `site` is scheme and host, without a slash at the end.

    A data block is not executed, so the Content-Security-Policy has nothing against it.
    """
    # Machine formats are English.
    with override("en"):
        data = {"@context": "https://schema.org", "@graph": graph(document, claims, site)}
    written = _Json(json.dumps(data, ensure_ascii=False, separators=(",", ":")))
    return format_html('<script type="application/ld+json">{}</script>', written)


def graph(document: Document, claims: list[Told], site: str) -> list[Node]:
    cited = dict.fromkeys(c["source"] for one in claims for c in one.claim["citations"])
    return [
        _event(document, site),
        *(_claim(document, one, site) for one in claims),
        *(_report(document, source, site) for source in cited),
    ]


def _node(kind: str, **properties: Any) -> Node:
    """Without what is not known."""
    return {"@type": kind} | {key: value for key, value in properties.items() if value}


def _event_id(document: Document, site: str) -> str:
    return site + of_id("incident-id", document["incident"]["id"]) + "#event"


def _event(document: Document, site: str) -> Node:
    incident = document["incident"]
    start, end = _span(document)
    place = incident["place"]
    path = document["places"][place]["path"] if place else []
    return {"@id": _event_id(document, site)} | _node(
        "Event",
        url=site + reverse("incident", args=[incident["id"], incident["slug"]]),
        identifier=incident["id"],
        name=incident["title"],
        description=incident["summary"],
        inLanguage=incident["language"],
        startDate=start,
        endDate=end if end != start else None,
        location=_location([document["places"][key] for key in path]),
    )


def _span(document: Document) -> tuple[str, str]:
    """Two times; where less is known two days, months or years, both included."""
    incident = document["incident"]
    clock = (incident["precision"], incident["zone"])
    start = _date(incident["earliest"], *clock)
    if "T" in start:
        return start, _date(incident["latest"], *clock)
    _first, last = days(document)
    return start, last.isoformat()[: len(start)]


def _location(path: list[PlaceDocument]) -> Node | None:
    """From the country down to the place itself."""
    if not path:
        return None
    place = path[-1]
    latitude, longitude = place["latitude"], place["longitude"]
    geo = None
    if latitude is not None and longitude is not None:
        geo = {"@type": "GeoCoordinates", "latitude": latitude, "longitude": longitude}
    return _node("Place", name=place["name"], geo=geo, containedInPlace=_location(path[:-1]))


def _claim(document: Document, one: Told, site: str) -> Node:
    claim = one.claim
    statement = document["statements"][claim["statement"]]
    said_at = statement["said_at"]
    said = _date(said_at, statement["said_precision"], statement["zone"]) if said_at else None
    sources = list(dict.fromkeys(citation["source"] for citation in claim["citations"]))
    first = min(sources, key=lambda key: document["sources"][key]["published_at"], default=None)
    return {"@id": site + of_id("claim", claim["id"])} | _node(
        "Claim",
        name=word(claim["question"], "question"),
        text=_text(one),
        inLanguage=document["incident"]["language"],
        about={"@id": _event_id(document, site)},
        author=_author(document, one, statement["role"]),
        datePublished=said,
        appearance=[{"@id": _source_id(key, site)} for key in sources],
        firstAppearance={"@id": _source_id(first, site)} if first else None,
    )


def _text(one: Told) -> str:
    """A denial or a silence must not read as an assertion."""
    stance = one.claim["stance"]
    text = one.claim["text"]
    return text if stance == Stance.ASSERTS else f"{text} ({word(stance, 'stance')})"


def _author(document: Document, one: Told, role: str) -> Node:
    """A Person or an Organization, or neither where the record does not tell which."""
    actor = one.actor
    body = document["actors"][actor["organisation"]] if actor["organisation"] else None
    organisation = _node("Organization", name=body["name"]) if body else None
    if actor["kind"] == ActorKind.EYEWITNESS or (body and one.attribution == Attribution.NAMED):
        return _node("Person", name=actor["name"], jobTitle=role, affiliation=organisation)
    if actor["kind"] in _BODIES:
        return _node("Organization", name=actor["name"], parentOrganization=organisation)
    return {"name": actor["name"]}


def _source_id(key: str, site: str) -> str:
    return site + of_id("source", key)


def _report(document: Document, key: str, site: str) -> Node:
    source = document["sources"][key]
    return {"@id": _source_id(key, site)} | _node(
        "NewsArticle",
        headline=source["title"],
        url=source["url"],
        archivedAt=source["archive_url"],
        inLanguage=source["language"],
        datePublished=_date(source["published_at"], source["published_precision"], source["zone"]),
        publisher=_node("Organization", name=source["publisher"]["name"]),
    )


def _date(iso: str, precision: str, zone: str) -> str:
    """ISO 8601 on the clock of `zone`: a year, a month, a day or a time with its offset."""
    local = datetime.fromisoformat(iso).astimezone(ZoneInfo(zone))
    match precision:
        case Precision.MINUTE | Precision.HOUR:
            return local.isoformat(timespec="minutes")
        case Precision.MONTH:
            return local.isoformat()[:7]
        case Precision.YEAR:
            return local.isoformat()[:4]
    return local.date().isoformat()
