"""A filter of the timeline as an Atom feed: the newest changes to its incidents."""

from collections.abc import Mapping
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, get_tag_uri
from django.utils.html import format_html

from incidents.public.clock import data_from_the_record
from incidents.public.exported import version_url
from incidents.public.exports import refusal
from incidents.public.filters import FACETS, Filters
from incidents.public.markup import shown
from incidents.public.rows import Row, rows
from incidents.public.wording import happened, word
from incidents.record.models import RecordActor, RecordName, RecordPlace, RecordSource

MOST = 50


class Feed(Atom1Feed):
    def latest_post_date(self) -> datetime:
        """Of a feed without entries a fixed date: Django's own says that it changed just now."""
        return super().latest_post_date() if self.items else datetime(1970, 1, 1, tzinfo=UTC)


@data_from_the_record
def incidents_atom(request: HttpRequest) -> HttpResponse:
    filters = Filters.read(request.GET)
    if filters.errors:
        return refusal(filters.errors)
    site = request.build_absolute_uri("/").removesuffix("/")
    query = filters.address()
    address = site + reverse("incidents-atom") + query
    feed = Feed(
        title=shown(": ".join(["Claimline", *_words(filters)])),
        link=site + reverse("timeline") + query,
        description="",
        feed_url=address,
        feed_guid=address,
        author_name="Claimline",
        author_link=site + reverse("method"),
    )
    for row in rows(filters, "changed_at", MOST):
        _add(feed, row, site)
    return HttpResponse(feed.writeString("utf-8"), feed.content_type)


def _add(feed: Feed, row: Row, site: str) -> None:
    """An entry is a version: a correction reaches those too who have read what it corrects."""
    link = version_url(row.version, site)
    feed.add_item(
        title=shown(row.document["incident"]["title"]),
        link=link,
        description=_summary(row),
        unique_id=get_tag_uri(link, row.version.published_at),
        updateddate=row.version.published_at,
        categories=[word(row.document["incident"]["kind"], "kind")],
    )


def _summary(row: Row) -> str:
    incident, version = row.document["incident"], row.version
    place = incident["place"]
    return format_html(
        "<p>{}</p><p>{}, {}. {}. Claims: {}.</p><p>Version {}, {}. {}</p>",
        shown(incident["summary"]),
        shown(row.document["places"][place]["name"]) if place else "Place not recorded",
        happened(incident["earliest"], incident["latest"], incident["precision"], incident["zone"]),
        word(row.standing, "standing"),
        len(row.claims),
        version.number,
        version.get_kind_display(),
        shown(version.note),
    )


def _words(filters: Filters) -> list[str]:
    """The filter in words, as one text; nothing for the whole record."""
    values, form = filters.values, filters.form
    names = _names(filters)
    said = [
        f"{form.fields[key].label} {names.get(key) or form.query[key]}"
        for key in form.fields
        if key in values and key not in ("after", "sort")
    ]
    return ["; ".join(said)] if said else []


def _names(filters: Filters) -> dict[str, str]:
    """The chosen values of each facet in words. Asks the database only for what is chosen."""
    chosen: dict[str, list[str]] = {key: filters.values.get(key, []) for key in FACETS}
    names = {
        "place": _by_id(RecordPlace.named(set(chosen["place"]))),
        "actor": _by_id(RecordActor.named(set(chosen["actor"]))),
        "publisher": _publishers(chosen["publisher"]),
    }
    return {
        key: ", ".join(names[key].get(v, v) if key in names else word(v, key) for v in values)
        for key, values in chosen.items()
    }


def _by_id(rows: Mapping[str, RecordName]) -> dict[str, str]:
    return {key: row.name for key, row in rows.items()}


def _publishers(ids: list[str]) -> dict[str, str]:
    if not ids:
        return {}
    reports = RecordSource.objects.filter(publisher__in=ids).order_by("serial")
    return dict(reports.values_list("publisher", "publisher_name"))
