from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from itertools import count
from random import Random
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, models

from incidents.models import Actor, Claim, Incident
from incidents.record import rebuild as rebuild_module
from incidents.record.facts import facts
from incidents.record.models import (
    Entry,
    EntryClaim,
    EntryClash,
    EntryLines,
    EntryMoment,
    EntryPast,
    RecordActor,
    RecordPlace,
    RecordSource,
    Version,
)
from incidents.record.publish import NothingToPublish, PublishingBlocked, merge, publish, withdraw
from incidents.record.rebuild import rebuild as rebuild_record
from incidents.record.verify import check_entries, check_versions
from incidents.tests.factories import (
    make_actor,
    make_citation,
    make_claim,
    make_incident,
    make_place,
    make_published,
    make_relation,
    make_snapshot,
    make_source,
    make_statement,
)
from incidents.vocabulary import PlaceKind, Question, RelationKind, Side
from sources.models import SourceLink

pytestmark = pytest.mark.django_db

READ_MODELS: list[type[models.Model]] = [
    Entry,
    EntryPast,
    EntryMoment,
    EntryClaim,
    EntryClash,
    EntryLines,
    RecordPlace,
    RecordActor,
    RecordSource,
]

# Those whose "id" is a running number have an order of their own.
ORDERS: dict[type[models.Model], tuple[str, ...]] = {
    EntryClash: ("entry", "pk"),
}


def read_models() -> dict[str, list[dict[str, Any]]]:
    """Every row of every read model, without running numbers."""
    return {
        model.__name__: [
            {field: value for field, value in row.items() if field != "id" or model not in ORDERS}
            for row in model._default_manager.order_by(*order_of(model)).values()
        ]
        for model in READ_MODELS
    }


def order_of(model: type[models.Model]) -> tuple[str, ...]:
    return ORDERS.get(model, ("pk",))


def rebuild() -> str:
    output = StringIO()
    call_command("rebuild_record", stdout=output, stderr=StringIO())
    return output.getvalue()


@contextmanager
def other_connection() -> Iterator[psycopg.Connection[Any]]:
    at = connection.settings_dict
    with psycopg.connect(
        host=at["HOST"], port=at["PORT"], user=at["USER"], dbname=at["NAME"], autocommit=True
    ) as other:
        yield other


class Killed(Exception):
    pass


def kill_after(batches: int) -> Callable[[str, int, int], None]:
    """For `tell`: goes no further when so many batches are written."""
    told = count(1)

    def tell(what: str, done: int, total: int) -> None:
        if next(told) == batches:
            raise Killed

    return tell


def definitions() -> list[tuple[str, ...]]:
    """Every constraint and index of the read models."""
    tables = [model._meta.db_table for model in READ_MODELS]
    with connection.cursor() as cursor:
        cursor.execute(
            "select tablename, indexname, indexdef from pg_indexes"
            " where tablename = any(%(tables)s)"
            " union all select conrelid::regclass::text, conname, pg_get_constraintdef(oid)"
            " from pg_constraint where conrelid = any(%(tables)s::regclass[]) order by 1, 2, 3",
            {"tables": tables},
        )
        return [tuple(row) for row in cursor.fetchall()]


