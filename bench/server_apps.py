"""What bench/servers.py has servers serve: the site, and /hello, which costs the server alone."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from django.core.asgi import get_asgi_application

from config.wsgi import application

_asgi = get_asgi_application()


def wsgi(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    if environ["PATH_INFO"] != "/hello":
        return application(environ, start_response)
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5")])
    return [b"hello"]


async def asgi(
    scope: Any, receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
) -> None:
    if scope["type"] != "http":
        return
    if scope["path"] != "/hello":
        await _asgi(scope, receive, send)
        return
    headers = [(b"content-type", b"text/plain"), (b"content-length", b"5")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"hello"})
