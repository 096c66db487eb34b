"""How the toll was reported: one step line a speaker and measure, over time, as server-made SVG.

Figures of whole tolls only: parts of another figure, figures on top of earlier ones and what was
denied stand in the ledger. A toll may fall; nothing is smoothed or summed. A word in place of a
number is shown as that word, and drawn nowhere near one. Every figure stands in the table too.
"""

from dataclasses import dataclass
from datetime import datetime
from string import ascii_uppercase

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from incidents.public.answers import Answer
from incidents.public.naming import name_of
from incidents.public.wording import figure, moment, printed
from incidents.record.document import NumberDocument
from incidents.record.standing import AFFIRMS
from incidents.vocabulary import Basis, Group, Qualifier, Question

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

# In units of the SVG. To the right of END stand the labels; on a phone only their keys do.
WIDTH, END = 720, 470
LEFT, _TOP, _BOTTOM = 52, 24, 24
_PLOT = 150  # height between the lowest and the highest figure, at least
_LABEL, _ROW = 36, 22  # height of a label, of a word
_WHISKER = 16
_LAST = 0.85  # share of the plot's width at which the last figure stands, on a line of its own
_LONGEST = 34  # characters of a speaker's name


@dataclass
class Point:
    answer: Answer
    number: NumberDocument
    at: datetime
    date: str
    when: str  # with what the date is
    key: str = ""  # of its line

    @property
    def figure(self) -> str:
        return figure(self.number)

    @property
    def low(self) -> int | None:
        """The least that it names; None for a word."""
        return min(self._ends, default=None)

    @property
    def high(self) -> int | None:
        return max(self._ends, default=None)

    @property
    def _ends(self) -> list[int]:
        return [end for end in (self.number["low"], self.number["high"]) if end is not None]


@dataclass
class Step:
    """A point on the chart, and the path of its whisker: with a bar where it ends, a tip where it
    is open."""

    x: int
    y: int
    whisker: str


@dataclass
class Line:
    key: str
    question: str
    side: str
    steps: list[Step]
    path: str
    lead: str  # from the line's end to its label
    label_y: int
    label: str
    speaker: str


@dataclass
class Mark:
    label: str
    position: int
    anchor: str = ""


@dataclass
class Word:
    """A figure that was given in a word: where it stands in time, on a row of its own."""

    key: str
    side: str
    word: str
    x: int
    y: int


@dataclass
class Toll:
    lines: list[Line]
    words: list[Word]
    points: list[Point]  # in order of time, for the table
    amounts: list[Mark]
    times: list[Mark]
    base: int  # y of the lowest figure that can be
    height: int
    width: int = WIDTH
    left: int = LEFT
    end: int = END


def toll(answers: list[Answer]) -> Toll | None:
    """The chart of these answers; None with fewer than two figures, as there is no course then."""
    points = sorted(filter(None, map(_point, answers)), key=lambda point: point.at)
    if sum(point.high is not None for point in points) < 2:
        return None
    grouped: dict[tuple[str, str], list[Point]] = {}
    for point in points:
        key = (point.answer.claim["question"], point.answer.told.speaker)
        grouped.setdefault(key, []).append(point)
    for number, line in enumerate(grouped.values()):
        for point in line:
            point.key = _key(number)
    scale = _Scale(points, labels=len(grouped))
    lines = [
        _line(line, scale) for line in grouped.values() if any(p.high is not None for p in line)
    ]
    _set_apart(lines, scale)
    words = [point for point in points if point.high is None]
    return Toll(
        lines,
        [_word(point, row, scale) for row, point in enumerate(words)],
        points,
        scale.amounts(),
        scale.times(),
        base=scale.base,
        height=scale.base + _BOTTOM + _ROW * len(words),
    )


