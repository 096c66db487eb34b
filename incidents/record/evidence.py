"""What publishing reads of the desk: the claims of an incident with all that they rest on."""

from incidents.models.actors import Actor
from incidents.models.claims import Claim
from incidents.models.incidents import Incident
from incidents.models.places import Place


def evidence(incident: Incident) -> list[Claim]:
    """The claims that are to be published, in the order of their keys.

    Of them and of `incident`, places have all that they lie in, actors all that they speak for, and
    both their spellings. A fixed number of statements; none is needed afterwards.
    """
    claims = list(incident.claims.to_publish().with_evidence())
    places = [incident.place_id, *(claim.control_place_id for claim in claims)]
    actors = [key for claim in claims for key in (claim.statement.speaker_id, claim.accused_id)]
    above = Place.objects.with_above(key for key in places if key is not None)
    bodies = Actor.objects.with_bodies(key for key in actors if key is not None)
    if incident.place_id is not None:
        incident.place = above[incident.place_id]
    for claim in claims:
        if claim.control_place_id is not None:
            claim.control_place = above[claim.control_place_id]
        if claim.statement.speaker_id is not None:
            claim.statement.speaker = bodies[claim.statement.speaker_id]
        if claim.accused_id is not None:
            claim.accused = bodies[claim.accused_id]
    return claims
