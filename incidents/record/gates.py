"""What stands before publishing, in words: the one place where these rules are.

A blocker must be mended. A warning can be passed by an editor, with a reason that is kept; it comes
back when the facts that raised it change.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Model

from incidents.models.actors import Actor
from incidents.models.claims import Claim
from incidents.models.incidents import Incident
from incidents.models.removals import RemovedWords
from incidents.record.barred import barred
from incidents.record.evidence import evidence
from incidents.vocabulary import PlacePrecision, Question, Side, Stance
from sources.models import Source

# What a whole incident has, by the key that its blockers carry, in the order of a checklist.
GATES = {
    "time": "It says when it happened",
    "claims": "It has a claim",
    "citations": "Every claim is cited",
    "speakers": "Every statement has a speaker",
    "dates": "Every source has a date",
    "control": "Claims of control say of which place and side",
    "relations": "Figures and relations fit together",
    "apart": "It stands apart from other incidents",
    "removed": "It brings back no words that were removed from published versions",
}
# What it should have, by the key of the warning.
WISHES = {
    "accused": "The accused side is heard, or said not to answer",
    "outlets": "More than one outlet reports it",
    "place": "The place is known to the settlement or better",
    "archive": "Every source has an archived copy",
    "verified": "Somebody looked into the figures",
}


HARM = (Question.KILLED, Question.INJURED, Question.MISSING)
VAGUE_PLACES = (PlacePrecision.DISTRICT, PlacePrecision.REGION, PlacePrecision.COUNTRY)


@dataclass(frozen=True)
class Blocker:
    """`field` of `object` is where it can be mended; `gate` a key of GATES."""

    message: str
    field: str
    object: Model
    gate: str


@dataclass(frozen=True)
class Caution:
    """A warning: `warning` is a key of WISHES, `facts` the hash of what raised it."""

    warning: str
    message: str
    field: str
    object: Model
    facts: str


@dataclass(frozen=True)
class Gates:
    blockers: list[Blocker]
    cautions: list[Caution]


def gates(incident: Incident) -> Gates:
    """Everything that must be mended before `incident` can be published, and what warns of it."""
    claims = evidence(incident)
    removed = RemovedWords.objects.barred_from(incident.public_id)
    return Gates(blockers(incident, claims, removed), list(_cautions(incident, claims)))


def blockers(incident: Incident, claims: list[Claim], removed: list[RemovedWords]) -> list[Blocker]:
    """What must be mended. `claims` are its evidence, `removed` the words barred from it."""
    found = list(_of_incident(incident))
    if not claims:
        found.append(Blocker("It has no claim.", "claims", incident, "claims"))
    for claim in claims:
        found.extend(_of_claim(claim))
    found.extend(_of_moved(claims, incident))
    found.extend(_of_removed(claims, incident, removed))
    # Several claims may rest on one statement or source: each fault is said once.
    return list(dict.fromkeys(found))


def _of_incident(incident: Incident) -> Iterator[Blocker]:
    if incident.earliest is None:
        yield Blocker(
            "It has no time: give at least the year, with a precision to match.",
            "earliest",
            incident,
            "time",
        )
    if incident.state == Incident.State.MERGED:
        yield Blocker("It is merged into another incident.", "state", incident, "apart")


def _of_claim(claim: Claim) -> Iterator[Blocker]:
    if not claim.cited:
        yield Blocker(
            f"The claim “{claim}” has no citation: show the words it rests on.",
            "citations",
            claim,
            "citations",
        )
    if claim.statement.speaker is None:
        yield Blocker(
            f"The statement of the claim “{claim}” has no speaker.",
            "speaker",
            claim.statement,
            "speakers",
        )
    for citation in claim.cited:
        source = citation.snapshot.source
        if source.published_at is None:
            yield Blocker(f"The source “{source}” has no date.", "published_at", source, "dates")
    if claim.question == Question.CONTROL and (
        claim.control_place is None or not claim.control_side
    ):
        yield Blocker(
            f"The claim “{claim}” does not say which place or which side it is about.",
            "control_place",
            claim,
            "control",
        )
    for checked, field in [
        (claim, "subset_of"),
        *((r, "relations") for r in claim.related),
    ]:
        try:
            checked.clean()
        except ValidationError as error:
            message = f"“{checked}”: {' '.join(error.messages)}"
            yield Blocker(message, field, claim, "relations")


_ELSEWHERE = """
select claim.claim, entry.title from incidents_entryclaim claim
join incidents_entry entry on entry.incident = claim.incident
where claim.claim = any(%s) and claim.incident <> %s
order by claim.claim
"""


def _of_moved(claims: list[Claim], incident: Incident) -> Iterator[Blocker]:
    """Claims that readers still see at the incident from which the desk has moved them."""
    by_id = {claim.public_id: claim for claim in claims}
    with connection.cursor() as cursor:
        cursor.execute(_ELSEWHERE, [[*by_id], incident.public_id])
        elsewhere = cursor.fetchall()
    for claim, title in elsewhere:
        yield Blocker(
            f"Readers still see the claim “{by_id[claim]}” at “{title}”: publish or withdraw "
            "that incident first.",
            "claims",
            incident,
            "apart",
        )


def _of_removed(
    claims: list[Claim], incident: Incident, removed: list[RemovedWords]
) -> Iterator[Blocker]:
    for row, field, reason in barred(incident, claims, removed):
        # The words themselves are not spread further.
        message = (
            f"Words that were removed from published versions for reasons of {reason} stand here: "
            f"{row._meta.verbose_name} {row.pk}, {field.replace('_', ' ')}."
        )
        yield Blocker(message, field, row, "removed")


def _cautions(incident: Incident, claims: list[Claim]) -> Iterator[Caution]:
    sources = {c.snapshot.source for claim in claims for c in claim.cited}
    yield from _unheard(incident, claims)
    if len(publishers := {source.publisher for source in sources}) == 1:
        (publisher,) = publishers
        message = f"All of it rests on one outlet, {publisher}."
        yield Caution("outlets", message, "claims", incident, _facts([publisher.pk]))
    if incident.place is None:
        yield Caution("place", "It has no place.", "place", incident, _facts([]))
    elif incident.place_precision in VAGUE_PLACES:
        message = f"The place is known to the {incident.get_place_precision_display()} only."
        facts = _facts([incident.place_id, incident.place_precision])
        yield Caution("place", message, "place_precision", incident, facts)
    if bare := sorted((s for s in sources if not s.archive_url), key=lambda source: source.pk):
        message = f"No archived copy of {_listed(bare)}."
        facts = _facts(source.pk for source in bare)
        yield Caution("archive", message, "archive_url", bare[0], facts)
    figures = [claim for claim in claims if claim.question in HARM and claim.qualifier]
    if figures and all(claim.question != Question.VERIFICATION for claim in claims):
        message = f"No report says whether anybody verified {_listed(figures)}."
        facts = _facts((c.pk, c.low, c.high, c.qualifier, c.vague_word) for c in figures)
        yield Caution("verified", message, "claims", incident, facts)


def _unheard(incident: Incident, claims: list[Claim]) -> Iterator[Caution]:
    """Accused of whose side no claim is recorded: not even that it denies, or will not comment."""
    accusing = [claim for claim in claims if claim.accused and claim.stance != Stance.DENIES]
    spoke = [claim.statement.speaker for claim in claims if claim.statement.speaker]
    unheard = [
        claim
        for claim in accusing
        if claim.accused and not any(_speaks_for(claim.accused, speaker) for speaker in spoke)
    ]
    if unheard:
        accused = sorted({claim.accused for claim in unheard if claim.accused}, key=lambda a: a.pk)
        message = (
            f"{_listed(accused)} is accused, and nothing of that side is recorded: no denial, no "
            "“no comment”."
        )
        facts = _facts((claim.pk, claim.accused_id) for claim in unheard)
        yield Caution("accused", message, "claims", incident, facts)


def _speaks_for(accused: Actor, speaker: Actor) -> bool:
    if accused.side in (Side.RUSSIA, Side.UKRAINE):
        return speaker.side == accused.side
    body = accused.organisation_id or accused.pk
    return body in (speaker.pk, speaker.organisation_id)


def _facts(facts: Iterable[object]) -> str:
    return hashlib.sha256(repr(list(facts)).encode()).hexdigest()


def _listed(rows: list[Claim] | list[Source] | list[Actor]) -> str:
    """The first three, and how many more."""
    words = ", ".join(f"“{row}”" for row in rows[:3])
    return f"{words} and {len(rows) - 3} more" if len(rows) > 3 else words
