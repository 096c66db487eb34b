"""An address of the API: its view, its parameters and its answer in one row.

A view takes a Call and the ids in the address, and returns what becomes JSON. Its return annotation
is the schema of the answer, its form the table of its parameters: routing, parsing, the OpenAPI
document and the docs page all read the same row (endpoints.py), so that they cannot disagree.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any, TypedDict, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse

from incidents.public.clock import data_from_the_record
from incidents.public.exported import Address
from incidents.public.filters import QueryForm
from incidents.public.problems import open_to_all, problem, unreadable

PREFIX = "api/v1/"
METHODS = "GET, HEAD, OPTIONS"
DAY_SECONDS = 86_400

M = TypeVar("M", bound=Model)


class Listed(TypedDict):
    """`next` is the address of the next page, null on the last one. The list holds every version up
    to the serial `record_clock`, and perhaps later ones."""

    record_clock: int
    next: Address | None


@dataclass(frozen=True)
class Call:
    """A request whose query string could be read: `asked` holds the values that were given."""

    request: HttpRequest
    form: QueryForm

    @property
    def asked(self) -> dict[str, Any]:
        return {k: v for k, v in self.form.cleaned_data.items() if v not in (None, "", [])}

    @property
    def limit(self) -> int:
        """How many rows a page has."""
        limit: int = self.form.cleaned_data["limit"]
        return limit

    @property
    def site(self) -> str:
        """Scheme and host, without a slash at the end."""
        return self.request.build_absolute_uri("/").removesuffix("/")

    def address(self, view: str, *ids: str | int, **query: str) -> str:
        """Absolute; `view` is a name in any URL configuration of the site."""
        asked = QueryDict(mutable=True)
        asked.update(query)
        address = self.site + reverse(view, args=ids)
        return f"{address}?{asked.urlencode()}" if query else address

    def page(
        self, rows: QuerySet[M] | list[M], cursor: Callable[[Any], object], key: str = "after"
    ) -> tuple[list[M], str | None]:
        """The rows of this page, and the address of the next one: this one but for `key`."""
        limit = self.limit
        found = list(rows[: limit + 1])
        if len(found) <= limit:
            return found, None
        query = self.request.GET.copy()
        query[key] = str(cursor(found[limit - 1]))
        return found[:limit], f"{self.site}{self.request.path}?{query.urlencode()}"


@dataclass(frozen=True)
class Endpoint:
    """`also` says in words which answers there are beside the usual ones, by status."""

    path: str
    view: Callable[..., Mapping[str, Any] | HttpResponse]
    form: type[QueryForm] = QueryForm
    also: tuple[tuple[HTTPStatus, str], ...] = ()

    @property
    def name(self) -> str:
        return f"api-{self.view.__name__.replace('_', '-')}"

    def pattern(self) -> URLPattern:
        return path(PREFIX + self.path, _served(self), name=self.name)


def _served(endpoint: Endpoint) -> Callable[..., HttpResponseBase]:
    @data_from_the_record
    def answered(request: HttpRequest, **ids: str | int) -> HttpResponse:
        form = endpoint.form(request.GET)
        if not form.is_valid():
            return unreadable(form)
        answer = endpoint.view(Call(request, form), **ids)
        return answer if isinstance(answer, HttpResponse) else _json(answer)

    @wraps(answered)
    def responded(request: HttpRequest, **ids: str | int) -> HttpResponseBase:
        if request.method == "OPTIONS":
            return _preflight()
        if request.method not in ("GET", "HEAD"):
            refused = problem(HTTPStatus.METHOD_NOT_ALLOWED, "The record can only be read.")
            refused["Allow"] = METHODS
            return refused
        answer = answered(request, **ids)
        answer["Access-Control-Expose-Headers"] = "ETag"
        return open_to_all(answer)

    return responded


def _json(answer: Mapping[str, Any]) -> HttpResponse:
    content = json.dumps(answer, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return HttpResponse(content, content_type="application/json")


def _preflight() -> HttpResponse:
    """https://fetch.spec.whatwg.org/#cors-preflight-fetch"""
    response = open_to_all(HttpResponse(status=HTTPStatus.NO_CONTENT))
    response["Allow"] = response["Access-Control-Allow-Methods"] = METHODS
    response["Access-Control-Allow-Headers"] = "*"
    response["Access-Control-Max-Age"] = str(DAY_SECONDS)
    return response
