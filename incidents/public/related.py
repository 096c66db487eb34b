"""Which other incidents a reader of one may want: the whole, its parts, near by, same reports."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from incidents.record.document import Document
from incidents.record.facts import days
from incidents.record.models import Entry
from incidents.record.models.entries import Way

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
    """One query; each incident once, under the first heading that fits it."""
    incident = document["incident"]
    first, last = days(document)
    sources = set(document["sources"])
    found: dict[Way, list[Entry]] = {way: [] for way in Way}
    rows = Entry.objects.related(
        incident["id"],
        parent=incident["parent"],
        place=incident["place"],
        days=(first - NEAR, last + NEAR),
        sources=sorted(sources),
        most=(MOST, _LOOKED_AT),
    )
    seen = set()
    for way, entry in rows:
        most = _LOOKED_AT if way == Way.SHARES else MOST
        if entry.pk not in seen and len(found[way]) < most:
            seen.add(entry.pk)
            found[way].append(entry)
    groups = [
        Related(_("Part of"), [(entry, 0) for entry in found[Way.WHOLE]]),
        Related(_("Its parts"), [(entry, 0) for entry in found[Way.PART]]),
        Related(
            _("At the same place, within three days"), [(entry, 0) for entry in found[Way.NEAR]]
        ),
        Related(_("In the same reports"), _sharing(found[Way.SHARES], sources)),
    ]
    return [group for group in groups if group.entries]


def _sharing(found: list[Entry], sources: set[str]) -> list[tuple[Entry, int]]:
    shared = [(entry, len(sources & set(entry.sources))) for entry in found]
    return sorted(shared, key=lambda one: -one[1])[:MOST]
