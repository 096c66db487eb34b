"""Actors that the record names: who speaks, for whom, and who is accused."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from django.http import Http404

from incidents.public.api.endpoint import Call, Listed
from incidents.public.api.names import Name, names_of
from incidents.public.exported import Address, Named
from incidents.record.document import ActorDocument
from incidents.record.models import RecordActor, Version
from incidents.vocabulary import ActorKind, Side


class ApiActor(Named):
    """`side` is for filters and layout only: it says nothing of loyalty."""

    kind: Annotated[str, ActorKind]
    side: Annotated[str, Side]
    organisation: Named | None
    names: list[Name]
    url: Address
    api: Address
    claims: Address


class ActorList(Listed):
    actors: list[ApiActor]


def actors(call: Call) -> ActorList:
    """Actors that published claims name, by id."""
    clock = Version.objects.clock()
    found = RecordActor.objects.order_by("id")
    if "side" in call.asked:
        found = found.filter(side__in=call.asked["side"])
    if "after" in call.asked:
        found = found.filter(pk__gt=call.asked["after"])
    items, more = call.page(found, lambda row: row.id)
    return {"record_clock": clock, "next": more, "actors": _actors(call, items)}


def actor(call: Call, actor: str) -> ApiActor:
    """One actor."""
    found = RecordActor.known_as(actor)
    if found is None:
        raise Http404
    return _actors(call, [found])[0]


def _actors(call: Call, rows: Sequence[RecordActor]) -> list[ApiActor]:
    """One query: the names of their organisations."""
    above = RecordActor.named({body for row in rows if (body := row.details["organisation"])})
    return [_actor(call, row, above) for row in rows]


def _actor(call: Call, row: RecordActor, above: Mapping[str, RecordActor]) -> ApiActor:
    details: ActorDocument = row.details
    body = above.get(details["organisation"] or "")
    return {
        "id": row.id,
        "name": row.name,
        "kind": details["kind"],
        "side": details["side"],
        "organisation": {"id": body.id, "name": body.name} if body else None,
        "names": names_of(details["names"]),
        "url": call.address("actor-id", row.id),
        "api": call.address("api-actor", row.id),
        "claims": call.address("api-claims", actor=row.id),
    }
