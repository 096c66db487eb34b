"""The desk's rows of one incident, frozen into a document.

What is not public itself is left out: a parent, a related claim or a linked source that the record
does not hold yet.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from django.db import connection
from django.utils.text import slugify

from incidents.models.actors import Actor
from incidents.models.claims import Citation, Claim, Statement
from incidents.models.incidents import Incident
from incidents.models.places import Place
from incidents.record.document import (
    SCHEMA,
    ActorDocument,
    CitationDocument,
    ClaimDocument,
    ControlDocument,
    Document,
    IncidentDocument,
    NumberDocument,
    PlaceDocument,
    PublisherDocument,
    SourceDocument,
    StatementDocument,
)
from incidents.record.evidence import evidence
from incidents.record.former import own_ids
from incidents.record.models import (
    Entry,
    EntryClaim,
    RecordActor,
    RecordFormer,
    RecordPlace,
    RecordSource,
)
from incidents.record.standing import clashes, standing, told
from sources.models import Publisher, Snapshot, Source
from sources.moments import end_of


def iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _iso_or_none(moment: datetime | None) -> str | None:
    return iso(moment) if moment else None


def freeze(incident: Incident, claims: Iterable[Claim] | None = None) -> Document:
    """The document of `incident` as it now stands on the desk. Nothing may block publishing it.

    `claims`: its evidence, where it was read already.
    """
    if claims is None:
        claims = evidence(incident)
    claims = sorted(claims, key=lambda c: (_known_at(c), c.statement_id, c.pk))
    statements = list(dict.fromkeys(claim.statement for claim in claims))
    sources = {c.snapshot.source for claim in claims for c in claim.cited}
    document: Document = {
        "schema": SCHEMA,
        "incident": _incident(incident),
        "places": _places(incident, claims),
        "actors": _actors(claims),
        "statements": [_statement(statement) for statement in statements],
        "claims": _claims(claims, {s.pk: index for index, s in enumerate(statements)}),
        "sources": _sources(sources),
        "standing": "",
        "clashes": [],
    }
    _attach_snapshots(document, claims)
    _attach_former(document)
    spoken = told(document)
    document["standing"] = standing(spoken, document["actors"]).value
    document["clashes"] = clashes(spoken)
    return document


_OTHER_PAGES = {"embed", "history"}


def slug_of(title: str) -> str:
    """For the eye only; never a word that stands for a page of its own beside the incident's."""
    slug = slugify(title, allow_unicode=True)[:80].rstrip("-")
    return slug if slug and slug not in _OTHER_PAGES else "incident"


def _incident(incident: Incident) -> IncidentDocument:
    assert incident.earliest is not None
    assert incident.latest is not None
    parent = incident.parent
    return {
        "id": incident.public_id,
        "slug": slug_of(incident.title),
        "kind": incident.kind,
        "title": incident.title,
        "summary": incident.summary,
        "language": incident.language,
        "earliest": iso(incident.earliest),
        "latest": iso(incident.latest),
        "precision": incident.precision,
        "zone": incident.zone,
        "time_inferred": incident.time_inferred,
        "place": incident.place.public_id if incident.place else None,
        "place_precision": incident.place_precision,
        "place_note": incident.place_note,
        "parent": parent.public_id
        if parent and Entry.objects.filter(pk=parent.public_id).exists()
        else None,
    }


def _places(incident: Incident, claims: list[Claim]) -> dict[str, PlaceDocument]:
    named = [claim.control_place for claim in claims if claim.control_place]
    paths = [place.path() for place in ([incident.place] if incident.place else []) + named]
    places = {place.pk: (place, path[: path.index(place) + 1]) for path in paths for place in path}
    return {
        place.public_id: {
            "name": place.name,
            "kind": place.kind,
            "path": [one.public_id for one in path],
            "latitude": place.latitude,
            "longitude": place.longitude,
            "names": place.spellings,
        }
        for place, path in places.values()
    }


def _actors(claims: list[Claim]) -> dict[str, ActorDocument]:
    speakers = [claim.statement.speaker for claim in claims]
    actors = {actor for actor in [*speakers, *(claim.accused for claim in claims)] if actor}
    above = actors
    while above := {actor.organisation for actor in above if actor.organisation} - actors:
        actors |= above
    return {actor.public_id: _actor(actor) for actor in actors}


def _actor(actor: Actor) -> ActorDocument:
    return {
        "name": actor.name,
        "kind": actor.kind,
        "side": actor.side,
        "organisation": actor.organisation.public_id if actor.organisation else None,
        "names": sorted(actor.spellings),
    }


def _statement(statement: Statement) -> StatementDocument:
    assert statement.speaker is not None
    return {
        "speaker": statement.speaker.public_id,
        "role": statement.role or statement.speaker.role,
        "channel": statement.channel,
        "attribution": statement.attribution,
        "relayed_by": statement.relayed_by,
        "said_at": _iso_or_none(statement.said_at),
        "said_precision": statement.said_precision,
        "zone": statement.zone,
        "said_inferred": statement.said_inferred,
    }


def _claims(claims: list[Claim], statement_index: dict[int, int]) -> list[ClaimDocument]:
    public = _public_claims(claims)
    return [
        {
            "id": claim.public_id,
            "statement": statement_index[claim.statement_id],
            "question": claim.question,
            "stance": claim.stance,
            "text": claim.text,
            "number": _number(claim),
            "control": _control(claim),
            "verification": claim.verification or None,
            "accused": claim.accused.public_id if claim.accused else None,
            "hedges": claim.hedges,
            "as_of": _iso_or_none(claim.as_of),
            "as_of_precision": claim.as_of_precision,
            "known_at": iso(_known_at(claim)),
            "citations": [_citation(citation) for citation in claim.cited],
            "relations": [
                {"kind": relation.kind, "claim": relation.target.public_id}
                for relation in claim.related
                if relation.target.public_id in public
            ],
        }
        for claim in claims
    ]


