from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from incidents.models import Actor, ActorName
from incidents.models.actors import ActorQuerySet
from sources.admin.desk import DeskAdmin, DeskTabularInline, LackingFilter


def _without_organisation(actors: ActorQuerySet) -> ActorQuerySet:
    return actors.filter(organisation=None)


def _without_name(actors: ActorQuerySet) -> ActorQuerySet:
    return actors.filter(names=None)


class ActorLacking(LackingFilter):
    kinds = {
        "organisation": ("no organisation", _without_organisation),
        "names": ("no names to find it by", _without_name),
    }


class ActorNameInline(DeskTabularInline):
    model = ActorName
    extra = 1
    verbose_name = "name to find it by"
    verbose_name_plural = "names to find it by"


@admin.register(Actor)
class ActorAdmin(DeskAdmin):
    list_display = ["name", "kind", "side", "organisation", "role"]
    list_filter = [ActorLacking, "side", "kind"]
    search_fields = ["name", "names__name"]
    search_help_text = "Any spelling or transliteration, in Latin or Cyrillic letters."
    autocomplete_fields = ["organisation"]
    inlines = [ActorNameInline]
    fieldsets = [
        (None, {"fields": ["name", "role", "organisation"]}),
        ("For filters and layout", {"fields": ["kind", "side"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> ActorQuerySet:
        return Actor.objects.select_related("organisation")

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[QuerySet[Actor], bool]:
        """The order is best first, for the autocomplete as for the list."""
        return (queryset.named_like(search_term) if search_term else queryset), False

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        """An actor is found by its names only, so the one that readers see is always among them."""
        super().save_related(request, form, formsets, change)
        actor: Actor = form.instance
        actor.names.get_or_create(name=actor.name, defaults={"language": "en"})
