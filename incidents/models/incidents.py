"""Something reported to have happened, as the desk knows it: always possibly unfinished."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.postgres.fields import DateTimeRangeField
from django.contrib.postgres.indexes import GistIndex
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q

from incidents.models.places import Place
from incidents.vocabulary import IncidentKind, PlacePrecision
from sources.moments import Precision, validate_year, validate_zone
from sources.public_ids import new_id

# From the earliest to the latest or, where it is longer, what the precision leaves open; without
# end both ways where no time is known (migration 0010). Days are those of UTC, ends are included.
SPAN = Func(
    F("earliest"),
    F("latest"),
    F("precision"),
    function="claimline_span",
    output_field=DateTimeRangeField(),
)


class IncidentQuerySet(models.QuerySet["Incident"]):
    def published(self) -> "IncidentQuerySet":
        return self.filter(state=Incident.State.PUBLISHED)

    def with_unpublished_changes(self) -> "IncidentQuerySet":
        return self.published().exclude(revision=F("published_revision"))

    def without_claim(self) -> "IncidentQuerySet":
        return self.filter(claims=None)

    def without_citation(self) -> "IncidentQuerySet":
        """Incidents with at least one claim that rests on no words."""
        return self.filter(claims__isnull=False, claims__citations=None).distinct()

    def without_place(self) -> "IncidentQuerySet":
        return self.filter(place=None)

    def at(self, places: Iterable[int]) -> "IncidentQuerySet":
        """At one of the places with these keys, not what lies in them."""
        return self.filter(place__in=places)

    def perhaps_between(self, start: datetime, end: datetime) -> "IncidentQuerySet":
        """That may have happened then, roughly: hours more than asked for, and the undated ones."""
        return self.alias(span=SPAN).filter(span__overlap=(start, end))

    def not_merged(self) -> "IncidentQuerySet":
        return self.exclude(state=Incident.State.MERGED)


class Incident(models.Model):
    class State(models.TextChoices):
        DRAFT = "draft", "draft"
        PUBLISHED = "published", "published"
        WITHDRAWN = "withdrawn", "withdrawn"
        MERGED = "merged", "merged"

    public_id = models.CharField(max_length=10, unique=True, default=new_id, editable=False)
    kind = models.CharField(max_length=20, choices=IncidentKind)
    title = models.CharField(
        max_length=200,
        help_text="A neutral headline: what was reported, not who is right.",
    )
    summary = models.TextField(
        blank=True, help_text="One to three sentences on what is claimed and by whom."
    )
    language = models.CharField(
        max_length=35, default="en", help_text="Language of title, summary and answers."
    )
    earliest = models.DateTimeField(
        validators=[validate_year],
        null=True,
        blank=True,
        help_text="The earliest instant at which it can have happened.",
    )
    latest = models.DateTimeField(
        validators=[validate_year],
        null=True,
        blank=True,
        help_text="For a whole day, the midnight that ends it.",
    )
    precision = models.CharField(max_length=12, choices=Precision, default=Precision.DAY)
    zone = models.CharField(
        "time zone",
        max_length=64,
        default="Europe/Kyiv",
        validators=[validate_zone],
        help_text="The zone of the place: readers see times on its clock.",
    )
    time_inferred = models.BooleanField(
        default=False, help_text="We worked the time out; no report prints it."
    )
    place = models.ForeignKey(
        Place,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="incidents",
        limit_choices_to={"merged_into": None},
    )
    place_precision = models.CharField(max_length=10, choices=PlacePrecision, default="settlement")
    place_note = models.CharField(
        max_length=200,
        blank=True,
        help_text="Street, building or stretch, as reported.",
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        help_text="The larger event that it is a part of.",
        limit_choices_to={"merged_into": None},
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
        editable=False,
    )
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT, editable=False)
    # Counted up by the database at every change of the incident, its claims, their statements,
    # citations and relations (migration 0002), so that "unpublished changes" is never a guess.
    revision = models.PositiveBigIntegerField(default=1, editable=False)
    published_revision = models.PositiveBigIntegerField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        ordering = [F("earliest").desc(nulls_first=True), "-pk"]
        permissions = [
            ("publish_incident", "Can publish and withdraw incidents"),
            ("merge_incident", "Can merge incidents"),
        ]
        indexes = [
            GistIndex(F("place"), SPAN, name="incident_place_span"),
            # The few of which readers see an older state, among however many.
            models.Index(
                "id",
                name="incident_unpublished",
                condition=Q(state="published") & ~Q(revision=F("published_revision")),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="incident_interval_whole",
                condition=Q(earliest=None, latest=None)
                | Q(earliest__isnull=False, latest__isnull=False, latest__gte=F("earliest")),
                violation_error_message="The latest is before the earliest, or one is missing.",
            ),
            models.CheckConstraint(
                name="incident_precision_known",
                condition=Q(precision__in=Precision.values),
            ),
            models.CheckConstraint(
                name="incident_merged_iff_target",
                condition=Q(state="merged", merged_into__isnull=False)
                | (~Q(state="merged") & Q(merged_into=None)),
            ),
            models.CheckConstraint(
                name="incident_not_part_of_itself",
                condition=Q(parent=None) | ~Q(parent=F("id")),
                violation_error_message="An incident cannot be a part of itself.",
            ),
            models.CheckConstraint(
                name="incident_not_merged_into_itself",
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def has_unpublished_changes(self) -> bool:
        return self.state == self.State.PUBLISHED and self.revision != self.published_revision

    def clean(self) -> None:
        seen = {self.pk}
        above = self.parent
        while above is not None:
            if above.pk in seen:
                raise ValidationError({"parent": "This would make the incidents a circle."})
            seen.add(above.pk)
            above = above.parent
