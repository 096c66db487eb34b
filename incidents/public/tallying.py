"""The numbers of a filter from the bitmaps (record/bitmaps.py)."""

from pyroaring import BitMap

from incidents.public.density import MOST_BARS
from incidents.public.filters import FACETS, Filters, meeting
from incidents.public.numbers import MOST, Balance, Numbers
from incidents.record.bitmaps import Bitmaps
from incidents.record.models import RecordPlace
from incidents.vocabulary import PlaceKind, Standing


def numbers(filters: Filters, bitmaps: Bitmaps) -> Numbers:
    sets = filters.sets(bitmaps)
    whole = meeting(bitmaps, sets)
    # Where nothing was chosen of a facet, leaving that out changes nothing.
    others = {key: meeting(bitmaps, sets, but=key) if key in sets else whole for key in FACETS}
    chosen = {key: filters.values.get(key, []) for key in FACETS}
    return Numbers(
        balance=_balance(bitmaps, whole),
        facets={
            "place": bitmaps.counts(others["place"], "places", _listed(bitmaps, chosen["place"])),
            "actor": _most(bitmaps, others["actor"], "actors", chosen["actor"]),
            "publisher": _most(bitmaps, others["publisher"], "publishers", chosen["publisher"]),
            **{
                key: bitmaps.counts(others[key], FACETS[key])
                for key in ("kind", "standing", "side", "question", "stance")
            },
        },
        days=bitmaps.days(whole, filters.values.get("from"), MOST_BARS),
    )


def numbers_of(filters: Filters, bitmaps: Bitmaps, key: str, values: list[str]) -> dict[str, int]:
    """How many of the entries asked for fall under each of a few values of one facet."""
    return bitmaps.counts(filters.within(bitmaps, but=key), FACETS[key], values)


def _balance(bitmaps: Bitmaps, within: BitMap) -> Balance:
    verified = bitmaps.counts(within, "verification")
    return Balance(
        incidents=len(within),
        claims=bitmaps.total(within, "claim_count"),
        origins=bitmaps.different(within, "origins"),
        contested=bitmaps.counts(within, "standing", [Standing.CONTESTED]).get("contested", 0),
        countered=bitmaps.total(within, "countered"),
        verified=sum(number for outcome, number in verified.items() if outcome),
    )


def _most(bitmaps: Bitmaps, within: BitMap, field: str, chosen: list[str]) -> dict[str, int]:
    return bitmaps.most(within, field, MOST) | bitmaps.counts(within, field, chosen)


def _listed(bitmaps: Bitmaps, chosen: list[str]) -> set[str]:
    """Countries and regions, and what lies in those that are chosen or hold what is."""
    kinds = RecordPlace.objects.filter(kind__in=[PlaceKind.COUNTRY, PlaceKind.REGION])
    regions = dict(kinds.order_by().values_list("id", "kind"))
    listed = {*regions, *chosen}
    unfolded = list(bitmaps.places.around(chosen))
    while unfolded:
        for inner in bitmaps.places.directly_in(unfolded.pop()):
            if regions.get(inner) != PlaceKind.REGION and inner not in listed:
                unfolded.append(inner)
            listed.add(inner)
    return listed
