"""The small map of one place, beside its page and beside those of its incidents."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from incidents.public.basemap import (
    Box,
    Label,
    Outline,
    Spot,
    Stroke,
    fitting,
    region_names,
    region_of,
    spots,
    strokes,
    where,
)
from incidents.public.naming import name_of
from incidents.record.document import PlaceDocument
from incidents.vocabulary import PlaceKind, PlacePrecision

# Insets, of some three kilobytes each.
_MOST_KEPT = 2_000
_PRECISION_OF: Mapping[str, str] = {
    PlaceKind.COUNTRY: PlacePrecision.COUNTRY,
    PlaceKind.REGION: PlacePrecision.REGION,
    PlaceKind.DISTRICT: PlacePrecision.DISTRICT,
}

_INSET_LETTERS = 11  # pixels
_INSET_PIXELS = 256  # as wide as the column that it stands in
_INSET_ASPECT = 4 / 3
_INSET_LEAST = 300.0  # units: three degrees of longitude, so that the shape of a region is seen


@dataclass(frozen=True)
class Inset:
    """A small map of one place. `words` say what it shows, `size` is that of its letters.

    `name` is that of the place, where it is a point or around one; `strokes` draw it.
    """

    view: str
    spot: Spot
    words: str
    region: Outline | None
    name: Label | None
    strokes: list[Stroke]
    names: list[Label]
    size: float


def drawn(place: str, named: PlaceDocument, precision: str = "") -> SafeString:
    """The map as HTML, rendered once for what it shows; empty where inset() gives none."""
    position = named["latitude"], named["longitude"]
    name, path = name_of(named).text, tuple(named["path"])
    return _drawn(place, name, named["kind"], path, position, precision, get_language())


@lru_cache(maxsize=_MOST_KEPT)
def _drawn(
    place: str,
    name: str,
    kind: str,
    path: tuple[str, ...],
    position: tuple[float | None, float | None],
    precision: str,
    _language: str | None,
) -> SafeString:
    latitude, longitude = position
    named: PlaceDocument = {
        "name": name,
        "kind": kind,
        "path": list(path),
        "latitude": latitude,
        "longitude": longitude,
        "names": [],
    }
    found = inset(place, named, precision)
    return SafeString(render_to_string("_inset.html", {"inset": found}) if found else "")


def inset(place: str, named: PlaceDocument, precision: str = "") -> Inset | None:
    """A map of the region that `place` lies in, for templates/_inset.html.

    `named` as documents and RecordPlace.details hold it. Without `precision`, that of the place
    itself. None where it stands nowhere on the map.
    """
    precision = precision or _PRECISION_OF.get(named["kind"], PlacePrecision.SETTLEMENT)
    found = spots(place, named).of(precision)
    if found is None:
        return None
    region = region_of(named["path"])
    whole = Box.at(found.x, found.y)
    view = (whole.around(region.box) if region else whole).framed(
        _INSET_ASPECT, _INSET_LEAST, margin=0.25
    )
    size = _INSET_LETTERS * view.width / _INSET_PIXELS
    aside = 1 if found.x < view.middle[0] else -1
    name = None if found.region else Label(name_of(named).text, found.x, found.y, aside)
    taken = [name.room(size), Label("__", found.x, found.y).room(size)] if name else []
    return Inset(
        view=view.view,
        spot=found,
        words=_words(found, name_of(named).text, region),
        region=region,
        name=name,
        strokes=strokes(10, exact=found.exact, around=not found.exact),
        names=fitting(region_names(), view, size, taken),
        size=size,
    )


def _words(found: Spot, place: str, region: Outline | None) -> str:
    if not found.exact or region is None:
        return where(found, place)
    return _("%(place)s in %(region)s") % {"place": place, "region": region.name}
