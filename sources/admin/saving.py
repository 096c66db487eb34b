"""Saving and deleting on the desk: never over what the editor has not seen, and nothing is lost."""

from collections.abc import Iterable, Sequence
from copy import copy
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.actions import delete_selected
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import NestedObjects, flatten_fieldsets, unquote
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import DataError, IntegrityError, OperationalError, transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from psycopg.errors import DeadlockDetected, LockNotAvailable

from sources.admin.meanwhile import (
    Part,
    RowDifferences,
    lay_over,
    lay_over_all,
    lay_over_new_rows,
    lay_over_rows,
    mark_of_parts,
    part,
    read_mark,
)
from sources.admin.opened import OPENED, Overtaken, lock_and_check, mark_of

OVERTAKEN = (
    "Nothing is saved yet: this was changed after you opened it. What you changed stands in the "
    "form; all else in it is what is saved now. Compare, then save again to replace what is saved."
)
DELETED = (
    "Nothing is saved: this was deleted after you opened it. What you typed stands in the form; "
    "saving makes it anew."
)
REFUSED = (
    "Nothing is saved: the database refused it, perhaps because the same row is there already. "
    "What you typed stands in the form."
)
BUSY = (
    "Nothing is saved: somebody else was saving the same rows. What you typed stands in the form; "
    "save again."
)
# Another transaction held what this one needed, while it waited for this one.
_IN_EACH_OTHERS_WAY = (DeadlockDetected, LockNotAvailable)


class SavingAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A screen whose forms carry a mark of what they show; see sources/admin/opened.py."""

    actions: Sequence[Any] | None = ["delete_selected"]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        extra = extra_context or {}
        if request.method != "POST":
            return self._opened_now(request, object_id, form_url, extra)
        try:
            with transaction.atomic():
                # Before all else is read, so that it stays true until this is saved.
                held = self._hold(request, object_id)
                return super().changeform_view(request, object_id, form_url, extra | held)
        except Overtaken:
            return self._again(request, object_id, extra, OVERTAKEN)
        except (IntegrityError, DataError):
            # What no form sees, such as twins in one submit.
            return self._again(request, object_id, extra, REFUSED)
        except OperationalError as error:
            if not isinstance(error.__cause__, _IN_EACH_OTHERS_WAY):
                raise
            return self._again(request, object_id, extra, BUSY)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        extra = extra_context or {}
        if request.method != "POST":
            chosen = [row] if (row := self.get_object(request, unquote(object_id))) else []
            mark = {OPENED: mark_of(*_doomed(self.model, chosen))}
            return super().delete_view(request, object_id, extra | mark)
        try:
            with transaction.atomic():
                row = self.get_object(request, unquote(object_id))
                if row is not None and self.has_delete_permission(request, row):
                    self._hold_doomed(request, [row])
                return super().delete_view(request, object_id, extra)
        except (Overtaken, IntegrityError):
            shown = self.delete_view(_as_opened(request), object_id, extra | {"overtaken": True})
            shown.status_code = HTTPStatus.CONFLICT
            return shown

    @admin.action(permissions=["delete"], description="Delete selected %(verbose_name_plural)s")
    def delete_selected(self, request: HttpRequest, chosen: QuerySet[Any]) -> HttpResponse | None:
        if not request.POST.get("post"):
            return self._confirm(request, chosen)
        try:
            with transaction.atomic():
                self._hold_doomed(request, chosen)
                done: HttpResponse | None = delete_selected(self, request, chosen)
                return done
        except (Overtaken, IntegrityError):
            return self._confirm(_as_opened(request), chosen.all(), overtaken=True)

    def beside_columns(self, row: Any) -> dict[str, Any]:
        """What is saved in fields of the form that are no columns of the row, by name."""
        return {}

    def _opened_now(
        self, request: HttpRequest, object_id: str | None, form_url: str, extra: dict[str, Any]
    ) -> HttpResponse:
        row = self._row(request, object_id)
        # Before the rest is read: a mark may be too old, which warns, but never too new.
        mark = {OPENED: mark_of_parts(self._parts(request, row), lock=False)} if row else {}
        return super().changeform_view(request, object_id, form_url, extra | mark)

    def _row(self, request: HttpRequest, object_id: str | None) -> Model | None:
        row: Model | None = self.get_object(request, unquote(object_id)) if object_id else None
        return row

    def _hold(self, request: HttpRequest, object_id: str | None) -> dict[str, str]:
        """Lock what the form shows; Overtaken where that is not what it was opened at."""
        if object_id is None:
            return {}
        row = self._row(request, object_id)
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        if row is None:
            raise Overtaken
        mark = mark_of_parts(self._parts(request, row), lock=True)
        if request.POST.get(OPENED) != mark:
            raise Overtaken
        return {OPENED: mark}

    def _parts(self, request: HttpRequest, row: Model) -> dict[str, Part]:
        """What the form of `row` shows: the row itself under no name, each inline under its own."""
        rows = type(row)._base_manager.filter(pk=row.pk)
        parts = {"": part(rows, self._form_class(request, row), self.beside_columns(row))}
        for formset, inline in self.get_formsets_with_inlines(request, row):
            rows = inline.model._base_manager.filter(**{formset.fk.name: row.pk})
            parts[type(inline).__name__] = part(rows, formset.form)
        return parts

    def _form_class(self, request: HttpRequest, row: Model | None) -> type[forms.ModelForm[Any]]:
        fields = flatten_fieldsets(self.get_fieldsets(request, row))
        form: type[forms.ModelForm[Any]] = self.get_form(
            request, row, change=row is not None, fields=fields
        )
        return form

    def _again(
        self, request: HttpRequest, object_id: str | None, extra: dict[str, Any], message: str
    ) -> HttpResponse:
        """The page as if it were opened now, with what the editor changed laid over it."""
        row = self._row(request, object_id)
        status, form_url = HTTPStatus.CONFLICT, ""
        if object_id is not None and row is None:
            status, form_url, message = HTTPStatus.GONE, self._add_url(), DELETED
            extra = extra | {"sent": _sent(request.POST)}
            if not self.has_add_permission(request):
                return self._deleted(request, extra)
            object_id = None
        # Anew from the address that it was sent to, as a GET.
        opened = copy(request)
        opened.method = "GET"
        shown = self._opened_now(opened, object_id, form_url, extra | {"refused": message})
        if isinstance(shown, TemplateResponse) and shown.context_data:
            differences = self._lay_over(request, row, shown.context_data)
            if row is not None and message == OVERTAKEN:
                shown.context_data |= {
                    "overtaken": True,
                    "differences": differences,
                    "last_save": _last_save(row),
                }
        shown.status_code = status
        return shown

    def _lay_over(
        self, request: HttpRequest, row: Model | None, context: dict[str, Any]
    ) -> list[RowDifferences]:
        """Put what was typed into the forms of a page just opened; tell what differs."""
        typed = self._form_class(request, row)(request.POST, request.FILES, instance=row)
        typed.full_clean()
        formsets, _ = self._create_formsets(  # type: ignore[attr-defined]
            request, typed.instance, change=row is not None
        )
        inlines = context["inline_admin_formsets"]
        fresh = context["adminform"].form
        if row is None:
            lay_over_all(typed, fresh)
            for own, inline in zip(formsets, inlines, strict=True):
                lay_over_new_rows(own, inline.formset)
            return []
        parts, opened = self._parts(request, row), read_mark(request.POST.get(OPENED, ""))
        was = opened.get("", {}).get(str(row.pk))
        found = lay_over(parts[""], was, typed, fresh)
        differences = [RowDifferences("", "", found)] if found else []
        for own, inline in zip(formsets, inlines, strict=True):
            name = type(inline.opts).__name__
            differences += lay_over_rows(parts[name], opened.get(name, {}), own, inline.formset)
        return differences

    def _deleted(self, request: HttpRequest, extra: dict[str, Any]) -> HttpResponse:
        """For those who may not make it anew: what they typed, to be copied."""
        context = {
            **self.admin_site.each_context(request),
            "title": f"This {self.opts.verbose_name} was deleted",
            "opts": self.opts,
            **extra,
        }
        return TemplateResponse(request, "admin/deleted.html", context, status=HTTPStatus.GONE)

    def _add_url(self) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_add")

    def _hold_doomed(self, request: HttpRequest, chosen: Iterable[Model]) -> None:
        """Lock all that would be deleted; Overtaken where the page did not show that."""
        rows = list(chosen)
        pks = [row.pk for row in rows]
        # First, so that nothing can be added to them any more.
        list(self.model._base_manager.filter(pk__in=pks).order_by("pk").select_for_update())
        lock_and_check(request.POST.get(OPENED, ""), *_doomed(self.model, rows))

    def _confirm(
        self, request: HttpRequest, chosen: QuerySet[Any], *, overtaken: bool = False
    ) -> HttpResponse:
        mark = mark_of(*_doomed(self.model, chosen))
        page = delete_selected(self, request, chosen.all())
        assert page, "Nothing is confirmed: there is a page to show."
        page.context_data = (page.context_data or {}) | {OPENED: mark, "overtaken": overtaken}
        page.status_code = HTTPStatus.CONFLICT if overtaken else HTTPStatus.OK
        return page


def _as_opened(request: HttpRequest) -> HttpRequest:
    """The same request as if nothing had been confirmed yet."""
    opened = copy(request)
    opened.method, opened.POST = "GET", QueryDict()
    return opened


def _doomed(model: type[Model], chosen: Iterable[Model]) -> list[QuerySet[Any]]:
    """All rows that go with those, by table; their own table first."""
    collector = NestedObjects(using=model._base_manager.db)
    collector.collect(list(chosen))
    tables = sorted(collector.data, key=lambda one: (one is not model, one._meta.label))
    return [
        table._base_manager.filter(pk__in=[row.pk for row in collector.data[table]])
        for table in tables
    ]


def _sent(body: QueryDict) -> list[tuple[str, str]]:
    """Names and values of what was typed, for a page that has no field for them any more."""
    hidden = ("csrfmiddlewaretoken", OPENED, "_save", "_continue", "_addanother")
    return [
        (name.replace("_", " ").replace("-", " "), str(value))
        for name, value in body.items()
        if value and name not in hidden and not name.endswith("_FORMS") and "password" not in name
    ]


def _last_save(row: Model) -> LogEntry | None:
    kind = ContentType.objects.get_for_model(row)
    entries = LogEntry.objects.filter(content_type=kind, object_id=row.pk)
    return entries.select_related("user").first()
