"""What every screen of the desk has in common."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import (
    BaseModelAdmin,
    IncorrectLookupParameters,
    InlineModelAdmin,
)
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import AdminSplitDateTime, AutocompleteSelect
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import DataError, models, transaction
from django.db.models import QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from rowlog.history import history, restore
from sources.admin.saving import SavingAdmin


def _is_key(model: type[models.Model], value: str) -> bool:
    """Whether it can be the primary key of a row at all: what is sent may be anything."""
    try:
        model._meta.pk.to_python(value)
    except ValidationError:
        return False
    return True


class DeskAutocomplete(AutocompleteSelect):
    """Forgets what can be no key, where stock Django answers 500 as it shows the form again.

    Its box has a name for those who do not see the label.
    """

    @property
    def media(self) -> forms.Media:
        naming = forms.Script("admin-claimline/choices.js", type="module")
        return super().media + forms.Media(js=[naming])  # type: ignore[list-item]

    def optgroups(
        self, name: str, value: Sequence[str], attr: dict[str, Any] | None = None
    ) -> list[tuple[str | None, list[dict[str, Any]], int | None]]:
        related = self.choices.queryset.model
        keys = [one for one in value if one == "" or _is_key(related, one)]
        return super().optgroups(name, keys, attr)


class DeskSplitDateTime(AdminSplitDateTime):
    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        """Name both parts: their legend names only the two together."""
        super().__init__(attrs)
        for part, name in zip(self.widgets, ("Date", "Time"), strict=True):
            part.attrs["aria-label"] = name


class DeskOptions(BaseModelAdmin):  # type: ignore[type-arg]
    """What screens and their inlines share."""

    formfield_overrides = {
        models.URLField: {"assume_scheme": "https"},
        models.DateTimeField: {
            "form_class": forms.SplitDateTimeField,
            "widget": DeskSplitDateTime,
        },
    }

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField[Any] | None:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = DeskAutocomplete(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_field_queryset(
        self, db: str | None, db_field: Any, request: HttpRequest
    ) -> QuerySet[Any] | None:
        """Rows as their own screen reads them: with what their names are made of, in one query."""
        related = db_field.remote_field.model
        if self.admin_site.is_registered(related):
            return self.admin_site.get_model_admin(related).get_queryset(request)
        return super().get_field_queryset(db, db_field, request)


class DeskAdmin(DeskOptions, SavingAdmin):
    """A screen that survives any address: what cannot be looked up is said and dropped.

    Stock Django answers 500 when the database refuses a value, such as a NUL or the year 10000.
    """

    # Whether the history of a row offers its earlier states.
    restorable = True
    # Fields of which not even a filter that somebody writes into the address shall tell anything.
    withheld: tuple[str, ...] = ()

    def get_urls(self) -> list[URLPattern]:
        restore = path(
            "<path:object_id>/history/<int:change>/restore/",
            self.admin_site.admin_view(self.restore_view),
            name=f"{self.opts.app_label}_{self.opts.model_name}_restore",
        )
        return [restore, *super().get_urls()]

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        return history(self, request, object_id)

    def restore_view(self, request: HttpRequest, object_id: str, change: int) -> HttpResponse:
        return restore(self, request, object_id, change)

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

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        parts = lookup.split(LOOKUP_SEP)
        # The letters of one value would be taken for the ends of a range.
        if parts[0] in self.withheld or parts[-1] == "range":
            return False
        return super().lookup_allowed(lookup, value, request)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return super().get_search_results(request, queryset, search_term.replace("\0", ""))

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Any], *args: Any
    ) -> HttpResponse | None:
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if all(_is_key(self.model, one) for one in chosen):
            return super().response_action(request, queryset, *args)
        self.message_user(request, "What was chosen are no rows of this list.", messages.ERROR)
        return None

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, str | list[str]]:
        initial = super().get_changeform_initial_data(request)
        return {name: value for name, value in initial.items() if self._readable(name, value)}

    def _readable(self, name: str, value: str | list[str]) -> bool:
        try:
            field = self.opts.get_field(name)
            if isinstance(field, models.DateTimeField):
                # Its inputs take a moment, and the text does not say on whose clock.
                return False
            if isinstance(field, models.Field):
                field.to_python(value)
        except (FieldDoesNotExist, ValidationError, OverflowError):
            return False
        return True


class DeskFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    def add_fields(self, form: forms.ModelForm[Any], index: int | None) -> None:
        """Name each control: in a table stock Django leaves that to the heading of its column."""
        super().add_fields(form, index)
        for field in form.fields.values():
            if field.label and not isinstance(field.widget, forms.MultiWidget):
                field.widget.attrs.setdefault("aria-label", field.label)

    def clean(self) -> None:
        """Hold each row against every constraint of its table.

        A single form leaves out those that name the row whose page this is.
        """
        super().clean()
        for form in self.forms:
            if form.is_valid() and form.has_changed() and form not in self.deleted_forms:
                fields = {field.name for field in form.instance._meta.fields}
                try:
                    form.instance.validate_constraints(exclude=fields - set(form.cleaned_data))
                except ValidationError as error:
                    form.add_error(None, error)


class DeskInline(DeskOptions, InlineModelAdmin):  # type: ignore[type-arg]
    formset = DeskFormSet
    extra = 0
    # More than any page of the desk needs; each row that is sent costs questions to the database.
    max_num = 200

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        return super().get_formset(request, obj, absolute_max=self.max_num, **kwargs)


class DeskStackedInline(DeskInline, admin.StackedInline):  # type: ignore[type-arg]
    pass


class DeskTabularInline(DeskInline, admin.TabularInline):  # type: ignore[type-arg]
    pass


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
