"""From the demo files to the desk, and on to the record.

Public ids are derived from the keys, so that the demo has the same addresses everywhere and every
object is found again. What exists is left alone, as an editor may have changed it, and so is an
incident with everything in it.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction

from incidents.demo import files
from incidents.demo.files import DemoError
from incidents.models.actors import Actor, ActorName
from incidents.models.claims import Citation, Claim, ClaimRelation, Statement
from incidents.models.incidents import Incident
from incidents.models.places import Place, PlaceName
from incidents.record.publish import PublishingBlocked, publish
from sources.models import Publisher, Snapshot, Source, SourceLink
from sources.public_ids import derived_id

T = TypeVar("T")
M = TypeVar("M", bound=models.Model)
AnItem = TypeVar("AnItem", bound=files.Item)


@dataclass(frozen=True)
class Loaded:
    """How many were new."""

    sources: int
    incidents: int
    claims: int


def load(folder: Path) -> Loaded:
    """Load and publish what the desk lacks: all of it, or nothing and DemoError, OSError."""
    demo = files.read_folder(folder)
    with transaction.atomic():
        return _Load(demo).run()


class _Load:
    """The desk's objects by their keys in the files, as far as the load has come."""

    def __init__(self, demo: files.Demo) -> None:
        self.demo = demo
        self.actors: dict[str, Actor] = {}
        self.places: dict[str, Place] = {}
        self.sources: dict[str, Source] = {}
        self.incidents: dict[str, Incident] = {}
        self.statements: dict[str, Statement] = {}
        self.claims: dict[str, Claim] = {}
        self.new_sources: set[str] = set()
        self.new_incidents: set[str] = set()
        self.new_claims: set[str] = set()

    def run(self) -> Loaded:
        for actor in _parents_first(self.demo.actors, lambda actor: actor.organisation):
            self.load_actor(actor)
        for place in _parents_first(self.demo.places, lambda place: place.parent):
            self.load_place(place)
        for source in self.demo.sources.values():
            self.load_source(source)
        for source in self.demo.sources.values():
            self.load_links(source)
        for incident in _parents_first(self.demo.incidents, lambda incident: incident.parent):
            self.load_incident(incident)
        self.load_claims()
        for report in self.demo.reports:
            self.load_citations(report)
        for claim in self.demo.claims.values():
            self.load_relations(claim)
        self.publish()
        return Loaded(len(self.new_sources), len(self.new_incidents), len(self.new_claims))

    def load_actor(self, item: files.Actor) -> None:
        public_id = derived_id("demo", "actor", item.key)
        if found := Actor.objects.filter(public_id=public_id).first():
            self.actors[item.key] = found
            return
        with _faults_of(item):
            actor = self.actors[item.key] = _save(
                Actor(
                    public_id=public_id,
                    name=item.name,
                    kind=item.kind,
                    side=item.side,
                    organisation=_named(self.actors, item.organisation, "organisation"),
                    role=item.role,
                )
            )
            for one in _names(item):
                _save(ActorName(actor=actor, name=one.name, language=one.language))

    def load_place(self, item: files.Place) -> None:
        public_id = derived_id("demo", "place", item.key)
        with _faults_of(item):
            if found := _of_gazetteer(item) or Place.objects.filter(public_id=public_id).first():
                self.places[item.key] = found
                return
            place = self.places[item.key] = _save(
                Place(
                    public_id=public_id,
                    kind=item.kind,
                    parent=_named(self.places, item.parent, "parent"),
                    name=item.name,
                    latitude=item.latitude,
                    longitude=item.longitude,
                )
            )
            for one in _names(item):
                _save(PlaceName(place=place, name=one.name, language=one.language))

    def load_source(self, item: files.Source) -> None:
        public_id = derived_id("demo", "source", item.key)
        if found := Source.objects.filter(public_id=public_id).first():
            self.sources[item.key] = found
            return
        self.new_sources.add(item.key)
        with _faults_of(item):
            self.sources[item.key] = _save(
                Source(
                    public_id=public_id,
                    publisher=_publisher(item),
                    title=item.title,
                    language=item.language,
                    published_at=_start(item.published, item.zone),
                    published_precision=item.published_precision,
                    zone=item.zone,
                )
            )

    def load_links(self, item: files.Source) -> None:
        if item.key not in self.new_sources:
            return
        source = self.sources[item.key]
        with _faults_of(item):
            for link in item.links:
                target = _one(self.sources, link.to, "links.to")
                _save(SourceLink(source=source, kind=link.kind, target=target))

    def load_incident(self, item: files.Incident) -> None:
        public_id = derived_id("demo", "incident", item.key)
        if found := Incident.objects.filter(public_id=public_id).first():
            self.incidents[item.key] = found
            return
        self.new_incidents.add(item.key)
        with _faults_of(item):
            self.incidents[item.key] = _save(
                Incident(
                    public_id=public_id,
                    kind=item.kind,
                    title=item.title,
                    summary=item.summary,
                    earliest=_start(item.earliest, item.zone),
                    latest=_end(item.latest, item.zone),
                    precision=item.precision,
                    zone=item.zone,
                    time_inferred=item.time_inferred,
                    place=_one(self.places, item.place, "place"),
                    place_precision=item.place_precision,
                    place_note=item.place_note,
                    parent=_named(self.incidents, item.parent, "parent"),
                )
            )

    def load_claims(self) -> None:
        ids = {key: derived_id("demo", "claim", key) for key in self.demo.claims}
        found = {one.public_id: one for one in Claim.objects.filter(public_id__in=ids.values())}
        self.claims = {key: found[one] for key, one in ids.items() if one in found}
        statement_of = {
            claim.key: statement
            for statement in self.demo.statements.values()
            for claim in statement.claim
        }
        for item in _parents_first(self.demo.claims, lambda claim: claim.number.subset_of):
            if item.key not in self.claims and self.is_new(item):
                statement = self.statement(statement_of[item.key])
                with _faults_of(item):
                    self.claims[item.key] = _save(self.claim(item, statement))
                self.new_claims.add(item.key)

    def is_new(self, item: files.Claim) -> bool:
        with _faults_of(item):
            _one(self.demo.incidents, item.incident, "incident")
        return item.incident in self.new_incidents

    def statement(self, item: files.Statement) -> Statement:
        """Made for the first of its claims; a claim loaded earlier knows its statement."""
        if item.key not in self.statements:
            siblings = [self.claims[one.key] for one in item.claim if one.key in self.claims]
            if siblings:
                self.statements[item.key] = siblings[0].statement
            else:
                with _faults_of(item):
                    self.statements[item.key] = _save(self.new_statement(item))
        return self.statements[item.key]

    def new_statement(self, item: files.Statement) -> Statement:
        return Statement(
            speaker=_one(self.actors, item.speaker, "speaker"),
            role=item.role,
            channel=item.channel,
            attribution=item.attribution,
            relayed_by=item.relayed_by,
            said_at=item.said and _start(item.said, item.zone),
            said_precision=item.said_precision,
            zone=item.zone,
            said_inferred=item.said_inferred,
        )

    def claim(self, item: files.Claim, statement: Statement) -> Claim:
        number, control = item.number, item.control
        return Claim(
            public_id=derived_id("demo", "claim", item.key),
            statement=statement,
            incident=self.incidents[item.incident],
            question=item.question,
            stance=item.stance,
            text=item.text,
            low=number.low,
            high=number.high,
            qualifier=number.qualifier,
            vague_word=number.word,
            unit=number.unit,
            group=number.group,
            basis=number.basis,
            subset_of=_named(self.claims, number.subset_of, "number.subset_of"),
            control_status=control.status,
            control_place=_named(self.places, control.place, "control.place"),
            control_side=control.side,
            verification=item.verification,
            accused=_named(self.actors, item.accused, "accused"),
            hedges=list(item.hedges),
            as_of=item.as_of and _start(item.as_of, statement.zone),
            as_of_precision=item.as_of_precision,
        )

    def load_citations(self, report: files.Report) -> None:
        """The words that carry the new claims. Every quote is looked up, whether new or not."""
        source = report.source
        precis, own_precis = source.precis.strip(), source.own_precis.strip()
        for item in report.citations:
            key = item.claim if isinstance(item, files.Citation) else item.key
            with _faults_of(item):
                _one(self.demo.claims, key, "claim")
                for language, text, quotes in (
                    ("en", precis, item.quotes),
                    (source.language, own_precis, item.own_quotes),
                ):
                    spans = [_span(quote, text) for quote in quotes]
                    if not spans or key not in self.new_claims:
                        continue
                    snapshot = _snapshot(self.sources[source.key], language, text)
                    for span in spans:
                        _save(_citation(self.claims[key], snapshot, span, item.printed))

    def load_relations(self, item: files.Claim) -> None:
        with _faults_of(item):
            for relation in item.relations:
                _one(self.demo.claims, relation.to, "relations.to")
                # An editor may have deleted the other claim since it was loaded.
                if item.key in self.new_claims and relation.to in self.claims:
                    target = self.claims[relation.to]
                    claim = self.claims[item.key]
                    _save(ClaimRelation(claim=claim, kind=relation.kind, target=target))

    def publish(self) -> None:
        """What is new, parents before their parts, else in the order of time."""
        new = [item for key, item in self.demo.incidents.items() if key in self.new_incidents]
        new.sort(key=lambda item: _start(item.earliest, item.zone))
        for item in _parents_first({one.key: one for one in new}, lambda one: one.parent):
            try:
                publish(self.incidents[item.key])
            except PublishingBlocked as blocked:
                raise DemoError(f"{item.where}: it cannot be published: {blocked}") from blocked