def _key(number: int) -> str:
    """A, B … Z, A1, B1 …"""
    return ascii_uppercase[number % 26] + (str(number // 26) if number >= 26 else "")


def _point(answer: Answer) -> Point | None:
    claim, number = answer.claim, answer.claim["number"]
    if claim["question"] not in _MEASURES or claim["stance"] not in AFFIRMS:
        return None
    if number is None or number["subset_of"] or number["group"] != Group.ALL:
        return None
    if number["basis"] != Basis.CUMULATIVE:
        return None
    about = answer.about
    date = moment(about["at"], about["precision"], about["zone"])
    when = date
    if claim["as_of"]:
        when = _("as of %(when)s") % {"when": date}
    elif about["printed"]:
        when = printed(date)
    return Point(answer, number, datetime.fromisoformat(about["at"]), date, when)


class _Scale:
    """From time and number to the chart's units."""

    def __init__(self, points: list[Point], labels: int) -> None:
        self.first, self.last = points[0], points[-1]
        self.at = sorted({point.at for point in points})
        most = max(point.high for point in points if point.high is not None)
        self.step = _round_step(most)
        self.most = -(-most // self.step) * self.step or 1
        self.base = _TOP + max(_PLOT, _LABEL * labels)

    def x(self, at: datetime) -> int:
        span = (self.last.at - self.first.at).total_seconds()
        share = (at - self.first.at).total_seconds() / span if span else 0
        return LEFT + round(share * (END - LEFT) * _LAST)

    def y(self, number: int) -> int:
        return self.base - round(number / self.most * (self.base - _TOP))

    def amounts(self) -> list[Mark]:
        return [
            Mark(number_format(amount, force_grouping=True), self.y(amount))
            for amount in range(0, self.most + 1, self.step)
        ]

    def times(self) -> list[Mark]:
        """The first and the last date; one where both read the same."""
        marks = [Mark(self.first.date, LEFT, "start")]
        if self.last.date != self.first.date:
            marks.append(Mark(self.last.date, self.x(self.last.at), "end"))
        return marks


def _round_step(most: int) -> int:
    """The least of 1, 2, 5, 10, 20 … of which at most four make `most`."""
    step = 1
    while True:
        for one in (step, 2 * step, 5 * step):
            if one * 4 >= most:
                return one
        step *= 10


def _line(points: list[Point], scale: _Scale) -> Line:
    steps = [_step(point, scale) for point in points]
    path = f"M{steps[0].x} {steps[0].y}" + "".join(f"H{step.x}V{step.y}" for step in steps[1:])
    last = points[-1]
    return Line(
        key=last.key,
        question=last.answer.claim["question"],
        side=last.answer.told.side,
        steps=steps,
        path=f"{path}H{END}",
        lead="",
        label_y=steps[-1].y,
        label=last.figure,
        speaker=_short(name_of(last.answer.told.actor).text),
    )


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1].rstrip()}…"


def _set_apart(lines: list[Line], scale: _Scale) -> None:
    """Move labels so that none stands on another, each as near to its line as there is room."""
    below = sorted(lines, key=lambda line: line.label_y)
    free = _TOP - _LABEL // 2
    for line in below:
        line.label_y = free = max(line.label_y, free)
        free += _LABEL
    free = scale.base
    for line in reversed(below):
        line.label_y = free = min(line.label_y, free)
        free -= _LABEL
    for line in lines:
        line.lead = f"M{END} {line.steps[-1].y}L{END + 12} {line.label_y}"


def _step(point: Point, scale: _Scale) -> Step:
    assert point.low is not None
    assert point.high is not None
    qualifier = point.number["qualifier"]
    x, top, bottom = scale.x(point.at), scale.y(point.high), scale.y(point.low)
    if qualifier in _OPEN_UPWARDS:
        return Step(x, top, f"M{x} {top}v-{_WHISKER}m-4 5l4 -5l4 5")
    if qualifier in _OPEN_DOWNWARDS:
        return Step(x, bottom, f"M{x} {bottom}v{_WHISKER}m-4 -5l4 5l4 -5")
    whisker = f"M{x - 4} {top}h8M{x} {top}V{bottom}m-4 0h8" if top != bottom else ""
    return Step(x, bottom, whisker)


def _word(point: Point, row: int, scale: _Scale) -> Word:
    y = scale.base + _BOTTOM + _ROW * row + _ROW // 2
    return Word(point.key, point.answer.told.side, point.number["word"], scale.x(point.at), y)
