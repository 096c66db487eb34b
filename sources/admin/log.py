"""The log of the desk as one list: what lately happened anywhere, deleted rows too."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import quote
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst

from rowlog.models import Change
from rowlog.reading import columns_of, field_of, model_of, name_of
from sources.admin.desk import DeskAdmin

# What "nobody known" is in the address.
_NOBODY = "-"


class WhoFilter(admin.SimpleListFilter):
    """Those with an account; who has none any more is found by a search."""

    title = "who"
    parameter_name = "who"

    def lookups(self, request: HttpRequest, model_admin: "ModelAdmin[Any]") -> Iterable[Any]:
        names = User.objects.filter(is_staff=True).order_by("username")
        return [
            *((name, name) for name in names.values_list("username", flat=True)),
            (_NOBODY, "nobody known"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if (name := self.value()) is None:
            return queryset
        if "\0" in name:
            raise IncorrectLookupParameters(name)
        return queryset.filter(user_name="" if name == _NOBODY else name)


class WhatFilter(admin.SimpleListFilter):
    title = "what"
    parameter_name = "what"

    def lookups(self, request: HttpRequest, model_admin: "ModelAdmin[Any]") -> Iterable[Any]:
        screens = model_admin.admin_site._registry
        labels = {
            model._meta.label_lower: capfirst(str(model._meta.verbose_name_plural))
            for model, screen in screens.items()
            if hasattr(screen, "restore_view")
        }
        return sorted(labels.items(), key=lambda item: item[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if (label := self.value()) is None:
            return queryset
        if label not in dict(self.lookup_choices):
            raise IncorrectLookupParameters(label)
        return queryset.filter(model=label)


@admin.register(Change)
class ChangeAdmin(DeskAdmin):
    """Read alone: the database writes it. Each row leads to the history of what it is about."""

    list_display = ["when", "who", "what", "fields_changed", "deed", "reason"]
    list_display_links = None
    # Rows of accounts have people's names and mail addresses, which are for administrators.
    withheld = ("row", "before")
    list_filter = [WhoFilter, "operation", WhatFilter]
    search_fields = ["=user_name", "deed", "reason"]
    search_help_text = "The exact name of an account, or words of a reason."
    date_hierarchy = "at"
    show_full_result_count = False
    list_per_page = 50

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return super().changelist_view(request, {"title": "Log of the desk"})

    @admin.display(description="when (UTC)", ordering="id")
    def when(self, change: Change) -> str:
        return f"{change.at:%Y-%m-%d %H:%M:%S}"

    @admin.display(description="who", ordering="user_name")
    def who(self, change: Change) -> str:
        return change.user_name or "nobody known"

    @admin.display(description="what")
    def what(self, change: Change) -> str:
        model = model_of(change)
        kind = str(model._meta.verbose_name) if model else change.model
        words = f"{capfirst(change.get_operation_display())}: {kind} “{name_of(change)}”"
        if (address := self._history_of(change)) is None:
            return words
        return format_html('<a href="{}">{}</a>', address, words)

    @admin.display(description="fields")
    def fields_changed(self, change: Change) -> str:
        if change.operation != Change.Operation.UPDATE:
            return ""
        model = model_of(change)
        fields = ((column, field_of(model, column)) for column in columns_of(change))
        return ", ".join(str(field.verbose_name) if field else name for name, field in fields)

    def _history_of(self, change: Change) -> str | None:
        """Of the row itself or, where no screen shows it, of what it is a part of."""
        own = f"{change.model}:{change.row_id}"
        for key in sorted(change.about, key=lambda key: key != own):
            label, _, pk = key.partition(":")
            app, _, name = label.partition(".")
            for model in self.admin_site._registry:
                if model._meta.label_lower == label:
                    return reverse(f"admin:{app}_{name}_history", args=[quote(pk)])
        return None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Change | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Change | None = None) -> bool:
        return False
