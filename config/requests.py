"""Each request has a number, and may have a line in the log."""

import logging
from collections.abc import Callable
from time import perf_counter
from typing import TypeVar
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from config.logs import request_id

SLOW = 1.0  # seconds, until the answer begins
# What somebody may not do, a form without its token, too many wrong passwords.
REFUSED = (403, 429)

R = TypeVar("R", bound=HttpResponseBase | None)

log = logging.getLogger(__name__)


def numbered_and_told(get_response: Callable[[HttpRequest], R]) -> Callable[[HttpRequest], R]:
    """A number from outside counts for nothing: two lines with one number are of one request.

    Where `get_response` has no answer after all, there is nothing to tell.
    """

    def middleware(request: HttpRequest) -> R:
        # Stays until the thread's next request: what streams is made after this.
        request_id.set(uuid4().hex)
        start = perf_counter()
        response = get_response(request)
        if response is not None:
            _tell(request, response, perf_counter() - start)
            response.headers["X-Request-ID"] = request_id.get()
        return response

    return middleware


def _tell(request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
    slow, refused = seconds >= SLOW, response.status_code in REFUSED
    if not slow and not refused and not settings.LOG_REQUESTS:
        return
    match = request.resolver_match
    told = {
        "method": request.method,
        # The pattern and not the address, which tells who is interested in what.
        "route": match.route if match else "",
        "status": response.status_code,
        "milliseconds": round(seconds * 1000, 1),
    }
    words = "Slow" if slow else "Refused" if refused else "Answered"
    log.log(
        logging.WARNING if slow or refused else logging.INFO,
        f"{words}: %(method)s /%(route)s %(status)d in %(milliseconds).1f ms",
        told,
        extra=told,
    )
