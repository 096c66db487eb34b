"""The only writer of new versions: each verb makes one with its read models, or nothing.

Those of another site are copied by mirroring.py.

A global advisory lock is held until the transaction ends, so the order of serials is the order of
commits: the record clock that ETags, feeds and `?since=` go by. It is taken after the rows of the
desk and before anything is read from the record, so that no two writers wait for each other.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from secrets import token_hex
from typing import cast

from django.db import connection, transaction
from django.utils import timezone

from incidents.models.incidents import Incident
from incidents.models.removals import RemovedWords
from incidents.record.document import SCHEMA, Document, Tombstone, as_stored, says_the_same
from incidents.record.erase import pattern_of
from incidents.record.evidence import evidence
from incidents.record.freeze import freeze
from incidents.record.gates import Blocker, blockers
from incidents.record.models import Version
from incidents.record.projection import project
from rowlog.tracking import acting

# Any constant would do; it must be the same in every process.
_CLOCK_LOCK = 0x636C61696D

_SET_STATE = """
with seen as (
    update incidents_touch set unpublished = false
    where incident_id = %(incident)s and %(state)s = 'published'
)
update incidents_incident
set state = %(state)s, merged_into_id = %(merged_into)s,
    published_revision = case when %(state)s = 'published' then revision end
where id = %(incident)s
"""


class PublishingBlocked(Exception):
    def __init__(self, blockers: list[Blocker]) -> None:
        super().__init__(" ".join(blocker.message for blocker in blockers))
        self.blockers = blockers


class NothingToPublish(Exception):
    """The document is what readers already see, or there is nothing to withdraw."""


class NoteMissing(Exception):
    """Every version after the first tells readers what changed."""


class NoteBarred(NoteMissing):
    def __init__(self) -> None:
        super().__init__("The note holds words that were removed from published versions.")


@transaction.atomic
def publish(
    incident: Incident, note: str = "", kind: Version.Kind = Version.Kind.UPDATED
) -> Version:
    """Freeze the incident with its claims and citations into its next version.

    The first version is of kind `published`; `note` is public and required after it.
    """
    incident = _locked(incident)
    hold_the_clock()
    claims = evidence(incident)
    removed = RemovedWords.objects.barred_from(incident.public_id)
    if blocked := blockers(incident, claims, removed):
        raise PublishingBlocked(blocked)
    before = Version.objects.latest_of(incident.public_id)
    document = freeze(incident, claims)
    if before is None:
        kind, note = Version.Kind.PUBLISHED, note.strip() or "First publication."
    elif says_the_same(before.document, document):
        raise NothingToPublish(f"Readers already see “{incident}” as it stands.")
    version = append(incident, before, kind, note, document, removed)
    with acting(deed="publish", reason=note):
        _set_state(incident, Incident.State.PUBLISHED)
    return version


@transaction.atomic
def withdraw(incident: Incident, note: str) -> Version:
    """Take the incident from the public list; its address answers 410 with `note` from now on."""
    incident = _locked(incident)
    hold_the_clock()
    if incident.state != Incident.State.PUBLISHED:
        raise NothingToPublish(f"“{incident}” is not public.")
    before = Version.objects.latest_of(incident.public_id)
    assert before is not None
    version = append(incident, before, Version.Kind.WITHDRAWN, note, _tombstone(before))
    with acting(deed="withdraw", reason=note):
        _set_state(incident, Incident.State.WITHDRAWN)
    return version


@transaction.atomic
def merge(incident: Incident, into: Incident, note: str) -> None:
    """Move every claim of `incident` to `into`; the address of `incident` leads there from now on.

    Where `into` is public it is published anew with `note`, in the same transaction.
    """
    if incident.pk == into.pk:
        raise NothingToPublish("An incident cannot be merged into itself.")
    # Always locked in the order of their keys, so that two merges cannot wait for each other.
    locked = {one.pk: one for one in map(_locked, sorted((incident, into), key=lambda i: i.pk))}
    incident, into = locked[incident.pk], locked[into.pk]
    hold_the_clock()
    if Incident.State.MERGED in (incident.state, into.state):
        raise NothingToPublish("One of the two is already merged.")
    # Withdrawn or not: its address is known, and will lead to `into`.
    before = Version.objects.latest_of(incident.public_id)
    if before is not None and into.state != Incident.State.PUBLISHED:
        raise NothingToPublish(f"Publish “{into}” first: a public address must lead to a page.")
    with acting(deed="merge", reason=note):
        incident.claims.update(incident=into)
        _set_state(incident, Incident.State.MERGED, merged_into=into.pk)
    if before is not None:
        tombstone = _tombstone(before) | {"merged_into": into.public_id}
        append(incident, before, Version.Kind.MERGED, note, tombstone)
    if into.state == Incident.State.PUBLISHED:
        # A merged incident that brought no claim changes nothing for readers of `into`.
        with suppress(NothingToPublish):
            publish(into, note)


@transaction.atomic
def unmerge(incident: Incident, moved_back: Callable[[], None], note: str) -> None:
    """Make `incident` again what it was before it was merged, with the claims that it then brings.

    `moved_back` takes these claims back on the desk. Where the two are public they are published
    anew with `note`: first the one that gives the claims back, for no claim is public twice.
    """
    into = incident.merged_into
    if into is None:
        raise NothingToPublish(f"“{incident}” is not merged.")
    locked = {one.pk: one for one in map(_locked, sorted((incident, into), key=lambda i: i.pk))}
    incident, into = locked[incident.pk], locked[into.pk]
    if incident.merged_into_id != into.pk:
        raise NothingToPublish(f"“{incident}” is not merged into “{into}” any more.")
    if into.has_unpublished_changes:
        raise NothingToPublish(f"Publish first what was changed in “{into}”.")
    hold_the_clock()
    with acting(deed="unmerge", reason=note):
        moved_back()
        _set_state(incident, Incident.State.DRAFT)
    if into.state == Incident.State.PUBLISHED:
        with suppress(NothingToPublish):
            publish(into, note)
    before = Version.objects.filter(incident=incident.public_id).order_by("-number")
    seen = before.exclude(kind=Version.Kind.MERGED).first()
    if seen is not None and seen.is_live:
        publish(incident, note)
    elif (latest := before.first()) is not None and seen is not None:
        append(incident, latest, Version.Kind.WITHDRAWN, note, _tombstone(latest))
        _set_state(incident, Incident.State.WITHDRAWN)


def hold_the_clock() -> None:
    """No other transaction writes the record until this one ends.

    Whoever writes it looks up rows by their keys, so one plan of a statement does for all values.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock(%s), "
            "set_config('plan_cache_mode', 'force_generic_plan', true)",
            [_CLOCK_LOCK],
        )