class Desk:
    """Editors who do anything at random, on a few incidents that share names and sources."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        country = make_place("Ukraine", kind=PlaceKind.COUNTRY)
        region = make_place("Luhansk Oblast", kind=PlaceKind.REGION, parent=country)
        towns = [make_place(name, parent=region) for name in ("Lysychansk", "Bilohorivka")]
        self.places = [country, region, *towns]
        bodies = [
            make_actor(name, side=side) for name, side in (("MoD", "russia"), ("OVA", "ukraine"))
        ]
        self.actors = [
            *bodies,
            *(make_actor(f"Speaker {n}", organisation=bodies[n % 2]) for n in range(4)),
        ]
        self.snapshots = [make_snapshot(source=make_source(title=f"Report {n}")) for n in range(5)]
        self.incidents = [make_incident(place=self.random.choice(towns)) for _ in range(6)]
        for incident in self.incidents:
            self.claim(incident)

    def claim(self, incident: Incident) -> None:
        said = make_statement(
            speaker=self.random.choice(self.actors),
            said_at=f"2022-07-0{self.random.randint(1, 4)}T12:00:00Z",
        )
        low = self.random.randint(1, 50)
        claim = make_claim(
            incident=incident,
            cited=False,
            statement=said,
            text=f"at least {low} killed",
            qualifier="at_least",
            low=low,
            unit="people",
        )
        make_citation(claim, "three people", snapshot=self.random.choice(self.snapshots))

    def control_claim(self, incident: Incident) -> None:
        claim = make_claim(
            incident=incident,
            cited=False,
            statement=make_statement(speaker=self.random.choice(self.actors)),
            question=Question.CONTROL,
            text="full control",
            control_status="full_control",
            control_place=self.random.choice(self.places),
            control_side=self.random.choice([Side.RUSSIA, Side.UKRAINE]),
        )
        make_citation(claim, "three people", snapshot=self.random.choice(self.snapshots))

    def relate(self, incident: Incident) -> None:
        claim = incident.claims.first()
        target = self.random.choice(list(Claim.objects.all()))
        if claim and claim != target and not claim.relations.exists():
            make_relation(claim, target, RelationKind.DISPUTES)

    def link(self, incident: Incident) -> None:
        source, target = (one.source for one in self.random.sample(self.snapshots, 2))
        SourceLink.objects.get_or_create(source=source, target=target, kind="quotes")

    def drop_claim(self, incident: Incident) -> None:
        claim = incident.claims.filter(related_from=None).first()
        if claim and incident.claims.count() > 1:
            claim.delete()

    def rename(self, incident: Incident) -> None:
        row = self.random.choice([*self.places, *self.actors])
        type(row)._default_manager.filter(pk=row.pk).update(
            name=f"Renamed {self.random.randrange(1000)}"
        )

    def retitle_source(self, incident: Incident) -> None:
        source = self.random.choice(self.snapshots).source
        source.title = f"Retitled {self.random.randrange(1000)}"
        source.save()

    def move_actor(self, incident: Incident) -> None:
        actor, body = self.random.choice(self.actors[2:]), self.random.choice(self.actors[:2])
        Actor.objects.filter(pk=actor.pk).update(organisation=body)

    def move(self, incident: Incident) -> None:
        Incident.objects.filter(pk=incident.pk).update(place=self.random.choice(self.places))

    def publish(self, incident: Incident) -> None:
        publish(incident, "Something changed.")

    def withdraw(self, incident: Incident) -> None:
        withdraw(incident, "In doubt.")

    def merge(self, incident: Incident) -> None:
        merge(incident, self.random.choice(self.incidents), "They are one.")

    def act(self) -> None:
        often: list[Callable[[Incident], None]] = [*[self.publish] * 8, self.withdraw]
        seldom = [self.merge] if self.random.random() < 0.3 else []
        edits = [
            self.claim, self.control_claim, self.relate, self.link, self.drop_claim,
            self.rename, self.retitle_source, self.move_actor, self.move,
        ]  # fmt: skip
        action = self.random.choice([*often, *seldom, *edits])
        try:
            action(self.random.choice(self.incidents))
        except (PublishingBlocked, NothingToPublish):
            return


@pytest.mark.parametrize("seed", [1, 5, 11])
def test_a_rebuild_gives_what_publishing_left_whatever_editors_did(seed: int) -> None:
    desk = Desk(seed)
    for _ in range(50):
        desk.act()
    before = read_models()
    assert len(before["Entry"]) > 1
    kinds = set(Version.objects.values_list("kind", flat=True))
    assert kinds == {"published", "updated", "withdrawn", "merged"}

    # And again in the same process.
    rebuild()
    rebuild()

    assert read_models() == before
    assert check_versions().versions == Version.objects.count()
    assert check_entries() == len(before["Entry"])


@pytest.mark.django_db(transaction=True)
def test_several_processes_give_what_publishing_left(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(5)
    for _ in range(30):
        desk.act()
    before = read_models()
    # The other processes have batches of the usual size: one of them writes all, the rest nothing.
    monkeypatch.setattr(rebuild_module, "BATCH", 10)

    rebuild_record(lambda *args: None, processes=2)

    assert read_models() == before
    assert check_entries() == len(before["Entry"])


def test_a_rebuild_keeps_every_character_of_a_text() -> None:
    odd = '=1\tof\n"two"\r\\\\N, {\\"three\\"}'
    incident = make_incident(title=odd, place=make_place(odd))
    for text in (odd, "\\N", "plain"):
        make_claim(incident=incident, text=text)
    publish(incident)
    before = read_models()

    rebuild()

    assert read_models() == before


def test_a_rebuild_mends_what_somebody_spoilt() -> None:
    make_published()
    make_published()
    before = read_models()
    Entry.objects.update(title="Spoilt")
    EntryClaim.objects.all().delete()
    RecordActor.objects.all().delete()
    RecordPlace.objects.create(id="STRAY", name="Stray", serial=1, details={}, kind="site")

    rebuild()

    assert read_models() == before


def test_a_rebuild_writes_no_version() -> None:
    make_published()

    assert rebuild() == "Entries rebuilt: 1; record clock: 1.\n"

    assert Version.objects.count() == 1


def test_a_rebuild_of_an_empty_record_leaves_it_empty() -> None:
    make_claim()

    assert rebuild() == "Entries rebuilt: 0; record clock: 0.\n"

    assert not any(read_models().values())


def test_a_rebuild_tells_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("incidents.record.rebuild.BATCH", 2)
    for _ in range(3):
        make_published()
    told = []

    rebuild_record(lambda *args: told.append(args), processes=1)

    assert told[:2] == [("versions", 2, 3), ("versions", 3, 3)]
    what, done, total = told[-1]
    assert (what, done) == ("indexes", total)


def test_a_killed_rebuild_goes_on_where_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("incidents.record.rebuild.BATCH", 2)
    for _ in range(6):
        make_published()
    before = read_models()
    Entry.objects.update(title="Old")
    with pytest.raises(Killed):
        rebuild_record(kill_after(batches=2), processes=1)
    # Readers have the old rows until the new ones are whole.
    assert set(Entry.objects.values_list("title", flat=True)) == {"Old"}
    told = []

    rebuild_record(lambda *args: told.append(args), processes=1)

    assert told[0] == ("versions", 6, 6)
    assert read_models() == before


def test_a_new_release_begins_a_rebuild_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("incidents.record.rebuild.BATCH", 2)
    for _ in range(5):
        make_published()
    with pytest.raises(Killed):
        rebuild_record(kill_after(batches=2), processes=1)
    monkeypatch.setattr("incidents.record.rebuild.RELEASE", "another")
    monkeypatch.setattr(
        "incidents.record.projection.facts", lambda *args: facts(*args) | {"title": "By new rules"}
    )

    rebuild_record(lambda *args: None, processes=1)

    assert set(Entry.objects.values_list("title", flat=True)) == {"By new rules"}


def test_what_is_published_during_a_rebuild_is_in_the_new_read_models(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("incidents.record.rebuild.BATCH", 2)
    incidents = [make_published(title=f"Before {n}") for n in range(5)]

    def tell(what: str, done: int, total: int) -> None:
        if (what, done) == ("versions", 4):
            make_published(title="Meanwhile")
            Incident.objects.filter(pk=incidents[0].pk).update(title="Changed meanwhile")
            publish(incidents[0], "Another title.")
            withdraw(incidents[1], "In doubt.")

    rebuild_record(tell, processes=1)

    titles = set(Entry.objects.values_list("title", flat=True))
    assert titles == {"Changed meanwhile", "Meanwhile", "Before 2", "Before 3", "Before 4"}
    assert check_entries() == len(titles)


def test_a_rebuild_leaves_every_constraint_and_index_as_it_was() -> None:
    make_published()
    before = definitions()

    rebuild()

    assert definitions() == before
    make_published()


def test_no_publication_writes_an_index_that_nobody_asks() -> None:
    models = apps.get_app_config("incidents").get_models()
    tables = [m._meta.db_table for m in models if m.__module__.startswith("incidents.record.")]
    with connection.cursor() as cursor:
        cursor.execute(
            "select indexname from pg_indexes where tablename = any(%s) and indexname like %s",
            [tables, r"%\_like"],
        )
        assert not cursor.fetchall()
    assert EntryClaim._meta.db_table in tables


@pytest.mark.django_db(transaction=True)
def test_a_reader_who_holds_the_old_rows_makes_the_rebuild_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_published()
    with other_connection() as reader:
        reader.execute("begin")
        reader.execute("select count(*) from incidents_entry")
        waits = []

        def leave(seconds: float) -> None:
            waits.append(seconds)
            reader.execute("commit")

        monkeypatch.setattr("incidents.record.rebuild.time.sleep", leave)

        rebuild()

    assert len(waits) == 1
    assert check_entries() == 1


@pytest.mark.django_db(transaction=True)
def test_two_rebuilds_at_once_are_one() -> None:
    with other_connection() as other:
        other.execute("select pg_advisory_lock(%s)", [rebuild_module._LOCK])

        with pytest.raises(CommandError, match="under way"):
            rebuild()


def test_a_rebuild_does_not_read_the_desk() -> None:
    incident = make_published(title="As published")
    Incident.objects.filter(pk=incident.pk).update(title="Being edited")

    rebuild()

    assert Entry.objects.get().title == "As published"
