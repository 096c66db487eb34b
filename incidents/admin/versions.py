import json

from django.contrib import admin
from django.db.models import QuerySet
from django.db.models.fields.json import KT
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString

from incidents.admin.redaction import page
from incidents.models import Version
from sources.admin.desk import DeskAdmin


@admin.register(Version)
class VersionAdmin(DeskAdmin):
    """The record, to be read: only publishing writes it."""

    list_display = ["serial", "title", "incident", "number", "kind", "published_at", "note"]
    list_filter = ["kind"]
    search_fields = ["=incident", "note", "=sha256"]
    date_hierarchy = "published_at"
    fields = [
        "serial",
        ("incident", "number"),
        "kind",
        "note",
        "published_at",
        "sha256",
        "previous_sha256",
        "document_as_text",
    ]

    change_list_template = "admin/incidents/version/change_list.html"
    # The record keeps its own history.
    restorable = False

    def get_urls(self) -> list[URLPattern]:
        remove = path(
            "redact/",
            self.admin_site.admin_view(self.redaction_view),
            name="incidents_version_redact",
        )
        return [remove, *super().get_urls()]

    def redaction_view(self, request: HttpRequest) -> HttpResponse:
        return page(self, request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Version]:
        titled = Version.objects.annotate(title=KT("document__incident__title"))
        return titled.defer("document")

    @admin.display(description="title")
    def title(self, version: Version) -> str:
        # Annotated above, so that a list does not read whole documents.
        return str(vars(version)["title"])

    @admin.display(description="document")
    def document_as_text(self, version: Version) -> SafeString:
        text = json.dumps(version.document, ensure_ascii=False, indent=2)
        return format_html('<pre class="document">{}</pre>', text)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Version | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Version | None = None) -> bool:
        return False
