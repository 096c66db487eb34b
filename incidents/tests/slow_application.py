"""What the server serves in tests: downloads without end, forms and a page, and the site."""

import os
from collections.abc import Callable, Iterable
from itertools import repeat
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django = get_wsgi_application()

from config.bodies import received  # noqa: E402
from incidents.public import downloads  # noqa: E402
from incidents.public.at_once import at_once  # noqa: E402

site = at_once(django)
# So long that no test waits in vain, nor for a minute.
downloads._GONE = 5_000


@received
def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    if environ["PATH_INFO"] == "/page":
        start_response("200 OK", [])
        return [b"page"]
    if environ["PATH_INFO"] == "/form":
        start_response("200 OK", [])
        return [environ["wsgi.input"].read()]
    if environ["PATH_INFO"] != "/download":
        return site(environ, start_response)
    sending = downloads.begin(WSGIRequest(environ), repeat(b"x" * 100_000))
    start_response("200 OK" if sending else "503 Service Unavailable", [])
    return sending or []
