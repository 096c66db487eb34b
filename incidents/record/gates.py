"""What blocks publishing, in words: the one place where these rules are."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from incidents.models.claims import Claim, Statement
from incidents.models.incidents import Incident
from incidents.record.models import EntryClaim
from incidents.vocabulary import Question
from sources.models import Source


@dataclass(frozen=True)
class Blocker:
    message: str
    field: str
    object: Incident | Claim | Statement | Source


def blockers(incident: Incident) -> list[Blocker]:
    """Everything that must be mended before `incident` can be published; empty when it can."""
    claims = list(incident.claims.to_publish().with_evidence().order_by("pk"))
    found = list(_of_incident(incident))
    if not claims:
        found.append(Blocker("It has no claim.", "claims", incident))
    for claim in claims:
        found.extend(_of_claim(claim))
    found.extend(_of_moved(claims, incident))
    # Several claims may rest on one statement or source: each fault is said once.
    return list(dict.fromkeys(found))


def _of_incident(incident: Incident) -> Iterator[Blocker]:
    if incident.earliest is None:
        yield Blocker(
            "It has no time: give at least the year, with a precision to match.",
            "earliest",
            incident,
        )
    if incident.state == Incident.State.MERGED:
        yield Blocker("It is merged into another incident.", "state", incident)


def _of_claim(claim: Claim) -> Iterator[Blocker]:
    if not claim.citations.all():
        yield Blocker(
            f"The claim “{claim}” has no citation: show the words it rests on.", "citations", claim
        )
    if claim.statement.speaker is None:
        yield Blocker(
            f"The statement of the claim “{claim}” has no speaker.", "speaker", claim.statement
        )
    for citation in claim.citations.all():
        source = citation.snapshot.source
        if source.published_at is None:
            yield Blocker(f"The source “{source}” has no date.", "published_at", source)
    if claim.question == Question.CONTROL and (
        claim.control_place is None or not claim.control_side
    ):
        yield Blocker(
            f"The claim “{claim}” does not say which place or which side it is about.",
            "control_place",
            claim,
        )
    for checked, field in [
        (claim, "subset_of"),
        *((r, "relations") for r in claim.relations.all()),
    ]:
        try:
            checked.clean()
        except ValidationError as error:
            yield Blocker(f"“{checked}”: {' '.join(error.messages)}", field, claim)


def _of_moved(claims: list[Claim], incident: Incident) -> Iterator[Blocker]:
    """Claims that readers still see at the incident from which the desk has moved them."""
    by_id = {claim.public_id: claim for claim in claims}
    elsewhere = EntryClaim.objects.filter(pk__in=by_id).exclude(entry=incident.public_id)
    for row in elsewhere.select_related("entry").order_by("pk"):
        yield Blocker(
            f"Readers still see the claim “{by_id[row.pk]}” at “{row.entry}”: publish or withdraw "
            "that incident first.",
            "claims",
            incident,
        )
