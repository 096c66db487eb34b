"""Places as a tree. Who controls a place is never an attribute of it: it is a claim."""

from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import TrigramSimilarity
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, F, FloatField, Max, Q, When
from django.db.models.expressions import RawSQL

from incidents.distance import Point, boxes_around
from incidents.inflection import names_of
from incidents.models.spelling import Spelling
from incidents.names import fold
from incidents.vocabulary import PlaceKind
from sources.public_ids import new_id

# Down the tree by the index of parents; joins would read every place on earth.
_INSIDE = """
with recursive inside as (
    select id from incidents_place where parent_id = any(%s)
    union
    select place.id from incidents_place place join inside on place.parent_id = inside.id
)
select id from inside
"""

_ABOVE = """
with recursive above as (
    select * from incidents_place where id = any(%s)
    union
    select place.* from incidents_place place join above on place.id = above.parent_id
)
select above.*, array(
    select array[language, name] from incidents_placename
    where place_id = above.id order by language, name
) as spellings
from above
"""


class PlaceQuerySet(models.QuerySet["Place"]):
    def named_like(self, text: str) -> "PlaceQuerySet":
        """Places whose name in any language or transliteration resembles `text`, best first.

        A case of a Russian or Ukrainian name is that name: Сумах is Сумы, and Суми.
        """
        folded = fold(text)
        if not folded:
            return self.none()
        is_case_of = Q(names__folded__in={fold(name) for name in names_of(text)})
        return (
            self.not_merged()
            .filter(
                Q(names__folded__trigram_similar=folded)
                | Q(names__folded__startswith=folded)
                | is_case_of
            )
            .annotate(
                likeness=Max(
                    Case(
                        When(is_case_of, then=1.0),
                        default=TrigramSimilarity("names__folded", folded),
                        output_field=FloatField(),
                    )
                )
            )
            .order_by("-likeness", F("population").desc(nulls_last=True), "pk")
        )

    def not_merged(self) -> "PlaceQuerySet":
        return self.filter(merged_into=None)

    def with_parents(self) -> "PlaceQuerySet":
        return self.select_related("parent__parent__parent__parent")

    def inside(self, places: Iterable[int]) -> "PlaceQuerySet":
        """What lies in one of the places with these keys, at any depth of the tree."""
        return self.filter(pk__in=RawSQL(_INSIDE, [list(places)]))  # noqa: S611

    def with_above(self, places: Iterable[int]) -> dict[int, "Place"]:
        """The places with these keys and all that they lie in, with their spellings: by key, and
        each with its parent."""
        found = {place.pk: place for place in self.raw(_ABOVE, [list(places)])}
        for place in found.values():
            if place.parent_id is not None:
                place.parent = found[place.parent_id]
        return found

    def about(self, points: Iterable[Point], km: float) -> "PlaceQuerySet":
        """Settlements and sites that lie within `km` of a point, and some a little further."""
        boxes = (
            Q(
                latitude__range=(box.south, box.north),
                longitude__range=(box.west, box.east),
            )
            for point in points
            for box in boxes_around(point, km)
        )
        # What has the middle of a region for its coordinates is near to nothing.
        small = self.filter(kind__in=[PlaceKind.SETTLEMENT, PlaceKind.SITE])
        return small.filter(reduce(or_, boxes, Q(pk__in=[])))


class Place(models.Model):
    # Each a language (or "") and a name, of a place that `with_above` gave.
    spellings: list[list[str]]

    public_id = models.CharField(max_length=10, unique=True, default=new_id, editable=False)
    kind = models.CharField(max_length=10, choices=PlaceKind)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        help_text="The next larger place that it lies in. Only a country has none.",
        limit_choices_to={"merged_into": None},
    )
    name = models.CharField(max_length=200, help_text="The name shown to readers, in English.")
    latitude = models.FloatField(null=True, blank=True, help_text="Degrees north, WGS 84.")
    longitude = models.FloatField(null=True, blank=True, help_text="Degrees east, WGS 84.")
    population = models.PositiveIntegerField(null=True, blank=True)
    geonames_id = models.PositiveIntegerField("GeoNames id", null=True, blank=True, unique=True)
    iso_code = models.CharField(
        "ISO 3166 code",
        max_length=10,
        blank=True,
        help_text="UA, UA-09: countries and regions only.",
    )
    edited = models.BooleanField(
        default=False,
        editable=False,
        help_text="An editor changed it, so that the gazetteer leaves it alone.",
    )

    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
        editable=False,
        limit_choices_to={"merged_into": None},
    )

    objects = PlaceQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        permissions = [("merge_place", "Can merge places")]
        indexes = [models.Index("latitude", "longitude", name="place_coordinates")]
        constraints = [
            models.CheckConstraint(
                name="place_not_merged_into_itself",
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
            ),
            models.CheckConstraint(
                name="place_kind_known",
                condition=Q(kind__in=["country", "region", "district", "settlement", "site"]),
            ),
            models.CheckConstraint(
                name="place_country_has_no_parent",
                condition=Q(kind="country", parent=None)
                | (~Q(kind="country") & Q(parent__isnull=False)),
                violation_error_message="A country has no parent; every other place has one.",
            ),
            models.CheckConstraint(
                name="place_coordinates_whole",
                condition=Q(latitude=None, longitude=None)
                | Q(
                    latitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__isnull=False,
                    longitude__range=(-180, 180),
                ),
                violation_error_message="Give both latitude and longitude, in degrees, or neither.",
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(place.name for place in reversed(self.path()))

    @property
    def point(self) -> Point | None:
        """Where it is; None where that is not known, or where it is too large to be at a point."""
        if self.kind not in (PlaceKind.SETTLEMENT, PlaceKind.SITE):
            return None
        if self.latitude is None or self.longitude is None:
            return None
        return Point(self.latitude, self.longitude)

    def path(self) -> list["Place"]:
        """From the country down to this place."""
        path = [self]
        while (parent := path[0].parent) is not None and parent not in path:
            path.insert(0, parent)
        return path

    def clean(self) -> None:
        if self.parent is None or not self.kind:
            return
        order = PlaceKind.values
        # A site may lie in a site (a hall of a plant); every other parent is of a larger kind.
        larger = order.index(self.parent.kind) < order.index(self.kind)
        if self.parent.pk == self.pk or not (larger or self.kind == PlaceKind.SITE):
            raise ValidationError({"parent": f"A {self.kind} cannot lie in a {self.parent.kind}."})


class PlaceName(Spelling):
    place = models.ForeignKey(Place, models.CASCADE, related_name="names")

    class Meta:
        ordering = ["place", "language", "name"]
        constraints = [models.UniqueConstraint("place", "name", name="place_name_once")]
        indexes = [GinIndex(OpClass("folded", "gin_trgm_ops"), name="place_name_folded")]
