"""Places that the record names."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from django.http import Http404

from incidents.public.api.endpoint import Call, Listed
from incidents.public.api.names import Name, names_of
from incidents.public.exported import Address, Named
from incidents.record.document import PlaceDocument
from incidents.record.models import RecordPlace, Version
from incidents.vocabulary import PlaceKind


class ApiPlace(Named):
    """Who controls a place is never an attribute of it: it is a claim."""

    kind: Annotated[str, PlaceKind]
    path: list[Named]  # from the country down to the place itself
    latitude: float | None
    longitude: float | None
    names: list[Name]
    url: Address
    api: Address
    incidents: Address
    claims: Address


class PlaceList(Listed):
    places: list[ApiPlace]


def places(call: Call) -> PlaceList:
    """Places that published incidents and claims name, and what these lie in, by id."""
    clock = Version.objects.clock()
    found = RecordPlace.objects.order_by("id")
    if "kind" in call.asked:
        found = found.filter(kind__in=call.asked["kind"])
    if "after" in call.asked:
        found = found.filter(pk__gt=call.asked["after"])
    items, more = call.page(found, lambda row: row.id)
    return {"record_clock": clock, "next": more, "places": _places(call, items)}


def place(call: Call, place: str) -> ApiPlace:
    """One place."""
    found = RecordPlace.known_as(place)
    if found is None:
        raise Http404
    return _places(call, [found])[0]


def _places(call: Call, rows: Sequence[RecordPlace]) -> list[ApiPlace]:
    """One query: the names of what they lie in."""
    above = RecordPlace.named({key for row in rows for key in row.details["path"]})
    return [_place(call, row, above) for row in rows]


def _place(call: Call, row: RecordPlace, above: Mapping[str, RecordPlace]) -> ApiPlace:
    details: PlaceDocument = row.details
    return {
        "id": row.id,
        "name": row.name,
        "kind": details["kind"],
        "path": [{"id": key, "name": above[key].name} for key in details["path"] if key in above],
        "latitude": details["latitude"],
        "longitude": details["longitude"],
        "names": names_of(details["names"]),
        "url": call.address("place-id", row.id),
        "api": call.address("api-place", row.id),
        "incidents": call.address("api-incidents", place=row.id),
        "claims": call.address("api-claims", place=row.id),
    }
