"""What editors made of a text's suggestions, and what they typed but have not saved."""

from django.conf import settings
from django.contrib.auth.models import User
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.http import QueryDict

from incidents.models.claims import Claim
from incidents.vocabulary import Question
from sources.models import Snapshot


class SuggestionVerdict(models.Model):
    """An editor's answer to one suggestion. A suggestion that has one does not come back."""

    class Verdict(models.TextChoices):
        ACCEPTED = "accepted", "accepted"
        CHANGED = "changed", "changed, then accepted"
        REJECTED = "rejected", "rejected"

    snapshot = models.ForeignKey(Snapshot, models.CASCADE, related_name="verdicts")
    start = models.PositiveIntegerField(help_text="Code points from the start of the text, from 0.")
    end = models.PositiveIntegerField(help_text="The first code point after the words.")
    question = models.CharField(max_length=20, choices=Question)
    proposal = models.JSONField(
        encoder=DjangoJSONEncoder, help_text="The suggestion, as it was shown."
    )
    verdict = models.CharField(max_length=10, choices=Verdict)
    claim = models.ForeignKey(
        Claim,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="verdicts",
        help_text="What became of it.",
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["snapshot", "start", "end", "question"]
        constraints = [
            models.UniqueConstraint(
                "snapshot", "start", "end", "question", name="suggestion_verdict_once"
            ),
            models.CheckConstraint(
                name="suggestion_verdict_known",
                condition=Q(verdict__in=["accepted", "changed", "rejected"]),
            ),
            models.CheckConstraint(
                name="suggestion_verdict_span_not_empty", condition=Q(end__gt=F("start"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_question_display()}, {self.get_verdict_display()}"


class ClaimDraftQuerySet(models.QuerySet["ClaimDraft"]):
    def keep(self, snapshot: Snapshot, by: User, opened: str, typed: str) -> None:
        """Replace what this editor had typed in this form; forget their oldest drafts."""
        self.update_or_create(snapshot=snapshot, by=by, opened=opened, defaults={"typed": typed})
        kept = self.filter(by=by).order_by("-at", "-pk")[: ClaimDraft.MOST_OF_ONE_EDITOR]
        self.filter(by=by).exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()


class ClaimDraft(models.Model):
    """A claim as typed so far, valid or not: what an editor gets back after an interruption."""

    LONGEST = 20_000
    LONGEST_ADDRESS = 500
    MOST_OF_ONE_EDITOR = 50

    snapshot = models.ForeignKey(Snapshot, models.CASCADE, related_name="drafts")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    opened = models.CharField(
        max_length=LONGEST_ADDRESS,
        blank=True,
        help_text="The query string that opened the form.",
    )
    typed = models.CharField(max_length=LONGEST, help_text="The form as a browser sends it.")
    at = models.DateTimeField(auto_now=True)

    objects = ClaimDraftQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint("snapshot", "by", "opened", name="claim_draft_once"),
        ]

    def __str__(self) -> str:
        return self.words or "no words yet"

    @property
    def words(self) -> str:
        return QueryDict(self.typed).get("words-quote", "")
