"""How the toll was reported: one step line a speaker and measure, over time, as server-made SVG.

Figures of whole tolls only: parts of another figure, figures on top of earlier ones and words in
place of numbers stand in the ledger. A toll may fall; nothing is smoothed or summed.
"""

from dataclasses import dataclass
from datetime import datetime

from incidents.public.answers import Answer
from incidents.public.wording import figure, grouped, moment, printed
from incidents.vocabulary import Basis, Qualifier, Question

_MEASURES = (
    Question.KILLED,
    Question.INJURED,
    Question.MISSING,
    Question.TRAPPED,
    Question.HOSPITALISED,
    Question.RESCUED,
)
_OPEN_UPWARDS = (Qualifier.AT_LEAST, Qualifier.MORE_THAN)
_OPEN_DOWNWARDS = (Qualifier.UP_TO, Qualifier.LESS_THAN)

WIDTH, HEIGHT = 720, 180
_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 24, 14, 24
_WHISKER = 14


@dataclass
class Point:
    answer: Answer
    at: datetime
    when: str
    figure: str
    low: int
    high: int


@dataclass
class Step:
    """A point on the chart: `x`, `y` of its figure; the whisker runs from `y1` to `y2`."""

    point: Point
    x: int
    y: int
    y1: int
    y2: int


@dataclass
class Line:
    question: str
    side: str
    steps: list[Step]
    path: str


@dataclass
class Mark:
    label: str
    position: int


@dataclass
class Toll:
    lines: list[Line]
    points: list[Point]  # in order of time, for the table
    amounts: list[Mark]
    times: list[Mark]
    width: int = WIDTH
    height: int = HEIGHT


def toll(answers: list[Answer]) -> Toll | None:
    """The chart of these answers; None with fewer than two figures, as there is no course then."""
    points = sorted(filter(None, map(_point, answers)), key=lambda point: point.at)
    if len(points) < 2:
        return None
    scale = _Scale(points)
    grouped: dict[tuple[str, str], list[Point]] = {}
    for point in points:
        key = (point.answer.claim["question"], point.answer.told.speaker)
        grouped.setdefault(key, []).append(point)
    lines = [_line(question, line, scale) for (question, _), line in grouped.items()]
    return Toll(lines, points, scale.amounts(), scale.times())


def _point(answer: Answer) -> Point | None:
    claim, number = answer.claim, answer.claim["number"]
    if claim["question"] not in _MEASURES or number is None or number["subset_of"]:
        return None
    known = [n for n in (number["low"], number["high"]) if n is not None]
    if not known or number["group"] != "all" or number["basis"] != Basis.CUMULATIVE:
        return None
    when = answer.when
    at, precision = (
        (claim["as_of"], claim["as_of_precision"])
        if claim["as_of"]
        else (when["at"], when["precision"])
    )
    words = moment(at, precision, when["zone"])
    if not claim["as_of"] and when["printed"]:
        words = printed(words)
    return Point(answer, datetime.fromisoformat(at), words, figure(number), min(known), max(known))


class _Scale:
    """From time and number to the chart's units."""

    def __init__(self, points: list[Point]) -> None:
        self.first, self.last = points[0], points[-1]
        self.most = max(point.high for point in points) or 1

    def x(self, at: datetime) -> int:
        span = (self.last.at - self.first.at).total_seconds()
        share = (at - self.first.at).total_seconds() / span if span else 0
        # The last figure still needs a line to the right of it, on which it stands.
        return _LEFT + round(share * (WIDTH - _LEFT - _RIGHT) * 0.85)

    def y(self, number: int) -> int:
        return HEIGHT - _BOTTOM - round(number / self.most * (HEIGHT - _TOP - _BOTTOM))

    def amounts(self) -> list[Mark]:
        steps = sorted({0, self.most // 2, self.most})
        return [Mark(grouped(amount), self.y(amount)) for amount in steps]

    def times(self) -> list[Mark]:
        ends = {self.x(point.at): point.when for point in (self.last, self.first)}
        return [Mark(label, x) for x, label in sorted(ends.items())]


def _line(question: str, points: list[Point], scale: _Scale) -> Line:
    steps = [_step(point, scale) for point in points]
    path = f"M{steps[0].x} {steps[0].y}"
    for step in steps[1:]:
        path += f"H{step.x}V{step.y}"
    side = points[0].answer.told.side
    return Line(question, side, steps, f"{path}H{WIDTH - _RIGHT}")


def _step(point: Point, scale: _Scale) -> Step:
    number = point.answer.claim["number"]
    qualifier = number["qualifier"] if number else ""
    y = scale.y(point.low if qualifier not in _OPEN_DOWNWARDS else point.high)
    top, bottom = scale.y(point.high), scale.y(point.low)
    if qualifier in _OPEN_UPWARDS:
        top = y - _WHISKER
    elif qualifier in _OPEN_DOWNWARDS:
        bottom = y + _WHISKER
    return Step(point, scale.x(point.at), y, top, bottom)
