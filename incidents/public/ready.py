"""Whole answers of the record, kept as they were sent, and given again in place of all else.

Such an answer is given until the record clock moves, which each request asks. It follows from its
address, the reader's language, the day, and whether it is a page or a part, compressed or not.
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
from django.urls import ResolverMatch
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language_from_request

from config.desk import is_of_the_desk
from config.limits import at_most
from incidents.public.answering import from_any_database
from incidents.public.asked import asked_once, clock
from incidents.public.clock import today, wants_part
from incidents.public.kept import Kept
from incidents.record.models import Clock


class Key(NamedTuple):
    """`what`: the address; of answers alike (alike.py), what they say and to whom."""

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

    def sent(self, request: HttpRequest) -> HttpResponse:
        request.resolver_match = self.match  # for the log
        return HttpResponse(self.content, status=self.status, headers=self.headers)


_OF_CONTENT = ("Content-Encoding", "Content-Length", "Content-Type")

ANSWERS: Kept[Key, Answer] = Kept(settings.READY_ANSWERS)


def ready(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """To stand above all that an answer passes on its way, so that what is kept is the whole of it;
    and below what is each request's own."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not is_a_readers(request):
            return get_response(request)
        with asked_once():
            response = again(request)
            if response is None:
                response = get_response(request)
                _keep(request, response)
        return response

    return middleware


def is_a_readers(request: HttpRequest) -> bool:
    """The desk's answers are an editor's, and English in whatever language he reads."""
    return request.method in ("GET", "HEAD") and not is_of_the_desk(request)


def key_of(request: HttpRequest) -> Key:
    told = request.META  # as `headers` costs more to make than all that is asked of it here
    return Key(
        site=f"{request.scheme}://{told.get('HTTP_HOST', '')}",
        what=request.get_full_path(),
        language=get_language_from_request(request),
        day=today(),
        part=wants_part(request),
        zipped=bool(re_accepts_gzip.search(told.get("HTTP_ACCEPT_ENCODING", ""))),
    )


def again(request: HttpRequest) -> HttpResponseBase | None:
    """To a reader's request what it was answered before; None where that is to be made."""
    answer = ANSWERS.get(key_of(request))
    if answer is None:
        return None
    with suppress(OperationalError, InterfaceError), at_most(settings.STATEMENT_SECONDS):
        return _unless_it_moved(request, answer)
    # The page that says what is wrong passes the other middlewares.
    return None


@from_any_database
def _unless_it_moved(request: HttpRequest, answer: Answer) -> HttpResponseBase | None:
    """None where the record has moved on since."""
    if clock() != answer.clock:
        return None
    response = answer.sent(request)
    unchanged = get_conditional_response(request, response["ETag"])
    if unchanged is None:
        return response
    for name, value in response.headers.items() - unchanged.headers.items():
        if name not in _OF_CONTENT:
            unchanged.headers[name] = value
    return unchanged


def _keep(request: HttpRequest, response: HttpResponseBase) -> None:
    """What streams, or sets a cookie, is one reader's."""
    if request.method != "GET" or not isinstance(response, HttpResponse) or response.cookies:
        return
    as_of: Clock | None = getattr(response, "as_of", None)
    if as_of is not None and response.status_code == HTTPStatus.OK:
        keep(key_of(request), request, response, as_of)


def keep(key: Key, request: HttpRequest, response: HttpResponse, as_of: Clock | None) -> None:
    answer = Answer(
        as_of,
        response.status_code,
        response.content,
        dict(response.headers),
        request.resolver_match,
    )
    ANSWERS.put(key, answer, len(answer.content) + len(key.what))
