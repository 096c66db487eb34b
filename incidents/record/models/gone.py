"""Incidents that have left the public list."""

from django.db import models

from incidents.record.models.columns import ids


class RecordGone(models.Model):
    """What a withdrawn or merged incident was in its last live version: the log of changes finds it
    by that, as it finds the others by their entries."""

    incident = models.CharField(max_length=10, primary_key=True)
    kind = models.CharField(max_length=20)
    places = ids()
    actors = ids()

    class Meta:
        ordering = ["incident"]

    def __str__(self) -> str:
        return self.incident
