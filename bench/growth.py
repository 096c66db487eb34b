"""How cost grows with the record: a plot of what results hold, drawn without a library."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from math import log10
from typing import Any

WIDTH, HEIGHT = 760, 460
LEFT, RIGHT, TOP, BOTTOM = 70, 190, 30, 60
# Requests of the plot, and what ten times the record may cost at most.
LIMITS = {
    "newest page": 1.3,
    "incident page": 1.3,
    "kind, place and period": 1.3,
    "narrow word, warm": 1.3,
    "broad filter": 4.0,
    "common word, warm": 4.0,
}
# Of Okabe and Ito, which colour-blind readers tell apart; no light or dark ground hides them.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a6d00", "#5a5ad6")
DASHES = {1.3: "2 4", 4.0: "8 4"}

STYLE = """
text { font: 13px system-ui, sans-serif; fill: #222 } .grid { stroke: #ddd }
.ground { fill: #fff } .limit { stroke: #777 }
@media (prefers-color-scheme: dark) {
  text { fill: #ddd } .grid { stroke: #444 } .ground { fill: #161616 } .limit { stroke: #999 }
}
"""

Points = list[tuple[int, float]]  # incidents, milliseconds


def medians(found: Mapping[str, Any]) -> dict[str, Points]:
    """Of each request of the plot, made anew, by size, the smallest record first."""
    lines: dict[str, Points] = {name: [] for name in LIMITS}
    for one in found.values():
        if "http" not in one or "record" not in one:
            continue
        incidents = one["record"]["found"]["incidents"]
        for request in one["http"]["found"]["requests"]:
            if request["name"] in lines and "p50" in request["anew"]:
                lines[request["name"]].append((incidents, request["anew"]["p50"]))
    return {name: sorted(points) for name, points in lines.items() if points}


def tenfold(before: tuple[int, float], after: tuple[int, float]) -> float:
    """By what ten times the data multiplies the cost, between two points."""
    steps = log10(after[0] / before[0])
    return float((after[1] / before[1]) ** (1 / steps))


def drawn(found: Mapping[str, Any]) -> str:
    """An SVG with both axes logarithmic; "" where there is nothing to compare."""
    lines = medians(found)
    numbers = [number for points in lines.values() for number, _ in points]
    if len(set(numbers)) < 2:
        return ""
    times = [time for points in lines.values() for _, time in points]
    scale = Scale((min(numbers), max(numbers)), (min(times) / 1.5, max(times) * 1.5))
    parts = [*scale.grid(), *_limits(scale, lines)]
    for points, colour in zip(lines.values(), COLOURS, strict=False):
        parts += _line(scale, points, colour)
    parts += _names(scale, lines)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
        ' aria-label="Median time of a request by the number of incidents">'
        f"<style>{STYLE}</style>"
        f'<rect class="ground" width="{WIDTH}" height="{HEIGHT}"/>{"".join(parts)}</svg>\n'
    )


class Scale:
    """From incidents and milliseconds to the plot's own units."""

    def __init__(self, across: tuple[float, float], up: tuple[float, float]) -> None:
        self.across, self.up = across, up

    def x(self, number: float) -> float:
        first, last = map(log10, self.across)
        return LEFT + (log10(number) - first) / (last - first) * (WIDTH - LEFT - RIGHT)

    def y(self, time: float) -> float:
        least, most = map(log10, self.up)
        return HEIGHT - BOTTOM - (log10(time) - least) / (most - least) * (HEIGHT - TOP - BOTTOM)

    def grid(self) -> Iterable[str]:
        right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
        for number in _steps(*self.across, factors=(1,)):
            x = self.x(number)
            yield f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{bottom}"/>'
            yield _text(x, bottom + 20, f"{number:,.0f}", "middle")
        for time in _steps(*self.up, factors=(1, 2, 5)):
            y = self.y(time)
            yield f'<line class="grid" x1="{LEFT}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>'
            yield _text(LEFT - 8, y + 4, f"{time:g}", "end")
        yield _text((LEFT + right) / 2, HEIGHT - 15, "incidents in the record", "middle")
        yield _text(LEFT - 60, TOP - 12, "ms, median over HTTP, one client, made anew", "start")


def _steps(least: float, most: float, factors: Sequence[int]) -> Iterable[float]:
    for power in range(-3, 9):
        yield from (f * 10.0**power for f in factors if least <= f * 10.0**power <= most)


def _limits(scale: Scale, lines: Mapping[str, Points]) -> Iterable[str]:
    """What the limits would allow, from where the newest page and the broad filter begin."""
    for name in ("newest page", "broad filter"):
        if name in lines:
            (number, time), end = lines[name][0], scale.across[1]
            allowed = max(TOP, scale.y(_allowed(name, lines[name], end)))
            yield (
                f'<line class="limit" stroke-dasharray="{DASHES[LIMITS[name]]}"'
                f' x1="{scale.x(number):.1f}" y1="{scale.y(time):.1f}"'
                f' x2="{scale.x(end):.1f}" y2="{allowed:.1f}"/>'
            )


def _allowed(name: str, points: Points, number: float) -> float:
    """Milliseconds that a request may cost at `number` incidents, by its first point."""
    first, time = points[0]
    return float(time * LIMITS[name] ** log10(number / first))


def _names(scale: Scale, lines: Mapping[str, Points]) -> Iterable[str]:
    """Beside the ends of the lines, a line of text apart."""
    ends = {name: scale.y(points[-1][1]) for name, points in lines.items()}
    for name in ("newest page", "broad filter"):
        if name in lines:
            allowed = scale.y(_allowed(name, lines[name], scale.across[1]))
            ends[f"allowed: {name}"] = max(TOP, allowed)
    lowest = 0.0
    for name, y in sorted(ends.items(), key=lambda end: end[1]):
        lowest = max(y, lowest + 16)
        yield _text(WIDTH - RIGHT + 8, lowest + 4, name)


def _line(scale: Scale, points: Points, colour: str) -> Iterable[str]:
    places = [(scale.x(number), scale.y(time)) for number, time in points]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
    for x, y in places:
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>'


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
