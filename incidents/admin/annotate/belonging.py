"""The incident that each suggestion seems to be about: what accepting it as it stands chooses."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from incidents.admin.annotate.suggestions import Suggestion
from incidents.models import Citation, Incident
from incidents.vocabulary import IncidentKind, PlaceKind, Question
from sources.models import Source

# A report tells of what happened within these days before it, for the most part.
_LATELY = timedelta(days=3)
_ON_THE_GROUND = frozenset([Question.CONTROL, Question.MOVEMENT])
_TAKEN = frozenset([IncidentKind.TERRITORIAL_CHANGE])
_ALL_BUT_GROUND = frozenset(IncidentKind) - {
    IncidentKind.TERRITORIAL_CHANGE,
    IncidentKind.GROUND_ASSAULT,
    IncidentKind.OTHER,
}


def incidents_of(
    text: str, suggestions: Sequence[Suggestion], citations: Iterable[Citation], source: Source
) -> dict[str, Incident]:
    """By key of the suggestion, where one can be told: the incident at a place of its sentence.

    First those that claims of this text are about, then others of the days before the report. A
    sentence without a place goes on about what was told before it in the paragraph. One query.
    """
    told: list[tuple[int, Incident | None]] = [(one.start, one.claim.incident) for one in citations]
    lately = _lately(suggestions, source)
    chosen = {}
    for one in suggestions:
        start = one.proposal.span.start
        near = sorted(told, key=lambda other: abs(other[0] - start))
        places = _places(one)
        if places:
            known = [incident for _, incident in near if incident] + lately
            incident = _first(one, [each for each in known if each.place_id in places])
        else:
            before = [each for at, each in near if at <= start and "\\n" not in text[at:start]]
            incident = _first(one, before[:1])
        if incident:
            chosen[one.key] = incident
        if incident or places:
            # Also that nothing is known to have happened at this place.
            told.append((start, incident))
    return chosen


def _places(suggestion: Suggestion) -> set[int]:
    """Keys. A country is named in half the sentences of a war, and places nothing."""
    return {place.pk for place in suggestion.places if place.kind != PlaceKind.COUNTRY}


def _lately(suggestions: Iterable[Suggestion], source: Source) -> list[Incident]:
    """The newest first."""
    places = {place for one in suggestions for place in _places(one)}
    if source.published_at is None or not places:
        return []
    incidents = Incident.objects.at(places).not_merged().exclude(earliest=None)
    start, end = source.published_at - _LATELY, source.published_at
    return list(incidents.perhaps_between(start, end).order_by("-earliest", "-pk"))


def _first(suggestion: Suggestion, incidents: Iterable[Incident | None]) -> Incident | None:
    """A toll is no territorial change, and who holds a town no explosion there."""
    ground = suggestion.question in _ON_THE_GROUND
    unfit = _ALL_BUT_GROUND if ground else _TAKEN
    return next((one for one in incidents if one and one.kind not in unfit), None)
