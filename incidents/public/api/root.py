"""Where to begin: what there is, and how far the record has come."""

from typing import TypedDict

from incidents.public.api.endpoint import Call
from incidents.public.api.versions import ApiVersion, api_versions
from incidents.public.exported import Address
from incidents.public.exports import ATTRIBUTION
from incidents.record.models import Version


class Links(TypedDict):
    incidents: Address
    claims: Address
    sources: Address
    places: Address
    actors: Address
    versions: Address
    changes: Address
    openapi: Address
    docs: Address


class Root(TypedDict):
    """`newest` is the version that the record clock stands at; null while nothing is published."""

    record_clock: int
    newest: ApiVersion | None
    attribution: str
    links: Links


def root(call: Call) -> Root:
    """The record clock, and links to everything else."""
    newest = Version.objects.defer("document").order_by("-serial").first()
    return {
        "record_clock": newest.serial if newest else 0,
        "newest": api_versions(call, [newest])[0] if newest else None,
        "attribution": ATTRIBUTION,
        "links": {
            "incidents": call.address("api-incidents"),
            "claims": call.address("api-claims"),
            "sources": call.address("api-sources"),
            "places": call.address("api-places"),
            "actors": call.address("api-actors"),
            "versions": call.address("api-versions"),
            "changes": call.address("api-changes"),
            "openapi": call.address("api-openapi"),
            "docs": call.address("api-docs"),
        },
    }
