"""What was said: a statement is one act of speech, a claim one answer within it, a citation the
words that carry it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from incidents.models.actors import Actor
from incidents.models.incidents import Incident
from incidents.models.places import Place
from incidents.vocabulary import (
    Attribution,
    Basis,
    ControlStatus,
    Group,
    Qualifier,
    Question,
    RelationKind,
    Side,
    Stance,
    Verification,
)
from sources.models import Snapshot
from sources.moments import Precision, end_of, validate_year, validate_zone
from sources.public_ids import new_id


class Statement(models.Model):
    """One act of speech: an actor, in a role, through a channel, at a time."""

    speaker = models.ForeignKey(
        Actor,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="statements",
        help_text="Needed before a claim in it is published.",
        limit_choices_to={"merged_into": None},
    )
    role = models.CharField(
        max_length=200,
        blank=True,
        help_text="The role in which the speaker spoke, then.",
    )
    channel = models.CharField(
        max_length=200,
        blank=True,
        help_text="Telegram, briefing, television … Empty if not reported.",
    )
    attribution = models.CharField(max_length=20, choices=Attribution, default=Attribution.NAMED)
    relayed_by = models.CharField(
        max_length=200,
        blank=True,
        help_text="Who passed it on, in order: “Belta, Reuters”.",
    )
    said_at = models.DateTimeField(
        validators=[validate_year],
        null=True,
        blank=True,
        help_text="When it was said: the start of the span that is known.",
    )
    said_precision = models.CharField(max_length=12, choices=Precision, default=Precision.DAY)
    zone = models.CharField(
        "time zone", max_length=64, default="Europe/Kyiv", validators=[validate_zone]
    )
    said_inferred = models.BooleanField(
        default=False, help_text="We worked the time out; no report prints it."
    )

    class Meta:
        ordering = [F("said_at").desc(nulls_last=True), "-pk"]
        indexes = [models.Index("speaker", "said_precision", "said_at", name="statement_said")]
        constraints = [
            models.CheckConstraint(
                name="statement_precision_known",
                condition=Q(said_precision__in=Precision.values),
            ),
        ]

    def __str__(self) -> str:
        speaker = self.speaker.name if self.speaker else "no speaker yet"
        if self.said_at is None:
            return speaker
        return f"{speaker}, {self.said_at.astimezone(ZoneInfo(self.zone)):%d %b %Y}"


class ClaimQuerySet(models.QuerySet["Claim"]):
    def without_citation(self) -> "ClaimQuerySet":
        return self.filter(citations=None)


class Claim(models.Model):
    """One answer to one question within a statement."""

    # Its citations and relations, of a claim that record/evidence.py gave.
    cited: list["Citation"]
    related: list["ClaimRelation"]

    public_id = models.CharField(max_length=10, unique=True, default=new_id, editable=False)
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="claims")
    incident = models.ForeignKey(
        Incident,
        models.PROTECT,
        related_name="claims",
        limit_choices_to={"merged_into": None},
    )
    question = models.CharField(max_length=20, choices=Question)
    stance = models.CharField(max_length=20, choices=Stance, default=Stance.ASSERTS)
    text = models.CharField(
        "answer",
        max_length=300,
        help_text="The answer in a few words, without the speaker: “at least 3 killed”.",
    )
    low = models.PositiveBigIntegerField(null=True, blank=True)
    high = models.PositiveBigIntegerField(null=True, blank=True)
    qualifier = models.CharField(
        max_length=10,
        choices=Qualifier,
        blank=True,
        help_text="exactly, about, nearly: low and high the same. at least, more than: low only. "
        "up to, less than: high only. between: both. vague: neither, but the word.",
    )
    vague_word = models.CharField(
        max_length=60,
        blank=True,
        help_text="The word that stands for the number: “dozens”.",
    )
    unit = models.CharField(
        max_length=80,
        blank=True,
        help_text="people, houses destroyed, missiles intercepted …",
    )
    group = models.CharField(max_length=12, choices=Group, default=Group.ALL)
    basis = models.CharField(max_length=12, choices=Basis, default=Basis.CUMULATIVE)
    subset_of = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="subsets",
        help_text="The larger figure that this one is already counted in.",
    )
    control_status = models.CharField(max_length=30, choices=ControlStatus, blank=True)
    control_place = models.ForeignKey(
        Place,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="control_claims",
        limit_choices_to={"merged_into": None},
    )
    control_side = models.CharField(
        max_length=8,
        choices=Side,
        blank=True,
        help_text="The side that the status is about: “not under full control” by whom.",
    )
    verification = models.CharField(max_length=20, choices=Verification, blank=True)
    accused = models.ForeignKey(
        Actor,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="accusations",
        help_text="Who is said to be responsible.",
        limit_choices_to={"merged_into": None},
    )
    hedges = ArrayField(
        models.CharField(max_length=60),
        default=list,
        blank=True,
        help_text="Words that weaken it, as said, separated by commas: probably, presumably.",
    )
    as_of = models.DateTimeField(
        validators=[validate_year],
        null=True,
        blank=True,
        help_text="What the figure covers, where that is not when it was said.",
    )
    as_of_precision = models.CharField(max_length=12, choices=Precision, default=Precision.DAY)

    left_out = models.BooleanField(
        default=False,
        help_text="Keep it on the desk but out of the next version, because it was entered by "
        "mistake. Earlier versions keep it; the public note says why it went.",
    )

    objects = ClaimQuerySet.as_manager()

    class Meta:
        ordering = ["incident", "pk"]
        constraints = [
            models.CheckConstraint(
                name="claim_number_matches_qualifier",
                # A comparison with null is neither true nor false, and a check lets it pass.
                condition=Q(qualifier="", low=None, high=None, vague_word="")
                | Q(
                    qualifier__in=["exactly", "about", "nearly"],
                    low__isnull=False,
                    high__isnull=False,
                    high=F("low"),
                    vague_word="",
                )
                | Q(
                    qualifier__in=["at_least", "more_than"],
                    low__isnull=False,
                    high=None,
                    vague_word="",
                )
                | Q(
                    qualifier__in=["up_to", "less_than"],
                    low=None,
                    high__isnull=False,
                    vague_word="",
                )
                | Q(
                    qualifier="between",
                    low__isnull=False,
                    high__isnull=False,
                    high__gt=F("low"),
                    vague_word="",
                )
                | (Q(qualifier="vague", low=None, high=None) & ~Q(vague_word="")),
                violation_error_message="The figures do not fit the qualifier: exactly, about and "
                "nearly take low and high the same; at least and more than take low; up to and "
                "less than take high; between takes low under high; vague takes only the word.",
            ),
            models.CheckConstraint(
                name="claim_unit_with_number_only",
                condition=Q(qualifier="", unit="") | (~Q(qualifier="") & ~Q(unit="")),
                violation_error_message="A figure needs a unit, and a unit needs a figure.",
            ),
            models.CheckConstraint(
                name="claim_control_on_control_only",
                condition=(Q(question="control") & ~Q(control_status=""))
                | (
                    ~Q(question="control")
                    & Q(control_status="", control_place=None, control_side="")
                ),
                violation_error_message="A control claim needs a control status; no other claim "
                "has a control status, place or side.",
            ),
            models.CheckConstraint(
                name="claim_verification_on_verification_only",
                condition=(Q(question="verification") & ~Q(verification=""))
                | (~Q(question="verification") & Q(verification="")),
                violation_error_message="A verification claim needs a result; no other has one.",
            ),
            models.CheckConstraint(
                name="claim_accused_on_responsibility_only",
                condition=Q(accused=None) | Q(question="responsibility"),
                violation_error_message="Only a claim about responsibility accuses somebody.",
            ),
            models.CheckConstraint(
                name="claim_not_subset_of_itself",
                condition=Q(subset_of=None) | ~Q(subset_of=F("id")),
                violation_error_message="A figure cannot be counted in itself.",
            ),
            models.CheckConstraint(name="claim_answer_not_empty", condition=~Q(text="")),
            models.CheckConstraint(
                name="claim_control_side_known",
                condition=Q(control_side="") | Q(control_side__in=Side.values),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_question_display()}: {self.text}"

    @property
    def covers_until(self) -> datetime | None:
        """The end of what the figure covers: its own as-of, or else when it was said."""
        if self.as_of is not None:
            return end_of(self.as_of, self.as_of_precision, self.statement.zone)
        said_at = self.statement.said_at
        return said_at and end_of(said_at, self.statement.said_precision, self.statement.zone)

    def clean(self) -> None:
        if self.subset_of is not None and self.subset_of.incident_id != self.incident_id:
            raise ValidationError({"subset_of": "That figure belongs to another incident."})


class Citation(models.Model):
    """How one snapshot carries a claim: the exact words, and what that outlet changed."""

    claim = models.ForeignKey(Claim, models.CASCADE, related_name="citations")
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="citations")
    start = models.PositiveIntegerField(help_text="Code points from the start of the text, from 0.")
    end = models.PositiveIntegerField(help_text="The first code point after the words.")
    quote = models.TextField("words", help_text="The words, exactly as they stand in the text.")
    printed_role = models.CharField(
        max_length=200,
        blank=True,
        help_text="The speaker or role, where this outlet changed it.",
    )
    printed_figure = models.CharField(
        max_length=200,
        blank=True,
        help_text="The figure, where this outlet changed it.",
    )
    printed_channel = models.CharField(
        max_length=200,
        blank=True,
        help_text="The channel, where this outlet names another.",
    )
    printed_scope = models.CharField(
        max_length=200,
        blank=True,
        help_text="What it counts in or beside: “among the 39”.",
    )
    lost_hedge = models.CharField(
        max_length=200,
        blank=True,
        help_text="The hedge that this outlet dropped: “at least”.",
    )

    class Meta:
        ordering = ["claim", "snapshot", "start", "end"]
        constraints = [
            # The quote itself is held against the snapshot by a trigger (migration 0002).
            models.CheckConstraint(
                name="citation_span_not_empty",
                condition=Q(end__gt=F("start")),
                violation_error_message="The words end before they start.",
            ),
            models.UniqueConstraint("claim", "snapshot", "start", "end", name="citation_once"),
        ]

    def __str__(self) -> str:
        return f"“{self.quote}”"

    def clean(self) -> None:
        if self.snapshot_id is None or self.start is None or self.end is None:
            return
        words = self.snapshot.text[self.start : self.end]
        if words != self.quote or len(words) != self.end - self.start:
            raise ValidationError({"quote": "These words do not stand there in the snapshot."})


class ClaimRelation(models.Model):
    """How one claim stands to another."""

    claim = models.ForeignKey(Claim, models.CASCADE, related_name="relations")
    kind = models.CharField(max_length=12, choices=RelationKind)
    target = models.ForeignKey(Claim, models.PROTECT, related_name="related_from")

    class Meta:
        # By keys: the claims' own order would join four tables at every look at relations.
        ordering = ["claim_id", "kind", "target_id"]
        constraints = [
            models.UniqueConstraint("claim", "kind", "target", name="claim_relation_once"),
            models.CheckConstraint(
                name="claim_relation_to_another",
                condition=~Q(claim=F("target")),
                violation_error_message="A claim cannot stand in a relation to itself.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim} {self.get_kind_display()} {self.target}"

    def clean(self) -> None:
        if self.claim_id is None or self.target_id is None:
            return
        if self.kind not in (RelationKind.UPDATES, RelationKind.CORRECTS, RelationKind.RETRACTS):
            return
        ours, theirs = self.claim.statement.speaker, self.target.statement.speaker
        if ours is None or theirs is None or _body(ours) != _body(theirs):
            raise ValidationError(
                "Only the same speaker, or one of the same body, updates, corrects or retracts a "
                "claim; a different figure by someone else is a difference."
            )
        if self.kind == RelationKind.UPDATES:
            later, earlier = self.claim.covers_until, self.target.covers_until
            if later is None or earlier is None or later <= earlier:
                raise ValidationError("An update covers a later time than what it updates.")


def _body(actor: Actor) -> int:
    return actor.organisation_id or actor.pk
