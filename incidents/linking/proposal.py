"""The start of a new incident, from what a report says: for an editor to correct."""

from datetime import datetime
from zoneinfo import ZoneInfo

from incidents.linking.kinds import HEADLINES
from incidents.linking.likely import Reported
from incidents.linking.zones import zone_of
from incidents.models import Incident, Place
from incidents.vocabulary import IncidentKind, PlaceKind, PlacePrecision
from sources.moments import Precision

_PRECISIONS = {
    PlaceKind.COUNTRY: PlacePrecision.COUNTRY,
    PlaceKind.REGION: PlacePrecision.REGION,
    PlaceKind.DISTRICT: PlacePrecision.DISTRICT,
    PlaceKind.SETTLEMENT: PlacePrecision.SETTLEMENT,
    PlaceKind.SITE: PlacePrecision.SITE,
}


def proposed_incident(reported: Reported) -> Incident:
    """Unsaved. The title says what was reported, where and when, and takes no side."""
    place = _smallest(reported.places)
    kind = IncidentKind(reported.kind or IncidentKind.OTHER)
    span = reported.span
    zone = zone_of(place) if place else reported.zone
    return Incident(
        kind=kind,
        title=_title(kind, place, reported),
        earliest=_on_its_clock(span.start, reported, zone) if span else None,
        latest=_on_its_clock(span.end, reported, zone) if span else None,
        precision=reported.precision,
        zone=zone,
        place=place,
        place_precision=_PRECISIONS[PlaceKind(place.kind)] if place else PlacePrecision.SETTLEMENT,
    )


def _on_its_clock(moment: datetime, reported: Reported, zone: str) -> datetime:
    """A day that a report names is that day where it happened, not where the report was printed."""
    if reported.precision in (Precision.MINUTE, Precision.HOUR):
        return moment
    return moment.astimezone(ZoneInfo(reported.zone)).replace(tzinfo=ZoneInfo(zone))


def _smallest(places: tuple[Place, ...]) -> Place | None:
    order = PlaceKind.values
    return max(places, key=lambda place: order.index(place.kind), default=None)


def _title(kind: IncidentKind, place: Place | None, reported: Reported) -> str:
    title = HEADLINES[kind]
    if place:
        title += f" in {place.name}"
    if reported.earliest:
        local = reported.earliest.astimezone(ZoneInfo(reported.zone))
        title += f", {_day(reported.precision, local.day)}{local:%B %Y}"
    return title[:200]


def _day(precision: str, day: int) -> str:
    return "" if precision in (Precision.MONTH, Precision.YEAR) else f"{day} "
