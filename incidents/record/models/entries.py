"""What lists, filters and facets ask of incidents: as they stand now, and at any moment."""

import sys
from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Any, NamedTuple, Self, TypeAlias, TypeVar, cast

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchRank, SearchVectorField
from django.db import connections, models
from django.db.models import (
    Count,
    ExpressionWrapper,
    F,
    Func,
    Min,
    Q,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, Coalesce

from incidents.record.models.columns import ids, words
from incidents.record.models.generations import Generation
from incidents.record.search import Wanted
from incidents.record.strip import Line

Row = TypeVar("Row", bound="Facts")

# What tells the state of an entry from every other: a serial alone does not for ever, as a standby
# that takes over may lack the newest versions, and gives theirs anew. And which making of the read
# models it is of: serial, incident, moment of change, generation.
State: TypeAlias = tuple[int, str, datetime, str]

# To rank an entry PostgreSQL reads all its words.
MOST_RANKED = 1_000


class Shown(NamedTuple):
    """What a list shows of an entry; `rank` where they are ranked."""

    serial: int
    incident: str
    slug: str
    title: str
    language: str
    kind: str
    standing: str
    earliest: datetime
    latest: datetime
    at: datetime
    precision: str
    zone: str
    first_day: date
    last_day: date
    places: list[str]
    origins: list[str]
    claim_count: int
    report_count: int
    strip: list[Line]
    changed_at: datetime
    rank: int | None = None


def any_of(field: str, values: Sequence[Any], kind: models.Field[Any, Any]) -> Func:
    """Whether the field is one of these: as one array, planned at once however long it is."""
    return Func(
        field,
        Value(values, ArrayField(kind)),
        arg_joiner=" = any(",
        template="%(expressions)s)",
        output_field=models.BooleanField(),
    )


class FactsQuerySet(models.QuerySet[Row]):
    """What readers may ask of entries. Each method narrows, and all of them chain."""

    def having_any(self, field: str, values: Sequence[str]) -> Self:
        """Entries with at least one of `values`, in an array or in a plain field."""
        if isinstance(self.model._meta.get_field(field), ArrayField):
            return self.filter(**{f"{field}__overlap": values})
        return self.filter(**{f"{field}__in": values})

    def overlapping(self, first: date | None, last: date | None) -> Self:
        """Entries that may have happened on a day from `first` to `last`, both included."""
        late_enough = Q(last_day__gte=first) if first else Q()
        early_enough = Q(first_day__lte=last) if last else Q()
        return self.filter(late_enough, early_enough)

    def searching(self, wanted: Wanted) -> Self:
        return self.filter(search=wanted.query())

    def after(self, field: str, moment: datetime, incident: str) -> Self:
        """Entries that come after the given one, newest `field` first.

        The last condition says nothing new, but lets PostgreSQL start inside the index.
        """
        earlier = Q(**{f"{field}__lt": moment}) | Q(**{field: moment}, incident__lt=incident)
        return self.filter(earlier, **{f"{field}__lte": moment})

    def by_place(self) -> "models.QuerySet[Any, tuple[str, str, int, str]]":
        """Place, how closely it is known, how many entries, and the id of one of them."""
        return (
            self.order_by()
            .values("place", "place_precision")
            .annotate(number=Count("*"), one=Min("incident"))
            .values_list("place", "place_precision", "number", "one")
        )

    def at_places(self, known: Iterable[tuple[str, str]]) -> Self:
        """Entries at any of these places, each known as closely as the word beside it says."""
        places: dict[str, list[str]] = defaultdict(list)
        for place, precision in known:
            places[precision].append(place)
        wanted = (Q(place_precision=key, place__in=ids) for key, ids in places.items())
        return self.filter(reduce(or_, wanted))

    def newest(self, field: str) -> Self:
        return self.order_by(f"-{field}", "-incident")

    def shown(self) -> list[Shown]:
        """Rows, as to make an Entry of each takes as long as to read it."""
        ranked = ["rank"] if "rank" in self.query.annotations else []
        columns = [name for name in Shown._fields if name != "rank"]
        return [Shown(*row) for row in self.values_list(*columns, *ranked)]

    def states(self) -> list[State]:
        token = Coalesce(Subquery(Generation.objects.values("token")[:1]), Value(""))
        states = self.annotate(generation=token)
        return list(states.values_list("serial", "incident", "changed_at", "generation"))

    def serials(self) -> "array[int]":
        """Of all of them in their order, in one query: eight bytes for each."""
        entries, parameters = self.values("serial").query.sql_with_params()
        with connections[self.db].cursor() as cursor:
            cursor.execute(
                f"select string_agg(int8send(serial), '') from ({entries}) as entries",  # noqa: S608
                parameters,
            )
            (sent,) = cursor.fetchone()
        serials = array("q", sent or b"")
        if sys.byteorder == "little":
            serials.byteswap()
        return serials

    def likely(self, wanted: Wanted) -> Self:
        """The MOST_RANKED of these that are to be ranked: those with the words in their titles,
        then the newest."""
        titled = ExpressionWrapper(Q(search=wanted.titled.query()), models.BooleanField())
        first = self.annotate(titled=titled).order_by("-titled", "-at", "-incident")
        chosen = first.values("pk")[:MOST_RANKED]
        return cast(Self, self.model._default_manager.filter(pk__in=chosen))

    def ranked(self, wanted: Wanted) -> Self:
        """Best match first, and of equal ones the newest. `rank` is a whole number, to page by."""
        rank = Cast(SearchRank(F("search"), wanted.query()) * 1_000_000, models.BigIntegerField())
        return self.annotate(rank=rank).order_by("-rank", "-at", "-incident")

    def ranks(self) -> dict[int, int]:
        """Of `ranked` entries, by serial and in their order."""
        return dict(self.values_list("serial", F("rank")))

    def below(self, rank: int, moment: datetime, incident: str) -> Self:
        """Of `ranked` entries those that come after the given one."""
        newer = Q(at__lt=moment) | Q(at=moment, incident__lt=incident)
        return self.filter(Q(rank__lt=rank) | Q(newer, rank=rank))


class Way(models.IntegerChoices):
    """How another entry is related to one; the first that holds counts."""

    WHOLE = 1, "whole"
    PART = 2, "part"
    NEAR = 3, "near"
    SHARES = 4, "shares"


class Related(NamedTuple):
    """`shared`: how many reports both have, where that is how they are related."""

    way: Way
    incident: str
    slug: str
    title: str
    language: str
    standing: str
    earliest: datetime
    latest: datetime
    precision: str
    zone: str
    shared: int


_SHOWN = "incident, slug, title, language, standing, earliest, latest, precision, zone"
# Each part brings as many more as the parts before may have brought already.
_RELATED = f"""
select way, {_SHOWN}, shared from (
select * from (
    select {Way.WHOLE} as way, {_SHOWN}, 0 as shared, at from incidents_entry
    where incident = %(parent)s
) as whole
union all select * from (
    select {Way.PART}, {_SHOWN}, 0, at from incidents_entry where parent = %(incident)s
    order by at desc, incident desc limit %(most)s + 1
) as parts
union all select * from (
    select {Way.NEAR}, {_SHOWN}, 0, at from incidents_entry
    where place = %(place)s and last_day >= %(first)s and first_day <= %(last)s
        and incident <> %(incident)s
    order by at desc, incident desc limit 2 * %(most)s + 1
) as near
union all select * from (
    select {Way.SHARES}, {_SHOWN},
        (select count(*) from unnest(sources) as one where one = any(%(sources)s)), at
    from incidents_entry
    where sources && %(sources)s::varchar[] and incident <> %(incident)s
    order by at desc, incident desc limit 2 * %(most)s + 1 + %(sharing)s
) as shares
) as related
order by way, at desc, incident desc
"""  # noqa: S608

_NEWEST_OF_EACH = """
select span, changed_at from generate_series(0, %(last)s::bigint) as span,
lateral (
    select changed_at from incidents_entry
    where serial > span * %(size)s::bigint and serial <= (span + 1) * %(size)s::bigint
    order by serial desc limit 1
) as newest
order by span
"""


class EntryQuerySet(FactsQuerySet["Entry"]):
    def related(
        self,
        incident: str,
        parent: str | None,
        place: str | None,
        days: tuple[date, date],
        sources: Sequence[str],
        most: tuple[int, int],
    ) -> list[Related]:
        """To one incident: the whole, its parts, those at its place on these days, both included,
        and those with one of the reports; newest first, and one perhaps several times.

        `most`: of each way, and of those that share reports. One statement, written out, for to
        write it and to make entries takes Django longer than PostgreSQL to answer it.
        """
        parameters = {
            "incident": incident,
            "parent": parent,
            "place": place,
            "first": days[0],
            "last": days[1],
            "sources": list(sources),
            "most": most[0],
            "sharing": most[1],
        }
        with connections[self.db].cursor() as cursor:
            cursor.execute(_RELATED, parameters)
            return [Related(Way(way), *rest) for way, *rest in cursor]

    def at_serials(self, serials: list[int]) -> Self:
        return self.filter(any_of("serial", serials, models.BigIntegerField()))

    def addresses(self, serials: range, most: int) -> list[tuple[int, str, str, datetime]]:
        """Serial, incident, slug and last change of the first `most` of these serials."""
        here = self.filter(serial__gte=serials.start, serial__lt=serials.stop).order_by("serial")
        return list(here.values_list("serial", "incident", "slug", "changed_at")[:most])

    def newest_of_each(self, size: int, clock: int) -> list[tuple[int, datetime]]:
        """Of each `size` serials, the first of them those from 1 on, as many as there are up to
        `clock`: their number, from 0, and the last change of an entry; not of those without any.

        One look into the index for each, as most entries need not be seen.
        """
        with connections[self.db].cursor() as cursor:
            cursor.execute(_NEWEST_OF_EACH, {"size": size, "last": (clock - 1) // size})
            return [(span, changed_at) for span, changed_at in cursor]

    def found_among(self, serials: list[int], wanted: Wanted) -> list[int]:
        """Those of `serials` that are wanted. Each is read; no index of words is asked."""
        # Not the column itself, or PostgreSQL looks up all that have the words before.
        words = Func(
            "search",
            template="(%(expressions)s || ''::tsvector)",
            output_field=SearchVectorField(),
        )
        found = self.at_serials(serials).annotate(words=words).filter(words=wanted.query())
        return list(found.values_list("serial", flat=True))


class Facts(models.Model):
    """What lists, filters and facets need to know of an incident in one state.

    Arrays of ids include what contains the thing: `places` holds the place and all that it lies in,
    `actors` each speaker and the body spoken for.
    """

    serial = models.BigIntegerField()
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    slug = models.CharField(max_length=80)
    language = models.CharField(max_length=35)
    standing = models.CharField(max_length=20)
    verification = models.CharField(max_length=20, blank=True)
    earliest = models.DateTimeField()
    latest = models.DateTimeField()
    # `earliest` on the clock of the place, kept as if it were UTC: in this order days stay whole.
    at = models.DateTimeField()
    precision = models.CharField(max_length=12)
    zone = models.CharField(max_length=64)
    first_day = models.DateField()
    last_day = models.DateField()
    parent = models.CharField(max_length=10, blank=True)
    place = models.CharField(max_length=10, blank=True)
    place_precision = models.CharField(max_length=12)
    places = ids()
    sides = words()
    actors = ids()
    # The bodies that speak (record/standing.py, origins), and whether a claim meets another.
    origins = ids()
    countered = models.BooleanField()
    publishers = ids()
    sources = ids()
    questions = words()
    stances = words()
    killed_most = models.BigIntegerField(null=True)
    claim_count = models.PositiveIntegerField()
    report_count = models.PositiveIntegerField()
    strip = models.JSONField()
    search = SearchVectorField()
    changed_at = models.DateTimeField()

    class Meta:
        abstract = True


class Entry(Facts):
    """A published incident as it stands now: one row an incident."""

    incident = models.CharField(max_length=10, primary_key=True)
    # Every place, actor and source that the document names, to find who else uses a name.
    names = ids()
    # Since when all that it shows has been known: null where nobody claims anything.
    known_from = models.DateTimeField(null=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-incident"]
        indexes = [
            models.Index("serial", name="entry_serial"),
            models.Index("at", "incident", name="entry_happened"),
            models.Index("changed_at", "incident", name="entry_changed"),
            models.Index("first_day", "last_day", name="entry_days"),
            models.Index("place", "first_day", "last_day", name="entry_place_days"),
            models.Index("kind", name="entry_kind"),
            models.Index("known_from", name="entry_known"),
            models.Index("parent", name="entry_parent", condition=~Q(parent="")),
            GinIndex("places", name="entry_places"),
            GinIndex("actors", name="entry_actors"),
            GinIndex("sources", name="entry_sources"),
            GinIndex("publishers", name="entry_publishers"),
            GinIndex("search", name="entry_search"),
            GinIndex("names", name="entry_names"),
        ]

    def __str__(self) -> str:
        return self.title
