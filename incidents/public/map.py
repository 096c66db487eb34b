"""The map: the incidents of a filter where they are said to have happened, no closer than known."""

from dataclasses import dataclass
from functools import reduce
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from incidents.public.basemap import Box, Label, Outline, fitting, outlines, region_names
from incidents.public.chips import chips
from incidents.public.clock import from_the_record, unfinished, wants_part
from incidents.public.facets import by_place, count
from incidents.public.filtered import answered, strays
from incidents.public.filters import Filters
from incidents.public.marks import Mark, Marks, marks
from incidents.public.names import names
from incidents.public.page import render
from incidents.public.tiles import Tile, tiles
from incidents.record.models import RecordPlace

ASPECT = 3 / 2
TALLEST = 4 / 5  # what a phone shows around the same middle
LEAST = 400.0  # units: four degrees of longitude
# The width in pixels for which names are fitted in, on a desk and on a phone, and their letters'.
WIDE, NARROW, LETTERS = 900, 350, 12
LISTED = 20  # incidents in the panel of a mark


@dataclass
class Drawn:
    """A mark with its addresses: of the page that it leads to, and of its panel, if it has one."""

    mark: Mark
    address: str
    panel: str


@dataclass
class Zoom:
    """A region with incidents, and the address of the map of it alone."""

    outline: Outline
    number: int
    address: str


@dataclass
class Written:
    """A name, and whether it fits in on a wide or a narrow window."""

    name: Label
    wide: bool
    narrow: bool

    @property
    def fits(self) -> str:
        """Classes for the style sheet."""
        return " ".join(word for word in ("wide", "narrow") if getattr(self, word))


@from_the_record
def map_page(request: HttpRequest) -> HttpResponse:
    filters = Filters.read(request.GET)
    address = reverse("map") + filters.address()
    if strays(request, filters, address):
        return HttpResponseRedirect(address)
    numbers = by_place(filters)
    counted = count(filters, {place for place, *_ in numbers if place})
    asked: list[str] = filters.values.get("place", [])
    found = marks(numbers, counted.places, opened=asked)
    view = _view(found, asked)
    size = LETTERS * view.width / WIDE
    context = {
        "filters": filters,
        "view": "map",
        "here": address,
        "counted": counted,
        "chips": chips(filters, counted, reverse("map")),
        "marks": found,
        "drawn": [_drawn(mark, filters) for mark in found.drawn],
        "hatched": [mark.spot.region.code for mark in found.drawn if mark.spot.region],
        "zooms": _zooms(found, filters, asked),
        "box": view,
        "tiles": _tiles(view),
        "tile_template": settings.TILES,
        "tile_credit": settings.TILES_CREDIT,
        "size": size,
        "reach": size / 2,
        "written": _written(found, view),
        "elsewhere": _elsewhere(found, filters),
    }
    response = answered(request, filters, address, context)
    return response if counted.balance else unfinished(response)


@from_the_record
def map_mark(request: HttpRequest, place: str) -> HttpResponse:
    """What a mark stands for, for the panel that the script opens; a whole page is the timeline."""
    filters = Filters.read(request.GET)
    if not wants_part(request):
        return HttpResponseRedirect(_timeline(filters, place))
    numbers = by_place(filters)
    places = names().places({key for key, *_ in numbers if key})
    # However many marks there are: the panel is of one.
    found = marks(numbers, places, most=len(numbers)).drawn
    mark = next((mark for mark in found if mark.spot.place == place), None)
    if mark is None:
        raise Http404
    entries = filters.entries().at_places(mark.known).newest("at")
    context = {
        "mark": mark,
        "entries": entries.defer("search", "strip")[:LISTED],
        "more": max(0, mark.number - LISTED),
        "address": _timeline(filters, place),
        "known": _known(filters),
    }
    return render(request, "_mark_panel.html", context)


def _timeline(filters: Filters, place: str) -> str:
    return reverse("timeline") + filters.address(given=[("place", place)])


def _map(filters: Filters, place: str) -> str:
    return reverse("map") + filters.address(given=[("place", place)])


def _drawn(mark: Mark, filters: Filters) -> Drawn:
    if mark.gathered:
        return Drawn(mark, _map(filters, mark.spot.place), panel="")
    panel = reverse("map-mark", kwargs={"place": mark.spot.place}) + filters.address()
    if mark.number > 1:
        return Drawn(mark, _timeline(filters, mark.spot.place), panel)
    incident = reverse("incident-id", kwargs={"incident": mark.incident})
    return Drawn(mark, incident + _known(filters), panel)


def _known(filters: Filters) -> str:
    """The query string of an incident's page at the moment asked for."""
    return "?" + urlencode({"known": filters.form.query["known"]}) if filters.known else ""


def _zooms(found: Marks, filters: Filters, asked: list[str]) -> list[Zoom]:
    return [
        Zoom(outline, found.by_region[key], _map(filters, key))
        for key, outline in outlines().items()
        if key in found.by_region and key not in asked
    ]


def _elsewhere(found: Marks, filters: Filters) -> list[tuple[RecordPlace, int, str]]:
    """Each place with its number and the address of its timeline: there may be a thousand."""
    timeline = reverse("timeline")
    return [
        (place, number, timeline + filters.address(given=[("place", place.id)]))
        for place, number in found.elsewhere
    ]


def _view(found: Marks, asked: list[str]) -> Box:
    """The regions asked for, else all that is drawn, else Ukraine, where most of it happens."""
    regions = [outlines()[key].box for key in asked if key in outlines()]
    boxes = regions or [mark.box for mark in found.drawn] or _ukraine()
    return reduce(Box.around, boxes).framed(ASPECT, LEAST, margin=0.08)


def _ukraine() -> list[Box]:
    return [outline.box for outline in outlines().values() if outline.code.startswith("UA-")]


def _tiles(view: Box) -> list[Tile]:
    covered = view.framed(TALLEST, least=0, margin=0)
    return tiles(settings.TILES, covered, WIDE) if settings.TILES else []


def _written(found: Marks, view: Box) -> list[list[Written]]:
    """Names of marks, largest first, then those of regions; of each group one can be shown."""
    names = [mark.names for mark in found.drawn] + region_names()
    wide, narrow = (_fitting(names, found, view, width) for width in (WIDE, NARROW))
    return [[Written(name, name in wide, name in narrow) for name in one] for one in names]


def _fitting(names: list[list[Label]], found: Marks, view: Box, width: int) -> set[Label]:
    pixel = view.width / width
    covered = [mark.spot.around(mark.strokes[0].width * pixel / 2) for mark in found.drawn]
    return set(fitting(names, view, LETTERS * pixel, covered))
