"""Words that were removed from published versions: kept on the desk, so that they do not return."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from incidents.vocabulary import RemovalReason

_BARRED = """
select * from incidents_removedwords where incident in ('', %s) order by at desc, id desc
"""


class RemovedWordsQuerySet(models.QuerySet["RemovedWords"]):
    def barred_from(self, incident: str) -> list["RemovedWords"]:
        """What may not be published in the incident with that public id."""
        return list(self.raw(_BARRED, [incident]))


class RemovedWords(models.Model):
    """Editors may read it; the public learns when words were removed and why, never which."""

    words = models.CharField(max_length=200)
    reason = models.CharField(max_length=8, choices=RemovalReason)
    incident = models.CharField(
        max_length=10, blank=True, help_text="The public id; empty for the whole record."
    )
    note = models.TextField(blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="removed_words"
    )
    at = models.DateTimeField()

    objects = RemovedWordsQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "removed words"
        ordering = ["-at", "-pk"]
        default_permissions = ["view"]
        constraints = [
            models.CheckConstraint(name="removed_words_not_empty", condition=~Q(words="")),
            models.CheckConstraint(
                name="removed_words_reason_known",
                condition=Q(reason__in=["safety", "law", "privacy"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.words} ({self.get_reason_display()})"
