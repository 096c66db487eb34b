"""What entries would have shown at any moment: the answer to `known=`.

A moment is one at which more became known: a claim, or one more report of it. From the last on an
entry is what it is now.
"""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from incidents.record.models.entries import Entry, Facts, FactsQuerySet, any_of


class Moment(Facts):
    """Of the claims in the latest version, and their reports, those known from `known_from` on."""

    pk = models.CompositePrimaryKey("incident", "known_from")
    incident = models.CharField(max_length=10)
    known_from = models.DateTimeField()

    class Meta:
        abstract = True
        ordering = ["-at", "-incident"]

    def __str__(self) -> str:
        return f"{self.title}, as known from {self.known_from}"


class EntryPast(Moment):
    """All moments of an entry but the last."""

    known_until = models.DateTimeField()

    class Meta(Moment.Meta):
        indexes = [
            models.Index("known_from", "known_until", name="entry_past_known"),
            models.Index("at", "incident", name="entry_past_happened"),
        ]


class EntryMomentQuerySet(FactsQuerySet["EntryMoment"]):
    def known_at(self, moment: datetime) -> Self:
        open_or_later = Q(known_until__gt=moment) | Q(known_until=None)
        return self.filter(open_or_later, known_from__lte=moment)

    def of(self, serials: list[int]) -> Self:
        """Of the entries that have these serials now."""
        # Found by incident, as there is no index of the serials of moments.
        entries = Entry.objects.order_by().at_serials(serials)
        incidents = list(entries.values_list("incident", flat=True))
        return self.filter(
            any_of("incident", incidents, models.CharField()),
            # One that was published anew meanwhile has another.
            any_of("serial", serials, models.BigIntegerField()),
        )


class EntryMoment(Moment):
    """A view of all: those that are past and, without an end, the entries since their last."""

    known_until = models.DateTimeField(null=True)

    objects = EntryMomentQuerySet.as_manager()

    class Meta(Moment.Meta):
        managed = False
