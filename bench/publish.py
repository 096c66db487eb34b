"""How long publishing takes on a large record: `python -m bench.publish`.

Each time an incident of the desk, on places, speakers and reports that many others name, is
published, and once more with another speaker and report, so that names fall out of use. After each
the newest page is asked for, as the first reader does of each worker. All of it is rolled back:
what is missing from the time is the commit's own write to disk.
"""

import gc
import os
import time
from collections import Counter
from typing import cast

import django
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone, translation

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from bench.rows import Row, percentile, tell  # noqa: E402
from incidents.models import Actor, Incident, Place  # noqa: E402
from incidents.public import index  # noqa: E402
from incidents.public.timeline import timeline  # noqa: E402
from incidents.record.models import Entry, RecordPlace  # noqa: E402
from incidents.record.publish import publish  # noqa: E402
from incidents.tests.factories import (  # noqa: E402
    make_actor,
    make_citation,
    make_claim,
    make_incident,
    make_place,
    make_publisher,
    make_snapshot,
    make_source,
    make_statement,
)
from sources.models import Snapshot  # noqa: E402

# As the server does (config/wsgi.py).
gc.freeze()

WARM, TIMES = 20, 60
SAMPLE = 5_000
SPEAKERS = 10
CLAIMS = 3
TEXT = "At least three people were killed"


class RolledBack(Exception):
    pass


def main() -> None:
    first, again, pages = [], [], []
    translation.activate(settings.LANGUAGE_CODE)  # as each request does
    while index.current() is None:  # it is being read in a thread
        time.sleep(0.1)
    try:
        with transaction.atomic():
            place, actors, snapshots = _place(), _actors(), _snapshots()
            for n in range(WARM + TIMES):
                incident = _incident(place, actors, snapshots, n)
                first.append(_timed(incident))
                pages.append(_page(incident))
                _change(incident, actors[n % len(actors)], snapshots[-1 - n % len(snapshots)])
                again.append(_timed(incident))
                pages.append(_page(incident))
            raise RolledBack
    except RolledBack:
        pass
    del first[:WARM], again[:WARM], pages[: 2 * WARM]
    tell(
        Row("publish an incident, p50", "ms", percentile(first, 0.5)),
        Row("publish an incident, p95", "ms", percentile(first, 0.95), most=30),
        Row("publish it again with other names, p50", "ms", percentile(again, 0.5)),
        Row("publish it again with other names, p95", "ms", percentile(again, 0.95), most=30),
        Row("newest page, the first after a publication, p50", "ms", percentile(pages, 0.5)),
        Row("newest page, the first after a publication, p95", "ms", percentile(pages, 0.95)),
    )


def _timed(incident: Incident) -> float:
    """Milliseconds; with what a commit checks of the publication, not of the desk before it."""
    _check()
    began = time.perf_counter()
    publish(incident, "Something changed.")
    _check()
    return (time.perf_counter() - began) * 1_000


def _page(incident: Incident) -> float:
    """Milliseconds that the page takes a worker that has to catch up with the publication."""
    request = RequestFactory(headers={"host": "localhost"}).get("/")
    with connection.cursor() as cursor:
        # Publishing has set it until its transaction ends.
        cursor.execute("set local plan_cache_mode = auto")
    began = time.perf_counter()
    answer = cast(HttpResponse, timeline(request))
    taken = (time.perf_counter() - began) * 1_000
    assert incident.public_id.encode() in answer.content
    return taken


def _check() -> None:
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate; set constraints all deferred")


def _named(field: str) -> list[str]:
    """What the newest entries name, the busiest first."""
    newest = Entry.objects.order_by("-at").values_list(field, flat=True)[:SAMPLE]
    return [key for key, _ in Counter(key for keys in newest for key in keys).most_common()]


def _place() -> Place:
    """A busy settlement, as the desk would hold it, under the id that readers know."""
    busiest = RecordPlace.objects.in_bulk(_named("places"))
    key = next(key for key in _named("places") if busiest[key].kind == "settlement")
    place = None
    for above in busiest[key].details["path"]:
        row = busiest[above]
        place = make_place(row.name, kind=row.kind, parent=place, public_id=above)
    assert place is not None
    return place


def _actors() -> list[Actor]:
    """Busy ones and idle ones."""
    keys = _named("actors")
    return [make_actor(key, public_id=key) for key in [*keys[:SPEAKERS], *keys[-SPEAKERS:]]]


def _snapshots() -> list[Snapshot]:
    keys = _named("sources")
    publisher = make_publisher()
    return [
        make_snapshot(source=make_source(title=key, publisher=publisher, public_id=key), text=TEXT)
        for key in [*keys[:SPEAKERS], *keys[-SPEAKERS:]]
    ]


def _incident(place: Place, actors: list[Actor], snapshots: list[Snapshot], n: int) -> Incident:
    now = timezone.now()
    incident = make_incident(place=place, title=f"Strike number {n}", earliest=now, latest=now)
    for m in range(CLAIMS):
        said = make_statement(speaker=actors[(n + m) % len(actors)])
        claim = make_claim(incident=incident, statement=said, cited=False, low=n + m)
        make_citation(claim, TEXT, snapshot=snapshots[(n + m) % len(snapshots)])
    return incident


def _change(incident: Incident, speaker: Actor, snapshot: Snapshot) -> None:
    """Who spoke and who reported the last claim: what it named may be named no more."""
    claim = incident.claims.latest("pk")
    claim.statement.speaker = speaker
    claim.statement.save()
    claim.citations.all().delete()
    make_citation(claim, TEXT, snapshot=snapshot)


if __name__ == "__main__":
    main()
