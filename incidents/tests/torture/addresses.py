"""Every route of the site as Django resolves it, and addresses of it: real ones and bent ones."""

import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.urls import URLPattern, URLResolver, get_resolver
from hypothesis import strategies as st

from incidents.record.models import EntryClaim, RecordActor, RecordPlace, RecordSource, Version
from incidents.tests.torture.hostile import ENCODED
from rowlog.models import Change
from sources.models import Publisher

DESK = "admin/"
# Parts of addresses that Django writes as a regular expression.
_GROUP = re.compile(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")
PART = re.compile(r"<(?:\w+:)?(\w+)>")
_MOST = 20

Known = dict[str, list[str]]


def routes(
    patterns: Iterable[URLPattern | URLResolver] | None = None, prefix: str = ""
) -> Iterator[str]:
    """Such as “admin/r/<path:content_type_id>/<path:object_id>/”; a new one comes by itself."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + _GROUP.sub(r"<\1>", str(pattern.pattern)).replace("^", "").strip("$")
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route


def known_parts() -> Known:
    """What stands in the database for each part of an address; `app.model`: keys of its rows."""
    labels = {app.app_label for app in (model._meta for model in admin.site._registry)}
    versions = Version.objects.order_by("serial")
    return {
        "incident": _strings(versions.values_list("incident", flat=True)),
        "claim": _strings(EntryClaim.objects.values_list("claim", flat=True)),
        "place": _strings(RecordPlace.objects.values_list("id", flat=True)),
        "actor": _strings(RecordActor.objects.values_list("id", flat=True)),
        "source": _strings(RecordSource.objects.values_list("id", flat=True)),
        "publisher": _strings(Publisher.objects.values_list("public_id", flat=True)),
        "serial": _strings(versions.values_list("serial", flat=True)),
        "number": ["1", "2", "3"],
        "style": ["ris", "bib", "csl.json", "txt"],
        "slug": ["incident", "чернігів", "a-b-c"],
        "kind": ["actor", "place", "source", "publisher", "incident"],
        "app_label": sorted(labels),
        "url": ["incidents", "incidents/incident", "nowhere/", "logout"],
        "content_type_id": _strings(ContentType.objects.values_list("pk", flat=True)),
        "change": _strings(Change.objects.order_by("-pk").values_list("pk", flat=True)),
    } | {
        model._meta.label_lower: _strings(model._default_manager.values_list("pk", flat=True))
        for model in admin.site._registry
    }


def _strings(values: Iterable[object]) -> list[str]:
    """Some of them, from all over."""
    found = list(map(str, dict.fromkeys(values)))
    return found[:: max(1, len(found) // _MOST)][:_MOST] or ["1"]


def screen_of(route: str) -> str:
    """The model on whose screen it is, as “app.model”; "" where there is none."""
    label = ".".join(route.removeprefix(DESK).split("/")[:2])
    known = {model._meta.label_lower for model in admin.site._registry}
    return label if label in known else ""


def named(route: str, parts: Mapping[str, str]) -> str:
    """The path with these values in it."""
    return "/" + PART.sub(lambda match: quote(parts[match[1]], safe=""), route)


@st.composite
def paths(draw: st.DrawFn, route: str, known: Known) -> str:
    """A path, percent-encoded: most parts are of something that is there, some are junk."""

    def part(match: re.Match[str]) -> str:
        if draw(st.integers(0, 5)) == 0:
            return draw(ENCODED)
        name = match[1]
        label = screen_of(route) or ("sources.source" if "annotate" in route else "")
        fitting = known.get(label) if name in ("pk", "object_id", "id") else known.get(name)
        return quote(draw(st.sampled_from(fitting or ["1", "2"])), safe="")

    return "/" + PART.sub(part, route)
