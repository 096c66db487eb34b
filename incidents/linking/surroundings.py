"""Places that may be meant where a report names others: the same, near ones, larger and smaller."""

from collections.abc import Iterable
from dataclasses import dataclass

from incidents.distance import Point, distance_km
from incidents.models import Place
from incidents.vocabulary import PlaceKind

NEAR_KM = 30
# The way up from a place: plain keys, for hundreds of places lie around a large town.
_ABOVE = tuple("__".join(["parent"] * depth) + "_id" for depth in range(1, len(PlaceKind)))


@dataclass(frozen=True)
class Reason:
    """Why something is proposed, in words, and how much that weighs against other reasons."""

    weight: float
    words: str


def surroundings(places: Iterable[Place]) -> dict[int, Reason]:
    """By key of each place that may be meant: how near it is to the nearest of `places`.

    Three queries, however many places are given.
    """
    named = list(Place.objects.with_parents().filter(pk__in=[place.pk for place in places]))
    points = [place.point for place in named if place.point]
    # Nearly all that is recorded lies in one of two countries.
    wide = {place.pk: place.name for place in named if place.kind != PlaceKind.COUNTRY}
    found: dict[int, Reason] = {}
    for pk, *above in Place.objects.inside(wide).values_list("pk", *_ABOVE):
        found[pk] = Reason(3, f"in {next(wide[one] for one in above if one in wide)}")
    for near in Place.objects.about(points, NEAR_KM).only("kind", "latitude", "longitude"):
        if near.point:
            _keep(found, near.pk, _near(near.point, points))
    for place in named:
        for larger_place in place.path()[:-1]:
            words = f"{larger_place.name}, in which {place.name} lies"
            _keep(found, larger_place.pk, Reason(2, words))
        _keep(found, place.pk, Reason(5, "same place"))
    return found


def _keep(found: dict[int, Reason], place: int, reason: Reason | None) -> None:
    if reason and (place not in found or found[place].weight < reason.weight):
        found[place] = reason


def _near(here: Point, points: list[Point]) -> Reason | None:
    km = min(distance_km(here, point) for point in points)
    if km > NEAR_KM:
        return None
    words = "less than 1 km away" if km < 1 else f"{km:.0f} km away"
    return Reason(4 - 3 * km / NEAR_KM, words)
