"""The entries of one page of the timeline: which they are, and their cards or rows."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

from incidents.public.cards import Card, cards_at, cards_of
from incidents.public.filters import Filters
from incidents.record.bitmaps import Bitmaps
from incidents.record.models import Entry, EntryMoment, EntryMomentQuerySet, EntryQuerySet
from incidents.record.order import position

Listed: TypeAlias = Sequence[Card | Entry | EntryMoment]


def listed(filters: Filters, most: int) -> Listed:
    """At most so many, in the order asked for, from the one on that `after` says.

    As rows where the cards are to show what is looked for, or what was known at a moment.
    """
    if filters.parts and not filters.wanted and filters.sort_field == "at":
        serials = _serials(filters, filters.parts, most)
        found: Listed = (
            _moments(serials, filters.known, most)
            if filters.known
            else cards_at(filters.parts[0].making, serials, dated=False)
        )
        if len(found) == min(most, len(serials)):
            return found
        # Since this answer asked for the clock, one was published anew, or withdrawn.
    return _found(filters, filters.page()[:most])


def dated(filters: Filters) -> bool:
    """Whether entries say their days themselves, as no heading does."""
    return filters.sort_field == "changed_at" or filters.ranked


def _serials(filters: Filters, parts: Sequence[Bitmaps], most: int) -> list[int]:
    """What the bitmaps choose, at every depth at one cost: of each part so many."""
    cursor = filters.values.get("after")
    after = position(cursor.moment, cursor.incident) if cursor else None
    return [serial for part in parts for serial in part.newest(filters.within(part), most, after)]


def _moments(serials: Sequence[int], known: datetime, most: int) -> list[EntryMoment]:
    # Found by incident, as there is no index of the serials of moments.
    entries = Entry.objects.filter(serial__in=serials).order_by()
    incidents = list(entries.values_list("incident", flat=True))
    moments = EntryMoment.objects.known_at(known).filter(incident__in=incidents)
    return list(moments.newest("at").defer("search")[:most])


def _found(filters: Filters, page: EntryQuerySet | EntryMomentQuerySet) -> Listed:
    if filters.wanted or filters.known:
        return list(page.defer("search"))
    return cards_of(page.states, dated(filters))
