"""The entries of one page of the timeline: which they are, and their cards or rows."""

from collections.abc import Sequence
from typing import TypeAlias

from incidents.public.cards import Card, cards_of
from incidents.public.filters import Filters
from incidents.record.models import Entry, EntryMoment, EntryMomentQuerySet, EntryQuerySet
from incidents.record.order import position

Listed: TypeAlias = Sequence[Card | Entry | EntryMoment]


def listed(filters: Filters, most: int) -> Listed:
    """At most so many, in the order asked for, from the one on that `after` says.

    As rows where the cards are to show what is looked for, or what was known at a moment.
    """
    serials = _serials(filters, most)
    if serials is not None:
        found = _found(filters, _chosen(filters, serials).newest("at")[:most])
        if len(found) == min(most, len(serials)):
            return found
        # Since this answer asked for the clock, one was published anew, or withdrawn.
    return _found(filters, filters.page()[:most])


def dated(filters: Filters) -> bool:
    """Whether entries say their days themselves, as no heading does."""
    return filters.sort_field == "changed_at" or filters.ranked


def _serials(filters: Filters, most: int) -> list[int] | None:
    """What the bitmaps choose, at every depth at one cost: of each part so many. None where the
    database is to choose."""
    if filters.wanted or filters.sort_field != "at" or filters.parts is None:
        return None
    cursor = filters.values.get("after")
    after = position(cursor.moment, cursor.incident) if cursor else None
    return [
        serial
        for part in filters.parts
        for serial in part.newest(filters.within(part), most, after)
    ]


def _chosen(filters: Filters, serials: list[int]) -> EntryQuerySet | EntryMomentQuerySet:
    entries = Entry.objects.filter(serial__in=serials)
    if filters.known is None:
        return entries
    # Found by incident, as there is no index of the serials of moments.
    incidents = list(entries.order_by().values_list("incident", flat=True))
    return EntryMoment.objects.known_at(filters.known).filter(incident__in=incidents)


def _found(filters: Filters, page: EntryQuerySet | EntryMomentQuerySet) -> Listed:
    if filters.wanted or filters.known:
        return list(page.defer("search"))
    return cards_of(page.states, dated(filters))
