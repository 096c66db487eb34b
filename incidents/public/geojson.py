"""GeoJSON by RFC 7946: one feature an incident."""

from typing import Literal, TypedDict

from incidents.public.exported import ExportedIncident, ExportedPlace


class Point(TypedDict):
    type: Literal["Point"]
    coordinates: list[float]  # longitude first


class Feature(TypedDict):
    type: Literal["Feature"]
    id: str
    geometry: Point | None
    properties: ExportedIncident


def feature(incident: ExportedIncident) -> Feature:
    """At the place that the incident names. How wide that is, `place.precision` says."""
    return {
        "type": "Feature",
        "id": incident["id"],
        "geometry": _point(incident["place"]),
        "properties": incident,
    }


def _point(place: ExportedPlace | None) -> Point | None:
    if place is None or place["latitude"] is None or place["longitude"] is None:
        return None
    return {"type": "Point", "coordinates": [place["longitude"], place["latitude"]]}
