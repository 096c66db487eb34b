"""From moments to places along a line, with a break where nothing was claimed for long.

A claim about 2014 beside ten about three days of July 2022 would leave these three days a hair
wide. So the line is cut where a gap is far longer than all that is left, and each piece has a scale
of its own. Moments are those of the clock of whoever speaks, as if it were UTC.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import count, dropwhile, islice, takewhile

from django.utils.formats import date_format
from django.utils.translation import pgettext

_LEAST_GAP = timedelta(days=7)
_FAR_LONGER = 4
_MOST_BREAKS = 5
_BREAK = 26  # units that a break takes
_LABEL = 84  # units that the label of a tick takes

_WEEK = timedelta(days=7)
# From fine to coarse; numbers are months.
_STEPS: tuple[timedelta | int, ...] = (
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=2),
    _WEEK,
    1,
    3,
    12,
    60,
    300,
)

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Tick:
    x: int
    label: str


@dataclass(frozen=True)
class Piece:
    """From `first` to `last` at `left` to `right`; the shortest span in it is `finest` long."""

    first: datetime
    last: datetime
    finest: timedelta
    left: float
    right: float

    def x(self, moment: datetime) -> float:
        share = (moment - self.first) / (self.last - self.first)
        return self.left + min(max(share, 0), 1) * (self.right - self.left)


class TimeScale:
    """For `spans`, half-open, at least one, none of them empty, from `left` to `right`."""

    def __init__(self, spans: Iterable[Span], left: int, right: int) -> None:
        spans = sorted(spans)
        groups = _grouped(spans, _breaks(_gaps(spans)))
        room = right - left - _BREAK * (len(groups) - 1)
        weights = [1 + len({first for first, _ in group}) for group in groups]
        self.pieces: list[Piece] = []
        at = float(left)
        for group, weight in zip(groups, weights, strict=True):
            width = room * weight / sum(weights)
            last = max(end for _, end in group)
            finest = min(end - first for first, end in group)
            self.pieces.append(Piece(group[0][0], last, finest, at, at + width))
            at += width + _BREAK

    def x(self, moment: datetime) -> int:
        """Moments in a break, or beyond the ends, go to the nearest piece before or after."""
        starts = [piece.first for piece in self.pieces]
        piece = self.pieces[max(bisect_right(starts, moment) - 1, 0)]
        return round(piece.x(moment))

    @property
    def breaks(self) -> list[int]:
        """The middle of each break."""
        return [round(piece.left - _BREAK / 2) for piece in self.pieces[1:]]

    def ticks(self) -> list[Tick]:
        return [tick for piece in self.pieces for tick in _ticks(piece)]


def _gaps(spans: list[Span]) -> list[tuple[timedelta, datetime]]:
    """Time that no span covers, each with the start of the span after it."""
    gaps = []
    covered = spans[0][1]
    for first, last in spans:
        if first > covered:
            gaps.append((first - covered, first))
        covered = max(covered, last)
    whole = covered - spans[0][0]
    return [*sorted(gaps, reverse=True), (whole, covered)]


def _breaks(gaps: list[tuple[timedelta, datetime]]) -> set[datetime]:
    """Where to cut: as many of the longest gaps as are each far longer than what is then left."""
    *gaps, (left, _) = gaps
    found: set[datetime] = set()
    cut: set[datetime] = set()
    for gap, after in gaps[:_MOST_BREAKS]:
        left -= gap
        cut.add(after)
        if gap >= max(_LEAST_GAP, _FAR_LONGER * left):
            found = set(cut)
    return found


def _grouped(spans: list[Span], breaks: set[datetime]) -> list[list[Span]]:
    groups: list[list[Span]] = [[]]
    for span in spans:
        if span[0] in breaks:
            breaks = breaks - {span[0]}
            groups.append([])
        groups[-1].append(span)
    return groups


def _ticks(piece: Piece) -> list[Tick]:
    """As fine as there is room for, and no finer than anything is known."""
    most = max(1, int((piece.right - piece.left) // _LABEL))
    for step in _STEPS:
        moments = list(islice(_starts(piece, step), most + 1))
        if len(moments) <= most and _lasts(step) >= piece.finest:
            break
    if not moments or piece.x(moments[0]) - piece.left > _LABEL:
        moments.insert(0, piece.first)
    before: list[datetime | None] = [None, *moments]
    return [
        Tick(round(piece.x(moment)), _label(moment, step, last))
        for moment, last in zip(moments, before, strict=False)
    ]


def _lasts(step: timedelta | int) -> timedelta:
    return timedelta(days=31 * step) if isinstance(step, int) else step


def _starts(piece: Piece, step: timedelta | int) -> Iterator[datetime]:
    """Where hours, days, weeks (from Monday) or a number of months begin in the piece."""
    day = datetime.combine(piece.first, time(), UTC)
    if isinstance(step, int):
        month = (day.year * 12 + day.month - 1) // step * step
        moments = (datetime(n // 12, n % 12 + 1, 1, tzinfo=UTC) for n in count(month, step))
    else:
        first = day - timedelta(days=day.weekday()) if step == _WEEK else day
        moments = (first + step * n for n in count())
    inside = dropwhile(lambda moment: moment < piece.first, moments)
    return takewhile(lambda moment: moment < piece.last, inside)


def _label(moment: datetime, step: timedelta | int, before: datetime | None) -> str:
    """No more than is new since the tick before."""
    on_the_day = moment.time() == time()
    if isinstance(step, int) and on_the_day and moment.day == 1:
        months = pgettext("date format, standing alone", "M Y")
        return date_format(moment, "Y" if step % 12 == 0 else months)
    if before is not None and before.date() == moment.date():
        return date_format(moment, "H:i")
    same_year = before is not None and before.year == moment.year
    short, long = (
        pgettext("date format, on an axis", "j M"),
        pgettext("date format, on an axis", "j M Y"),
    )
    day = date_format(moment, short if same_year else long)
    return day if on_the_day else f"{day}, {date_format(moment, 'H:i')}"
