"""Editors about an incident: who changed it, who looked at it, what they said. Never public."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from incidents.models.incidents import Incident


class Touch(models.Model):
    """That an editor changed an incident, its claims, their statements, citations or sources.

    The database writes it, whatever way the change took (migration 0010), with the editor of whom
    django-pghistory tells it: there is no row for what commands and psql change.
    """

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="touches")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="touches")
    at = models.DateTimeField(help_text="The last time.")
    unpublished = models.BooleanField(help_text="Some of it came after the last version.")

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint("incident", "by", name="touch_once")]
        indexes = [
            models.Index("at", "id", name="touch_at"),
            models.Index("by", "at", name="touch_by_at"),
        ]

    def __str__(self) -> str:
        return f"{self.by} on “{self.incident}”"


class ReviewQuerySet(models.QuerySet["Review"]):
    def waiting(self) -> "ReviewQuerySet":
        return self.filter(outcome=Review.Outcome.NONE)

    def newest(self) -> "ReviewQuerySet":
        """The last that was asked for of each incident."""
        return self.filter(~Exists(Review.objects.filter(incident=OuterRef("incident"),
                                                         pk__gt=OuterRef("pk"))))  # fmt: skip

    def with_people(self) -> "ReviewQuerySet":
        return self.select_related("asked_by", "decided_by", "incident")


class Review(models.Model):
    """That an editor asked for somebody else's eyes on an incident, and what came of it."""

    class Outcome(models.TextChoices):
        NONE = "", "waiting"
        APPROVED = "approved", "approved"
        SENT_BACK = "sent_back", "sent back"
        TAKEN_BACK = "taken_back", "taken back"

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="reviews")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="reviews_asked"
    )
    asked_at = models.DateTimeField(auto_now_add=True)
    asked_revision = models.PositiveBigIntegerField()
    request = models.TextField(blank=True, max_length=2000)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True, default=Outcome.NONE)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="reviews_decided"
    )
    decided_at = models.DateTimeField(null=True)
    decided_revision = models.PositiveBigIntegerField(null=True)
    answer = models.TextField(blank=True, max_length=2000)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint("incident", name="review_waits_once", condition=Q(outcome="")),
            models.CheckConstraint(
                name="review_decided_whole",
                condition=Q(outcome="", decided_by=None, decided_at=None, decided_revision=None)
                | Q(
                    outcome__in=["approved", "sent_back", "taken_back"],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    decided_revision__isnull=False,
                ),
            ),
        ]
        indexes = [models.Index("asked_by", "outcome", name="review_of_asker")]

    def __str__(self) -> str:
        return f"“{self.incident}”, asked by {self.asked_by}"

    @property
    def is_waiting(self) -> bool:
        return self.outcome == self.Outcome.NONE

    @property
    def is_stale(self) -> bool:
        """Whether the incident was changed since somebody asked."""
        return self.asked_revision != self.incident.revision


class Comment(models.Model):
    """What one editor tells the others about an incident. It stays as it was said."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="comments")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="comments")
    at = models.DateTimeField(auto_now_add=True)
    text = models.TextField(max_length=4000)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.CheckConstraint(name="comment_not_empty", condition=~Q(text=""))]

    def __str__(self) -> str:
        return f"{self.by} on “{self.incident}”"


class WarningPassed(models.Model):
    """Why an incident may be published though something warns of it.

    It holds as long as the facts do that raised the warning (record/gates.py).
    """

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="warnings_passed")
    warning = models.CharField(max_length=20)
    facts = models.CharField(max_length=64, help_text="SHA-256 of what raised the warning.")
    reason = models.TextField(max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="warnings_passed")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "warnings passed"
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint("incident", "warning", "facts", name="warning_passed_once"),
            models.CheckConstraint(name="warning_passed_with_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.warning}: {self.reason}"
