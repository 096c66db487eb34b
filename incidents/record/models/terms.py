"""The terms of entries, each with all the entries that have it."""

from django.db import models


class RecordTerm(models.Model):
    """What incidents/record/postings.py keeps: a key, and the serials of its entries.

    They may lack the newest entries and hold some that are no more; see there.
    """

    key = models.TextField(primary_key=True, db_collation="C")
    # A serialised roaring bitmap.
    serials = models.BinaryField()
    # Whether all pairs of this term with others that say so have rows too.
    paired = models.BooleanField(default=False)

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key
