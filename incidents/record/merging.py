"""Merge actors, places, sources or publishers, and take it back: the desk and what readers see.

The one that is merged stays as a row that points at the other. What was published of it is
published anew, naming the other, which keeps the id that readers know: its address leads there.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from incidents.models.actors import Actor, ActorName
from incidents.models.claims import Citation
from incidents.models.incidents import Incident
from incidents.models.places import Place, PlaceName
from incidents.models.rearrangements import Moved, Rearrangement
from incidents.record.models import Entry, RecordSource
from incidents.record.pointers import pointers, turn, turn_back, turn_rows
from incidents.record.publish import NothingToPublish, hold_the_clock, publish
from rowlog.tracking import acting
from sources.models import Publisher, Snapshot, Source, SourceLink

Named = Actor | Place | Source | Publisher

KINDS: dict[str, type[Named]] = {
    Rearrangement.Kind.MERGE_ACTOR: Actor,
    Rearrangement.Kind.MERGE_PLACE: Place,
    Rearrangement.Kind.MERGE_SOURCE: Source,
    Rearrangement.Kind.MERGE_PUBLISHER: Publisher,
}
# Each is published anew in one go, while nobody else can publish.
MOST_PUBLISHED = 200
# Names that both have, and links that would lead from a report to itself, mean nothing any more.
_MAY_STAY = (ActorName, PlaceName, SourceLink)
# Any constant would do; it must be the same in every process.
_MERGING_LOCK = 0x6D65726765


class CannotRearrange(Exception):
    """Why not, in words for an editor; nothing has been changed."""


@dataclass(frozen=True)
class Preview:
    """What merging would do: rows that move, by what they are; and incidents published anew."""

    moves: list[tuple[str, int]]
    published: list[Incident]
    refusals: list[str]


def preview(row: Named, into: Named) -> Preview:
    moves = []
    for model, field in pointers(type(row)):
        number = model._base_manager.filter(**{field: row.pk}).count()
        if number:
            opts = model._meta
            moves.append(
                (str(opts.verbose_name if number == 1 else opts.verbose_name_plural), number)
            )
    published = list(_published_with(row))
    return Preview(moves, published, [*_refusals(row, into), *_unready(published)])


@transaction.atomic
def merge(row: Named, into: Named, note: str, by: User) -> Rearrangement:
    """Raises CannotRearrange; or PublishingBlocked or NoteMissing, from publishing."""
    row, into = _both_locked(row, into)
    published = list(_published_with(row).select_for_update(of=("self",)))
    if refusals := [*_refusals(row, into), *_unready(published)]:
        raise CannotRearrange(" ".join(refusals))
    with acting(deed="merge", reason=note):
        moved = _turn_twins(row, into) + turn(row, into)
        _refuse_left_behind(row)
        type(row)._base_manager.filter(pk=row.pk).update(merged_into=into)
        done = Rearrangement.objects.create(
            kind=next(kind for kind, model in KINDS.items() if isinstance(row, model)),
            source=row.pk,
            target=into.pk,
            source_name=str(row)[:400],
            target_name=str(into)[:400],
            moved=moved,
            published=[incident.pk for incident in published],
            reason=note,
            by=by,
        )
    hold_the_clock()
    # Whoever held an incident that we had not seen as public has published it by now.
    if late := _published_with(row).exclude(pk__in=[one.pk for one in published]).first():
        raise CannotRearrange(f"“{late}” was published at the same time: try again.")
    _publish_anew(published, note)
    return done


@transaction.atomic
def undo_merge(done: Rearrangement, note: str, by: User) -> None:
    """Raises as `merge`."""
    model = KINDS[done.kind]
    row, into = (model._base_manager.get(pk=pk) for pk in (done.source, done.target))
    row, into = _both_locked(row, into)
    if row.merged_into_id != into.pk:
        raise CannotRearrange(f"“{row}” is no longer merged into “{into}”.")
    anew = Incident.objects.published().filter(pk__in=done.published).order_by("pk")
    published = list(anew.select_for_update(of=("self",)))
    if refusals := _unready(published):
        raise CannotRearrange(" ".join(refusals))
    with acting(deed="undo", reason=note):
        take_back(done, by)
        type(row)._base_manager.filter(pk=row.pk).update(merged_into=None)
    _publish_anew(published, note)


def take_back(done: Rearrangement, by: User) -> None:
    """Turn every row back, and mark it as undone; or raise CannotRearrange."""
    locked = Rearrangement.objects.select_for_update(of=("self",)).get(pk=done.pk)
    if locked.is_undone:
        raise CannotRearrange("It is undone already.")
    try:
        with transaction.atomic():
            lost = turn_back(locked.moved)
    except IntegrityError:
        raise CannotRearrange("What was added since stands where the old rows were.") from None
    if lost:
        raise CannotRearrange(
            f"{lost} of the {locked.number_moved} rows that moved then have been moved on or "
            "deleted since: put that right first."
        )
    Rearrangement.objects.filter(pk=done.pk).update(undone_by=by, undone_at=timezone.now())


def one_at_a_time() -> None:
    """No other transaction merges, splits or moves until this one ends."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_MERGING_LOCK])


