"""Rows for tests: each function makes one that is valid as it stands; keywords override."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, transaction

import incidents.demo
from accounts.roles import Role, give
from incidents.demo.files import read_folder
from incidents.demo.load import load
from incidents.management.commands.load_gazetteer import FILE, load_names, load_places, read
from incidents.models import (
    Actor,
    ActorName,
    Citation,
    Claim,
    ClaimRelation,
    Incident,
    Place,
    PlaceName,
    Rearrangement,
    Statement,
)
from incidents.record.models import Entry
from incidents.record.publish import publish
from incidents.record.review import ask
from incidents.record.search import vector
from incidents.vocabulary import (
    ActorKind,
    IncidentKind,
    PlaceKind,
    PlacePrecision,
    Qualifier,
    Question,
    RelationKind,
    Side,
    Standing,
)
from rowlog.tracking import acting, nothing_logged
from sources.models import Publisher, Snapshot, Source
from sources.moments import Precision
from sources.public_ids import new_id

# For columns that must not repeat.
_numbers = count(1)
_serials = count(1)


def make_publisher(**fields: Any) -> Publisher:
    defaults = {"name": f"Outlet {next(_numbers)}", "country": "GB", "language": "en"}
    return Publisher.objects.create(**defaults | fields)


def make_source(**fields: Any) -> Source:
    if "publisher" not in fields:
        fields["publisher"] = make_publisher()
    defaults = {
        "title": "Governor speaks of three killed",
        "url": f"https://outlet.example/{next(_numbers)}",
        "language": "en",
        "published_at": datetime(2022, 7, 3, 18, 30, tzinfo=UTC),
    }
    return Source.objects.create(**defaults | fields)


def make_snapshot(**fields: Any) -> Snapshot:
    if "source" not in fields:
        fields["source"] = make_source()
    defaults = {
        "kind": Snapshot.Kind.PRECIS,
        "language": "en",
        "text": "At least three people were killed, the governor said.",
    }
    return Snapshot.objects.create(**defaults | fields)


def make_place(name: str = "Lysychansk", names: Iterable[str] = (), **fields: Any) -> Place:
    """A settlement in Ukraine, found by `name` and `names`."""
    defaults = {"kind": PlaceKind.SETTLEMENT}
    fields = defaults | fields
    if fields["kind"] != PlaceKind.COUNTRY and "parent" not in fields:
        fields["parent"] = make_place("Ukraine", kind=PlaceKind.COUNTRY)
    place = Place.objects.create(name=name, **fields)
    for one in dict.fromkeys([name, *names]):
        PlaceName.objects.create(place=place, name=one)
    return place


def make_actor(name: str = "Vyacheslav Gladkov", names: Iterable[str] = (), **fields: Any) -> Actor:
    """A local official of the Russian side, found by `name` and `names`."""
    defaults = {"kind": ActorKind.LOCAL_OFFICIAL, "side": Side.RUSSIA}
    actor = Actor.objects.create(name=name, **defaults | fields)
    for one in dict.fromkeys([name, *names]):
        ActorName.objects.create(actor=actor, name=one)
    return actor


def make_incident(**fields: Any) -> Incident:
    """A draft that lacks nothing but a claim."""
    if "place" not in fields:
        fields["place"] = make_place()
    defaults = {
        "kind": IncidentKind.EXPLOSION,
        "title": "Explosions reported in Belgorod",
        "summary": "Officials of both sides spoke of explosions.",
        "earliest": datetime(2022, 7, 3, 0, 0, tzinfo=UTC),
        "latest": datetime(2022, 7, 3, 1, 0, tzinfo=UTC),
        "precision": Precision.HOUR,
    }
    return Incident.objects.create(**defaults | fields)


def make_statement(**fields: Any) -> Statement:
    if "speaker" not in fields:
        fields["speaker"] = make_actor()
    defaults = {
        "channel": "Telegram",
        "said_at": datetime(2022, 7, 3, 9, 0, tzinfo=UTC),
        "said_precision": Precision.HOUR,
    }
    return Statement.objects.create(**defaults | fields)


def make_claim(*, cited: bool = True, **fields: Any) -> Claim:
    """“At least 3 killed”, with a citation; a claim without figures for any other question."""
    if "statement" not in fields:
        fields["statement"] = make_statement()
    if "incident" not in fields:
        fields["incident"] = make_incident()
    defaults: dict[str, Any] = {"question": Question.KILLED, "text": "at least 3 killed"}
    if fields.get("question", Question.KILLED) == Question.KILLED and "qualifier" not in fields:
        defaults |= {"qualifier": Qualifier.AT_LEAST, "low": 3, "unit": "people"}
    claim = Claim.objects.create(**defaults | fields)
    if cited:
        make_citation(claim)
    return claim


def make_citation(
    claim: Claim, quote: str = "At least three people were killed", **fields: Any
) -> Citation:
    """The first occurrence of `quote` in the snapshot; without one, in a text that is the quote."""
    if "snapshot" not in fields:
        fields["snapshot"] = make_snapshot(text=f"{quote}, the report said.")
    start = fields["snapshot"].text.index(quote)
    defaults = {"start": start, "end": start + len(quote), "quote": quote}
    return Citation.objects.create(claim=claim, **defaults | fields)


def make_relation(claim: Claim, target: Claim, kind: str = RelationKind.DISPUTES) -> ClaimRelation:
    return ClaimRelation.objects.create(claim=claim, target=target, kind=kind)


def make_work(by: User) -> Claim:
    """One of all that only the desk has a page for: a draft that waits for a review, its claims
    with a relation, and a merge. Returns the first of the claims."""
    claim = make_claim(incident=make_incident(title="Draft"))
    make_relation(claim, make_claim(incident=claim.incident))
    claim.incident.refresh_from_db()
    ask(claim.incident, by, seen=claim.incident.revision)
    Rearrangement.objects.create(
        kind="merge_actor",
        source=1,
        target=2,
        source_name="A",
        target_name="B",
        reason="One person.",
        by=by,
    )
    return claim


def make_editor(username: str = "editor") -> User:
    return _make_user(username, Role.EDITOR)


def make_reviewer(username: str = "reviewer") -> User:
    return _make_user(username, Role.REVIEWER)


def make_administrator(username: str = "administrator") -> User:
    return _make_user(username, Role.ADMINISTRATOR)


def _make_user(username: str, role: Role) -> User:
    user = User.objects.create_user(username)
    give(user, role)
    return user


@contextmanager
def at_work(editor: User) -> Iterator[None]:
    """What is changed in the block is changed by `editor`, and what comes after by nobody."""
    with acting(user=editor):
        yield
    with connection.cursor() as cursor:
        # Django's tests never end the transaction that the setting lasts for.
        cursor.execute("select set_config('pghistory.context_metadata', '', true)")


def make_published(**fields: Any) -> Incident:
    """An incident with one cited claim, published; `fields` are those of the incident."""
    incident = make_incident(**fields)
    make_claim(incident=incident)
    publish(incident)
    incident.refresh_from_db()
    return incident


def make_entry(**fields: Any) -> Entry:
    """A row of the list alone, without a version. `title` is what a search finds."""
    return make_entries([fields])[0]


def make_entries(rows: Iterable[dict[str, Any]]) -> list[Entry]:
    """For tests that need many; see make_entry."""
    return Entry.objects.bulk_create(_entry(**fields) for fields in rows)


def _entry(**fields: Any) -> Entry:
    at = fields.get("at", datetime(2022, 7, 3, 3, 0, tzinfo=UTC))
    defaults: dict[str, Any] = {
        "incident": new_id(),
        "serial": next(_serials),
        "number": 1,
        "kind": IncidentKind.EXPLOSION,
        "title": f"Incident {next(_numbers)}",
        "slug": "incident",
        "language": "en",
        "standing": Standing.ONE_ORIGIN,
        "earliest": at,
        "latest": at,
        "at": at,
        "precision": Precision.HOUR,
        "zone": "UTC",
        "first_day": at.date(),
        "last_day": at.date(),
        "place_precision": PlacePrecision.SETTLEMENT,
        "countered": False,
        "claim_count": 1,
        "report_count": 1,
        "strip": [],
        "changed_at": at,
    }
    values = defaults | fields
    return Entry(**{"search": vector({"A": [values["title"]]})} | values)


def load_demo_data() -> None:
    """The demo data, published, with the places of the gazetteer that it names."""
    folder = Path(incidents.demo.__path__[0])
    named = {place.geonames for place in read_folder(folder).places.values()}
    rows = [
        row for row in read(FILE) if row.kind != PlaceKind.SETTLEMENT or row.geonames_id in named
    ]
    with transaction.atomic(), nothing_logged():
        load_places(rows)
        load_names(rows)
    load(folder)
