"""Addresses of what is public: the id rules, the slug after it is for the eye."""

from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.text import slugify

from incidents.names import fold


def slug(name: str) -> str:
    """Small Latin letters, figures and hyphens; empty where the name has neither."""
    return slugify(name) or slugify(fold(name))


def named(view: str, key: str, name: str) -> str:
    """The address of what `key` is the id of; `view` has a twin without slug, `view`-id."""
    words = slug(name)
    return reverse(view, args=[key, words]) if words else reverse(f"{view}-id", args=[key])


def moved(request: HttpRequest, address: str) -> HttpResponsePermanentRedirect:
    """To the one address of a page, with the query string that was asked."""
    query = request.GET.urlencode()
    return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)