def _both_locked(row: Named, into: Named) -> tuple[Named, Named]:
    one_at_a_time()
    rows = type(row)._base_manager.filter(pk__in=[row.pk, into.pk]).order_by("pk")
    locked = {one.pk: one for one in rows.select_for_update()}
    return locked[row.pk], locked[into.pk]


def _refusals(row: Named, into: Named) -> list[str]:
    if row.pk == into.pk:
        return ["It cannot be merged into itself."]
    found = [
        f"“{one}” is merged into “{one.merged_into}” already."
        for one in (row, into)
        if one.merged_into is not None
    ]
    match row, into:
        case Place(), Place():
            if row.kind != into.kind:
                found.append(f"A {row.kind} is no {into.kind}.")
            if row in into.path():
                found.append(f"“{into}” lies in “{row.name}”: give it another parent first.")
        case Actor(), Actor():
            if row.pk in _bodies_of(into):
                found.append(f"“{into}” speaks for “{row}”: change its organisation first.")
        case Source(), Source():
            if row.publisher_id != into.publisher_id:
                found.append("They are of different publishers: link them instead.")
    return found


def _bodies_of(actor: Actor) -> set[int]:
    found: set[int] = set()
    while actor.organisation is not None and actor.organisation.pk not in found:
        actor = actor.organisation
        found.add(actor.pk)
    return found


def _published_with(row: Named) -> QuerySet[Incident]:
    """Public incidents whose documents name it, in the order in which they are locked."""
    key = row.public_id
    linking = RecordSource.objects.filter(linked__contains=[key]).values_list("pk", flat=True)
    names = Q(names__overlap=[key, *linking]) | Q(publishers__contains=[key])
    entries = Entry.objects.filter(names).values_list("incident", flat=True)
    return Incident.objects.filter(public_id__in=list(entries)).order_by("pk")


def _unready(published: list[Incident]) -> list[str]:
    """Publishing anew must tell readers of the merge, and of nothing else."""
    changed = [f"“{incident}”" for incident in published if incident.has_unpublished_changes]
    found = []
    if changed:
        found.append(f"Publish first what was changed in {', '.join(changed[:5])}.")
    if len(published) > MOST_PUBLISHED:
        found.append(
            f"{len(published)} published incidents name it, and each would be published anew: at "
            f"most {MOST_PUBLISHED}. Perhaps the other way round?"
        )
    return found


def _turn_twins(row: Named, into: Named) -> list[Moved]:
    """Words cited from a text that both sources have are then cited from the other's."""
    if not isinstance(row, Source):
        return []
    moved = []
    for snapshot in Snapshot.objects.filter(source=row.pk):
        twin = Snapshot.objects.filter(source=into.pk, sha256=snapshot.sha256).first()
        if twin is not None:
            citations = Citation.objects.filter(snapshot=snapshot)
            try:
                with transaction.atomic():
                    moved += turn_rows(citations, "snapshot", snapshot.pk, twin.pk)
            except IntegrityError:
                raise CannotRearrange(
                    "A claim cites the same words from both: delete one of the citations first."
                ) from None
    return moved


def _refuse_left_behind(row: Named) -> None:
    for model, field in pointers(type(row)):
        left = model._base_manager.filter(**{field: row.pk})
        if model is Snapshot:
            left = left.exclude(citations=None)
        if model not in _MAY_STAY and (first := left.first()):
            raise CannotRearrange(
                f"“{first}” cannot go along: the other has the same, or is the same."
            )


def _publish_anew(published: Iterable[Incident], note: str) -> None:
    for incident in published:
        with suppress(NothingToPublish):
            publish(incident, note)
