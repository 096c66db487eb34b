"""Merge incidents, split one, move claims between two: each kept so that it can be undone.

Moving and splitting change the desk alone: readers see it when the incidents are published.
"""

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from incidents.models.claims import Claim
from incidents.models.incidents import Incident
from incidents.models.rearrangements import Moved, Rearrangement
from incidents.record.merging import (
    KINDS,
    CannotRearrange,
    one_at_a_time,
    take_back,
    undo_merge,
)
from incidents.record.pointers import turn_rows
from incidents.record.publish import merge, unmerge
from rowlog.tracking import acting

_COPIED = (
    "kind",
    "language",
    "earliest",
    "latest",
    "precision",
    "zone",
    "time_inferred",
    "place",
    "place_precision",
    "place_note",
    "parent",
)


@transaction.atomic
def merge_incident(incident: Incident, into: Incident, note: str, by: User) -> Rearrangement:
    """Raises what publishing raises."""
    one_at_a_time()
    claims = list(incident.claims.order_by("pk").values_list("pk", flat=True))
    merge(incident, into, note)
    moved: Moved = {
        "model": "incidents.claim",
        "field": "incident",
        "rows": claims,
        "was": incident.pk,
        "now": into.pk,
    }
    return _kept(Rearrangement.Kind.MERGE_INCIDENT, incident, into, [moved], note, by)


@transaction.atomic
def move_claims(
    claims: QuerySet[Claim], incident: Incident, into: Incident, reason: str, by: User
) -> Rearrangement:
    """Of `incident`'s claims those in `claims`. Raises CannotRearrange."""
    one_at_a_time()
    locked = {one.pk: one for one in _lock(incident.pk, into.pk)}
    incident, into = locked[incident.pk], locked[into.pk]
    chosen = incident.claims.filter(pk__in=claims.values("pk"))
    if refusals := why_not(chosen, incident, into):
        raise CannotRearrange(" ".join(refusals))
    with acting(deed="move", reason=reason):
        moved = turn_rows(chosen, "incident", incident.pk, into.pk)
    return _kept(Rearrangement.Kind.MOVE_CLAIMS, incident, into, moved, reason, by)


@transaction.atomic
def split(
    claims: QuerySet[Claim], incident: Incident, title: str, reason: str, by: User
) -> Rearrangement:
    """Into a new draft at the same place and time, to be corrected. Raises CannotRearrange."""
    fields: dict[str, Any] = {name: getattr(incident, name) for name in _COPIED}
    new = Incident.objects.create(title=title, **fields)
    done = move_claims(claims, incident, new, reason, by)
    done.kind = Rearrangement.Kind.SPLIT_INCIDENT
    done.save(update_fields=["kind"])
    return done


def why_not(chosen: QuerySet[Claim], incident: Incident, into: Incident | None = None) -> list[str]:
    """What keeps these claims of `incident` from going to another one, in words."""
    found = []
    if not chosen.exists():
        found.append("No claim is chosen.")
    found += [
        f"“{one}” is merged into another incident."
        for one in (incident, into)
        if one is not None and one.state == Incident.State.MERGED
    ]
    if into is not None and into.pk == incident.pk:
        found.append("The claims are there already.")
    staying = incident.claims.exclude(pk__in=chosen.values("pk"))
    parted = chosen.filter(subset_of__in=staying) | staying.filter(subset_of__in=chosen)
    found += [
        f"“{part}” is counted in “{part.subset_of}”: they go together, or neither goes."
        for part in parted.select_related("subset_of").order_by("pk")
    ]
    return found


def undo(done: Rearrangement, note: str, by: User) -> None:
    """Raises CannotRearrange, or what publishing raises, in words; then nothing has changed."""
    if done.kind in KINDS:
        undo_merge(done, note, by)
    elif done.kind == Rearrangement.Kind.MERGE_INCIDENT:
        _undo_merge_incident(done, note, by)
    else:
        _undo_move(done, note, by)


@transaction.atomic
def _undo_merge_incident(done: Rearrangement, note: str, by: User) -> None:
    one_at_a_time()
    incident = Incident.objects.select_related("merged_into").get(pk=done.source)
    if incident.merged_into_id != done.target:
        raise CannotRearrange(f"“{incident}” is no longer merged into “{done.target_name}”.")
    unmerge(incident, lambda: take_back(done, by), note)


@transaction.atomic
def _undo_move(done: Rearrangement, note: str, by: User) -> None:
    one_at_a_time()
    locked = {one.pk: one for one in _lock(done.source, done.target)}
    if len(locked) < 2:
        raise CannotRearrange("One of the two incidents has been deleted since.")
    claims = Claim.objects.filter(pk__in=[pk for one in done.moved for pk in one["rows"]])
    there = claims.filter(incident=done.target)
    if there.exists() and (refusals := why_not(there, locked[done.target], locked[done.source])):
        raise CannotRearrange(" ".join(refusals))
    with acting(deed="undo", reason=note):
        take_back(done, by)


def _lock(*keys: int) -> QuerySet[Incident]:
    return Incident.objects.filter(pk__in=keys).order_by("pk").select_for_update(of=("self",))


def _kept(
    kind: Rearrangement.Kind,
    incident: Incident,
    into: Incident,
    moved: list[Moved],
    reason: str,
    by: User,
) -> Rearrangement:
    return Rearrangement.objects.create(
        kind=kind,
        source=incident.pk,
        target=into.pk,
        source_name=incident.title,
        target_name=into.title,
        moved=moved,
        reason=reason,
        by=by,
    )
