"""The map under the marks: outlines of regions, all drawn alike, and where on it a place stands.

Units and projection are those of static/basemap.svg (scripts/build_basemap.py): Web Mercator, a
unit is a hundredth of a degree of longitude, y counts from the equator to the south.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache, reduce
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from incidents.record.document import PlaceDocument
from incidents.vocabulary import PlaceKind, PlacePrecision

FILE = Path(settings.BASE_DIR) / "static" / "basemap.svg"

# How closely an incident must be known to stand on the map as a point.
_EXACT = (PlacePrecision.SITE, PlacePrecision.STREET, PlacePrecision.SETTLEMENT)
_POINTS = (PlaceKind.SETTLEMENT, PlaceKind.SITE)
_LETTER = 0.62  # the usual width of a letter, by its size
# Places whose spots are kept, of some 480 bytes each: as many as names.py keeps.
_MOST_KEPT = 15_000


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    @property
    def view(self) -> str:
        """As the viewBox of an SVG."""
        return f"{self.left:.1f} {self.top:.1f} {self.width:.1f} {self.height:.1f}"

    @classmethod
    def at(cls, x: float, y: float) -> "Box":
        """A point."""
        return cls(x, y, x, y)

    def holds(self, x: float, y: float) -> bool:
        return self.left <= x <= self.right and self.top <= y <= self.bottom

    def contains(self, other: "Box") -> bool:
        return self.around(other) == self

    def meets(self, other: "Box") -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def around(self, other: "Box") -> "Box":
        """The smallest box that holds both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def framed(self, aspect: float, least: float, margin: float) -> "Box":
        """A box around the same middle: `aspect` times as wide as high, `least` units wide or more.

        `margin` is the part of either length that is added on each side.
        """
        (x, y), whole = self.middle, 1 + 2 * margin
        width = max(self.width * whole, self.height * whole * aspect, least)
        height = width / aspect
        return Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


@dataclass(frozen=True)
class Outline:
    """A region of the base map. `code`: ISO 3166-2, and its id in the file."""

    code: str
    place: str
    box: Box
    x: float  # the point in it that lies furthest from its border
    y: float
    names: Mapping[str, str]  # by language

    @property
    def name(self) -> str:
        return self.names.get(get_language() or "en", self.names["en"])

    @cached_property
    def anywhere(self) -> "Spot":
        """Of what is known to lie in it, and no closer."""
        return Spot(self.x, self.y, exact=False, place=self.place, region=self)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an incident stands on the map.

    `exact`: at this very point. If not, somewhere around it or, where `region` is set, anywhere
    in that region. `place` is the place named, or the region.
    """

    x: float
    y: float
    exact: bool
    place: str
    region: Outline | None = None

    def around(self, distance: float) -> Box:
        return Box(self.x - distance, self.y - distance, self.x + distance, self.y + distance)


class Spots(NamedTuple):
    """Where the incidents of a place stand on the map, by how closely they are known.

    None off the map, and where nothing gives a position.
    """

    exact: Spot | None
    around: Spot | None
    region: Spot | None
    country: Spot | None

    def of(self, precision: str) -> Spot | None:
        if precision in _EXACT:
            return self.exact
        if precision == PlacePrecision.REGION:
            return self.region
        return self.country if precision == PlacePrecision.COUNTRY else self.around


class Stroke(NamedTuple):
    """A round spot of a mark, by its class in the style sheet and its width in pixels."""

    kind: str
    width: int


class Label(NamedTuple):
    """Words on the map. They stand around (x, y) or, `aside` letters from it, begin or end there.

    `aside` is below zero for words that end there.
    """

    words: str
    x: float
    y: float
    aside: float = 0.0

    @property
    def anchor(self) -> str:
        """As text-anchor of SVG has it."""
        if not self.aside:
            return "middle"
        return "start" if self.aside > 0 else "end"

    def room(self, size: float) -> Box:
        """What it covers, in letters of `size`."""
        length = len(self.words) * _LETTER * size
        x = self.x + self.aside * size
        left = x - length * {"start": 0, "middle": 0.5, "end": 1}[self.anchor]
        return Box(left, self.y - size * 0.75, left + length, self.y + size * 0.75)


def project(latitude: float, longitude: float) -> tuple[float, float]:
    """To a tenth of a unit, which is some 70 metres."""
    northing = math.degrees(math.asinh(math.tan(math.radians(latitude))))
    return round(100 * longitude, 1), round(-100 * northing, 1)


@cache
def outlines() -> Mapping[str, Outline]:
    """The regions of the base map by the public id of the place, in the order of the file."""
    root = ET.parse(FILE).getroot()  # noqa: S314
    found = (_outline(path.attrib) for path in root.iter("{http://www.w3.org/2000/svg}path"))
    return {outline.place: outline for outline in found}


def _outline(facts: Mapping[str, str]) -> Outline:
    box = Box(*map(float, facts["data-box"].split()))
    x, y = map(float, facts["data-middle"].split())
    names = {language: facts[f"data-{language}"] for language in ("en", "uk", "ru")}
    return Outline(facts["id"], facts["data-place"], box, x, y, names)


@cache
def extent() -> Box:
    """All that the base map covers."""
    return reduce(Box.around, (outline.box for outline in outlines().values()))


def spots(place: str, named: PlaceDocument) -> Spots:
    """Kept by all that decides them, as a map asks for those of thousands of places."""
    path, latitude, longitude = tuple(named["path"]), named["latitude"], named["longitude"]
    return _spots(place, named["kind"], path, latitude, longitude)


@lru_cache(maxsize=_MOST_KEPT)
def _spots(
    place: str, kind: str, path: tuple[str, ...], latitude: float | None, longitude: float | None
) -> Spots:
    regions = region_of(path), region_of(path[:1])
    region, country = (found.anywhere if found else None for found in regions)
    if latitude is None or longitude is None:
        return Spots(region, region, region, country)
    x, y = project(latitude, longitude)
    if not extent().holds(x, y):
        return Spots(None, None, region, country)
    around = Spot(x, y, exact=False, place=place)
    return Spots(replace(around, exact=kind in _POINTS), around, region, country)


def region_of(path: Sequence[str]) -> Outline | None:
    """The smallest region of the base map in a path of places."""
    return next((outlines()[key] for key in reversed(path) if key in outlines()), None)


def strokes(width: int, *, exact: bool, around: bool) -> list[Stroke]:
    """A dot `width` pixels across, a ring around it or, where nothing is exact, around a hole."""
    dot = [Stroke("mark", width)] if exact else []
    if not around:
        return dot
    hole = width + 6 if exact else width
    return [Stroke("mark", hole + 6), Stroke("hole", hole), *dot]


def region_names() -> list[list[Label]]:
    return [[Label(region.name, region.x, region.y)] for region in outlines().values()]


def fitting(
    names: Iterable[Sequence[Label]], view: Box, size: float, taken: Iterable[Box]
) -> list[Label]:
    """Of each group of names the first that, in letters of `size`, covers nothing before it.

    `taken`: what no name may cover.
    """
    covered = list(taken)

    def free(name: Label) -> bool:
        room = name.room(size)
        return view.contains(room) and not any(room.meets(other) for other in covered)

    found = []
    for alternatives in names:
        if (name := next(filter(free, alternatives), None)) is not None:
            covered.append(name.room(size))
            found.append(name)
    return found


def where(found: Spot, place: str) -> str:
    """How closely the place named `place` is known, in words."""
    if found.region is not None:
        return _("Somewhere in %(region)s") % {"region": found.region.name}
    if not found.exact:
        return _("Somewhere around %(place)s") % {"place": place}
    return place
