"""Which other incidents a reader of one may want: the whole, its parts, near by, same reports."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from incidents.record.document import Document
from incidents.record.facts import days
from incidents.record.models import Entry, EntryQuerySet

MOST = 5
NEAR = timedelta(days=3)
# Of these the ones with the most reports in common are taken; a digest is cited by dozens.
_LOOKED_AT = 50


@dataclass
class Related:
    """Incidents under a heading; for those that share reports, with how many they share."""

    heading: str
    entries: list[tuple[Entry, int]]


def related(document: Document) -> list[Related]:
    """At most four queries, each incident once, under the first heading that fits it."""
    incident = document["incident"]["id"]
    seen = {incident}
    groups = []
    for heading, rows in (
        (_("Part of"), _whole(document)),
        (_("Its parts"), Entry.objects.filter(parent=incident)),
        (_("At the same place, within three days"), _near(document)),
    ):
        found = list(_slim(rows.exclude(pk__in=seen)).newest("at")[:MOST])
        seen |= {entry.pk for entry in found}
        groups.append(Related(heading, [(entry, 0) for entry in found]))
    groups.append(Related(_("In the same reports"), _sharing(document, seen)))
    return [group for group in groups if group.entries]


def _slim(rows: EntryQuerySet) -> EntryQuerySet:
    shown = ("title", "slug", "language", "standing", "earliest", "latest", "precision", "zone")
    return rows.only(*shown, "sources")


def _whole(document: Document) -> EntryQuerySet:
    parent = document["incident"]["parent"]
    return Entry.objects.filter(pk=parent) if parent else Entry.objects.none()


def _near(document: Document) -> EntryQuerySet:
    place = document["incident"]["place"]
    if place is None:
        return Entry.objects.none()
    first, last = days(document)
    return Entry.objects.filter(place=place).overlapping(first - NEAR, last + NEAR)


def _sharing(document: Document, seen: set[str]) -> list[tuple[Entry, int]]:
    sources = set(document["sources"])
    rows = Entry.objects.having_any("sources", sorted(sources)).exclude(pk__in=seen)
    found = [
        (entry, len(sources & set(entry.sources)))
        for entry in _slim(rows).newest("at")[:_LOOKED_AT]
    ]
    return sorted(found, key=lambda one: -one[1])[:MOST]
