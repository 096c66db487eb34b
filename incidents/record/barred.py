"""Words that were removed from published versions and still stand on the desk: where to mend it."""

from collections.abc import Iterable, Iterator

from django.db.models import Model

from incidents.models.actors import Actor
from incidents.models.claims import Claim
from incidents.models.incidents import Incident
from incidents.models.removals import RemovedWords
from incidents.record.erase import pattern_of

# What a document takes from each row, by field.
_OF_INCIDENT = ("title", "summary", "place_note")
_OF_CLAIM = ("text", "vague_word", "unit")
_OF_STATEMENT = ("role", "channel", "relayed_by")
_OF_CITATION = (
    "quote",
    "printed_role",
    "printed_figure",
    "printed_channel",
    "printed_scope",
    "lost_hedge",
)
_OF_ACTOR = ("name", "role")
_OF_SOURCE = ("title", "url", "archive_url")


def barred(
    incident: Incident, claims: list[Claim], removed: list[RemovedWords]
) -> Iterator[tuple[Model, str, str]]:
    """Row, field (or inline) and reason, of whatever publishing would bring back.

    `claims` are the evidence of the incident, `removed` the words barred from it.
    """
    if not removed:
        return
    patterns = [(pattern_of(one.words), one.get_reason_display()) for one in removed]
    for row, field, text in _texts(incident, claims):
        for pattern, reason in patterns:
            if pattern.search(text):
                yield row, field, reason


def _texts(incident: Incident, claims: list[Claim]) -> Iterator[tuple[Model, str, str]]:
    yield from _fields(incident, _OF_INCIDENT)
    places = [incident.place, *(claim.control_place for claim in claims)]
    above = {one.pk: one for place in places if place for one in place.path()}
    for place in above.values():
        yield place, "name", place.name
        for _, name in place.spellings:
            yield place, "names", name
    for claim in claims:
        yield from _of_claim(claim)


def _of_claim(claim: Claim) -> Iterator[tuple[Model, str, str]]:
    yield from _fields(claim, _OF_CLAIM)
    for hedge in claim.hedges:
        yield claim, "hedges", hedge
    yield from _fields(claim.statement, _OF_STATEMENT)
    for named in (claim.statement.speaker, claim.accused):
        yield from _of_actor(named)
    for citation in claim.cited:
        for _, _, text in _fields(citation, _OF_CITATION):
            yield claim, "citations", text
        source = citation.snapshot.source
        yield from _fields(source, _OF_SOURCE)
        yield source.publisher, "name", source.publisher.name


def _of_actor(actor: Actor | None) -> Iterator[tuple[Model, str, str]]:
    """With the bodies that it speaks for."""
    if actor is not None:
        yield from _fields(actor, _OF_ACTOR)
        for _, name in actor.spellings:
            yield actor, "names", name
        yield from _of_actor(actor.organisation)


def _fields(row: Model, names: Iterable[str]) -> Iterator[tuple[Model, str, str]]:
    for name in names:
        yield row, name, getattr(row, name)
