from collections.abc import Callable
from io import StringIO
from random import Random
from typing import Any

import pytest
from django.core.management import call_command
from django.db import models

from incidents.models import Actor, Claim, Incident
from incidents.record.models import (
    Entry,
    EntryClaim,
    EntryClash,
    EntryLines,
    EntryMoment,
    RecordActor,
    RecordPlace,
    RecordSource,
    Version,
)
from incidents.record.publish import NothingToPublish, PublishingBlocked, merge, publish, withdraw
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
    EntryMoment: ("incident", "known_from"),
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
    call_command("rebuild_record", stdout=output, stderr=output)
    return output.getvalue()


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

    rebuild()

    assert read_models() == before
    assert check_versions().versions == Version.objects.count()
    assert check_entries() == len(before["Entry"])


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


def test_a_rebuild_of_many_tells_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("incidents.management.commands.rebuild_record._PROGRESS_EVERY", 2)
    for _ in range(3):
        make_published()

    assert "2 entries …\n" in rebuild()


def test_a_rebuild_does_not_read_the_desk() -> None:
    incident = make_published(title="As published")
    Incident.objects.filter(pk=incident.pk).update(title="Being edited")

    rebuild()

    assert Entry.objects.get().title == "As published"
