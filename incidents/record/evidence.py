"""What publishing reads of the desk: the claims of an incident with all that they rest on."""

from collections.abc import Iterable

from django.db.models import Prefetch, prefetch_related_objects

from incidents.models.actors import Actor
from incidents.models.claims import Citation, Claim, ClaimRelation
from incidents.models.incidents import Incident
from incidents.models.places import Place

_CITED = Prefetch("citations", Citation.objects.with_sources(), to_attr="cited")
_RELATED = Prefetch(
    "relations",
    ClaimRelation.objects.prefetch_related("target__statement__speaker"),
    to_attr="related",
)


def evidence(incident: Incident) -> list[Claim]:
    """The claims that are to be published, in the order of their keys.

    Of them and of `incident`, places have all that they lie in, actors all that they speak for, and
    both their spellings. A fixed number of statements; none is needed afterwards.
    """
    claims = list(incident.claims.to_publish().select_related("statement").order_by("pk"))
    prefetch_related_objects(claims, _CITED, _RELATED)
    places = Place.objects.with_above(
        _known([incident.place_id, *(claim.control_place_id for claim in claims)])
    )
    actors = Actor.objects.with_bodies(
        _known(key for one in claims for key in (one.statement.speaker_id, one.accused_id))
    )
    wholes = _with_wholes(claims)
    if incident.place_id is not None:
        incident.place = places[incident.place_id]
    for claim in claims:
        if claim.statement.speaker_id is not None:
            claim.statement.speaker = actors[claim.statement.speaker_id]
        if claim.accused_id is not None:
            claim.accused = actors[claim.accused_id]
        if claim.control_place_id is not None:
            claim.control_place = places[claim.control_place_id]
        if claim.subset_of_id is not None:
            claim.subset_of = wholes[claim.subset_of_id]
    return claims


def _known(keys: Iterable[int | None]) -> set[int]:
    return {key for key in keys if key is not None}


def _with_wholes(claims: list[Claim]) -> dict[int, Claim]:
    """By key: these, and those that they are counted in, which are read where they are others."""
    own = {claim.pk: claim for claim in claims}
    return own | Claim.objects.in_bulk(_known(claim.subset_of_id for claim in claims) - own.keys())
