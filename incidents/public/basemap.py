"""The map under the marks: outlines of regions, all drawn alike, and where on it a place stands.

Units and projection are those of static/basemap.svg (scripts/build_basemap.py): Web Mercator, a
unit is a hundredth of a degree of longitude, y counts from the equator to the south.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, reduce
from pathlib import Path
from typing import Literal, NamedTuple
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
_WIDE = (PlacePrecision.REGION, PlacePrecision.COUNTRY)
_PRECISION_OF: Mapping[str, str] = {
    PlaceKind.COUNTRY: PlacePrecision.COUNTRY,
    PlaceKind.REGION: PlacePrecision.REGION,
    PlaceKind.DISTRICT: PlacePrecision.DISTRICT,
}

_INSET_LETTERS = 11  # pixels
_INSET_PIXELS = 256  # as wide as the column that it stands in
_INSET_ASPECT = 4 / 3
_INSET_LEAST = 300.0  # units: three degrees of longitude, so that the shape of a region is seen
_LETTER = 0.55  # the usual width of a letter, by its size


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


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class Label:
    """The name of a region at its middle. `fits`: it covers no other name and no mark."""

    outline: Outline
    fits: bool


@dataclass(frozen=True)
class Inset:
    """A small map of one place. `words` say what it shows.

    Where the place is a point, or around one, `name` is written beside it, from `name_x` on, or up
    to there in the right half of the map. `text` is the size of its letters.
    """

    view: str
    spot: Spot
    words: str
    region: Outline | None
    name: str
    name_x: float
    anchor: Literal["start", "end"]
    text: float
    labels: list[Label]


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


def spot(place: str, named: PlaceDocument, precision: str) -> Spot | None:
    """Where an incident at `place`, known as closely as `precision` says, stands on the map.

    None where it is known to a country only, where nothing gives a position, and off the map.
    """
    latitude, longitude = named["latitude"], named["longitude"]
    if latitude is None or longitude is None or precision in _WIDE:
        known_to = named["path"][:1] if precision == PlacePrecision.COUNTRY else named["path"]
        region = _region(known_to)
        if region is None:
            return None
        return Spot(region.x, region.y, exact=False, place=region.place, region=region)
    x, y = project(latitude, longitude)
    if not extent().holds(x, y):
        return None
    exact = precision in _EXACT and named["kind"] in _POINTS
    return Spot(x, y, exact, place)


def _region(path: list[str]) -> Outline | None:
    """The smallest region of the base map in a path of places."""
    return next((outlines()[key] for key in reversed(path) if key in outlines()), None)


def labels(view: Box, text: float, taken: Iterable[Box]) -> list[Label]:
    """The names of all regions, in letters of size `text`; none that fits covers a `taken` box."""
    kept = list(taken)
    found = []
    for outline in outlines().values():
        room = _room(outline.name, outline.x, outline.y, text)
        fits = view.contains(room) and not any(room.meets(other) for other in kept)
        kept += [room] if fits else []
        found.append(Label(outline, fits))
    return found


def _room(words: str, x: float, y: float, text: float) -> Box:
    """What a line of letters of size `text` around a point covers."""
    half = len(words) * _LETTER * text / 2
    return Box(x - half, y - text, x + half, y + text / 2)


def inset(place: str, named: PlaceDocument, precision: str = "") -> Inset | None:
    """A map of the region that `place` lies in, for templates/_inset.html.

    `named` as documents and RecordPlace.details hold it. Without `precision`, that of the place
    itself. None where spot() gives none.
    """
    found = spot(place, named, precision or _PRECISION_OF.get(named["kind"], "settlement"))
    if found is None:
        return None
    region = _region(named["path"])
    whole = Box(found.x, found.y, found.x, found.y)
    if region is not None:
        whole = whole.around(region.box)
    view = whole.framed(_INSET_ASPECT, _INSET_LEAST, margin=0.25)
    text = _INSET_LETTERS * view.width / _INSET_PIXELS
    name = "" if found.region else named["name"]
    to_the_right = found.x < view.middle[0]
    name_x = found.x + (text if to_the_right else -text)
    middle = name_x + len(name) * _LETTER * text / (2 if to_the_right else -2)
    taken = [_room(name, middle, found.y, text), _room("__", found.x, found.y, text)]
    return Inset(
        view=view.view,
        spot=found,
        words=_words(found, named["name"], region),
        region=region,
        name=name,
        name_x=name_x,
        anchor="start" if to_the_right else "end",
        text=text,
        labels=labels(view, text, taken if name else []),
    )


def _words(found: Spot, place: str, region: Outline | None) -> str:
    if found.region is not None:
        return _("Somewhere in %(region)s") % {"region": found.region.name}
    if not found.exact:
        return _("Somewhere around %(place)s") % {"place": place}
    if region is None:
        return place
    return _("%(place)s in %(region)s") % {"place": place, "region": region.name}
