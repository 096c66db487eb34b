"""One report: what it prints of itself, its texts, and how it stands to other reports."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, reverse
from django.utils.html import format_html

from sources.admin import intake
from sources.admin.bulk import BulkAdmin
from sources.admin.desk import DeskTabularInline, LackingFilter
from sources.admin.proposals import USUAL_ZONE
from sources.admin.snapshots import SnapshotInline
from sources.models import Source, SourceLink, SourceQuerySet
from sources.wall_clock import WallClockForm, in_words

# In the address of an archived copy, for many sources at once: the address of each.
ADDRESS = "ADDRESS"


class SourceLinkInline(DeskTabularInline):
    model = SourceLink
    fk_name = "source"
    autocomplete_fields = ["target"]
    verbose_name = "link to another source"
    verbose_name_plural = "links to other sources"


class SourceForm(WallClockForm):
    wall_clock = ["published_at", "modified_at"]


class SourceLacking(LackingFilter):
    kinds = {
        "date": ("no date of publication", SourceQuerySet.without_date),
        "snapshot": ("no snapshot", SourceQuerySet.without_snapshot),
        "citation": ("no claim cites it", SourceQuerySet.without_citation),
    }


@admin.register(Source)
class SourceAdmin(BulkAdmin):
    form = SourceForm
    list_display = ["title", "publisher", "language", "published", "removed_at", "annotate"]
    list_filter = [SourceLacking, "language", ("publisher", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["publisher"]
    search_fields = ["title", "url", "publisher__name", "=public_id"]
    date_hierarchy = "published_at"
    autocomplete_fields = ["publisher"]
    bulk_fields = ["publisher", "language", "archive_url"]
    bulk_hints = {"archive_url": f"{ADDRESS} stands for the address of each source."}
    inlines = [SnapshotInline, SourceLinkInline]
    fieldsets = [
        (None, {"fields": ["publisher", "title", "language", "url", "archive_url"]}),
        (
            "What it prints",
            {
                "description": "Enter times as the report prints them, with the zone that it "
                "prints them in.",
                "fields": ["published_at", "modified_at", ("published_precision", "zone")],
            },
        ),
        (
            "What we saw",
            {
                "description": "Enter these times in UTC, whatever the zone of the report.",
                "fields": ["accessed_at", "removed_at"],
            },
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Source]:
        return Source.objects.select_related("publisher")

    def save_model(self, request: HttpRequest, obj: Source, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        for twin in Source.objects.at_address(obj.url).exclude(pk=obj.pk)[:3]:
            self.message_user(
                request,
                format_html(
                    'Another source has the same address, spelled otherwise: <a href="{}">{}</a>',
                    reverse("admin:sources_source_change", args=[twin.pk]),
                    twin,
                ),
                messages.WARNING,
            )

    def get_urls(self) -> list[URLPattern]:
        return intake.routes() + super().get_urls()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, str | list[str]]:
        return {"zone": USUAL_ZONE} | super().get_changeform_initial_data(request)

    def bulk_value(self, row: Source, name: str, value: Any) -> Any:
        """An archive's address is the same but for the address of what it holds."""
        if name != "archive_url" or ADDRESS not in value:
            return value
        if not row.url:
            raise ValidationError("Its own address is not known.")
        return value.replace(ADDRESS, row.url)

    @admin.display(description="published", ordering="published_at")
    def published(self, source: Source) -> str | None:
        return in_words(source.published_at, source.published_precision, source.zone)

    @admin.display(description="claims")
    def annotate(self, source: Source) -> str:
        return format_html('<a href="{}">Annotate</a>', reverse("annotate", args=[source.pk]))
