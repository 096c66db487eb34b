"""Conditional responses from the record clock: while nothing was published, 304 after one query."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import (
    get_conditional_response,
    patch_cache_control,
    patch_vary_headers,
)
from django.utils.translation import get_language, override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from config.limits import at_most
from config.origins import origin
from config.release import RELEASE
from incidents.public import room
from incidents.public.answering import from_any_database
from incidents.public.asked import answer_at, clock
from incidents.public.problems import too_much


def wants_part(request: HttpRequest) -> bool:
    """Whether HTMX swaps the answer into a page; when it restores one, it needs the whole."""
    whole = request.META.get("HTTP_HX_HISTORY_RESTORE_REQUEST")
    return bool(request.META.get("HTTP_HX_REQUEST") and not whole)


def unfinished(response: HttpResponse) -> HttpResponse:
    """For this reader, now: nobody keeps it."""
    vars(response)["unfinished"] = True
    return response


def today() -> date:
    """The day on which a reader has access, in UTC."""
    return timezone.now().date()


def _etag(request: HttpRequest) -> str:
    part = "part" if wants_part(request) else "page"
    # The day, because a citation names the day of access: once a day a page is fetched anew.
    return f'W/"{clock().serial}-{RELEASE}-{today()}-{part}-{get_language()}"'


def _cached() -> dict[str, bool | int]:
    """For how long: a browser always asks again, a shared cache unless the operator says more."""
    seconds: int = settings.SHARED_CACHE_SECONDS
    if not seconds:
        return {"public": True, "no_cache": True}
    return {
        "public": True,
        "max_age": 0,
        "s_maxage": seconds,
        "stale_while_revalidate": seconds,
    }


def from_the_record(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A public page: safe methods only, as old as the record says, the same for every reader of
    one language."""

    @from_any_database
    @wraps(view)
    def asked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        with answer_at(clock()):
            etag = _etag(request)
            unchanged = get_conditional_response(request, etag)
            response = unchanged or _made(view, request, *args, **kwargs)
            if getattr(response, "unfinished", False):
                patch_cache_control(response, no_store=True)
                return response
            vars(response)["as_of"] = clock()  # for ready.py
        if response.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
            return response
        response.headers["ETag"] = etag
        patch_cache_control(response, **_cached())
        patch_vary_headers(response, ["HX-Request"])
        return response

    @wraps(view)
    def responded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.GET and room.ROOM.is_shut(origin(request)):
            return too_much(request)
        with at_most(settings.STATEMENT_SECONDS):
            return asked(request, *args, **kwargs)

    # Nothing is written, so a POST needs no token to be told that it may not.
    return csrf_exempt(require_safe(responded))


def _made(
    view: Callable[..., HttpResponseBase], request: HttpRequest, *args: object, **kwargs: object
) -> HttpResponseBase:
    """Where there is room, as a query string can ask for anything."""
    if not request.GET:
        return view(request, *args, **kwargs)
    with room.ROOM.entered(origin(request)) as free:
        return view(request, *args, **kwargs) if free else too_much(request)


def data_from_the_record(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """What programs read: the same, and English whatever language the reader has chosen."""
    answer = from_the_record(view)

    @wraps(answer)
    def responded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        # What streams is written later, when no language is chosen: in settings.LANGUAGE_CODE.
        with override("en"):
            response = answer(request, *args, **kwargs)
        response.headers["Content-Language"] = "en"
        return response

    return responded
