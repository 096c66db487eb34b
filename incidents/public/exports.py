"""The timeline to take away: every filter of `/` as CSV, JSON, GeoJSON and TimelineJS 3.

All rows of the filter, not one page of them, in the timeline's order, written as they are read.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.text import slugify

from incidents.public.clock import data_from_the_record
from incidents.public.downloads import RETRY_AFTER, begin
from incidents.public.exported import SCHEMA, ExportedIncident, exported
from incidents.public.filters import Asked, Filters
from incidents.public.geojson import feature
from incidents.public.problems import open_to_all, problem, unreadable
from incidents.public.rows import rows
from incidents.public.spreadsheet import spreadsheet
from incidents.public.timelinejs import slide
from incidents.record.models import Version

ATTRIBUTION = (
    "Place names and coordinates from GeoNames (https://www.geonames.org/), CC BY 4.0, with changes"
)
CSV = "text/csv; charset=utf-8; header=present"
_LONGEST_NAME = 80

A = TypeVar("A", bound=Asked[Any])


@data_from_the_record
def incidents_csv(request: HttpRequest) -> HttpResponseBase:
    return answer(request, Filters.read(request.GET), "csv", CSV, spreadsheet)


@data_from_the_record
def incidents_json(request: HttpRequest) -> HttpResponseBase:
    def written(filters: Filters, site: str) -> Iterator[str]:
        yield from listed(about(filters, site), "incidents", _incidents(filters, site))

    return answer(request, Filters.read(request.GET), "json", "application/json", written)


@data_from_the_record
def incidents_geojson(request: HttpRequest) -> HttpResponseBase:
    def written(filters: Filters, site: str) -> Iterator[str]:
        head = {"type": "FeatureCollection", **about(filters, site)}
        yield from listed(head, "features", map(feature, _incidents(filters, site)))

    return answer(request, Filters.read(request.GET), "geojson", "application/geo+json", written)


@data_from_the_record
def incidents_timelinejs(request: HttpRequest) -> HttpResponseBase:
    def written(filters: Filters, site: str) -> Iterator[str]:
        yield from listed({"scale": "human"}, "events", map(slide, _incidents(filters, site)))

    return answer(
        request, Filters.read(request.GET), "timelinejs.json", "application/json", written
    )


def refusal(errors: Iterable[tuple[str, str]]) -> HttpResponse:
    """What is wrong with which filter, in lines of text."""
    lines = [f"{label}: {message}" if label else message for label, message in errors]
    return HttpResponse("\n".join([*lines, ""]), "text/plain; charset=utf-8", status=400)


def answer(
    request: HttpRequest,
    asked: A,
    extension: str,
    content_type: str,
    write: Callable[[A, str], Iterator[str] | Iterator[bytes]],
) -> HttpResponseBase:
    """`write` takes what was asked, and the site's scheme and host."""
    response: HttpResponseBase
    if asked.errors:
        response = refusal(asked.errors) if extension == "csv" else unreadable(asked.form)
    else:
        site = request.build_absolute_uri("/").removesuffix("/")
        # The server need not read rows that it may not send.
        parts = () if request.method == "HEAD" else begin(request, write(asked, site))
        if parts is None:
            return open_to_all(later(extension))
        response = StreamingHttpResponse(parts, content_type=content_type)
        disposition = content_disposition_header(extension == "csv", f"{_name(asked)}.{extension}")
        response.headers["Content-Disposition"] = str(disposition)
    return open_to_all(response)


def later(extension: str) -> HttpResponse:
    """Where as many are being sent as may be."""
    detail = "As many files are being sent as can be. Please try again in a moment."
    if extension in ("csv", "xml"):
        response = HttpResponse(detail + "\n", "text/plain; charset=utf-8", status=503)
    else:
        response = problem(HTTPStatus.SERVICE_UNAVAILABLE, detail)
    response.headers["Retry-After"] = RETRY_AFTER
    response.headers["Cache-Control"] = "no-store"
    # As in problems.too_much.
    vars(response)["_has_been_logged"] = True
    return response


def _name(asked: Asked[Any]) -> str:
    """The filter as the name of a file, in small letters, figures and hyphens."""
    given = [word for pair in parse_qsl(asked.address()[1:]) for word in pair]
    view = [] if asked.view == "timeline" else [asked.view]
    words = " ".join(["claimline", *view, *given])
    return slugify(words, allow_unicode=True)[:_LONGEST_NAME].rstrip("-")


def _incidents(filters: Filters, site: str) -> Iterator[ExportedIncident]:
    return (exported(row, site) for row in rows(filters, filters.sort_field))


def about(asked: Asked[Any], site: str) -> dict[str, Any]:
    """`record_clock`: the rows hold every version up to that serial, and perhaps later ones."""
    query = asked.address()
    return {
        "schema": SCHEMA,
        "record_clock": Version.objects.clock(),
        "query": query[1:],
        "url": site + reverse(asked.view) + query,
        "attribution": ATTRIBUTION,
    }


def listed(head: Mapping[str, Any], key: str, items: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """A JSON object of `head`, which is not empty, and under `key` the list of `items`."""
    yield f'{_json(head)[:-1]},"{key}":['
    separator = "\n"
    for item in items:
        yield separator + _json(item)
        separator = ",\n"
    yield "\n]}\n"


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
