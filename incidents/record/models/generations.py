"""Which making of the read models is this?"""

from secrets import token_hex

from django.db import models

from incidents.record.models.terms import RecordTerm


class GenerationQuerySet(models.QuerySet["Generation"]):
    def renew(self) -> None:
        """Whoever holds something made of the read models must make it anew.

        Called in the transaction that shows readers other rows for the same versions.
        """
        self.update_or_create(pk=1, defaults={"token": token_hex(16)})
        RecordTerm.objects.all().delete()


class Generation(models.Model):
    """One row at most, with another token after each rebuild of the read models."""

    token = models.CharField(max_length=32)

    objects = GenerationQuerySet.as_manager()

    def __str__(self) -> str:
        return self.token
