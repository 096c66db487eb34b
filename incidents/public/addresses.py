"""Addresses of what is public: the id rules, the slug after it is for the eye."""

from functools import cache, lru_cache
from urllib.parse import quote

from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.urls import get_script_prefix, reverse
from django.utils.text import slugify

from incidents.names import fold

_SOME_ID = "0000000000"


def slug(name: str) -> str:
    """Small Latin letters, figures and hyphens; empty where the name has neither."""
    return slugify(name) or slugify(fold(name))


def named(view: str, key: str, name: str) -> str:
    """The address of what `key` is the id of; `view` has a twin without slug, `view`-id."""
    return _named(view, key, name, get_script_prefix())


@lru_cache(maxsize=10_000)
def _named(view: str, key: str, name: str, _prefix: str) -> str:
    """Kept, as a slug takes longer to make than most that is on a page."""
    words = slug(name)
    return reverse(view, args=[key, words]) if words else reverse(f"{view}-id", args=[key])


def of_id(view: str, key: str) -> str:
    """As reverse() gives it, in a tenth of the time: a page may have a thousand."""
    start, end = _around(view, get_script_prefix())
    return f"{start}{key}{end}"


def of_incident(key: str, slug: str) -> str:
    """The same; a slug holds letters of any script, figures, hyphens and low lines."""
    return f"{of_id('incident-id', key)}{quote(slug)}/"


def of_version(incident: str, number: int) -> str:
    return f"{of_id('incident-id', incident)}v/{number}/"


@cache
def _around(view: str, _prefix: str) -> tuple[str, str]:
    start, _, end = reverse(view, args=[_SOME_ID]).partition(_SOME_ID)
    return start, end


def moved(request: HttpRequest, address: str) -> HttpResponsePermanentRedirect:
    """To the one address of a page, with the query string that was asked."""
    query = request.GET.urlencode()
    return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)
