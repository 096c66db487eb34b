"""The table of the API: its addresses, in the order in which they are documented."""

from functools import cache
from http import HTTPStatus
from typing import Any

from incidents.public.api import forms
from incidents.public.api.actors import actor, actors
from incidents.public.api.claims import claim, claims
from incidents.public.api.endpoint import Call, Endpoint
from incidents.public.api.incidents import incident, incidents
from incidents.public.api.openapi import openapi_document
from incidents.public.api.places import place, places
from incidents.public.api.root import root
from incidents.public.api.sources import source, sources
from incidents.public.api.versions import changes, record_head, version, versions

GONE, MOVED = HTTPStatus.GONE, HTTPStatus.MOVED_PERMANENTLY


def openapi(call: Call) -> dict[str, Any]:
    """This API, described by OpenAPI 3.1."""
    return document()


ENDPOINTS = (
    Endpoint("", root),
    Endpoint("incidents/", incidents, forms.IncidentsForm),
    Endpoint(
        "incidents/<id:incident>/",
        incident,
        forms.IncidentForm,
        also=(
            (MOVED, "It was merged into another incident, and leads to it."),
            (GONE, "It was withdrawn; `detail` says why."),
        ),
    ),
    Endpoint("claims/", claims, forms.ClaimsForm),
    Endpoint(
        "claims/<id:claim>/",
        claim,
        also=((GONE, "No version that is current has it; `version` is the last one that had it."),),
    ),
    Endpoint("sources/", sources, forms.SourcesForm),
    Endpoint("sources/<id:source>/", source),
    Endpoint("places/", places, forms.PlacesForm),
    Endpoint("places/<id:place>/", place),
    Endpoint("actors/", actors, forms.ActorsForm),
    Endpoint("actors/<id:actor>/", actor),
    Endpoint("versions/", versions, forms.VersionsForm),
    Endpoint("versions/<int:serial>/", version),
    Endpoint("changes/", changes, forms.ChangesForm),
    Endpoint("record-head", record_head),
    Endpoint("openapi.json", openapi),
)


@cache
def document() -> dict[str, Any]:
    return openapi_document(ENDPOINTS)
