"""What is sent with a request, received as a whole before anything acts on it.

A server thread waits for whoever sends slowly, and granian lets it wait for ever. So a process
receives few at a time and keeps its other threads for readers, and the last place is for an origin
that has none. A form that ends too early would look like one whose last fields were emptied: it is
refused.
"""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from io import BytesIO
from typing import Any, TypeAlias

from django.core.handlers.wsgi import WSGIRequest

from config.origins import origin
from config.places import Places

Application: TypeAlias = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

AT_A_TIME = 2
PATIENCE = 3.0  # seconds that a request waits for its turn
# More than the largest upload with its form.
MOST = 12_000_000
RETRY_AFTER = "10"  # seconds

_places = Places(AT_A_TIME)


def received(application: Application) -> Application:
    """`application`, which finds the whole body where it looks for it."""

    def receive(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        told = environ.get("CONTENT_LENGTH", "")
        # Django takes a body without a length for none.
        length = int(told) if told.isdecimal() else 0
        if length > MOST:
            return _refused(start_response, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if length:
            # Of a copy, in which a request writes its path as it reads it.
            whose = origin(WSGIRequest(dict(environ)))
            if not (_places.enter(whose) or _places.wait(whose, PATIENCE)):
                return _refused(start_response, HTTPStatus.SERVICE_UNAVAILABLE)
            try:
                body = environ["wsgi.input"].read(length)
            finally:
                _places.leave(whose)
            if len(body) < length:
                return _refused(start_response, HTTPStatus.BAD_REQUEST)
            environ["wsgi.input"] = BytesIO(body)
        return application(environ, start_response)

    return receive


def _refused(start_response: Callable[..., Any], status: HTTPStatus) -> list[bytes]:
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")]
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers.append(("Retry-After", RETRY_AFTER))
    start_response(f"{status.value} {status.phrase}", headers)
    return [f"{status.phrase}. Go back and send it again.\n".encode()]