def _save(one: M) -> M:
    """Check it as the admin does, then save it. Fields that no editor fills in save() fills in.

    The database holds the constraints, in a tenth of the time that the model would take; the model
    is asked for the words only where one is broken.
    """
    one.full_clean(
        exclude={field.name for field in one._meta.fields if not field.editable},
        validate_constraints=False,
    )
    try:
        with transaction.atomic():
            one.save()
    except IntegrityError:
        one.validate_constraints()
        raise
    return one


@contextmanager
def _faults_of(item: files.Item | files.Citation) -> Iterator[None]:
    """Turn the first ValidationError of the objects made of `item` into a DemoError."""
    try:
        yield
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        where = item.where if field == NON_FIELD_ERRORS else f"{item.where}, {field}"
        raise DemoError(f"{where}: {' '.join(messages)}") from error


def _one(objects: Mapping[str, T], key: str, field: str) -> T:
    if key not in objects:
        raise ValidationError({field: f"The files define no “{key}”."})
    return objects[key]


def _named(objects: Mapping[str, T], key: str, field: str) -> T | None:
    return _one(objects, key, field) if key else None


def _parents_first(items: Mapping[str, AnItem], parent_of: Callable[[AnItem], str]) -> list[AnItem]:
    above = {key: {parent_of(item)} & items.keys() for key, item in items.items()}
    try:
        return [items[key] for key in TopologicalSorter(above).static_order()]
    except CycleError as error:
        circle = " → ".join(f"“{key}”" for key in error.args[1])
        raise DemoError(
            f"{items[error.args[1][0]].where}: it leads back to itself: {circle}."
        ) from error


