"""Who published what: outlets, their reports, and the texts of these as captured once."""

import hashlib
from collections.abc import Collection
from typing import Any

from django.contrib.postgres.indexes import HashIndex
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import BigIntegerField, F, Func, IntegerField, Q, Value

from sources.intake.addresses import canonical
from sources.intake.copies import NEAR, simhash
from sources.moments import Precision, validate_year, validate_zone
from sources.public_ids import new_id
from sources.vocabulary import SnapshotKind, SourceLinkKind


class Publisher(models.Model):
    """An outlet or channel: a newspaper, an agency, a ministry's site, a Telegram channel."""

    public_id = models.CharField(max_length=10, unique=True, default=new_id, editable=False)
    name = models.CharField(max_length=200, unique=True)
    country = models.CharField(
        max_length=2, blank=True, help_text="Two letters, ISO 3166-1: GB, UA, RU."
    )
    language = models.CharField(
        max_length=35,
        blank=True,
        help_text="Language it mostly publishes in: en, uk, ru, pt-BR.",
    )
    homepage = models.URLField(max_length=500, blank=True)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
        editable=False,
        limit_choices_to={"merged_into": None},
    )

    class Meta:
        ordering = ["name"]
        permissions = [("merge_publisher", "Can merge publishers")]
        constraints = [
            models.CheckConstraint(
                name="publisher_not_merged_into_itself",
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
            ),
        ]

    def __str__(self) -> str:
        return self.name


def validate_address(url: str) -> None:
    """The index that keeps addresses apart takes no longer ones; others than ASCII count double."""
    if len(url.encode()) > 2600:
        raise ValidationError("The address is too long to be kept: at most 2,600 bytes.")


class SourceQuerySet(models.QuerySet["Source"]):
    def without_date(self) -> "SourceQuerySet":
        return self.filter(published_at=None)

    def without_snapshot(self) -> "SourceQuerySet":
        return self.filter(snapshots=None)

    def without_citation(self) -> "SourceQuerySet":
        return self.filter(snapshots__citations=None).distinct()

    def at_address(self, url: str) -> "SourceQuerySet":
        """Those whose address leads to the same page, however it is spelled."""
        return self.filter(address_key=canonical(url)) if url else self.none()


class Source(models.Model):
    """One article, post, statement or video by a publisher."""

    public_id = models.CharField(max_length=10, unique=True, default=new_id, editable=False)
    publisher = models.ForeignKey(
        Publisher,
        models.PROTECT,
        related_name="sources",
        limit_choices_to={"merged_into": None},
    )
    title = models.CharField(
        max_length=300,
        help_text="The headline as printed, or a description where there is none.",
    )
    url = models.URLField(
        "address",
        max_length=2000,
        blank=True,
        validators=[validate_address],
        help_text="Where it was printed. Empty only when the address is not known.",
    )
    archive_url = models.URLField(
        "archived copy",
        max_length=2000,
        blank=True,
        help_text="A copy in a public web archive.",
    )
    language = models.CharField(max_length=35, help_text="en, uk, ru, pt-BR …")
    published_at = models.DateTimeField(
        validators=[validate_year],
        null=True,
        blank=True,
        help_text="When it was published; needed before a claim that rests on it is published.",
    )
    published_precision = models.CharField(
        max_length=12, choices=Precision, default=Precision.MINUTE
    )
    zone = models.CharField(
        "time zone",
        max_length=64,
        default="UTC",
        validators=[validate_zone],
        help_text="Europe/Kyiv",
    )
    modified_at = models.DateTimeField(validators=[validate_year], null=True, blank=True)
    accessed_at = models.DateTimeField(
        validators=[validate_year],
        null=True,
        blank=True,
        help_text="When we last saw it at its address.",
    )
    removed_at = models.DateTimeField(
        validators=[validate_year],
        null=True,
        blank=True,
        help_text="When we first found it gone from its address.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    # The address in canonical form; see sources.intake.addresses.
    address_key = models.TextField(blank=True, editable=False)

    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
        editable=False,
        limit_choices_to={"merged_into": None},
    )

    objects = SourceQuerySet.as_manager()

    class Meta:
        ordering = [F("published_at").desc(nulls_last=True), "-pk"]
        permissions = [("merge_source", "Can merge sources")]
        constraints = [
            models.CheckConstraint(
                name="source_not_merged_into_itself",
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
            ),
            models.UniqueConstraint("url", name="source_url_once", condition=~Q(url="")),
            models.CheckConstraint(
                name="source_published_before_modified",
                condition=Q(modified_at__gte=F("published_at")),
                violation_error_message="It was modified before it was published.",
            ),
            models.CheckConstraint(
                name="source_published_precision_known",
                condition=Q(published_precision__in=Precision.values),
            ),
        ]
        indexes = [
            # By hash: a B-tree holds no more than some 2,700 bytes.
            HashIndex(fields=["address_key"], name="source_address_key"),
            models.Index("published_at", name="source_published"),
        ]

    def __str__(self) -> str:
        return f"{self.publisher}: {self.title}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.address_key = canonical(self.url)
        fields: Collection[str] | None = kwargs.get("update_fields")
        if fields is not None and "url" in fields:
            kwargs["update_fields"] = {*fields, "address_key"}
        super().save(*args, **kwargs)


