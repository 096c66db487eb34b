"""Names that live entries use: places, actors and sources."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Self, TypeVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connections, models
from django.db.models import (
    Count,
    F,
    Func,
    Max,
    OuterRef,
    Q,
    Subquery,
    Value,
)
from django.db.models.functions import Length

from incidents.names import fold
from incidents.record.models.claims import EntryClaim
from incidents.record.models.columns import ids
from incidents.vocabulary import PlaceKind, Side


class RecordName(models.Model):
    """A name that live entries use, as the newest of them (version `serial`) gives it."""

    id = models.CharField(max_length=10, primary_key=True)
    name = models.CharField(max_length=300)
    serial = models.BigIntegerField()
    details = models.JSONField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @classmethod
    def known_as(cls, key: str) -> Self | None:
        """The one with this id, or what it was merged into."""
        row = cls._default_manager.filter(pk=key).first()
        if row is None and (now := RecordFormer.now_of([key]).get(key)):
            row = cls._default_manager.filter(pk=now).first()
        return row

    @classmethod
    def named(cls, ids: set[str]) -> dict[str, Self]:
        return {row.id: row for row in cls._default_manager.filter(pk__in=ids)} if ids else {}


S = TypeVar("S", bound="RecordSpelled")


class SpelledQuerySet(models.QuerySet[S]):
    def named_from(self, text: str) -> Self:
        """Those of whom a name has words that begin with `text`, the shortest first."""
        folded = fold(text)
        if not folded:
            return self.none()
        return self.filter(folded__contains=f" {folded}").order_by(Length("name"), "name", "id")

    def named_like(self, text: str) -> Self:
        """Those of whom a name, or the beginning of one, resembles `text`, best first."""
        folded = fold(text)
        if not folded:
            return self.none()
        likeness = TrigramWordSimilarity(folded, "folded")
        return (
            self.filter(folded__trigram_word_similar=folded)
            .annotate(likeness=likeness)
            .order_by("-likeness", "name", "id")
        )


class RecordSpelled(RecordName):
    """A name with its spellings in other languages.

    `folded` holds each of them (incidents/names.py), one a line, with a blank before each word.
    """

    folded = models.TextField()

    objects = SpelledQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["name", "id"]
        indexes = [GinIndex(OpClass("folded", "gin_trgm_ops"), name="%(class)s_folded")]


class RecordPlace(RecordSpelled):
    """`details`: as Document["places"] holds it (record/document.py)."""

    kind = models.CharField(max_length=10, choices=PlaceKind)


class RecordActor(RecordSpelled):
    """`details`: as Document["actors"] holds it."""

    side = models.CharField(max_length=8, choices=Side)


_FORMER = "select id, now from incidents_recordformer where id = any(%s)"
_PUBLISHER_NAMES = """
select wanted.id, (
    select publisher_name from incidents_recordsource
    where publisher = wanted.id order by serial desc limit 1
) from unnest(%s::text[]) as wanted (id)
"""


class RecordSourceQuerySet(models.QuerySet["RecordSource"]):
    def before(self, moment: datetime, source: str) -> Self:
        """Sources that come after the given one, newest first (see FactsQuerySet.after)."""
        earlier = Q(published_at__lt=moment) | Q(published_at=moment, pk__lt=source)
        return self.filter(earlier, published_at__lte=moment)

    def linking_to(self, source: str) -> Self:
        """Those that republish, quote or correct it, the oldest first.

        In an order that no index has, or PostgreSQL would walk one of all reports from its
        beginning, and most often to its end: few link to any.
        """
        at = F("published_at") + Value(timedelta(0))
        return self.filter(linked__contains=[source]).order_by(at, "pk")

    def with_claim_count(self) -> "models.QuerySet[Any]":
        carried = EntryClaim.objects.filter(sources__contains=[OuterRef("pk")]).order_by()
        number = Func("pk", function="count", output_field=models.IntegerField())
        return self.annotate(claim_count=Subquery(carried.annotate(n=number).values("n")))

    def publisher_names(self, publishers: Iterable[str]) -> dict[str, str]:
        """As the newest report of each gives its name, without those of whom there is none.

        One entry of the index for each, where a DISTINCT would read every report of the busiest.
        """
        asked = list(publishers)
        if not asked:
            return {}
        with connections[self.db].cursor() as cursor:
            cursor.execute(_PUBLISHER_NAMES, [asked])
            return {publisher: name for publisher, name in cursor.fetchall() if name is not None}

    def taken_from(self) -> "list[tuple[str, str, int]]":
        """Publishers whose reports these republish, quote or correct: id, name, number."""
        taken = self.order_by().values(source=Func("linked", function="unnest"))
        others = RecordSource.objects.filter(pk__in=taken).order_by()
        counted = others.values("publisher").annotate(name=Max("publisher_name"), n=Count("pk"))
        return list(counted.order_by("-n", "publisher").values_list("publisher", "name", "n"))


class RecordSource(RecordName):
    """`name` is the title; `details`: as Document["sources"] holds it."""

    publisher = models.CharField(max_length=10)
    publisher_name = models.CharField(max_length=200)
    published_at = models.DateTimeField()
    # The reports that this one republishes, quotes or corrects.
    linked = ids()

    objects = RecordSourceQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "-id"]
        indexes = [
            models.Index("published_at", "id", name="record_source_published"),
            models.Index("publisher", "published_at", "id", name="record_source_publisher"),
            models.Index("publisher", "serial", name="record_source_named"),
            GinIndex("linked", name="record_source_linked"),
        ]


class RecordFormer(models.Model):
    """An id that a place, actor, report or publisher had before it was merged into another.

    Its address leads there. It stays when no live entry names either any more, and goes when a
    version names the id as its own again: the merge was undone.
    """

    id = models.CharField(max_length=10, primary_key=True)
    now = models.CharField(max_length=10)
    serial = models.BigIntegerField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index("now", name="record_former_now")]

    def __str__(self) -> str:
        return f"{self.id}, now {self.now}"

    @classmethod
    def now_of(cls, ids: Iterable[str]) -> dict[str, str]:
        """The id of today by each of these that is a former one.

        Written out, as every page of a filter begins with it (see VersionQuerySet.now).
        """
        asked = list(ids)
        if not asked:
            return {}
        with connections[cls._default_manager.db].cursor() as cursor:
            cursor.execute(_FORMER, [asked])
            return dict(cursor.fetchall())
