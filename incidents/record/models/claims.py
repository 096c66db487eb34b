"""What pages of actors and places ask of claims, and of claims that clash."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple, Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import (
    Case,
    Count,
    Func,
    Max,
    Q,
    Value,
    When,
)
from django.db.models.functions import Cast

from incidents.record.models.columns import ids, words
from incidents.record.models.entries import Entry
from incidents.record.standing import CONTRADICTS
from incidents.vocabulary import Question, Side
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


# What tells nothing of which version it is.
_BUT_THE_STATE = [
    f"entry__{field.name}"
    for field in Entry._meta.concrete_fields
    if field.name not in ("incident", "serial", "changed_at")
]


class OnPlace(NamedTuple):
    """Control claims on a place that lies in this country and region (None: it is the country)."""

    place: str
    country: str
    region: str | None
    latest: datetime  # when the last one was made
    number: int


class EntryClaimQuerySet(models.QuerySet["EntryClaim"]):
    def by(self, actors: Sequence[str]) -> Self:
        """Spoken by one of them, or on behalf of it."""
        return self.filter(Q(speaker__in=actors) | Q(organisation__in=actors))

    def accusing(self, actor: str) -> Self:
        # Said twice, for the index holds no claim that accuses nobody.
        return self.exclude(accused="").filter(accused=actor)

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

    def newest_by(self, actor: str, most: int) -> Self:
        """The `most` last known that the actor made, or somebody on its behalf.

        Each kind from its own index, which "or" would not let PostgreSQL read in order.
        """
        own, on_its_behalf = self.filter(speaker=actor), self.filter(organisation=actor)
        return self._newest_of_both(own, on_its_behalf.exclude(speaker=actor), most)

    def newest_about(self, places: Sequence[str], most: int) -> Self:
        """The `most` last known of incidents in one of the places, or on who controls what lies in
        it. Each kind from its own index, too."""
        there = self.filter(entry__places__overlap=places)
        return self._newest_of_both(there, self.on_control().in_places(places), most)

    def _newest_of_both(self, one: Self, other: Self, most: int) -> Self:
        newest = [
            claims.order_by("-known_at", "-claim").values("claim")[:most] for claims in (one, other)
        ]
        found = self.filter(pk__in=newest[0].union(newest[1], all=True))
        return found.order_by("-known_at", "-claim")[:most]

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

    def newest_of(self, places: Sequence[str], most: int) -> Self:
        """Of each of these places, the `most` control claims about the latest times, with the
        serials of their entries and when these changed.

        A walk of the index for each: a busy place has thousands.
        """
        newest = [
            self.filter(control_place=place).order_by("-at", "-claim").values("claim")[:most]
            for place in places
        ]
        found = newest[0].union(*newest[1:], all=True) if newest else []
        return self.filter(pk__in=found).select_related("entry").defer(*_BUT_THE_STATE)

    def by_place(self) -> list[OnPlace]:
        """How many control claims there are. Reads an index alone."""
        rows = self.order_by().values_list(
            "control_place", "control_places__0", "control_places__1"
        )
        counted = rows.annotate(latest=Max("known_at"), number=Count("*"))
        return [OnPlace(*row) for row in counted]

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
    control_places = ids()
    # What it is about: as of, else said, else first printed; with precision and the zone to show.
    at = models.DateTimeField()
    at_precision = models.CharField(max_length=12)
    zone = models.CharField(max_length=64)
    known_at = models.DateTimeField()
    sources = ids()

    objects = EntryClaimQuerySet.as_manager()

    class Meta:
        ordering = ["known_at", "claim"]
        indexes = [
            models.Index("known_at", "claim", name="entry_claim_known"),
            models.Index("speaker", "known_at", "claim", name="entry_claim_by_speaker"),
            models.Index("organisation", "known_at", "claim", name="entry_claim_by_organisation"),
            models.Index(
                fields=["accused", "known_at", "claim"],
                name="entry_claim_by_accused",
                condition=~Q(accused=""),
            ),
            GinIndex("sources", name="entry_claim_sources"),
            GinIndex("control_places", name="entry_claim_control", condition=~Q(control_status="")),
            # With all that /territory/ counts by, so that it reads no row.
            models.Index(
                fields=["control_place", "at", "claim"],
                include=[
                    "at_precision",
                    "zone",
                    "known_at",
                    "control_places",
                    "control_status",
                    "side",
                    "stance",
                    "speaker",
                    "organisation",
                ],
                name="entry_claim_held",
                condition=~Q(control_status=""),
            ),
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


def _earlier(actor: str) -> Q:
    return Q(speakers__0=actor) | Q(bodies__0=actor)


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
    questions = words()
    # Who is answered comes first, or who spoke first (`ordered`, where either is known); and of
    # each claim who spoke, and for which body.
    claims = ids()
    speakers = ids()
    bodies = ids()
    ordered = models.BooleanField()
    # All of these speakers and bodies, to be looked up.
    actors = ids()

    objects = EntryClashQuerySet.as_manager()

    class Meta:
        ordering = ["entry", "id"]
        indexes = [GinIndex("actors", name="entry_clash_actors")]

    def __str__(self) -> str:
        return f"{self.kind}: {', '.join(self.claims)}"
