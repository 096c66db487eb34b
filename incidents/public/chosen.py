"""Which entries of a filter come first, as the bitmaps tell: at every depth at one cost.

The database may walk past all that the filter leaves out, until it has found so many.
"""

from typing import NamedTuple

from incidents.public.filters import Cursor, Filters
from incidents.record.order import Position, position


class Chosen(NamedTuple):
    position: Position
    serial: int
    settled_from: int  # since when the entry has been what it is, as order.instant


def first(filters: Filters, field: str, most: int, after: Cursor | None) -> list[Chosen] | None:
    """At most so many, newest `field` first, of those after that one. None without bitmaps."""
    if filters.parts is None:
        return None
    beyond = position(after.moment, after.incident) if after else None
    chosen: list[Chosen] = []
    for part in filters.parts:
        serials = part.newest(filters.within(part), most, beyond, field)
        chosen += map(Chosen, part.positions(serials, field), serials, part.settled_from(serials))
    return sorted(chosen, reverse=True)[:most]
