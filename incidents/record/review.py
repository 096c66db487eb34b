"""How an incident gets from one editor past another to readers: every way by which a person
publishes leads through `publish_as`.

`publish` itself (record/publish.py) holds what no version may lack. What a person must answer for
is asked here: own work that nobody else has seen, warnings, and changes since the person looked.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from incidents.models.incidents import Incident
from incidents.models.reviews import Comment, Review, WarningPassed
from incidents.record.gates import WISHES, Caution, gates
from incidents.record.models import Version
from incidents.record.publish import publish

OWN_WORK = (
    "Nobody but you has changed it since readers last saw it, and nobody else has approved it as "
    "it now stands. Ask for a review: somebody else publishes it."
)
OVERTAKEN = "It was changed after you opened this page. Look at it as it stands now."


class Refused(Exception):
    """What an editor wants cannot be done, for the reason that the message gives."""


class OwnWork(Refused):
    def __init__(self) -> None:
        super().__init__(OWN_WORK)


class Overtaken(Refused):
    """Somebody changed or decided it after the editor looked."""

    def __init__(self, message: str = OVERTAKEN) -> None:
        super().__init__(message)


class WarningsLeft(Refused):
    def __init__(self, cautions: list[Caution]) -> None:
        told = " ".join(caution.message for caution in cautions)
        super().__init__(f"{told} Mend it, or say beside the warning why it may go out as it is.")
        self.cautions = cautions


def is_own_work(incident: Incident, editor: User) -> bool:
    """Whether only `editor` is known to have touched it since the last version.

    True of nothing that the editor did not touch, or that another has approved as it now stands.
    """
    touched_by = set(incident.touches.filter(unpublished=True).values_list("by", flat=True))
    if touched_by != {editor.pk}:
        return False
    approved = incident.reviews.filter(
        outcome=Review.Outcome.APPROVED, decided_revision=incident.revision
    )
    return not approved.exclude(decided_by=editor).exists()


def refuse_own_work(incident: Incident, editor: User) -> None:
    """Four eyes, where the installation asks for them: OwnWork, whatever the editor's role."""
    if settings.FOUR_EYES and is_own_work(incident, editor):
        raise OwnWork


def passed(incident: Incident) -> dict[tuple[str, str], WarningPassed]:
    """By warning and facts."""
    rows = incident.warnings_passed.select_related("by")
    return {(row.warning, row.facts): row for row in rows}


def not_passed(incident: Incident) -> list[Caution]:
    known = passed(incident)
    found = gates(incident).cautions
    return [caution for caution in found if (caution.warning, caution.facts) not in known]


def publish_as(
    editor: User,
    incident: Incident,
    *,
    seen: int | None,
    note: str = "",
    kind: Version.Kind = Version.Kind.UPDATED,
    answer: str = "",
    reasons: Mapping[str, str] | None = None,
) -> Version:
    """Publish what `editor` saw of it, at revision `seen`, or raise a Refused or what `publish`
    raises. `answer` is for whoever asked for a review; `reasons`, by key of the warning, are kept.
    """
    with _locked(incident) as held:
        if held.revision != seen:
            raise Overtaken
        refuse_own_work(held, editor)
        _pass_warnings(held, editor, reasons or {})
        if left := not_passed(held):
            raise WarningsLeft(left)
        version = publish(held, note, kind)
        _decide(held.reviews.waiting(), editor, Review.Outcome.APPROVED, answer, held.revision)
        return version


def ask(
    incident: Incident,
    editor: User,
    *,
    seen: int | None,
    request: str = "",
    reasons: Mapping[str, str] | None = None,
) -> Review:
    """Put it before whoever may publish."""
    with _locked(incident) as held:
        if held.revision != seen:
            raise Overtaken
        if held.reviews.waiting().exists():
            raise Overtaken("Somebody has asked for a review of it already.")
        if held.state == Incident.State.MERGED:
            raise Refused("It is merged into another incident.")
        if held.state == Incident.State.PUBLISHED and not held.has_unpublished_changes:
            raise Refused("Readers see it as it stands: there is nothing to review.")
        _pass_warnings(held, editor, reasons or {})
        return Review.objects.create(
            incident=held, asked_by=editor, asked_revision=held.revision, request=request.strip()
        )


def approve(incident: Incident, editor: User, *, seen: int | None, answer: str = "") -> None:
    """Let anybody who may publish do so, as long as it stays as it stands."""
    with _locked(incident) as held:
        if held.revision != seen:
            raise Overtaken
        if is_own_work(held, editor):
            raise OwnWork
        _decide(_waiting(held), editor, Review.Outcome.APPROVED, answer, held.revision)


def send_back(incident: Incident, editor: User, *, answer: str) -> None:
    if not answer.strip():
        raise Refused("Say what is to be done before it comes back.")
    with _locked(incident) as held:
        _decide(_waiting(held), editor, Review.Outcome.SENT_BACK, answer, held.revision)


def take_back(incident: Incident, editor: User) -> None:
    """By whoever asked."""
    with _locked(incident) as held:
        waiting = _waiting(held)
        if not waiting.filter(asked_by=editor).exists():
            raise Refused("Only who asked for the review takes it back.")
        _decide(waiting, editor, Review.Outcome.TAKEN_BACK, "", held.revision)


def comment(incident: Incident, editor: User, text: str) -> Comment:
    return Comment.objects.create(incident=incident, by=editor, text=text)


@contextmanager
def _locked(incident: Incident) -> Iterator[Incident]:
    """Nobody else changes or decides it until the block has ended: all of it is done, or nothing.

    The row is locked before the record's clock, as everywhere (record/publish.py).
    """
    with transaction.atomic():
        yield Incident.objects.select_for_update().get(pk=incident.pk)


def _waiting(incident: Incident) -> QuerySet[Review]:
    waiting = incident.reviews.waiting()
    if not waiting.exists():
        raise Overtaken("Nobody waits for a review of it any more.")
    return waiting


def _decide(
    reviews: QuerySet[Review], editor: User, outcome: Review.Outcome, answer: str, revision: int
) -> None:
    reviews.update(
        outcome=outcome,
        decided_by=editor,
        decided_at=timezone.now(),
        decided_revision=revision,
        answer=answer.strip(),
    )


def _pass_warnings(incident: Incident, editor: User, reasons: Mapping[str, str]) -> None:
    given = {key: reason.strip() for key, reason in reasons.items() if reason.strip()}
    if not given:
        return
    assert given.keys() <= WISHES.keys(), given.keys()
    for caution in not_passed(incident):
        if reason := given.get(caution.warning):
            WarningPassed.objects.create(
                incident=incident,
                warning=caution.warning,
                facts=caution.facts,
                reason=reason,
                by=editor,
            )
