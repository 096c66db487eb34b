"""Which incident a report may be about, and which of them resemble each other: with reasons, in
words, for an editor to judge."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, Q, When

from incidents.linking.kinds import kinds_like
from incidents.linking.spans import DAY, Span
from incidents.linking.surroundings import Reason, surroundings
from incidents.models import Claim, Incident, Place
from incidents.models.incidents import IncidentQuerySet
from sources.models import Source, SourceLink
from sources.moments import Precision

MOST = 8
# Of these the likeliest are taken; a month around Kyiv holds more.
_LOOKED_AT = 200
# Over a time as long as this, half the country would be near.
_LONG = 40 * DAY
# A report of which no time is read is about the days before it.
_NEWS = 7 * DAY
_SLIM = ("kind", "place", "earliest", "latest", "precision", "zone")
_PATH = "place__parent__parent__parent__parent"


@dataclass(frozen=True)
class Reported:
    """What a report, or a form, says happened: as much of it as is known."""

    kind: str = ""
    places: tuple[Place, ...] = ()
    earliest: datetime | None = None
    latest: datetime | None = None
    precision: str = Precision.DAY
    zone: str = "Europe/Kyiv"

    @property
    def span(self) -> Span | None:
        return Span.known(self.earliest, self.latest, self.precision, self.zone)


@dataclass(frozen=True)
class Likely:
    incident: Incident
    reasons: list[str]


def likely_incidents(reported: Reported, source: Source | None = None) -> list[Likely]:
    """At most eight incidents that `reported`, by `source`, may be about; the likeliest first.

    By place (30 km, and the tree), time (a day more or less), kind, and what claims rest on the
    source already or on one linked to it. At most nine queries.
    """
    places = surroundings(reported.places)
    shared = _claims_resting_on([source.pk]) if source else {}
    linked = _claims_resting_on(_linked_to(source)) if source else {}
    span = reported.span
    there = _there(reported, places, span.widened(DAY) if span else _before(source))
    also = Incident.objects.filter(pk__in={*shared, *linked})
    judged = []
    for incident in _looked_at(reported, there) + _looked_at(reported, also):
        reasons = _alike(reported, span, incident, places)
        reasons += _counted(shared, incident, "of this report", 2)
        reasons += _counted(linked, incident, "of a linked report", 1)
        judged.append((incident, reasons))
    return _best(judged)


def similar_incidents(incident: Incident) -> list[Likely]:
    """At most eight others that may be `incident` under another name, the most alike first.

    Each lies within 30 km, or one lies in the other; they may have happened at the same time, and
    their kinds are alike. `incident` may be unsaved; without place or time nothing resembles it.
    At most five queries.
    """
    places = (incident.place,) if incident.place else ()
    times = (incident.earliest, incident.latest, incident.precision, incident.zone)
    reported = Reported(incident.kind, places, *times)
    span = reported.span
    if span is None or not places:
        return []
    around = surroundings(places)
    like = (
        _there(reported, around, span)
        .filter(kind__in=kinds_like(incident.kind))
        .exclude(pk=incident.pk)
    )
    return _best(
        [
            (other, _alike(reported, span, other, around))
            for other in _looked_at(reported, like)
            if (its := span_of(other)) is None or its.overlaps(span)
        ]
    )


def _before(source: Source | None) -> Span | None:
    printed = source.published_at if source else None
    return Span(printed - _NEWS, printed) if printed else None


def _there(reported: Reported, around: dict[int, Reason], span: Span | None) -> IncidentQuerySet:
    if span is None:
        return Incident.objects.none()
    wide = span.length < _LONG
    places = around if wide else [place.pk for place in reported.places]
    return Incident.objects.at(places).perhaps_between(span.start, span.end)


def span_of(incident: Incident) -> Span | None:
    return Span.known(incident.earliest, incident.latest, incident.precision, incident.zone)


def _claims_resting_on(sources: Iterable[int]) -> dict[int, int]:
    """By key of each incident: how many of its claims one of these sources carries."""
    claims = Claim.objects.filter(citations__snapshot__source__in=sources).order_by()
    counted = claims.values("incident").annotate(number=Count("pk", distinct=True))
    return dict(counted.values_list("incident", "number"))


def _linked_to(source: Source) -> list[int]:
    ways = Q(source=source) | Q(target=source)
    links = SourceLink.objects.filter(ways).order_by().values_list("source", "target")
    return [one for link in links for one in link if one != source.pk]


def _looked_at(reported: Reported, incidents: IncidentQuerySet) -> list[Incident]:
    """At most 200 of them: first those of the same kind at a place that is named."""
    same_kind = Case(When(kind=reported.kind, then=0), default=1)
    same_place = Case(When(place__in=[one.pk for one in reported.places], then=0), default=1)
    slim = incidents.not_merged().only(*_SLIM)
    return list(slim.order_by(same_kind, same_place, "-earliest", "-pk")[:_LOOKED_AT])


def _alike(
    reported: Reported, span: Span | None, incident: Incident, around: dict[int, Reason]
) -> list[Reason]:
    reasons = [around.get(incident.place_id or 0), _same_time(span, span_of(incident))]
    return [one for one in [*reasons, _same_kind(reported.kind, incident.kind)] if one]


def _same_time(span: Span | None, its: Span | None) -> Reason | None:
    if span is None:
        return None
    if its is None:
        return Reason(0.5, "its time is not known")
    if its.overlaps(span):
        days = max(its.length, span.length) <= DAY
        return Reason(4, "same day") if days else Reason(3, "the times overlap")
    if its.apart(span) <= DAY:
        return Reason(2, "within a day")
    return None


def _same_kind(kind: str, its: str) -> Reason | None:
    if kind == its:
        return Reason(2, "same kind")
    if kind and its in kinds_like(kind):
        return Reason(1, "like kind")
    return None


def _counted(claims: dict[int, int], incident: Incident, of: str, weight: float) -> list[Reason]:
    number = claims.get(incident.pk, 0)
    if not number:
        return []
    words = f"a claim {of} is there" if number == 1 else f"{number} claims {of} are there"
    return [Reason(weight + min(number, 4) / 2, words)]


def _best(judged: list[tuple[Incident, list[Reason]]]) -> list[Likely]:
    """With all that is shown of them, in one query."""
    reasons = {incident.pk: reasons for incident, reasons in judged}
    weights = {pk: sum(reason.weight for reason in reasons[pk]) for pk in reasons}
    best = sorted(weights, key=lambda pk: (-weights[pk], -pk))[:MOST]
    shown = Incident.objects.select_related(_PATH).in_bulk(best)
    return [Likely(shown[pk], [reason.words for reason in reasons[pk]]) for pk in best]
