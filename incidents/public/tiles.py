"""Tiles of an operator's own server under the map: squares of Web Mercator, as everywhere.

https://wiki.openstreetmap.org/wiki/Slippy_map_tilenames
"""

from dataclasses import dataclass
from math import floor, log2

from incidents.public.basemap import Box

WORLD = 36_000.0  # units across, and from north to south as many
PIXELS = 256
DEEPEST = 19


@dataclass(frozen=True)
class Tile:
    href: str
    x: float
    y: float
    size: float


def tiles(template: str, view: Box, pixels: int) -> list[Tile]:
    """What covers `view`, drawn `pixels` wide: each tile about as large as it was made.

    static/map.js does the same where the reader moves the map.
    """
    zoom = min(DEEPEST, max(0, floor(log2(WORLD * pixels / view.width / PIXELS))))
    size = WORLD / 2**zoom
    left, top, right, bottom = (floor((side + WORLD / 2) / size) for side in view)
    last = 2**zoom - 1
    return [
        Tile(
            template.replace("{z}", f"{zoom}").replace("{x}", f"{x}").replace("{y}", f"{y}"),
            x * size - WORLD / 2,
            y * size - WORLD / 2,
            size,
        )
        for x in range(max(left, 0), min(right, last) + 1)
        for y in range(max(top, 0), min(bottom, last) + 1)
    ]
