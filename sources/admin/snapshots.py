"""Texts as captured: read and copied from, never changed once a claim cites them."""

import hashlib
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from sources.admin.desk import DeskAdmin, DeskStackedInline
from sources.models import Snapshot, Source

CITED = "A claim cites this snapshot, so it can no longer be changed: capture the text anew."
TWIN = "This source already has a snapshot with this very text."


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

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        source: Source | None = cleaned.get("source")
        if source and source.pk and "text" in cleaned:
            # The model knows the hash only once it is saved.
            sha256 = hashlib.sha256(cleaned["text"].encode()).hexdigest()
            if source.snapshots.filter(sha256=sha256).exclude(pk=self.instance.pk).exists():
                self.add_error("text", TWIN)
        return cleaned


class SnapshotInline(DeskStackedInline):
    model = Snapshot
    form = SnapshotForm
    fields = [("kind", "language"), "text", "sha256", "captured_at"]
    readonly_fields = ["sha256", "captured_at"]
    show_change_link = True


@admin.register(Snapshot)
class SnapshotAdmin(DeskAdmin):
    form = SnapshotForm
    list_display = ["source", "kind", "language", "captured_at", "sha256"]
    list_filter = ["kind", "language"]
    search_fields = ["source__title", "source__publisher__name", "source__url", "=sha256"]
    date_hierarchy = "captured_at"
    autocomplete_fields = ["source"]
    fields = [
        "source",
        ("kind", "language"),
        "text",
        "sha256",
        "captured_at",
    ]
    readonly_fields = ["sha256", "captured_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Snapshot]:
        return Snapshot.objects.select_related("source__publisher")