def _locked(incident: Incident) -> Incident:
    return Incident.objects.select_for_update().get(pk=incident.pk)


def _tombstone(before: Version) -> Tombstone:
    """Under the title that readers know: the desk's may be unfinished, or hold removed words."""
    known = before.document["incident"]
    return {
        "schema": SCHEMA,
        "incident": {"id": known["id"], "slug": known["slug"], "title": known["title"]},
    }


def append(
    incident: Incident,
    before: Version | None,
    kind: Version.Kind,
    note: str,
    document: Document | Tombstone,
    removed: Iterable[RemovedWords] | None = None,
) -> Version:
    """Make the next version. Under the clock's lock, by the verbs here and by redact.py.

    `before` is the last one of the incident; `removed` are the words barred from it, where they
    were read.
    """
    note = note.strip()
    if not note:
        raise NoteMissing("Tell readers in a public note what changed and why.")
    if removed is None:
        removed = RemovedWords.objects.barred_from(incident.public_id)
    if any(pattern_of(one.words).search(note) for one in removed):
        raise NoteBarred
    newest = Version.objects.now()
    version = Version(
        serial=newest.serial + 1,
        incident=incident.public_id,
        number=before.number + 1 if before else 1,
        kind=kind,
        note=note,
        document=document | {"nonce": token_hex(16)},
        claims=[claim["id"] for claim in cast(Document, document).get("claims", [])],
        published_at=timezone.now(),
        previous_sha256=newest.sha256,
    )
    version.sha256 = version.digest()
    # A rebuild will read it so.
    version.document = as_stored(version.document)
    project(version, new=True)
    return version


def _set_state(incident: Incident, state: Incident.State, merged_into: int | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            _SET_STATE, {"incident": incident.pk, "state": state, "merged_into": merged_into}
        )
