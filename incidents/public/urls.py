"""Addresses. They are for ever: an id in any case, and with or without its slug, leads home."""

from django.urls import path, register_converter
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from incidents.public.about import about, cite, corrections, licence
from incidents.public.actors import actor, contradictions
from incidents.public.api.docs import api_docs
from incidents.public.api.endpoints import ENDPOINTS
from incidents.public.changes import changes
from incidents.public.changes_feed import changes_atom
from incidents.public.citing import citation
from incidents.public.embed import embed
from incidents.public.exports import (
    incidents_csv,
    incidents_geojson,
    incidents_json,
    incidents_timelinejs,
)
from incidents.public.feeds import incidents_atom
from incidents.public.find import find_actor, find_place
from incidents.public.incident import claim, history, incident, version, version_document
from incidents.public.map import map_mark, map_page
from incidents.public.method import method
from incidents.public.oembed import oembed
from incidents.public.place import place
from incidents.public.publisher import publisher
from incidents.public.sitemap import sitemap, sitemap_page
from incidents.public.sources import source, sources
from incidents.public.territory import territory
from incidents.public.territory_exports import territory_csv, territory_json
from incidents.public.timeline import timeline
from incidents.public.well_known import robots, security
from sources.public_ids import read_id


class PublicIdConverter:
    regex = "[0-9A-Za-z]{10}"

    def to_python(self, value: str) -> str:
        return read_id(value)

    def to_url(self, value: str) -> str:
        return value


register_converter(PublicIdConverter, "id")

urlpatterns = [
    path("", timeline, name="timeline"),
    path("incidents.atom", incidents_atom, name="incidents-atom"),
    path("incidents.csv", incidents_csv, name="incidents-csv"),
    path("incidents.json", incidents_json, name="incidents-json"),
    path("incidents.geojson", incidents_geojson, name="incidents-geojson"),
    path("incidents.timelinejs.json", incidents_timelinejs, name="incidents-timelinejs"),
    path("incidents/<id:incident>/", incident, name="incident-id"),
    path("incidents/<id:incident>/history/", history, name="history"),
    path("incidents/<id:incident>/embed/", embed, name="embed"),
    path("incidents/<id:incident>/v/<int:number>/", version, name="version"),
    path("incidents/<id:incident>/v/<int:number>.json", version_document, name="version-document"),
    path("incidents/<id:incident>/v/<int:number>.<str:style>", citation, name="citation"),
    path("incidents/<id:incident>/<str:slug>/", incident, name="incident"),
    path("claims/<id:claim>/", claim, name="claim"),
    path("map/", map_page, name="map"),
    path("map/<id:place>/", map_mark, name="map-mark"),
    path("actors/<id:actor>/", actor, name="actor-id"),
    path("actors/<id:actor>/contradictions/", contradictions, name="actor-contradictions-id"),
    path("actors/<id:actor>/<str:slug>/", actor, name="actor"),
    path(
        "actors/<id:actor>/<str:slug>/contradictions/", contradictions, name="actor-contradictions"
    ),
    path("publishers/<id:publisher>/", publisher, name="publisher-id"),
    path("publishers/<id:publisher>/<str:slug>/", publisher, name="publisher"),
    path("territory/", territory, name="territory"),
    path("territory.csv", territory_csv, name="territory-csv"),
    path("territory.json", territory_json, name="territory-json"),
    path("places/<id:place>/", place, name="place-id"),
    path("places/<id:place>/<str:slug>/", place, name="place"),
    path("sources/", sources, name="sources"),
    path("sources/<id:source>/", source, name="source"),
    path("find/place/", find_place, name="find-place"),
    path("find/actor/", find_actor, name="find-actor"),
    path("changes/", changes, name="changes"),
    path("changes.atom", changes_atom, name="changes-atom"),
    path("about/", about, name="about"),
    path("oembed", oembed, name="oembed"),
    path("about/method/", method, name="method"),
    path("about/cite/", cite, name="cite"),
    path("about/licence/", licence, name="licence"),
    path("about/corrections/", corrections, name="corrections"),
    # A token would need a cookie, and who could forge this form could but change a language.
    path("language/", csrf_exempt(require_POST(set_language)), name="language"),
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", sitemap, name="sitemap"),
    path("sitemap-<int:number>.xml", sitemap_page, name="sitemap-page"),
    path(".well-known/security.txt", security, name="security"),
    path("api/v1/docs/", api_docs, name="api-docs"),
    *(endpoint.pattern() for endpoint in ENDPOINTS),
]
