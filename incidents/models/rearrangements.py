"""What was merged, split and moved on the desk, row by row, so that it can be undone."""

from typing import TypedDict

from django.conf import settings
from django.db import models
from django.db.models import Q


class Moved(TypedDict):
    """Rows of one table whose `field` was turned from one row to another. All are keys."""

    model: str  # “incidents.claim”
    field: str
    rows: list[int]
    was: int
    now: int


class RearrangementQuerySet(models.QuerySet["Rearrangement"]):
    def about(self, kinds: list[str], key: int) -> "RearrangementQuerySet":
        """Those of these kinds that took from the row with this key, or gave to it."""
        return self.filter(Q(source=key) | Q(target=key), kind__in=kinds)


class Rearrangement(models.Model):
    """One merge, split or move. `source` and `target` are keys, of what the kind says."""

    class Kind(models.TextChoices):
        MERGE_INCIDENT = "merge_incident", "incident merged"
        MERGE_ACTOR = "merge_actor", "actor merged"
        MERGE_PLACE = "merge_place", "place merged"
        MERGE_SOURCE = "merge_source", "source merged"
        MERGE_PUBLISHER = "merge_publisher", "publisher merged"
        SPLIT_INCIDENT = "split_incident", "incident split"
        MOVE_CLAIMS = "move_claims", "claims moved"

    kind = models.CharField(max_length=20, choices=Kind)
    source = models.BigIntegerField("from")
    target = models.BigIntegerField("to")
    # As they were called then: “Belgorod MoD” into “Ministry of Defence”.
    source_name = models.CharField("from", max_length=400)
    target_name = models.CharField("to", max_length=400)
    moved = models.JSONField(default=list)
    # Keys of the incidents that were published anew with it.
    published = models.JSONField(default=list)
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="rearrangements")
    at = models.DateTimeField(auto_now_add=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="rearrangements_undone"
    )
    undone_at = models.DateTimeField(null=True)

    objects = RearrangementQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="rearrangement_undone_whole",
                condition=Q(undone_by=None, undone_at=None)
                | Q(undone_by__isnull=False, undone_at__isnull=False),
            ),
            models.CheckConstraint(name="rearrangement_with_reason", condition=~Q(reason="")),
        ]
        indexes = [
            models.Index("kind", "source", name="rearrangement_from"),
            models.Index("kind", "target", name="rearrangement_to"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: “{self.source_name}” to “{self.target_name}”"

    @property
    def is_undone(self) -> bool:
        return self.undone_at is not None

    @property
    def number_moved(self) -> int:
        return sum(len(moved["rows"]) for moved in self.moved)
