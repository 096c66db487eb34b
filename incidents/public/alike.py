"""What is answered alike at many addresses, that nothing is there or that there is no room: kept as
it was sent, and given again without anything being made. It is what scanners and floods get.
"""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import is_valid_path

from config.origins import origin
from incidents.public import ready, room
from incidents.public.problems import API, is_for_programs


def alike(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """To stand as `ready.ready`, but below what answers addresses of its own."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not ready.is_a_readers(request):
            return get_response(request)
        status = _status(request)
        answer = ready.ANSWERS.get(_key(request, status)) if status else None
        if answer:
            return answer.sent(request)
        response = get_response(request)
        if getattr(response, "alike", False) and isinstance(response, HttpResponse):
            ready.keep(_key(request, response.status_code), request, response, None)
        return response

    return middleware


def _status(request: HttpRequest) -> HTTPStatus | None:
    """As far as it is known without making anything."""
    if request.META.get("QUERY_STRING") and room.ROOM.is_shut(origin(request)):
        return HTTPStatus.SERVICE_UNAVAILABLE
    return None if _leads_somewhere(request.path_info) else HTTPStatus.NOT_FOUND


def _leads_somewhere(path: str) -> bool:
    """Or would with a slash at its end, which Django adds."""
    if is_valid_path(path):
        return True
    return not path.endswith("/") and bool(is_valid_path(f"{path}/"))


def _key(request: HttpRequest, status: int) -> ready.Key:
    """`problems` answers programs otherwise than people, whom it tells by the address."""
    to = request.path_info.startswith(API), is_for_programs(request)
    return ready.key_of(request)._replace(what=f"{status} {to}")
