"""The entries of one page of the timeline: which they are, and their cards."""

from collections.abc import Hashable, Sequence
from dataclasses import replace

from incidents.public.cards import Card, card_of, cards_at, cards_of
from incidents.public.chosen import first
from incidents.public.filters import Filters
from incidents.record.bitmaps import Bitmaps


def listed(filters: Filters, most: int) -> list[Card]:
    """At most so many, in the order asked for, from the one on that `after` says."""
    if filters.parts:
        choose = _best if filters.ranked else _newest
        if (cards := choose(filters, filters.parts, most)) is not None:
            return cards
        # Since this answer asked for the clock, one was published anew, or withdrawn.
    page = filters.page()[:most]
    if filters.ranked or filters.known:
        return [card_of(entry, dated(filters)) for entry in page.shown()]
    return cards_of(page.states, dated(filters))


def dated(filters: Filters) -> bool:
    """Whether entries say their days themselves, as no heading does."""
    return filters.sort_field == "changed_at" or filters.ranked


def _newest(filters: Filters, parts: Sequence[Bitmaps], most: int) -> list[Card] | None:
    """None where one of them is not there any more."""
    after = filters.values.get("after")
    chosen = first(filters, filters.sort_field, most, after) or []
    states: dict[int, Hashable] = {
        one.serial: (parts[0].making, one.serial, one.settled_from if filters.known else None)
        for one in chosen
    }
    cards = cards_at(states, lambda serials: filters.at_serials(serials).shown(), dated(filters))
    return cards if len(cards) == len(states) else None


def _best(filters: Filters, parts: Sequence[Bitmaps], most: int) -> list[Card] | None:
    """By rank, which the database tells; None as in _newest."""
    ranks = filters.page()[:most].ranks()
    states = {serial: (parts[0].making, serial, filters.known) for serial in ranks}
    cards = cards_at(states, lambda serials: filters.at_serials(serials).shown(), dated(filters))
    if len(cards) < len(ranks):
        return None
    return [replace(card, rank=ranks[card.serial]) for card in cards]