def _names(item: files.Actor | files.Place) -> Iterator[files.Name]:
    """With the name that readers see: look-up goes by this list alone."""
    if item.name not in {one.name for one in item.names}:
        yield files.Name(name=item.name, language="en")
    yield from item.names


def _of_gazetteer(item: files.Place) -> Place | None:
    """The place that the gazetteer holds; None for one that the file itself describes."""
    code = item.region or item.country
    if bool(item.geonames) + bool(code) + bool(item.name) != 1:
        raise ValidationError({"name": "Give one of geonames, region, country and name."})
    if item.name:
        return None
    lookup = {"iso_code": code} if code else {"geonames_id": item.geonames}
    if (found := Place.objects.filter(**lookup).first()) is None:
        field = "region" if item.region else "country" if code else "geonames"
        raise ValidationError(
            {field: f"The gazetteer has no “{code or item.geonames}”: run load_gazetteer first."}
        )
    return found


def _publisher(item: files.Source) -> Publisher:
    public_id = derived_id("demo", "publisher", item.publisher)
    return Publisher.objects.filter(public_id=public_id).first() or _save(
        Publisher(
            public_id=public_id,
            name=item.publisher,
            country=item.publisher_country,
            language=item.publisher_language,
        )
    )


def _snapshot(source: Source, language: str, text: str) -> Snapshot:
    found = source.snapshots.filter(kind=Snapshot.Kind.PRECIS, text=text).first()
    return found or _save(
        Snapshot(source=source, kind=Snapshot.Kind.PRECIS, language=language, text=text)
    )


def _span(quote: str, text: str) -> tuple[int, int]:
    """Start and end of the words, in code points."""
    if (times := text.count(quote)) != 1:
        raise ValidationError(
            {"quotes": f"“{quote}” stands {times} times in the précis, not once."}
        )
    start = text.index(quote)
    return start, start + len(quote)


def _citation(
    claim: Claim, snapshot: Snapshot, span: tuple[int, int], printed: files.Printed
) -> Citation:
    start, end = span
    return Citation(
        claim=claim,
        snapshot=snapshot,
        start=start,
        end=end,
        quote=snapshot.text[start:end],
        printed_role=printed.role,
        printed_figure=printed.figure,
        printed_channel=printed.channel,
        printed_scope=printed.scope,
        lost_hedge=printed.lost_hedge,
    )


def _start(when: date, zone: str) -> datetime:
    """A day starts at its midnight; a moment is on the clock of `zone`."""
    clock = when if isinstance(when, datetime) else datetime.combine(when, time.min)
    return clock.replace(tzinfo=ZoneInfo(zone))


def _end(when: date, zone: str) -> datetime:
    """A day ends at the next midnight; a moment is taken as it is."""
    return _start(when if isinstance(when, datetime) else when + timedelta(days=1), zone)