def _public_claims(claims: list[Claim]) -> set[str]:
    """Ids that these claims' relations may name: their own, and what the record already holds."""
    own = {claim.public_id for claim in claims}
    targets = {r.target.public_id for claim in claims for r in claim.related} - own
    return own | EntryClaim.objects.in_bulk(targets).keys()


def _number(claim: Claim) -> NumberDocument | None:
    if not claim.qualifier:
        return None
    return {
        "low": claim.low,
        "high": claim.high,
        "qualifier": claim.qualifier,
        "word": claim.vague_word,
        "unit": claim.unit,
        "group": claim.group,
        "basis": claim.basis,
        "subset_of": whole.public_id if (whole := claim.subset_of) and not whole.left_out else None,
    }


def _control(claim: Claim) -> ControlDocument | None:
    if claim.control_place is None:
        return None
    return {
        "status": claim.control_status,
        "place": claim.control_place.public_id,
        "side": claim.control_side,
    }


def _citation(citation: Citation) -> CitationDocument:
    return {
        "source": citation.snapshot.source.public_id,
        "snapshot": citation.snapshot.sha256,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "printed": {
            "role": citation.printed_role,
            "figure": citation.printed_figure,
            "channel": citation.printed_channel,
            "scope": citation.printed_scope,
            "lost_hedge": citation.lost_hedge,
        },
    }


def _known_at(claim: Claim) -> datetime:
    """When the claim was known at the latest: the end of the span in which it was said or, if
    that came first, printed."""
    sources = {citation.snapshot.source for citation in claim.cited}
    moments = [
        end_of(source.published_at, source.published_precision, source.zone)
        for source in sources
        if source.published_at is not None
    ]
    said = claim.statement
    if said.said_at is not None:
        moments.append(end_of(said.said_at, said.said_precision, said.zone))
    return min(moments)


# Written by hand, as _MERGED is: Django takes ten times as long to put them together as they run.
_LINKS = """
select source.public_id, link.kind, target.public_id,
    exists(select from incidents_recordsource where id = target.public_id)
from sources_sourcelink link
join sources_source source on source.id = link.source_id
join sources_source target on target.id = link.target_id
where link.source_id = any(%s)
order by link.kind, target.published_at desc nulls last, target.id desc
"""


def _sources(sources: set[Source]) -> dict[str, SourceDocument]:
    with connection.cursor() as cursor:
        cursor.execute(_LINKS, [[source.pk for source in sources]])
        links = cursor.fetchall()
    frozen = {source.public_id: _source(source) for source in sources}
    for source, kind, target, is_public in links:
        if is_public or target in frozen:
            frozen[source]["links"].append({"kind": kind, "source": target})
    return frozen


def _source(source: Source) -> SourceDocument:
    assert source.published_at is not None
    return {
        "publisher": {
            "id": source.publisher.public_id,
            "name": source.publisher.name,
            "country": source.publisher.country,
        },
        "title": source.title,
        "url": source.url,
        "archive_url": source.archive_url,
        "language": source.language,
        "published_at": iso(source.published_at),
        "published_precision": source.published_precision,
        "zone": source.zone,
        "modified_at": _iso_or_none(source.modified_at),
        "accessed_at": _iso_or_none(source.accessed_at),
        "removed_at": _iso_or_none(source.removed_at),
        "snapshots": {},
        "links": [],
    }


def _attach_snapshots(document: Document, claims: list[Claim]) -> None:
    """Kind and hash of each cited snapshot; its text stays on the desk."""
    snapshots: set[Snapshot] = {c.snapshot for claim in claims for c in claim.cited}
    for snapshot in snapshots:
        document["sources"][snapshot.source.public_id]["snapshots"][snapshot.sha256] = {
            "kind": snapshot.kind,
            "language": snapshot.language,
        }


_MERGED = " union all ".join(
    f"select now.public_id, was.public_id from {table} now "  # noqa: S608
    f"join {table} was on was.merged_into_id = now.id where now.public_id = any(%(ids)s)"
    for table in (model._meta.db_table for model in (Place, Actor, Source, Publisher))
)


def _attach_former(document: Document) -> None:
    """Ids of what was merged into what the document names, as far as readers ever knew them."""
    with connection.cursor() as cursor:
        cursor.execute(_MERGED, {"ids": list(own_ids(document))})
        merged = cursor.fetchall()
    known = _known_to_readers({was for _, was in merged})
    for now, was in sorted(pair for pair in merged if pair[1] in known):
        for details in _details_of(document, now):
            details.setdefault("formerly", []).append(was)


def _known_to_readers(ids: set[str]) -> set[str]:
    if not ids:
        return set()
    reports = RecordSource.objects.filter(publisher__in=ids).order_by()
    names = (RecordPlace, RecordActor, RecordSource, RecordFormer)
    known = (
        model._default_manager.filter(pk__in=ids).values_list("pk", flat=True) for model in names
    )
    return set(reports.values_list("publisher", flat=True)).union(*known)


def _details_of(
    document: Document, key: str
) -> Iterator[PlaceDocument | ActorDocument | SourceDocument | PublisherDocument]:
    if key in document["places"]:
        yield document["places"][key]
    elif key in document["actors"]:
        yield document["actors"][key]
    elif key in document["sources"]:
        yield document["sources"][key]
    else:
        publishers = (source["publisher"] for source in document["sources"].values())
        yield from (publisher for publisher in publishers if publisher["id"] == key)
