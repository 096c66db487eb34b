"""Distances on a sphere: near enough to find what lies close by, without PostGIS."""

from dataclasses import dataclass
from math import asin, cos, degrees, pi, radians, sin, sqrt

EARTH_KM = 6371.0088  # mean radius, https://doi.org/10.1007/s001900050278


@dataclass(frozen=True)
class Point:
    latitude: float  # degrees north, -90 to 90
    longitude: float  # degrees east, -180 to 180


@dataclass(frozen=True)
class Box:
    """Ends included; `west` is never greater than `east`."""

    south: float
    north: float
    west: float
    east: float


def distance_km(one: Point, other: Point) -> float:
    """The great-circle distance, by the haversine formula."""
    south, north = radians(one.latitude), radians(other.latitude)
    half = sin((north - south) / 2) ** 2
    half += cos(south) * cos(north) * sin(radians(other.longitude - one.longitude) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(min(1.0, half)))


def boxes_around(point: Point, km: float) -> list[Box]:
    """Boxes that together hold every point within `km`: two where the date line cuts the circle."""
    # A little wider, so that rounding leaves out nothing on the rim.
    reach = km / EARTH_KM * 1.000001
    south, north = point.latitude - degrees(reach), point.latitude + degrees(reach)
    if south <= -90 or north >= 90 or reach >= pi / 2:
        return [Box(max(south, -90), min(north, 90), -180, 180)]
    # The circle is widest north or south of its centre: https://www.movable-type.co.uk
    wide = degrees(asin(min(1.0, sin(reach) / cos(radians(point.latitude)))))
    west, east = point.longitude - wide, point.longitude + wide
    if west < -180:
        return [Box(south, north, west + 360, 180), Box(south, north, -180, east)]
    if east > 180:
        return [Box(south, north, west, 180), Box(south, north, -180, east - 360)]
    return [Box(south, north, west, east)]
