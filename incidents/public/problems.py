"""Errors of /api/ and of JSON downloads, by RFC 9457: https://www.rfc-editor.org/rfc/rfc9457

The handlers are those of config/urls.py: under /api/ programs read the answer, elsewhere people do.
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import Any, Literal, NotRequired, TypedDict, TypeVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.views import defaults

from incidents.public.exported import Address, ExportedVersion

R = TypeVar("R", bound=HttpResponseBase)

API = "/api/"
OEMBED = "/oembed"
RETRY_AFTER = "5"  # seconds


class ProblemError(TypedDict):
    """`parameter` is null where the key itself is unknown."""

    parameter: str | None
    detail: str


class Problem(TypedDict):
    """`errors` says what is wrong with which parameter. `version` is, where something is gone, the
    version that took it away, or the last one that had it."""

    type: Literal["about:blank"]
    title: str
    status: int
    detail: str
    errors: NotRequired[list[ProblemError]]
    version: NotRequired[ExportedVersion]
    versions: NotRequired[Address]


def is_for_programs(request: HttpRequest) -> bool:
    """The API, oEmbed, and all that has a file's name: downloads, feeds, citations, the sitemap."""
    path = request.path_info
    return path.startswith((API, OEMBED)) or "." in path.rpartition("/")[2]


def open_to_all(response: R) -> R:
    """Other sites' scripts may read it: it is public, and the same for everyone."""
    response["Access-Control-Allow-Origin"] = "*"
    return response


def alike(response: R) -> R:
    """It is the same at all addresses, and may be given again (alike.py)."""
    vars(response)["alike"] = True
    return response


def problem(status: int, detail: str, more: Mapping[str, Any] | None = None) -> HttpResponse:
    """`more`: further members of Problem."""
    whole = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    content = json.dumps({**whole, "detail": detail, **(more or {})}, ensure_ascii=False)
    return open_to_all(HttpResponse(content, "application/problem+json", status))


def unreadable(form: forms.Form) -> HttpResponse:
    """What is wrong with which parameter of a query string."""
    errors = [
        {"parameter": None if name == NON_FIELD_ERRORS else name, "detail": str(message)}
        for name, messages in form.errors.items()
        for message in messages
    ]
    return problem(HTTPStatus.BAD_REQUEST, "The query cannot be read.", {"errors": errors})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path_info.startswith(API):
        return problem(HTTPStatus.BAD_REQUEST, "The request cannot be read.")
    return defaults.bad_request(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path_info.startswith(API):
        detail = "Nothing is here, or what it led to was never published."
        return alike(problem(HTTPStatus.NOT_FOUND, detail))
    return alike(HttpResponse(_page("404.html", get_language()), status=HTTPStatus.NOT_FOUND))


def server_error(
    request: HttpRequest, status: HTTPStatus = HTTPStatus.INTERNAL_SERVER_ERROR
) -> HttpResponse:
    if request.path_info.startswith(API):
        return problem(status, "The fault is ours; it is in our log.")
    return defaults.server_error(request)


@lru_cache
def _page(template: str, language: str | None) -> str:
    """In the language that is active now, which is `language`. Made once: these are what scanners
    and floods get above all."""
    return render_to_string(template)


def too_much(request: HttpRequest) -> HttpResponse:
    """For what would take too long, or would now keep others waiting. No cache may keep it."""
    if is_for_programs(request):
        response = problem(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "This takes more than can be given to one query now. Ask again later, or for less.",
        )
    else:
        page = _page("503.html", get_language())
        response = HttpResponse(page, status=HTTPStatus.SERVICE_UNAVAILABLE)
    response.headers["Retry-After"] = RETRY_AFTER
    response.headers["Cache-Control"] = "no-store"
    # As Django marks what it has told: a flood of these shall not fill the log.
    vars(response)["_has_been_logged"] = True
    return alike(response)
