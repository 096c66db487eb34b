"""Whole answers, kept as they were sent, and given again before any other middleware is asked.

An answer of the record is given until the record clock moves, which each request asks. It follows
from its address, the reader's language, the day, and whether it is a page or a part, compressed or
not. What is answered alike at many addresses, that nothing is there or that there is no room, is
kept as well: that is what scanners and floods get.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from http import HTTPStatus
from typing import NamedTuple

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import re_accepts_gzip
from django.urls import ResolverMatch, is_valid_path
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language_from_request

from config.desk import is_of_the_desk
from config.limits import at_most
from config.origins import origin
from incidents.public import room
from incidents.public.answering import from_any_database
from incidents.public.asked import asked_once, clock
from incidents.public.clock import today, wants_part
from incidents.public.kept import Kept
from incidents.public.problems import API, is_for_programs
from incidents.record.models import Clock


class Key(NamedTuple):
    """`what`: the address; of answers alike, what they say and to whom."""

    site: str
    what: str
    language: str
    day: date
    part: bool
    zipped: bool


class Answer(NamedTuple):
    """`clock`: of an answer alike none, as it does not follow from the record."""

    clock: Clock | None
    status: int
    content: bytes
    headers: dict[str, str]
    match: ResolverMatch | None


_OF_CONTENT = ("Content-Encoding", "Content-Length", "Content-Type")

ANSWERS: Kept[Key, Answer] = Kept(settings.READY_ANSWERS)


def ready(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """To stand above all that an answer passes on its way, so that what is kept is the whole of it;
    and below what is each request's own."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        # The desk's answers are an editor's, and English in whatever language he reads.
        if request.method not in ("GET", "HEAD") or is_of_the_desk(request):
            return get_response(request)
        key = _key(request)
        with asked_once():
            response = _kept(request, key)
            if response is None:
                response = get_response(request)
                _keep(request, key, response)
        return response

    return middleware


def _key(request: HttpRequest) -> Key:
    return Key(
        site=f"{request.scheme}://{request.headers.get('Host', '')}",
        what=request.get_full_path(),
        language=get_language_from_request(request),
        day=today(),
        part=wants_part(request),
        zipped=bool(re_accepts_gzip.search(request.headers.get("Accept-Encoding", ""))),
    )


def _kept(request: HttpRequest, key: Key) -> HttpResponseBase | None:
    answer = ANSWERS.get(key)
    if answer is None:
        return _alike(request, key)
    with suppress(OperationalError, InterfaceError), at_most(settings.STATEMENT_SECONDS):
        return _again(request, answer)
    # The page that says what is wrong passes the other middlewares.
    return None


@from_any_database
def _again(request: HttpRequest, answer: Answer) -> HttpResponseBase | None:
    """None where the record has moved on since."""
    if clock() != answer.clock:
        return None
    response = _sent(request, answer)
    unchanged = get_conditional_response(request, response["ETag"])
    if unchanged is None:
        return response
    for name, value in response.headers.items() - unchanged.headers.items():
        if name not in _OF_CONTENT:
            unchanged.headers[name] = value
    return unchanged


def _sent(request: HttpRequest, answer: Answer) -> HttpResponse:
    request.resolver_match = answer.match  # for the log
    return HttpResponse(answer.content, status=answer.status, headers=answer.headers)


def _alike(request: HttpRequest, key: Key) -> HttpResponse | None:
    """What is known without making anything; None where that is nothing, or not kept yet."""
    status = None
    if _is_refused(request):
        status = HTTPStatus.SERVICE_UNAVAILABLE
    elif not _leads_somewhere(request.path_info):
        status = HTTPStatus.NOT_FOUND
    answer = ANSWERS.get(_alike_key(request, key, status)) if status else None
    return _sent(request, answer) if answer else None


def _is_refused(request: HttpRequest) -> bool:
    return bool(request.META.get("QUERY_STRING")) and room.ROOM.is_shut(origin(request))


def _leads_somewhere(path: str) -> bool:
    """Or would with a slash at its end, which Django adds."""
    if is_valid_path(path):
        return True
    return not path.endswith("/") and bool(is_valid_path(f"{path}/"))


def _alike_key(request: HttpRequest, key: Key, status: int) -> Key:
    """`problems` answers programs otherwise than people, whom it tells by the address."""
    path = request.path_info
    to = path.startswith(API), is_for_programs(request)
    return key._replace(what=f"{status} {to}")


def _keep(request: HttpRequest, key: Key, response: HttpResponseBase) -> None:
    """What streams, or sets a cookie, is one reader's."""
    if request.method != "GET" or not isinstance(response, HttpResponse) or response.cookies:
        return
    as_of: Clock | None = getattr(response, "as_of", None)
    if getattr(response, "alike", False):
        key = _alike_key(request, key, response.status_code)
    elif as_of is None or response.status_code != HTTPStatus.OK:
        return
    answer = Answer(
        as_of,
        response.status_code,
        response.content,
        dict(response.headers),
        request.resolver_match,
    )
    ANSWERS.put(key, answer, len(answer.content) + len(key.what))
