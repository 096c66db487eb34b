"""Conditional responses from the record clock: while nothing was published, 304 after one query."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import condition, require_safe

from config.release import RELEASE
from incidents.record.models import Version


def wants_part(request: HttpRequest) -> bool:
    """Whether HTMX swaps the answer into a page; when it restores one, it needs the whole."""
    return bool(
        request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request")
    )


def _etag(request: HttpRequest, *args: object, **kwargs: object) -> str:
    part = "part" if wants_part(request) else "page"
    return f'W/"{Version.objects.clock()}-{RELEASE}-{part}"'


def from_the_record(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A public page: safe methods only, the same for everyone, as old as the record says."""

    @wraps(view)
    def responded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        patch_cache_control(response, public=True, no_cache=True)
        patch_vary_headers(response, ["HX-Request"])
        return response

    # Nothing is written, so a POST needs no token to be told that it may not.
    return csrf_exempt(require_safe(condition(etag_func=_etag)(responded)))
