"""The lanes of one place: what each side claims about it over time, as server-made SVG.

Lanes are of those who speak. In a lane, a claim holds until the same side claims something about a
later time; a denial or no comment is a mark of its own, as high as any other. Claims that would
cover one another stand in rows. Units are pixels at full size.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from incidents.public.control import ControlClaim
from incidents.public.naming import name_of
from incidents.public.timescale import Tick, TimeScale
from incidents.public.wording import moment, word
from incidents.vocabulary import ControlStatus, Side, Stance

WIDTH = 912
_GUTTER = 150
_LATER = 96  # where what was not said since runs out
_LETTER = 6.6  # the usual width of a letter
_BEFORE = 6  # letters before the label: its number, the side, whether it clashes
_GAP = 8
_ROW, _PADDING, _AXIS = 36, 6, 26
_LEAST = 6  # the narrowest bar that is still to be seen

_SIGNS: dict[str, str] = {
    Side.RUSSIA: "◆",
    Side.UKRAINE: "●",
    Side.OTHER: "▲",
    Side.NONE: "○",
}

_S = ControlStatus
# The patterns of static/territory.css. What is denied or gone is an empty frame.
FILLS: dict[str, tuple[ControlStatus, ...]] = {
    "whole": (_S.FULL_CONTROL, _S.HELD, _S.RECAPTURED),
    "partly": (_S.UNDER_CONTROL_NOT_LIBERATED, _S.PARTIAL_CONTROL),
    "around": (_S.ENCIRCLED, _S.ADVANCE, _S.ENTERED),
    "contested": (_S.CONTESTED,),
    "declared": (_S.ANNEXATION_DECLARED,),
    "hollow": (_S.NOT_FULL_CONTROL, _S.NOT_ENCIRCLED, _S.WITHDRAWN),
}
_FILL_OF = {status.value: fill for fill, statuses in FILLS.items() for status in statuses}


@dataclass
class Mark:
    """A claim at its place. `number`: its row in the table under the lanes.

    The bar runs from `x` to `end`; what is `open` has no later claim after it. `sure` is where the
    time that it is about ends: it begins somewhere from `x` to there.
    """

    claim: ControlClaim
    number: int
    name: str
    label: str
    fill: str
    x: int
    end: int
    sure: int
    open: bool
    room: int  # that the label takes
    y: int = 0

    @property
    def about(self) -> str:
        """Who is said to hold it, by the same signs as everywhere."""
        return _SIGNS[self.claim.row.control_side]

    @property
    def said(self) -> int:
        """The width for which it surely holds, as far as anybody says."""
        return (self.sure if self.open else self.end) - self.x

    @property
    def since(self) -> int:
        """The width in which the same side says nothing more."""
        return self.end - self.sure

    @property
    def soft(self) -> int:
        """The width within which it begins."""
        return self.sure - self.x

    @property
    def at_the_end(self) -> bool:
        """Whether the label has room only to the left of the edge."""
        return self.x + self.room > WIDTH

    @property
    def text_x(self) -> int:
        return WIDTH if self.at_the_end else self.x

    @property
    def left(self) -> int:
        return min(self.x, WIDTH - self.room)

    @property
    def right(self) -> int:
        return max(self.end, min(self.x + self.room, WIDTH))

    @property
    def reach(self) -> int:
        return self.right - self.left

    @property
    def text_y(self) -> int:
        return self.y + 14

    @property
    def bar_y(self) -> int:
        return self.y + 19

    @property
    def middle(self) -> int:
        return self.y + 25


@dataclass
class Lane:
    side: str
    y: int
    floor: int
    marks: list[Mark]


@dataclass
class Lanes:
    lanes: list[Lane]
    ticks: list[Tick]
    breaks: list[int]
    floor: int
    height: int
    width: int = WIDTH


def lanes(claims: list[ControlClaim]) -> Lanes:
    """Of the claims on one place, at least one, in order of the time that they are about."""
    scale = TimeScale([(claim.begins, claim.ends) for claim in claims], _GUTTER, WIDTH - _LATER)
    numbers = {claim.row.claim: number for number, claim in enumerate(claims, start=1)}
    spoken = {claim.row.side for claim in claims}
    drawn = []
    y = 0
    for side in Side:
        # Both sides always, so that silence shows.
        if side in (Side.RUSSIA, Side.UKRAINE) or side in spoken:
            theirs = [claim for claim in claims if claim.row.side == side]
            marks = [_mark(claim, theirs, numbers[claim.row.claim], scale) for claim in theirs]
            floor = y + _stack(marks, y) * _ROW + _PADDING
            drawn.append(Lane(side.value, y, floor, marks))
            y = floor
    return Lanes(drawn, scale.ticks(), scale.breaks, floor=y, height=y + _AXIS)


def _mark(claim: ControlClaim, lane: Iterable[ControlClaim], number: int, scale: TimeScale) -> Mark:
    until = _until(claim, lane)
    x = scale.x(claim.begins)
    sure = max(scale.x(claim.ends), x + _LEAST)
    end = WIDTH if until is None else max(scale.x(until), x + _LEAST)
    if claim.is_silent:
        end = sure
    label = _label(claim)
    return Mark(
        claim=claim,
        number=number,
        name=_name(claim),
        label=label,
        fill="hollow" if claim.is_denial else _FILL_OF.get(claim.row.control_status, "hollow"),
        x=x,
        end=end,
        sure=min(sure, end),
        open=end == WIDTH,
        room=round((len(label) + len(str(number)) + _BEFORE) * _LETTER),
    )


def _until(claim: ControlClaim, lane: Iterable[ControlClaim]) -> datetime | None:
    """Who says nothing ends nothing."""
    later = [one.begins for one in lane if one.begins > claim.begins and not one.is_silent]
    return min(later, default=None)


def _label(claim: ControlClaim) -> str:
    words = [word(claim.row.control_status, "control")]
    if claim.row.stance != Stance.ASSERTS:
        words.append(word(claim.row.stance, "stance"))
    return " · ".join([*words, name_of(claim.told.actor).text])


def _name(claim: ControlClaim) -> str:
    """What a screen reader says of the mark."""
    said = {
        "who": ", ".join(name_of(actor).text for actor in (claim.told.actor, claim.body) if actor),
        "claim": claim.row.text,
        "stance": word(claim.row.stance, "stance"),
        "when": moment(claim.row.at, claim.row.at_precision, claim.row.zone),
    }
    if claim.row.stance == Stance.ASSERTS:
        name = _("%(who)s: %(claim)s, %(when)s") % said
    else:
        name = _("%(who)s %(stance)s: %(claim)s, %(when)s") % said
    return _("%(claim)s; contradicted") % {"claim": name} if claim.against else name


def _stack(marks: list[Mark], y: int) -> int:
    """Gives each mark the first row in which it and its label cover no other; the rows needed."""
    ends: list[float] = []
    for mark in marks:
        free = (row for row, end in enumerate(ends) if end + _GAP <= mark.left)
        row = next(free, len(ends))
        ends[row : row + 1] = [mark.right]
        mark.y = y + row * _ROW
    return max(1, len(ends))
