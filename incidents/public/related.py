"""Which other incidents a reader of one may want: the whole, its parts, near by, same reports."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from incidents.record.document import Document
from incidents.record.facts import days
from incidents.record.models import Entry
from incidents.record.models.entries import Related, Way

MOST = 5
NEAR = timedelta(days=3)
# Of these the ones with the most reports in common are taken; a digest is cited by dozens.
_LOOKED_AT = 50


@dataclass
class Group:
    """Incidents under a heading."""

    heading: str
    entries: list[Related]


def related(document: Document) -> list[Group]:
    """One query; each incident once, under the first heading that fits it."""
    incident = document["incident"]
    first, last = days(document)
    found: dict[Way, list[Related]] = {way: [] for way in Way}
    rows = Entry.objects.related(
        incident["id"],
        parent=incident["parent"],
        place=incident["place"],
        days=(first - NEAR, last + NEAR),
        sources=sorted(document["sources"]),
        most=(MOST, _LOOKED_AT),
    )
    seen = set()
    for one in rows:
        most = _LOOKED_AT if one.way == Way.SHARES else MOST
        if one.incident not in seen and len(found[one.way]) < most:
            seen.add(one.incident)
            found[one.way].append(one)
    sharing = sorted(found[Way.SHARES], key=lambda one: -one.shared)[:MOST]
    groups = [
        Group(_("Part of"), found[Way.WHOLE]),
        Group(_("Its parts"), found[Way.PART]),
        Group(_("At the same place, within three days"), found[Way.NEAR]),
        Group(_("In the same reports"), sharing),
    ]
    return [group for group in groups if group.entries]
