"""One change to many rows: shown first, row by row, from what to what, and what stays and why."""

from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from rowlog.tracking import acting
from sources.admin.desk import DeskAdmin
from sources.admin.opened import OPENED, Overtaken, lock_and_check, mark_of

MOST_AT_ONCE = 200


@dataclass
class Planned:
    """What becomes of one row: `changes` are label, old and new; `kept` is why it stays."""

    row: Model
    url: str
    changes: list[tuple[str, str, str]]
    kept: str = ""


class BulkForm(forms.Form):
    which = forms.MultipleChoiceField(
        label="Change", choices=[], widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: QueryDict | None, fields: dict[str, forms.Field]) -> None:
        super().__init__(data)
        self.needed = {name for name, field in fields.items() if field.required}
        which = cast(forms.MultipleChoiceField, self.fields["which"])
        which.choices = [(name, field.label) for name, field in fields.items()]
        for name, field in fields.items():
            field.required = False
            self.fields[name] = field

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in self.needed & set(cleaned.get("which", [])):
            if name not in self.errors and cleaned.get(name) in (None, ""):
                self.add_error(name, "Say what to change it to.")
        return cleaned

    @property
    def wanted(self) -> dict[str, Any]:
        """The new values, by field."""
        return {name: self.cleaned_data[name] for name in self.cleaned_data["which"]}


class BulkAdmin(DeskAdmin):
    """A screen with a page for changing these fields of many rows at once."""

    actions = ["bulk", "delete_selected"]
    bulk_fields: list[str] = []
    # By field, what to know before changing it in many rows.
    bulk_hints: dict[str, str] = {}

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_bulk"
        page = path("bulk/", self.admin_site.admin_view(self.bulk_view), name=name)
        return [page, *super().get_urls()]

    @admin.action(permissions=["change"], description="Change a field of selected rows …")
    def bulk(self, request: HttpRequest, chosen: QuerySet[Any]) -> HttpResponse | None:
        pks = list(chosen.values_list("pk", flat=True)[: MOST_AT_ONCE + 1])
        if len(pks) > MOST_AT_ONCE:
            message = f"Choose at most {MOST_AT_ONCE} rows at once."
            self.message_user(request, message, messages.ERROR)
            return None
        query = QueryDict(mutable=True)
        query.setlist("pk", [str(pk) for pk in pks])
        url = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_bulk")
        return HttpResponseRedirect(f"{url}?{query.urlencode()}")

    def bulk_view(self, request: HttpRequest) -> HttpResponse:
        """GET shows the form, POST the preview; POST with `save` does what the preview showed."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        wanted = [pk for pk in request.GET.getlist("pk") if pk.isdecimal() and len(pk) < 19]
        chosen = self.model._default_manager.filter(pk__in=wanted[:MOST_AT_ONCE])
        opened = mark_of(chosen)
        rows = self._rows(chosen)
        form = BulkForm(request.POST or None, self._bulk_form_fields(request))
        valid = form.is_valid()
        overtaken = False
        if valid and "save" in request.POST:
            try:
                return self._save(request, chosen, form.wanted)
            except Overtaken:
                overtaken = True
        context = {
            **self.admin_site.each_context(request),
            "title": f"Change {len(rows)} {self.opts.verbose_name_plural}",
            "opts": self.opts,
            "rows": rows,
            "form": form,
            "planned": [self._plan(row, form.wanted) for row in rows] if valid else None,
            "opened": opened,
            "overtaken": overtaken,
            "media": self.media + form.media,
        }
        return TemplateResponse(
            request, "admin/bulk.html", context, status=409 if overtaken else 200
        )

    def _bulk_form_fields(self, request: HttpRequest) -> dict[str, forms.Field]:
        fields: dict[str, forms.Field] = {}
        for name in self.bulk_fields:
            column: Any = self.opts.get_field(name)
            if column.remote_field:
                field = self.formfield_for_foreignkey(column, request)
            else:
                # With the admin's widgets, but for choices: those keep their own.
                widgets = {} if column.choices else self.formfield_overrides
                field = column.formfield(**widgets.get(type(column), {}))
            fields[name] = cast(forms.Field, field)
            if name in self.bulk_hints:
                fields[name].help_text = self.bulk_hints[name]
        return fields

    def _rows(self, chosen: QuerySet[Any]) -> list[Any]:
        """With what their columns are named by, as in the list."""
        named = self.list_select_related
        own = [name for name in self.bulk_fields if self.opts.get_field(name).is_relation]
        return list(chosen.select_related(*own, *([] if isinstance(named, bool) else named)))

    def bulk_value(self, row: Any, name: str, value: Any) -> Any:
        """What this row gets; a ValidationError says why it stays as it is."""
        return value

    def _plan(self, row: Model, wanted: dict[str, Any]) -> Planned:
        """Sets the new values on `row`, and finds what it cannot be."""
        url = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk])
        others = {field.name for field in self.opts.concrete_fields} - wanted.keys()
        relations = {field.name for field in self.opts.concrete_fields if field.is_relation}
        planned = Planned(row, url, [])
        try:
            for name, value in wanted.items():
                before = self._in_words(row, name)
                setattr(row, name, self.bulk_value(row, name, value))
                if (after := self._in_words(row, name)) != before:
                    label = str(cast(Any, self.opts.get_field(name)).verbose_name)
                    planned.changes.append((label, before, after))
            if not planned.changes:
                planned.kept = "It is so already."
            else:
                # The form has found already that what it refers to exists.
                row.clean_fields(exclude=others | relations)
                row.clean()
                row.validate_constraints(exclude=others)
        except ValidationError as error:
            planned.kept = " ".join(error.messages)
        return planned

    def _in_words(self, row: Model, name: str) -> str:
        shown = getattr(row, f"get_{name}_display", None)
        value = shown() if shown else getattr(row, name)
        if isinstance(value, bool):
            return "yes" if value else "no"
        return str(value) if value not in (None, "") else "nothing"

    @transaction.atomic
    def _save(
        self, request: HttpRequest, chosen: QuerySet[Any], wanted: dict[str, Any]
    ) -> HttpResponse:
        """Each row whole or not at all. Raises Overtaken where they are not what was shown."""
        lock_and_check(request.POST.get(OPENED, ""), chosen)
        changed = 0
        for row in self._rows(chosen):
            planned = self._plan(row, wanted)
            if not planned.kept:
                planned.kept = self._save_one(row, wanted)
            if planned.kept:
                self.message_user(
                    request, f"“{row}” stays as it was: {planned.kept}", messages.INFO
                )
            else:
                changed += 1
        plural = self.opts.verbose_name if changed == 1 else self.opts.verbose_name_plural
        self.message_user(request, f"{changed} {plural} changed.", messages.SUCCESS)
        back = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        return HttpResponseRedirect(back)

    def _save_one(self, row: Model, wanted: dict[str, Any]) -> str:
        """Why the database refused it; empty when it did not."""
        try:
            with transaction.atomic(), acting(deed="change in bulk"):
                row.save(update_fields=list(wanted))
        except DatabaseError:
            return "the database refused it."
        return ""
