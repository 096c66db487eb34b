"""Versions: the record itself, of which all other tables are made."""

import hashlib
from collections.abc import Iterable
from typing import NamedTuple, cast

from django.contrib.postgres.indexes import GinIndex
from django.db import connections, models
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.models import (
    Max,
    OuterRef,
    Q,
    Subquery,
)
from django.utils.translation import pgettext_lazy

from config.asking import first_row
from incidents.record.document import version_bytes
from incidents.record.models.columns import ids
from incidents.record.models.entries import Entry

_NOW = """
select serial, sha256, coalesce((select token from incidents_generation limit 1), '')
from incidents_version order by serial desc limit 1
"""
_LATEST = "select * from incidents_version where incident = %s order by number desc limit 1"


class Clock(NamedTuple):
    """The state of the record: its newest version (0 while it is empty), and which making of the
    read models shows it. A serial alone may come again in a database restored from a backup.
    """

    serial: int
    sha256: str
    generation: str


class VersionQuerySet(models.QuerySet["Version"]):
    def clock(self) -> int:
        """The serial of the newest version: 0 while the record is empty. One query."""
        return self.aggregate(clock=Max("serial"))["clock"] or 0

    def now(self) -> Clock:
        """One query, written out: every answer begins with it, and Django takes longer to write it
        than the database to answer."""
        row = first_row(cast(DatabaseWrapper, connections[self.db]), _NOW)
        return Clock(*row) if row else Clock(0, "", "")

    def continues(self, before: Clock, now: Clock) -> bool:
        """Whether the versions up to `now` follow on `before`, and nothing was made anew. A standby
        that takes over may lack the newest versions."""
        same = self.filter(serial=before.serial, sha256=before.sha256)
        return before.generation == now.generation and same.exists()

    def latest_of(self, incident: str) -> "Version | None":
        return next(iter(self.raw(_LATEST, [incident])), None)

    def current(self) -> "VersionQuerySet":
        """The newest version of each incident."""
        return self.filter(serial__in=self.values("incident").values_list(Max("serial")))

    def newest_within(self, span: range, clock: int) -> "VersionQuerySet":
        """Of the serials in `span` those that no version up to `clock` followed; newest first."""
        same = Version.objects.filter(incident=OuterRef("incident"), serial__lte=clock)
        followed = models.Exists(same.filter(number__gt=OuterRef("number")))
        here = self.filter(serial__gte=span.start, serial__lt=span.stop)
        return here.filter(~followed).order_by("-serial")

    def live(self) -> "VersionQuerySet":
        return self.exclude(kind__in=[Version.Kind.WITHDRAWN, Version.Kind.MERGED])

    def tombstones(self) -> "VersionQuerySet":
        return self.filter(kind__in=[Version.Kind.WITHDRAWN, Version.Kind.MERGED])

    def numbered(self, incident: str, number: int) -> "Version | None":
        """None also for a number that no column could hold."""
        if number >= 2**31:
            return None
        return self.filter(incident=incident, number=number).first()

    def before(self, versions: Iterable["Version"]) -> "VersionQuerySet":
        """Of the incident of each of these, the last live version before it."""
        given = self.filter(serial__in=[version.serial for version in versions])
        earlier = self.live().filter(incident=OuterRef("incident"), number__lt=OuterRef("number"))
        last = Subquery(earlier.order_by("-number").values("serial")[:1])
        return self.filter(serial__in=given.annotate(last=last).values("last"))

    def gone(self) -> "VersionQuerySet":
        """The last live version of each incident that has left the public list."""
        entry = Entry.objects.filter(pk=OuterRef("incident"))
        left = self.tombstones().filter(~models.Exists(entry))
        last = self.live().filter(incident__in=left.values("incident"))
        serials = last.values("incident").annotate(last=Max("serial")).order_by()
        return self.filter(serial__in=serials.values("last"))

    def with_removals(self) -> "VersionQuerySet":
        """Those that say from which earlier versions words were removed."""
        return self.filter(document__has_key="removals")

    def titles(self, incidents: set[str]) -> dict[str, str]:
        """The newest title of each of these incidents, withdrawn and merged ones too."""
        if not incidents:
            return {}
        newest = self.filter(incident__in=incidents).order_by("incident", "-number")
        titles = newest.distinct("incident").values_list("incident", "document__incident__title")
        return dict(titles)


class Version(models.Model):
    """One published state of one incident. Immutable: the database refuses UPDATE and DELETE, but
    for the removal of words (record/redact.py).

    `sha256` covers the canonical form of the whole row and the hash of the row before it in serial
    order (record/document.py), so that no byte of the past changes unseen.
    """

    class Kind(models.TextChoices):
        PUBLISHED = "published", pgettext_lazy("kind of version", "published")
        UPDATED = "updated", pgettext_lazy("kind of version", "updated")
        CORRECTED = "corrected", pgettext_lazy("kind of version", "corrected")
        WITHDRAWN = "withdrawn", pgettext_lazy("kind of version", "withdrawn")
        MERGED = "merged", pgettext_lazy("kind of version", "merged into another")
        REDACTED = "redacted", pgettext_lazy("kind of version", "words removed")

    serial = models.BigIntegerField(primary_key=True)
    incident = models.CharField(max_length=10)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    note = models.TextField()
    document = models.JSONField()
    claims = ids()
    published_at = models.DateTimeField()
    previous_sha256 = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64, unique=True)
    # Where words were removed since: by which serial, when, why, and the digest that the row has
    # now, as the document of that serial says it too (RemovalDocument, its serial aside).
    removed = models.JSONField(null=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["-serial"]
        permissions = [("redact_version", "Can remove words from published versions")]
        constraints = [
            models.UniqueConstraint("incident", "number", name="version_number_once"),
            models.CheckConstraint(name="version_serial_positive", condition=Q(serial__gt=0)),
        ]
        indexes = [
            GinIndex("claims", name="version_claims"),
            models.Index("published_at", "serial", name="version_published"),
            models.Index(
                "incident",
                name="version_tombstones",
                condition=Q(kind__in=["withdrawn", "merged"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident} version {self.number}"

    def canonical(self) -> bytes:
        """The bytes that `sha256` is the hash of."""
        return version_bytes(
            serial=self.serial,
            incident=self.incident,
            number=self.number,
            kind=self.kind,
            note=self.note,
            published_at=self.published_at.isoformat(timespec="microseconds"),
            document=self.document,
            previous_sha256=self.previous_sha256,
        )

    def digest(self) -> str:
        return hashlib.sha256(self.canonical()).hexdigest()

    @property
    def is_live(self) -> bool:
        return self.kind not in (self.Kind.WITHDRAWN, self.Kind.MERGED)
