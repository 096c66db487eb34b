"""What publishing reads of the desk: the claims of an incident with all that they rest on."""

from collections.abc import Iterable

from incidents.models.actors import Actor
from incidents.models.claims import Citation, Claim, ClaimRelation, Statement
from incidents.models.incidents import Incident
from incidents.models.places import Place
from incidents.record.joined import Joined
from rowlog.tracking import past_the_log
from sources.models import Publisher, Snapshot, Source

_CLAIMS = Joined(
    """
    select {claim}, {statement} from incidents_claim claim
    join incidents_statement statement on statement.id = claim.statement_id
    where claim.incident_id = %s and not claim.left_out
    order by claim.id
    """,
    claim=Claim,
    statement=Statement,
)
# Those of the newest source first; without the texts of which the words are a part.
_CITED = Joined(
    """
    select {citation}, {snapshot}, {source}, {publisher} from incidents_citation citation
    join sources_snapshot snapshot on snapshot.id = citation.snapshot_id
    join sources_source source on source.id = snapshot.source_id
    join sources_publisher publisher on publisher.id = source.publisher_id
    where citation.claim_id = any(%s)
    order by source.published_at desc nulls last, source.id desc, snapshot.id, citation.start,
        citation.end
    """,
    citation=Citation,
    snapshot=Snapshot,
    source=Source,
    publisher=Publisher,
    deferred=["text"],
)
_RELATED = Joined(
    """
    select {relation}, {target}, {statement} from incidents_claimrelation relation
    join incidents_claim target on target.id = relation.target_id
    join incidents_statement statement on statement.id = target.statement_id
    where relation.claim_id = any(%s)
    order by relation.kind, relation.target_id
    """,
    relation=ClaimRelation,
    target=Claim,
    statement=Statement,
)


@past_the_log()
def evidence(incident: Incident) -> list[Claim]:
    """The claims that are to be published, in the order of their keys.

    Of them and of `incident`, places have all that they lie in, actors all that they speak for, and
    both their spellings. A fixed number of statements; none is needed afterwards.
    """
    claims = _claims(incident)
    said = [claim.statement for claim in claims]
    said += [relation.target.statement for claim in claims for relation in claim.related]
    actors = Actor.objects.with_bodies(
        _known([*(one.speaker_id for one in said), *(claim.accused_id for claim in claims)])
    )
    places = Place.objects.with_above(
        _known([incident.place_id, *(claim.control_place_id for claim in claims)])
    )
    wholes = _with_wholes(claims)
    if incident.place_id is not None:
        incident.place = places[incident.place_id]
    for statement in said:
        if statement.speaker_id is not None:
            statement.speaker = actors[statement.speaker_id]
    for claim in claims:
        if claim.accused_id is not None:
            claim.accused = actors[claim.accused_id]
        if claim.control_place_id is not None:
            claim.control_place = places[claim.control_place_id]
        if claim.subset_of_id is not None:
            claim.subset_of = wholes[claim.subset_of_id]
    return claims


def _claims(incident: Incident) -> list[Claim]:
    """With their statements, citations and relations."""
    claims: dict[int, Claim] = {}
    for claim, statement in _CLAIMS.rows(incident.pk):
        claim.incident, claim.statement = incident, statement
        claim.cited, claim.related = [], []
        claims[claim.pk] = claim
    for citation, snapshot, source, publisher in _CITED.rows([*claims]):
        citation.snapshot, snapshot.source, source.publisher = snapshot, source, publisher
        claims[citation.claim_id].cited.append(citation)
    for relation, target, statement in _RELATED.rows([*claims]):
        relation.claim, relation.target = claims[relation.claim_id], target
        target.statement = statement
        relation.claim.related.append(relation)
    return list(claims.values())


def _known(keys: Iterable[int | None]) -> set[int]:
    return {key for key in keys if key is not None}


def _with_wholes(claims: list[Claim]) -> dict[int, Claim]:
    """By key: these, and those that they are counted in, which are read where they are others."""
    own = {claim.pk: claim for claim in claims}
    return own | Claim.objects.in_bulk(_known(claim.subset_of_id for claim in claims) - own.keys())
