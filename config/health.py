"""For whoever watches the site: /healthz, whether the process lives, and /readyz, whether it can
answer readers. By any host name and over plain http, and nothing personal in either.

    {"ready": true, "databases": {"default": true}, "migrated": true, "static": true, "clock": 21,
     "bitmaps": true}

Ready is a site of which one database answers and has the tables of this release, and of which
`collectstatic` has gathered the styles, without which no page is made. `clock` is the
serial of the newest version there, null where none answers; without `bitmaps`, lists have no
numbers until they are read, a matter of seconds after a start.
"""

from collections.abc import Callable
from functools import cache
from http import HTTPStatus
from typing import NamedTuple

from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import Error
from django.http import HttpRequest, HttpResponseNotAllowed, JsonResponse
from django.http.response import HttpResponseBase
from django.templatetags.static import static

from incidents.public import index
from incidents.record.models import Version


def health(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    pages = {"/healthz": healthz, "/readyz": readyz}

    def middleware(request: HttpRequest) -> HttpResponseBase:
        page = pages.get(request.path)
        if page is None:
            return get_response(request)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        response = page()
        response.headers["Cache-Control"] = "no-store"
        return response

    return middleware


def healthz() -> JsonResponse:
    return JsonResponse({"alive": True})


def readyz() -> JsonResponse:
    states = {alias: _state(alias) for alias in connections}
    clocks = [state.clock for state in states.values() if state.clock is not None]
    ready = bool(clocks) and _has_styles()
    told = {
        "ready": ready,
        "databases": {alias: state.answers for alias, state in states.items()},
        "migrated": any(state.migrated for state in states.values()),
        "static": _has_styles(),
        "clock": max(clocks, default=None),
        "bitmaps": bool(index.held()),
    }
    return JsonResponse(told, status=HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE)


class State(NamedTuple):
    answers: bool = False
    migrated: bool = False
    clock: int | None = None


def _state(alias: str) -> State:
    try:
        applied = MigrationRecorder(connections[alias]).applied_migrations()
        if not _of_this_release() <= set(applied):
            return State(answers=True)
        clock = Version.objects.using(alias).now().serial
        return State(answers=True, migrated=True, clock=clock)
    except Error:
        return State()


def _has_styles() -> bool:
    try:
        return bool(static("claimline.css"))
    except ValueError:
        return False


@cache
def _of_this_release() -> set[tuple[str, str]]:
    return set(MigrationLoader(None).disk_migrations)
