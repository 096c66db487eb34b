from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from incidents.models import Place, PlaceName
from incidents.models.places import PlaceQuerySet
from sources.admin.desk import DeskAdmin, DeskTabularInline, LackingFilter


def _without_coordinates(places: PlaceQuerySet) -> PlaceQuerySet:
    return places.filter(latitude=None)


def _without_name(places: PlaceQuerySet) -> PlaceQuerySet:
    return places.filter(names=None)


class PlaceLacking(LackingFilter):
    kinds = {
        "coordinates": ("no coordinates", _without_coordinates),
        "names": ("no names to find it by", _without_name),
    }


class PlaceNameInline(DeskTabularInline):
    model = PlaceName
    extra = 1
    verbose_name = "name to find it by"
    verbose_name_plural = "names to find it by"


@admin.register(Place)
class PlaceAdmin(DeskAdmin):
    list_display = ["name", "lies_in", "kind", "population", "geonames_id", "edited"]
    list_filter = [PlaceLacking, "kind", "edited"]
    search_fields = ["name", "names__name"]
    search_help_text = "Any spelling or transliteration, in Latin or Cyrillic letters."
    autocomplete_fields = ["parent"]
    readonly_fields = ["edited"]
    inlines = [PlaceNameInline]
    fieldsets = [
        (None, {"fields": ["name", "kind", "parent"]}),
        ("Where it is", {"fields": [("latitude", "longitude")]}),
        ("Gazetteer", {"fields": ["population", "geonames_id", "iso_code", "edited"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> PlaceQuerySet:
        return Place.objects.with_parents()

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[QuerySet[Place], bool]:
        """The order is best first, for the autocomplete as for the list."""
        return (queryset.named_like(search_term) if search_term else queryset), False

    @admin.display(description="lies in")
    def lies_in(self, place: Place) -> str:
        return str(place.parent or "")

    def save_model(self, request: HttpRequest, obj: Place, form: Any, change: Any) -> None:
        obj.edited = obj.edited or obj.geonames_id is not None
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        """A place is found by its names only, so the one that readers see is always among them."""
        super().save_related(request, form, formsets, change)
        place: Place = form.instance
        place.names.get_or_create(name=place.name, defaults={"language": "en"})
