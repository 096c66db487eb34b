"""How much there is of what, where a page tells totals that would take too long to count."""

from collections import defaultdict

from django.db import models


class RecordCountQuerySet(models.QuerySet["RecordCount"]):
    def of(self, key: str) -> "defaultdict[str, dict[str, int]]":
        """By what and value, the largest first."""
        counts: defaultdict[str, dict[str, int]] = defaultdict(dict)
        rows = self.filter(of=key).order_by("-number", "value")
        for what, value, number in rows.values_list("what", "value", "number"):
            counts[what][value] = number
        return counts


class RecordCount(models.Model):
    """A sum over all live entries (incidents/record/counting.py). `of`: a public id."""

    class What(models.TextChoices):
        SPEAKS = "speaks", "claims that an actor, or somebody for it, makes, by question"
        ACCUSED = "accused", "claims by others that accuse an actor, by question"
        SPOKEN_FOR = "spoken_for", "claims that others make on behalf of a body, by speaker"
        # Contradictions of an actor, by other speaker: EntryClashQuerySet says which way is which.
        OTHERS = "others", "others spoke later"
        THEM = "them", "they spoke later"
        BESIDE = "beside", "nobody knows who spoke later"
        OWN = "own", "both claims are their own"
        INCIDENTS = "incidents", "incidents in a place, by the place directly in it, or by none"
        CONTROL = "control", "claims on who holds a place or what lies in it, by the same"
        REPORTED = "reported", "incidents that a publisher reported"

    id: int
    of = models.CharField(max_length=10)
    what = models.CharField(max_length=10, choices=What)
    value = models.CharField(max_length=20, blank=True)
    number = models.BigIntegerField()

    objects = RecordCountQuerySet.as_manager()

    class Meta:
        ordering = ["of", "what", "value"]
        constraints = [
            models.UniqueConstraint("of", "what", "value", name="record_count_once"),
        ]

    def __str__(self) -> str:
        return f"{self.of}, {self.what} {self.value}: {self.number}"
