"""The record: what the public may see. Only incidents/record/publish.py writes it."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any, Self, TypeVar, cast

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchRank, SearchVectorField, TrigramWordSimilarity
from django.db import models
from django.db.models import (
    Case,
    Count,
    F,
    Func,
    Max,
    Min,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.functions import Cast, Length, RowNumber
from django.utils.translation import pgettext_lazy

from incidents.names import fold
from incidents.record.document import version_bytes
from incidents.record.search import Wanted
from incidents.record.standing import CONTRADICTS
from incidents.vocabulary import PlaceKind, Question, Side
from sources.moments import Precision

# How long the time that a claim is about lasts, as PostgreSQL counts (sources/moments.py, end_of).
_LENGTHS = {
    Precision.YEAR: "1 year",
    Precision.MONTH: "1 month",
    Precision.WEEK: "7 days",
    Precision.DAY_RANGE: "1 day",
    Precision.DAY: "1 day",
    Precision.PART_OF_DAY: "6 hours",
    Precision.HOUR: "1 hour",
    Precision.MINUTE: "1 minute",
}


def _ids() -> "ArrayField[Any, list[str]]":
    return ArrayField(models.CharField(max_length=10), default=list)


def _words() -> "ArrayField[Any, list[str]]":
    return ArrayField(models.CharField(max_length=30), default=list)


def _place_in(path: str, place: str) -> Func:
    """The element after `place` in a path of places: what lies directly in it; null at its end."""
    position = Func(
        path, Value(place), function="array_position", output_field=models.IntegerField()
    )
    return Func(
        path,
        position,
        template="(%(expressions)s + 1]",
        arg_joiner=")[",
        output_field=models.CharField(),
    )


class VersionQuerySet(models.QuerySet["Version"]):
    def clock(self) -> int:
        """The serial of the newest version: 0 while the record is empty. One query."""
        return self.aggregate(clock=Max("serial"))["clock"] or 0

    def latest_of(self, incident: str) -> "Version | None":
        return self.filter(incident=incident).order_by("-number").first()

    def current(self) -> "VersionQuerySet":
        """The newest version of each incident."""
        return self.filter(serial__in=self.values("incident").values_list(Max("serial")))

    def live(self) -> "VersionQuerySet":
        return self.exclude(kind__in=[Version.Kind.WITHDRAWN, Version.Kind.MERGED])

    def tombstones(self) -> "VersionQuerySet":
        return self.filter(kind__in=[Version.Kind.WITHDRAWN, Version.Kind.MERGED])

    def numbered(self, incident: str, number: int) -> "Version | None":
        """None also for a number that no column could hold."""
        if number >= 2**31:
            return None
        return self.filter(incident=incident, number=number).first()

    def before(self, versions: Iterable["Version"]) -> "VersionQuerySet":
        """Of the incident of each of these, the last live version before it."""
        given = self.filter(serial__in=[version.serial for version in versions])
        earlier = self.live().filter(incident=OuterRef("incident"), number__lt=OuterRef("number"))
        last = Subquery(earlier.order_by("-number").values("serial")[:1])
        return self.filter(serial__in=given.annotate(last=last).values("last"))

    def gone(self) -> "VersionQuerySet":
        """The last live version of each incident that has left the public list."""
        entry = Entry.objects.filter(pk=OuterRef("incident"))
        left = self.tombstones().filter(~models.Exists(entry))
        last = self.live().filter(incident__in=left.values("incident"))
        serials = last.values("incident").annotate(last=Max("serial")).order_by()
        return self.filter(serial__in=serials.values("last"))

    def at(self, places: Sequence[str]) -> "VersionQuerySet":
        """Live versions of incidents at or in one of the places. Reads each document."""
        path = Func(
            F("document__places"),
            models.fields.json.KT("document__incident__place"),
            Value("path"),
            function="jsonb_extract_path",
            output_field=models.JSONField(),
        )
        return self.annotate(path=path).filter(path__has_any_keys=places)

    def titles(self, incidents: set[str]) -> dict[str, str]:
        """The newest title of each of these incidents, withdrawn and merged ones too."""
        if not incidents:
            return {}
        newest = self.filter(incident__in=incidents).order_by("incident", "-number")
        titles = newest.distinct("incident").values_list("incident", "document__incident__title")
        return dict(titles)


class Version(models.Model):
    """One published state of one incident. Immutable: the database refuses UPDATE and DELETE.

    `sha256` covers the canonical form of the whole row and the hash of the row before it in serial
    order (record/document.py), so that no byte of the past changes unseen.
    """

    class Kind(models.TextChoices):
        PUBLISHED = "published", pgettext_lazy("kind of version", "published")
        UPDATED = "updated", pgettext_lazy("kind of version", "updated")
        CORRECTED = "corrected", pgettext_lazy("kind of version", "corrected")
        WITHDRAWN = "withdrawn", pgettext_lazy("kind of version", "withdrawn")
        MERGED = "merged", pgettext_lazy("kind of version", "merged into another")

    serial = models.BigIntegerField(primary_key=True)
    incident = models.CharField(max_length=10)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    note = models.TextField()
    document = models.JSONField()
    claims = _ids()
    published_at = models.DateTimeField()
    previous_sha256 = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64, unique=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["-serial"]
        constraints = [
            models.UniqueConstraint("incident", "number", name="version_number_once"),
            models.CheckConstraint(name="version_serial_positive", condition=Q(serial__gt=0)),
        ]
        indexes = [
            GinIndex("claims", name="version_claims"),
            models.Index("published_at", "serial", name="version_published"),
            models.Index(
                "incident",
                name="version_tombstones",
                condition=Q(kind__in=["withdrawn", "merged"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident} version {self.number}"

    def canonical(self) -> bytes:
        """The bytes that `sha256` is the hash of."""
        return version_bytes(
            serial=self.serial,
            incident=self.incident,
            number=self.number,
            kind=self.kind,
            note=self.note,
            published_at=self.published_at.isoformat(timespec="microseconds"),
            document=self.document,
            previous_sha256=self.previous_sha256,
        )

    def digest(self) -> str:
        return hashlib.sha256(self.canonical()).hexdigest()

    @property
    def is_live(self) -> bool:
        return self.kind not in (self.Kind.WITHDRAWN, self.Kind.MERGED)


Row = TypeVar("Row", bound="Facts")

# To rank an entry PostgreSQL reads all its words.
MOST_RANKED = 1_000


class FactsQuerySet(models.QuerySet[Row]):
    """What readers may ask of entries. Each method narrows, and all of them chain."""

    def having_any(self, field: str, values: Sequence[str]) -> Self:
        """Entries with at least one of `values`, in an array or in a plain field."""
        if isinstance(self.model._meta.get_field(field), ArrayField):
            return self.filter(**{f"{field}__overlap": values})
        return self.filter(**{f"{field}__in": values})

    def overlapping(self, first: date | None, last: date | None) -> Self:
        """Entries that may have happened on a day from `first` to `last`, both included."""
        late_enough = Q(last_day__gte=first) if first else Q()
        early_enough = Q(first_day__lte=last) if last else Q()
        return self.filter(late_enough, early_enough)

    def searching(self, wanted: Wanted) -> Self:
        return self.filter(search=wanted.query())

    def after(self, field: str, moment: datetime, incident: str) -> Self:
        """Entries that come after the given one, newest `field` first.

        The last condition says nothing new, but lets PostgreSQL start inside the index.
        """
        earlier = Q(**{f"{field}__lt": moment}) | Q(**{field: moment}, incident__lt=incident)
        return self.filter(earlier, **{f"{field}__lte": moment})

    def by_place(self) -> "models.QuerySet[Any, tuple[str, str, int, str]]":
        """Place, how closely it is known, how many entries, and the id of one of them."""
        return (
            self.order_by()
            .values("place", "place_precision")
            .annotate(number=Count("*"), one=Min("incident"))
            .values_list("place", "place_precision", "number", "one")
        )

    def at_places(self, known: Iterable[tuple[str, str]]) -> Self:
        """Entries at any of these places, each known as closely as the word beside it says."""
        places: dict[str, list[str]] = defaultdict(list)
        for place, precision in known:
            places[precision].append(place)
        wanted = (Q(place_precision=key, place__in=ids) for key, ids in places.items())
        return self.filter(reduce(or_, wanted))

    def by_place_in(self, place: str) -> dict[str | None, int]:
        """How many there are in each place directly in `place`; None: in no smaller one."""
        here = self.order_by().having_any("places", [place])
        each = here.annotate(inside=_place_in("places", place)).values_list("inside")
        return dict(each.annotate(number=Count("incident")))

    def newest(self, field: str) -> Self:
        return self.order_by(f"-{field}", "-incident")

    def ranked(self, wanted: Wanted) -> Self:
        """Best match first, and of equal ones the newest. `rank` is a whole number, to page by.

        Where more than MOST_RANKED match, the newest of them.
        """
        matches = self.model._default_manager.filter(
            pk__in=self.newest("at").values("pk")[:MOST_RANKED]
        )
        rank = Cast(SearchRank(F("search"), wanted.query()) * 1_000_000, models.BigIntegerField())
        ranked = cast(Self, matches.annotate(rank=rank))
        return ranked.order_by("-rank", "-at", "-incident")

    def below(self, rank: int, moment: datetime, incident: str) -> Self:
        """Of `ranked` entries those that come after the given one."""
        newer = Q(at__lt=moment) | Q(at=moment, incident__lt=incident)
        return self.filter(Q(rank__lt=rank) | Q(newer, rank=rank))


class EntryQuerySet(FactsQuerySet["Entry"]):
    pass


class EntryMomentQuerySet(FactsQuerySet["EntryMoment"]):
    def known_at(self, moment: datetime) -> Self:
        open_or_later = Q(known_until__gt=moment) | Q(known_until=None)
        return self.filter(open_or_later, known_from__lte=moment)


class Facts(models.Model):
    """What lists, filters and facets need to know of an incident in one state.

    Arrays of ids include what contains the thing: `places` holds the place and all that it lies in,
    `actors` each speaker and the body spoken for.
    """

    serial = models.BigIntegerField()
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    slug = models.CharField(max_length=80)
    language = models.CharField(max_length=35)
    standing = models.CharField(max_length=20)
    verification = models.CharField(max_length=20, blank=True)
    earliest = models.DateTimeField()
    latest = models.DateTimeField()
    # `earliest` on the clock of the place, kept as if it were UTC: in this order days stay whole.
    at = models.DateTimeField()
    precision = models.CharField(max_length=12)
    zone = models.CharField(max_length=64)
    first_day = models.DateField()
    last_day = models.DateField()
    parent = models.CharField(max_length=10, blank=True)
    place = models.CharField(max_length=10, blank=True)
    place_precision = models.CharField(max_length=12)
    places = _ids()
    sides = _words()
    actors = _ids()
    # The bodies that speak (record/standing.py, origins), and whether a claim meets another.
    origins = _ids()
    countered = models.BooleanField()
    publishers = _ids()
    sources = _ids()
    questions = _words()
    stances = _words()
    killed_most = models.BigIntegerField(null=True)
    claim_count = models.PositiveIntegerField()
    report_count = models.PositiveIntegerField()
    strip = models.JSONField()
    search = SearchVectorField()
    changed_at = models.DateTimeField()

    class Meta:
        abstract = True


class Entry(Facts):
    """A published incident as it stands now: one row an incident."""

    incident = models.CharField(max_length=10, primary_key=True)
    # Every place, actor and source that the document names, to find who else uses a name.
    names = _ids()

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-incident"]
        indexes = [
            models.Index("at", "incident", name="entry_happened"),
            models.Index("changed_at", "incident", name="entry_changed"),
            models.Index("first_day", "last_day", name="entry_days"),
            models.Index("parent", name="entry_parent", condition=~Q(parent="")),
            GinIndex("places", name="entry_places"),
            GinIndex("actors", name="entry_actors"),
            GinIndex("sources", name="entry_sources"),
            GinIndex("publishers", name="entry_publishers"),
            GinIndex("search", name="entry_search"),
            GinIndex("names", name="entry_names"),
        ]

    def __str__(self) -> str:
        return self.title


class EntryMoment(Facts):
    """What an entry would have shown from one moment at which something new was claimed to the
    next, of the claims in its latest version: the answer to `known=`."""

    id: int
    incident = models.CharField(max_length=10)
    known_from = models.DateTimeField()
    known_until = models.DateTimeField(null=True)

    objects = EntryMomentQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-incident"]
        constraints = [
            models.UniqueConstraint("incident", "known_from", name="entry_moment_once"),
        ]
        indexes = [models.Index("known_from", "known_until", name="entry_moment_known")]

    def __str__(self) -> str:
        return f"{self.title}, as known from {self.known_from}"


class EntryClaimQuerySet(models.QuerySet["EntryClaim"]):
    def by(self, actors: Sequence[str]) -> Self:
        """Spoken by one of them, or on behalf of it."""
        return self.filter(Q(speaker__in=actors) | Q(organisation__in=actors))

    def about(self, places: Sequence[str]) -> Self:
        """Of incidents in one of the places, or on who controls what lies in it."""
        return self.filter(Q(entry__places__overlap=places) | Q(control_places__overlap=places))

    def citing(self, sources: Sequence[str]) -> Self:
        return self.filter(sources__overlap=sources)

    def killing(self, least: int) -> Self:
        """With a figure of `least` dead or more. Vague ones name no figure."""
        return self.filter(Q(low__gte=least) | Q(high__gte=least), question=Question.KILLED)

    def overlapping(self, first: date | None, last: date | None) -> Self:
        """Of incidents that may have happened on these days (see FactsQuerySet.overlapping)."""
        late_enough = Q(entry__last_day__gte=first) if first else Q()
        early_enough = Q(entry__first_day__lte=last) if last else Q()
        return self.filter(late_enough, early_enough)

    def before(self, moment: datetime, claim: str) -> Self:
        """Claims that come after the given one, newest known first (see FactsQuerySet.after)."""
        earlier = Q(known_at__lt=moment) | Q(known_at=moment, pk__lt=claim)
        return self.filter(earlier, known_at__lte=moment)

    def on_control(self) -> Self:
        return self.exclude(control_status="")

    def known_by(self, moment: datetime) -> Self:
        return self.filter(known_at__lte=moment)

    def covering(self, first: date | None, last: date | None) -> Self:
        """Claims about a time that touches the days from `first` to `last`, both included.

        Days are those of the claim's own zone; a claim about a month is about each of its days.
        """
        begins = Func("zone", "at", function="timezone", output_field=models.DateTimeField())
        length = Cast(
            Case(
                *(When(at_precision=p, then=Value(words)) for p, words in _LENGTHS.items()),
                default=Value("1 microsecond"),
            ),
            models.DurationField(),
        )
        ends = begins + length - Value(timedelta(microseconds=1))
        claims = self.alias(
            begins=Cast(begins, models.DateField()), ends=Cast(ends, models.DateField())
        )
        late_enough = Q(ends__gte=first) if first else Q()
        early_enough = Q(begins__lte=last) if last else Q()
        return claims.filter(late_enough, early_enough)

    def in_places(self, places: Sequence[str]) -> Self:
        """Control claims about one of the places, or about what lies in it."""
        return self.filter(control_places__overlap=places)

    def by_place_in(self, place: str) -> dict[str | None, int]:
        """How many control claims there are about each place directly in `place`, and what lies in
        that; None: about `place` itself."""
        here = self.on_control().in_places([place]).order_by()
        each = here.annotate(inside=_place_in("control_places", place)).values_list("inside")
        return dict(each.annotate(number=Count("claim")))

    def newest_of_each_place(self, most: int) -> Self:
        """Of each place that a control claim is about, the `most` claims about the latest times,
        with their entries."""
        row = Window(RowNumber(), partition_by="control_place", order_by=["-at", "-claim"])
        return self.alias(row=row).filter(row__lte=most).with_entries()

    def with_entries(self) -> Self:
        return self.select_related("entry").defer("entry__search", "entry__strip")


class EntryClaim(models.Model):
    """A claim of a published incident: one row a claim."""

    claim = models.CharField(max_length=10, primary_key=True)
    entry = models.ForeignKey(Entry, models.CASCADE, related_name="claims", db_column="incident")
    question = models.CharField(max_length=20)
    stance = models.CharField(max_length=20)
    text = models.CharField(max_length=300)
    speaker = models.CharField(max_length=10)
    organisation = models.CharField(max_length=10, blank=True)
    side = models.CharField(max_length=8, choices=Side)
    accused = models.CharField(max_length=10, blank=True)
    low = models.BigIntegerField(null=True)
    high = models.BigIntegerField(null=True)
    qualifier = models.CharField(max_length=10, blank=True)
    unit = models.CharField(max_length=80, blank=True)
    group = models.CharField(max_length=12, blank=True)
    control_status = models.CharField(max_length=30, blank=True)
    control_place = models.CharField(max_length=10, blank=True)
    control_side = models.CharField(max_length=8, blank=True)
    # `control_place` and all that it lies in.
    control_places = _ids()
    # What it is about: as of, else said, else first printed; with precision and the zone to show.
    at = models.DateTimeField()
    at_precision = models.CharField(max_length=12)
    zone = models.CharField(max_length=64)
    known_at = models.DateTimeField()
    sources = _ids()

    objects = EntryClaimQuerySet.as_manager()

    class Meta:
        ordering = ["known_at", "claim"]
        indexes = [
            models.Index("known_at", "claim", name="entry_claim_known"),
            models.Index("speaker", "known_at", name="entry_claim_speaker"),
            models.Index("organisation", "known_at", name="entry_claim_organisation"),
            models.Index("accused", "known_at", name="entry_claim_accused"),
            GinIndex("sources", name="entry_claim_sources"),
            GinIndex("control_places", name="entry_claim_control", condition=~Q(control_status="")),
        ]

    def __str__(self) -> str:
        return f"{self.question}: {self.text}"


class EntryClashQuerySet(models.QuerySet["EntryClash"]):
    """Contradictions seen from one actor, or from all who speak for it.

    Each goes one `way`: `others` spoke later, or `them`, or nobody knows (`beside`), or both are
    their `own` claims.
    """

    def contradictions_of(self, actor: str, way: str = "") -> Self:
        found = self.filter(kind=CONTRADICTS, actors__contains=[actor]).annotate(way=_way(actor))
        return found.filter(way=way) if way else found

    def contradictions_by_other(self, actor: str) -> list[tuple[str, str, int]]:
        """Rows of way, the other speaker and number."""
        return list(
            self.filter(kind=CONTRADICTS, actors__contains=[actor])
            .order_by()
            .annotate(way=_way(actor))
            .annotate(other=_other(actor))
            .values("way", "other")
            .annotate(number=Count("pk"))
            .order_by("-number", "other")
            .values_list("way", "other", "number")
        )


def _earlier(actor: str) -> Q:
    return Q(speakers__0=actor) | Q(bodies__0=actor)


def _other(actor: str) -> Case:
    return Case(When(_earlier(actor), then=F("speakers__1")), default=F("speakers__0"))


def _way(actor: str) -> Case:
    later = Q(speakers__1=actor) | Q(bodies__1=actor)
    return Case(
        When(_earlier(actor) & later, then=Value("own")),
        When(ordered=False, then=Value("beside")),
        When(_earlier(actor), then=Value("others")),
        default=Value("them"),
    )


class EntryClash(models.Model):
    """Two claims of a published incident that clash, or one that its reports carry differently."""

    id: int
    entry = models.ForeignKey(Entry, models.CASCADE, related_name="clashes", db_column="incident")
    kind = models.CharField(max_length=16)
    questions = _words()
    # Who is answered comes first, or who spoke first (`ordered`, where either is known); and of
    # each claim who spoke, and for which body.
    claims = _ids()
    speakers = _ids()
    bodies = _ids()
    ordered = models.BooleanField()
    # All of these speakers and bodies, to be looked up.
    actors = _ids()

    objects = EntryClashQuerySet.as_manager()

    class Meta:
        ordering = ["entry", "id"]
        indexes = [GinIndex("actors", name="entry_clash_actors")]

    def __str__(self) -> str:
        return f"{self.kind}: {', '.join(self.claims)}"


class RecordName(models.Model):
    """A name that live entries use, as the newest of them (version `serial`) gives it."""

    id = models.CharField(max_length=10, primary_key=True)
    name = models.CharField(max_length=300)
    serial = models.BigIntegerField()
    details = models.JSONField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @classmethod
    def named(cls, ids: set[str]) -> dict[str, Self]:
        return {row.id: row for row in cls._default_manager.filter(pk__in=ids)} if ids else {}


S = TypeVar("S", bound="RecordSpelled")


class SpelledQuerySet(models.QuerySet[S]):
    def named_from(self, text: str) -> Self:
        """Those of whom a name has words that begin with `text`, the shortest first."""
        folded = fold(text)
        if not folded:
            return self.none()
        return self.filter(folded__contains=f" {folded}").order_by(Length("name"), "name", "id")

    def named_like(self, text: str) -> Self:
        """Those of whom a name, or the beginning of one, resembles `text`, best first."""
        folded = fold(text)
        if not folded:
            return self.none()
        likeness = TrigramWordSimilarity(folded, "folded")
        return (
            self.filter(folded__trigram_word_similar=folded)
            .annotate(likeness=likeness)
            .order_by("-likeness", "name", "id")
        )


class RecordSpelled(RecordName):
    """A name with its spellings in other languages.

    `folded` holds each of them (incidents/names.py), one a line, with a blank before each word.
    """

    folded = models.TextField()

    objects = SpelledQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["name", "id"]
        indexes = [GinIndex(OpClass("folded", "gin_trgm_ops"), name="%(class)s_folded")]


class RecordPlace(RecordSpelled):
    """`details`: as Document["places"] holds it (record/document.py)."""

    kind = models.CharField(max_length=10, choices=PlaceKind)


class RecordActor(RecordSpelled):
    """`details`: as Document["actors"] holds it."""

    side = models.CharField(max_length=8, choices=Side)


class RecordSourceQuerySet(models.QuerySet["RecordSource"]):
    def before(self, moment: datetime, source: str) -> Self:
        """Sources that come after the given one, newest first (see FactsQuerySet.after)."""
        earlier = Q(published_at__lt=moment) | Q(published_at=moment, pk__lt=source)
        return self.filter(earlier, published_at__lte=moment)

    def with_claim_count(self) -> "models.QuerySet[Any]":
        carried = EntryClaim.objects.filter(sources__contains=[OuterRef("pk")]).order_by()
        number = Func("pk", function="count", output_field=models.IntegerField())
        return self.annotate(claim_count=Subquery(carried.annotate(n=number).values("n")))

    def taken_from(self) -> "list[tuple[str, str, int]]":
        """Publishers whose reports these republish, quote or correct: id, name, number."""
        taken = self.order_by().values(source=Func("linked", function="unnest"))
        others = RecordSource.objects.filter(pk__in=taken).order_by()
        counted = others.values("publisher").annotate(name=Max("publisher_name"), n=Count("pk"))
        return list(counted.order_by("-n", "publisher").values_list("publisher", "name", "n"))


class RecordSource(RecordName):
    """`name` is the title; `details`: as Document["sources"] holds it."""

    publisher = models.CharField(max_length=10)
    publisher_name = models.CharField(max_length=200)
    published_at = models.DateTimeField()
    # The reports that this one republishes, quotes or corrects.
    linked = _ids()

    objects = RecordSourceQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "-id"]
        indexes = [
            models.Index("publisher", "published_at", "id", name="record_source_publisher"),
            GinIndex("linked", name="record_source_linked"),
        ]