class SnapshotQuerySet(models.QuerySet["Snapshot"]):
    def with_text(self, text: str) -> "SnapshotQuerySet":
        """Those of this very text."""
        return self.filter(sha256=text_hash(text))

    def like(self, text: str) -> "SnapshotQuerySet":
        """Those that may be near copies of it, the likest first.

        The index of the hashes is read from end to end.
        """
        hashed = simhash(text)
        if hashed is None:
            return self.none()
        differing = Func(
            F("simhash"),
            # Of a bare number Django would bind half the bits.
            Value(hashed, BigIntegerField()),
            arg_joiner=" # ",
            template="bit_count((%(expressions)s)::bit(64))",
            output_field=IntegerField(),
        )
        return self.annotate(bits=differing).filter(bits__lte=NEAR).order_by("bits", "pk")


def text_hash(text: str) -> str:
    """SHA-256 of a text in UTF-8, in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


class Snapshot(models.Model):
    """The text of a source as captured once. It never changes after a claim cites it."""

    Kind = SnapshotKind

    source = models.ForeignKey(Source, models.PROTECT, related_name="snapshots")
    kind = models.CharField(max_length=12, choices=SnapshotKind, default=SnapshotKind.VERBATIM)
    language = models.CharField(max_length=35)
    text = models.TextField(
        help_text="The whole text. It cannot be changed once a claim cites it: capture it anew."
    )
    sha256 = models.CharField("SHA-256", max_length=64, editable=False)
    # How the text reads as a whole, to find near copies; see sources.intake.copies.
    simhash = models.BigIntegerField(null=True, editable=False)
    captured_at = models.DateTimeField(auto_now_add=True)

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        ordering = ["source", "pk"]
        constraints = [
            models.UniqueConstraint(
                "source",
                "sha256",
                name="snapshot_text_once",
                violation_error_message="This source already has a snapshot with this very text.",
            ),
            models.CheckConstraint(
                name="snapshot_kind_known",
                condition=Q(kind__in=["verbatim", "translation", "precis"]),
            ),
            models.CheckConstraint(
                name="snapshot_has_text",
                condition=~Q(text=""),
                violation_error_message="A snapshot without text is no evidence.",
            ),
            models.CheckConstraint(
                name="snapshot_hash_whole", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")
            ),
        ]
        indexes = [
            models.Index(fields=["sha256"], name="snapshot_by_hash"),
            # All that a search for copies reads, in the order of the rows: of half a million, 20 MB
            # and 50 ms of one core. In the order of the hashes it takes twice as long.
            models.Index(fields=["id"], include=["simhash"], name="snapshot_by_simhash"),
        ]

    def __str__(self) -> str:
        return f"{self.source} ({self.get_kind_display()}, {self.language})"

    def save(self, *args: object, **kwargs: object) -> None:
        self.sha256 = text_hash(self.text)
        self.simhash = simhash(self.text)
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class SourceLink(models.Model):
    """How one source stands to another: a reprint, a quotation, a shared origin, a correction."""

    Kind = SourceLinkKind

    source = models.ForeignKey(Source, models.CASCADE, related_name="links")
    kind = models.CharField(max_length=20, choices=SourceLinkKind)
    target = models.ForeignKey(
        Source, models.PROTECT, related_name="linked_from", limit_choices_to={"merged_into": None}
    )

    class Meta:
        ordering = ["source", "kind", "target"]
        constraints = [
            models.UniqueConstraint("source", "kind", "target", name="source_link_once"),
            models.CheckConstraint(
                name="source_link_to_another",
                condition=~Q(source=F("target")),
                violation_error_message="A source cannot stand in a relation to itself.",
            ),
            models.CheckConstraint(
                name="source_link_kind_known",
                condition=Q(kind__in=["republishes", "quotes", "cites_same_origin", "corrects"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.get_kind_display()} {self.target}"

    def clean(self) -> None:
        if self.source_id is None or self.target_id is None:
            return
        if self.kind == self.Kind.CORRECTS and self.source.publisher_id != self.target.publisher_id:
            raise ValidationError({"target": "Only the same publisher corrects a report."})
