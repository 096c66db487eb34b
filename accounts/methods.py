"""What can be done with an address of the desk: look, and send a form."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase

from config.desk import is_of_the_desk

METHODS = ["GET", "HEAD", "POST"]


def looked_at_or_sent(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Stock admin shows a page to whoever asks by TRACE, or by a method that does not exist. Public
    pages refuse that themselves."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.method not in METHODS and is_of_the_desk(request):
            return HttpResponseNotAllowed(METHODS)
        return get_response(request)

    return middleware
