"""The log of the desk: every row that was inserted, updated or deleted, by whom and why.

The database writes it by triggers (rowlog/tracking.py), so that bulk statements and psql are caught
too, and refuses to change or delete what it says. One table for all models: a history is one query,
and a new column of a tracked model needs no change here.
"""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Max


def object_key(model: type[models.Model], pk: object) -> str:
    return f"{model._meta.label_lower}:{pk}"


class ChangeQuerySet(models.QuerySet["Change"]):
    def of(self, model: type[models.Model], pk: object) -> "ChangeQuerySet":
        """Changes of one row, and of the rows that are parts of it, such as an actor's names."""
        return self.filter(about__contains=[object_key(model, pk)])

    def acts(self) -> models.QuerySet["Change", Any]:
        """Each act once, newest first, with the id of its last change as `last`."""
        return self.values("act").annotate(last=Max("id")).order_by("-last")


class Change(models.Model):
    """One row changed by one statement. Append-only: the database refuses UPDATE and DELETE."""

    class Operation(models.TextChoices):
        INSERT = "insert", "added"
        UPDATE = "update", "changed"
        DELETE = "delete", "deleted"
        SUMMARY = "summary", "many rows"

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    # What belongs together: a request, a command, or else a transaction.
    act = models.UUIDField()
    operation = models.CharField(max_length=8, choices=Operation)
    model = models.CharField("table", max_length=100, help_text="incidents.claim")
    # Null for a summary alone.
    row_id = models.BigIntegerField(null=True)
    # "incidents.claim:12" of the row itself and of the rows that it is a part of.
    about = ArrayField(models.CharField(max_length=120))
    # Its columns after the change; before it, for a deletion.
    row = models.JSONField()
    # What an update replaced, by column.
    before = models.JSONField(null=True)
    # Data, no foreign keys: the log outlives its users.
    user_id = models.BigIntegerField(null=True)
    user_name = models.CharField("who", max_length=150, blank=True)
    deed = models.CharField(max_length=200, blank=True, help_text="publish, load_demo …")
    reason = models.TextField(blank=True)
    address = models.CharField(max_length=500, blank=True)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        # Nobody adds, changes or deletes what the log says.
        default_permissions = ["view"]
        indexes = [
            GinIndex("about", name="change_about"),
            models.Index("model", "id", name="change_model"),
            models.Index("user_name", "id", name="change_user"),
            models.Index("at", name="change_at"),
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.row_id} {self.get_operation_display()}"

    def is_of(self, model: type[models.Model], pk: object) -> bool:
        return (self.model, self.row_id) == (model._meta.label_lower, pk)
