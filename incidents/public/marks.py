"""The marks of the map: incidents counted by place, each place drawn no closer than it is known."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import log2

from django.utils.translation import ngettext

from incidents.public.basemap import (
    Box,
    Label,
    Outline,
    Spot,
    Stroke,
    outlines,
    spots,
    strokes,
    where,
)
from incidents.public.naming import name_of
from incidents.public.numbers import AtPlace
from incidents.record.models import RecordPlace

# More marks than this would cover one another: then those of a region become one.
MOST = 120
_SMALLEST, _LARGEST = 10, 44  # pixels across
_LETTERS = 12  # pixels


@dataclass
class Mark:
    """The incidents of one place or, if `gathered`, all those of a region, however they are known.

    `exact`: how many of them happened at that very point. `known`: the places that they name, and
    how closely each is known. `incident`: the id of the only one.
    """

    spot: Spot
    stands_for: RecordPlace | Outline
    number: int = 0
    exact: int = 0
    incident: str = ""
    known: list[tuple[str, str]] = field(default_factory=list)
    gathered: bool = False

    @cached_property
    def place(self) -> str:
        """Its name, not asked for of the thousands that are gathered."""
        of = self.stands_for
        return of.name if isinstance(of, Outline) else name_of(of).text

    @property
    def where(self) -> str:
        return self.place if self.exact or self.gathered else where(self.spot, self.place)

    @property
    def label(self) -> str:
        words = ngettext("%(where)s: %(n)d incident", "%(where)s: %(n)d incidents", self.number)
        words = words % {"where": self.where, "n": self.number}
        around = self.number - self.exact
        if self.gathered or not self.exact or not around:
            return words
        more = ngettext(
            "%(words)s, %(n)d of them somewhere around",
            "%(words)s, %(n)d of them somewhere around",
            around,
        )
        return more % {"words": words, "n": around}

    @property
    def width(self) -> int:
        """Pixels across, without a ring: it grows with the figures of the number."""
        return min(_LARGEST, _SMALLEST + round(5 * log2(self.number)))

    @property
    def strokes(self) -> list[Stroke]:
        around = self.exact < self.number and not self.gathered
        return strokes(self.width, exact=self.exact > 0 or self.gathered, around=around)

    @property
    def box(self) -> Box:
        of = self.stands_for
        return of.box if isinstance(of, Outline) else Box.at(self.spot.x, self.spot.y)

    @property
    def names(self) -> list[Label]:
        """Its name on either side of it."""
        words = f"{self.place} {self.number}" if self.number > 1 else self.place
        aside = round((self.strokes[0].width / 2 + 5) / _LETTERS, 2)
        return [Label(words, self.spot.x, self.spot.y, side) for side in (aside, -aside)]


@dataclass
class Marks:
    """`drawn`: largest first. `elsewhere`: places that have none on the map, by name.

    `nowhere`: incidents without any place. `left_out`: those at more places than can be drawn.
    """

    drawn: list[Mark]
    elsewhere: list[tuple[RecordPlace, int]]
    nowhere: int
    left_out: int
    by_region: Mapping[str, int]

    @property
    def gathered(self) -> bool:
        return any(mark.gathered for mark in self.drawn)

    @property
    def not_on_the_map(self) -> int:
        return self.nowhere + sum(number for _, number in self.elsewhere)


def marks(
    counted: Iterable[AtPlace],
    places: Mapping[str, RecordPlace],
    opened: Collection[str] = (),
    most: int = MOST,
) -> Marks:
    """`counted`: as facets.by_place gives it. `places` hold each place counted.

    Where there are more than `most`, the marks of each region not `opened` are gathered into one.
    """
    known = {key: spots(key, place.details) for key, place in places.items()}
    standing: list[tuple[Spot, str, AtPlace]] = []
    elsewhere, by_region = Counter[str](), Counter[str]()
    nowhere = 0
    for row in counted:
        place, precision, number, _one = row
        if not place:
            nowhere += number
            continue
        at = known[place]
        region = at.region.place if at.region else ""
        if region:
            by_region[region] += number
        spot = at.of(precision)
        if spot is None:
            elsewhere[place] += number
        else:
            standing.append((spot, region, row))
    too_many = len({spot.place for spot, *_ in standing}) > most
    drawn = _drawn(standing, places, by_region.keys() - set(opened) if too_many else set())
    drawn.sort(key=lambda mark: (-mark.number, mark.place))
    return Marks(
        drawn=drawn[:most],
        elsewhere=sorted(
            ((places[key], number) for key, number in elsewhere.items()),
            key=lambda pair: (name_of(pair[0]).text, pair[0].id),
        ),
        nowhere=nowhere,
        left_out=sum(mark.number for mark in drawn[most:]),
        by_region=by_region,
    )


def _drawn(
    standing: Iterable[tuple[Spot, str, AtPlace]],
    places: Mapping[str, RecordPlace],
    closed: Collection[str],
) -> list[Mark]:
    """Of incidents, the region that they lie in (or ""), and their number. All those in a region
    that is `closed` become one mark."""
    found: dict[str, Mark] = {}
    gathered = Counter[str]()
    for spot, region, (place, precision, number, one) in standing:
        if region in closed:
            gathered[region] += number
            continue
        mark = found.get(spot.place)
        if mark is None:
            mark = found[spot.place] = Mark(spot, spot.region or places[place])
        mark.number += number
        mark.exact += number if spot.exact else 0
        mark.incident = one
        mark.known.append((place, precision))
    return [*found.values(), *(_gathered(key, gathered[key]) for key in sorted(gathered))]


def _gathered(place: str, number: int) -> Mark:
    region = outlines()[place]
    return Mark(replace(region.anywhere, exact=True, region=None), region, number, gathered=True)
