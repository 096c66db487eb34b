"""What one account published since a moment, taken back before readers, as far as that is sure.

By new versions, as everything. Nothing goes out that somebody else had not finished: where others
worked on an incident before or since, a person looks.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from django.db import models, transaction
from django.db.models import F

from incidents.models.claims import Claim
from incidents.models.incidents import Incident
from incidents.models.reviews import Comment, Review, WarningPassed
from incidents.record.models import Version
from incidents.record.publish import NothingToPublish, PublishingBlocked, publish, withdraw
from rowlog.models import Change
from rowlog.restore import Step

PUBLISHING = ("publish", "withdraw")
# What is not undone row by row but by “Undo” on the desk.
REARRANGING = ("merge", "unmerge", "move", "undo", "redact")

# Of a version none of it is a part.
_TALK = [model._meta.label_lower for model in (Comment, Review, WarningPassed)]

How: TypeAlias = Literal["withdrawn", "published again", "by hand"]


@dataclass(frozen=True)
class Outcome:
    incident: Incident
    how: How
    why: str = ""


def unpublished() -> set[int]:
    """Keys of the incidents that readers see in another state than the desk."""
    changed = Incident.objects.filter(state=Incident.State.PUBLISHED)
    return set(changed.exclude(revision=F("published_revision")).values_list("pk", flat=True))


def take_back(
    user_name: str, since: datetime, note: str, changed: Iterable[int]
) -> Iterator[Outcome]:
    """Of incidents that the account published or withdrew, and of those `changed` by undoing what
    it did on the desk. In a transaction, after that."""
    own = _of_incidents().filter(user_name=user_name, at__gte=since)
    published = set(own.filter(deed__in=PUBLISHING).values_list("row_id", flat=True))
    rearranged = set(own.filter(deed__in=REARRANGING).values_list("row_id", flat=True))
    for incident in Incident.objects.filter(pk__in={*published, *rearranged, *changed}):
        if incident.pk in rearranged:
            yield Outcome(incident, "by hand", "It was merged, split or moved: undo that.")
        elif incident.pk in published:
            yield _taken_back(incident, user_name, since, note)
        else:
            yield Outcome(incident, "by hand", "Somebody else published what the account wrote.")


def _of_incidents() -> models.QuerySet[Change]:
    return Change.objects.filter(model=Incident._meta.label_lower)


def _taken_back(incident: Incident, user_name: str, since: datetime, note: str) -> Outcome:
    verbs = _of_incidents().filter(row_id=incident.pk, deed__in=PUBLISHING).order_by("id")
    own = verbs.filter(user_name=user_name, at__gte=since)
    first, last = own.earliest("id"), verbs.latest("id")
    if (last.user_name, last.at >= since) != (user_name, True):
        return Outcome(incident, "by hand", "Somebody else published it since.")
    before = verbs.filter(id__lt=first.pk).last()
    if before is None:
        if incident.state == Incident.State.PUBLISHED:
            withdraw(incident, note)
        return Outcome(incident, "withdrawn")
    since_then = Change.objects.of(Incident, incident.pk).filter(id__gt=before.pk)
    others = since_then.exclude(user_name__in=[user_name, ""]).exclude(model__in=_TALK)
    if others.exclude(deed__in=PUBLISHING).exists():
        return Outcome(incident, "by hand", "Others have worked on it too.")
    try:
        with transaction.atomic():
            if before.deed == "withdraw":
                withdraw(incident, note)
                return Outcome(incident, "withdrawn")
            publish(incident, note, Version.Kind.CORRECTED)
    except NothingToPublish:
        return Outcome(incident, "published again", "Readers see it as before.")
    except PublishingBlocked as error:
        return Outcome(incident, "by hand", str(error))
    return Outcome(incident, "published again")


def instead_of_deleting(row: models.Model) -> Step | str | None:
    """What readers have seen stays on the desk: an incident is withdrawn, a claim is left out."""
    match row:
        case Incident() if Version.objects.filter(incident=row.public_id).exists():
            return "Readers have seen it, so it is withdrawn and stays."
        case Claim() if Version.objects.filter(claims__contains=[row.public_id]).exists():
            if row.left_out:
                return "Readers have seen it, so it stays, left out."
            row.left_out = True
            return Step("change", row, {"left_out": (False, True)})
    return None
