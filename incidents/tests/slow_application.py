"""What test_slow_readers.py has the server serve: downloads without end, and a page."""

import os
from collections.abc import Callable, Iterable
from itertools import repeat
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from incidents.public.downloads import begin  # noqa: E402


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    if environ["PATH_INFO"] == "/page":
        start_response("200 OK", [])
        return [b"page"]
    sending = begin(repeat(b"x" * 100_000))
    start_response("200 OK" if sending else "503 Service Unavailable", [])
    return sending or []
