"""The editors' screens for sources, and what every screen of the desk has in common."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import BaseModelAdmin, IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import DataError, models, transaction
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from sources.models import (
    Publisher,
    Snapshot,
    Source,
    SourceLink,
    SourceQuerySet,
)

CITED = "A claim cites this snapshot, so it can no longer be changed: capture the text anew."


class DeskOptions(BaseModelAdmin):  # type: ignore[type-arg]
    """What screens and their inlines share."""

    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def get_field_queryset(
        self, db: str | None, db_field: Any, request: HttpRequest
    ) -> QuerySet[Any] | None:
        """Rows as their own screen reads them: with what their names are made of, in one query."""
        related = db_field.remote_field.model
        if self.admin_site.is_registered(related):
            return self.admin_site.get_model_admin(related).get_queryset(request)
        return super().get_field_queryset(db, db_field, request)


class DeskAdmin(DeskOptions, admin.ModelAdmin):  # type: ignore[type-arg]
    """A screen that survives any address: what cannot be looked up is said and dropped.

    Stock Django answers 500 when the database refuses a value, such as a NUL or the year 10000.
    """

    class Media:
        css = {"all": ["admin-claimline/desk.css"]}

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        try:
            with transaction.atomic():
                return super().get_changelist_instance(request)
        except (IncorrectLookupParameters, ValueError, OverflowError, DataError) as error:
            self.message_user(
                request,
                "The address asked for something that cannot be looked up; it was dropped.",
                messages.ERROR,
            )
            raise IncorrectLookupParameters(error) from error

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return super().get_search_results(request, queryset, search_term.replace("\0", ""))

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, str | list[str]]:
        initial = super().get_changeform_initial_data(request)
        return {name: value for name, value in initial.items() if self._readable(name, value)}

    def _readable(self, name: str, value: str | list[str]) -> bool:
        try:
            field = self.opts.get_field(name)
            if isinstance(field, models.Field):
                field.to_python(value)
        except (FieldDoesNotExist, ValidationError, OverflowError):
            return False
        return True


class DeskStackedInline(DeskOptions, admin.StackedInline):  # type: ignore[type-arg]
    extra = 0


class DeskTabularInline(DeskOptions, admin.TabularInline):  # type: ignore[type-arg]
    extra = 0


class LackingFilter(admin.SimpleListFilter):
    """Rows with something left to do: one choice for each kind of it."""

    title = "what is left to do"
    parameter_name = "lacking"
    # For each value of the parameter: what editors read, and the rows.
    kinds: dict[str, tuple[str, Callable[[Any], QuerySet[Any]]]]

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]
    ) -> Iterable[tuple[str, str]]:
        return [(value, label) for value, (label, _) in self.kinds.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if value is None:
            return queryset
        if value not in self.kinds:
            raise IncorrectLookupParameters(value)
        return self.kinds[value][1](queryset)


@admin.register(Publisher)
class PublisherAdmin(DeskAdmin):
    list_display = ["name", "country", "language", "homepage", "source_count"]
    list_filter = ["country", "language"]
    search_fields = ["name", "homepage"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Publisher]:
        return Publisher.objects.annotate(source_count=Count("sources"))

    @admin.display(description="sources", ordering="source_count")
    def source_count(self, publisher: Publisher) -> int:
        # Annotated above.
        count: int = vars(publisher)["source_count"]
        return count


class SnapshotForm(forms.ModelForm):  # type: ignore[type-arg]
    """A snapshot; one that a claim cites is shown, not changed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cited = self.instance.pk is not None and self.instance.citations.exists()
        for name, field in self.fields.items():
            if self.cited and name == "text":
                # Read-only, not disabled: editors copy words from it.
                field.widget.attrs["readonly"] = True
                field.help_text = CITED
            else:
                field.disabled = self.cited

    def clean_text(self) -> str:
        """The text with the line ends that it had before a browser sent it."""
        text: str = self.cleaned_data["text"]
        return self.instance.text if self.cited else text.replace("\r\n", "\n")


class SnapshotInline(DeskStackedInline):
    model = Snapshot
    form = SnapshotForm
    fields = [("kind", "language"), "text", "sha256", "captured_at"]
    readonly_fields = ["sha256", "captured_at"]
    show_change_link = True


class SourceLinkForm(forms.ModelForm):  # type: ignore[type-arg]
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("target"):
            # The model compares the two ends as soon as it knows the kind.
            cleaned.pop("kind", None)
        return cleaned


class SourceLinkInline(DeskTabularInline):
    model = SourceLink
    form = SourceLinkForm
    fk_name = "source"
    autocomplete_fields = ["target"]
    verbose_name = "link to another source"
    verbose_name_plural = "links to other sources"


class SourceLacking(LackingFilter):
    kinds = {
        "date": ("no date of publication", SourceQuerySet.without_date),
        "snapshot": ("no snapshot", SourceQuerySet.without_snapshot),
        "citation": ("no claim cites it", SourceQuerySet.without_citation),
    }


@admin.register(Source)
class SourceAdmin(DeskAdmin):
    list_display = ["title", "publisher", "language", "published_at", "removed_at"]
    list_filter = [SourceLacking, "language", ("publisher", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["publisher"]
    search_fields = ["title", "url", "publisher__name", "=public_id"]
    date_hierarchy = "published_at"
    autocomplete_fields = ["publisher"]
    inlines = [SnapshotInline, SourceLinkInline]
    fieldsets = [
        (None, {"fields": ["publisher", "title", "language", "url", "archive_url"]}),
        (
            "Times",
            {
                "description": "Enter times in UTC. The zone says on which clock readers see them.",
                "fields": [
                    "published_at",
                    ("published_precision", "zone"),
                    "modified_at",
                    "accessed_at",
                    "removed_at",
                ],
            },
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Source]:
        return Source.objects.select_related("publisher")


@admin.register(Snapshot)
class SnapshotAdmin(DeskAdmin):
    form = SnapshotForm
    list_display = ["source", "kind", "language", "captured_at", "sha256"]
    list_filter = ["kind", "language"]
    search_fields = ["source__title", "source__publisher__name", "source__url", "=sha256"]
    date_hierarchy = "captured_at"
    autocomplete_fields = ["source"]
    fields = ["source", ("kind", "language"), "text", "sha256", "captured_at"]
    readonly_fields = ["sha256", "captured_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Snapshot]:
        return Snapshot.objects.select_related("source__publisher")
