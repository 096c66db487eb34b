"""Merging, splitting and moving: the pages before the deed, the list of deeds, and undoing them."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from incidents.admin.checklist import change_url
from incidents.models import Claim, Incident, Rearrangement
from incidents.record.merging import KINDS, CannotRearrange, Named, merge, preview
from incidents.record.moving import move_claims, split, undo, why_not
from incidents.record.publish import NoteMissing, NothingToPublish, PublishingBlocked
from sources.admin.desk import DeskAdmin, DeskAutocomplete

REFUSALS = (CannotRearrange, NothingToPublish, NoteMissing, PublishingBlocked)
# Two who change the same rows at the same time: PostgreSQL ends one of the two.
BUSY = "Somebody changed the same rows at the same time. Nothing is done yet: try again."

_PUBLIC_NOTE = "Readers see it with every incident that is published anew: what changed, and why."
_DESK_NOTE = "For the log of the desk: why."


class NotedForm(forms.Form):
    note = forms.CharField(
        label="Public note",
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}),
        help_text=_PUBLIC_NOTE,
        max_length=2000,
    )


class IntoForm(NotedForm):
    """Into which other row of the same kind."""

    field_order = ["into", "note"]

    def __init__(self, *args: Any, row: Named, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = type(row)._base_manager.filter(merged_into=None).exclude(pk=row.pk)
        self.fields["into"] = forms.ModelChoiceField(
            rows,
            label="Merge into",
            # The autocomplete view wants a foreign key to the same table.
            widget=DeskAutocomplete(type(row)._meta.get_field("merged_into"), admin.site),
            help_text=f"It receives everything that points at “{row}”.",
        )
        self.order_fields(self.field_order)


class ClaimsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Claim) -> str:
        return f"{obj} ({obj.statement})"


class MoveForm(forms.Form):
    """Which claims go, and where: to another incident, or to a new one with a title."""

    def __init__(self, *args: Any, incident: Incident, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.incident = incident
        self.fields["claims"] = ClaimsField(
            incident.claims.select_related("statement__speaker").order_by("question", "pk"),
            label="Claims that go",
        )
        self.fields["into"] = forms.ModelChoiceField(
            Incident.objects.not_merged().exclude(pk=incident.pk),
            label="To this incident",
            required=False,
            widget=DeskAutocomplete(Incident._meta.get_field("parent"), admin.site),
            help_text="Leave it empty to split the incident.",
        )
        self.fields["title"] = forms.CharField(
            label="Or to a new one, called",
            required=False,
            max_length=200,
            help_text="A neutral headline. It begins as a draft at the same place and time.",
            widget=forms.TextInput(attrs={"class": "vTextField"}),
        )
        self.fields["note"] = forms.CharField(
            label="Reason",
            widget=forms.Textarea(attrs={"rows": 2, "cols": 80}),
            help_text=_DESK_NOTE,
            max_length=2000,
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        into, title = cleaned.get("into"), cleaned.get("title")
        if bool(into) == bool(title) and not {"into", "title"} & set(self.errors):
            self.add_error("into", "Choose another incident, or name a new one: one of the two.")
        if "claims" in cleaned:
            for reason in why_not(cleaned["claims"], self.incident, into):
                self.add_error("claims", reason)
        return cleaned


@admin.register(Rearrangement)
class RearrangementAdmin(DeskAdmin):
    """What was done, newest first; each deed has a page on which it can be undone."""

    list_display = ["__str__", "at", "by", "reason", "undone_at"]
    list_filter = ["kind", ("undone_at", admin.EmptyFieldListFilter)]
    list_select_related = ["by"]
    search_fields = ["source_name", "target_name", "reason"]
    date_hierarchy = "at"
    fields = ["kind", "source_name", "target_name", "reason", "by", "at", "undone_by", "undone_at"]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path(
                "merge/<slug:kind>/<int:pk>/",
                view(self.merge_view),
                name="incidents_rearrangement_merge",
            ),
            path("move/<int:pk>/", view(self.move_view), name="incidents_rearrangement_move"),
            path("<int:pk>/undo/", view(self.undo_view), name="incidents_rearrangement_undo"),
            *super().get_urls(),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Rearrangement | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Rearrangement | None = None) -> bool:
        return False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        done = self.get_object(request, object_id)
        context = {"may_undo": done is not None and may_undo(request, done)}
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def merge_view(self, request: HttpRequest, kind: str, pk: int) -> HttpResponse:
        """GET asks into what; the first POST shows what would happen, the second does it."""
        model = KINDS.get(f"merge_{kind}")
        if model is None:
            raise Http404
        if not request.user.has_perm(f"{model._meta.app_label}.merge_{kind}"):
            raise PermissionDenied
        row: Named | None = model._base_manager.filter(pk=pk).first()
        if row is None:
            raise Http404
        form = IntoForm(request.POST or None, row=row)
        seen = None
        if form.is_valid():
            into, note = form.cleaned_data["into"], form.cleaned_data["note"]
            if "confirmed" in request.POST:
                said = f"“{row}” is merged into “{into}”."
                if _done(self, request, row, said, lambda by: merge(row, into, note, by)):
                    return HttpResponseRedirect(change_url(into))
            seen = preview(row, into)
        context = {"row": row, "form": form, "seen": seen, "back": change_url(row)}
        return self._page(request, "merge", f"Merge “{row}” into another", context)

    def move_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """GET lists the claims; POST moves the chosen ones."""
        if not request.user.has_perms(["incidents.change_incident", "incidents.change_claim"]):
            raise PermissionDenied
        incident = get_object_or_404(Incident, pk=pk)
        form = MoveForm(request.POST or None, incident=incident)
        if form.is_valid():
            claims, into = form.cleaned_data["claims"], form.cleaned_data["into"]
            title, note = form.cleaned_data["title"], form.cleaned_data["note"]

            def move(by: User) -> Rearrangement:
                if into:
                    return move_claims(claims, incident, into, note, by)
                return split(claims, incident, title, note, by)

            said = f"{len(claims)} claims went to “{into or title}”."
            if done := _done(self, request, incident, said, move):
                target = Incident.objects.get(pk=done.target)
                return HttpResponseRedirect(change_url(target))
        context = {"row": incident, "form": form, "back": change_url(incident)}
        return self._page(request, "move", f"Split “{incident}” or move claims", context)

    def undo_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """GET shows what would go back; POST undoes it."""
        done = get_object_or_404(Rearrangement, pk=pk)
        if not may_undo(request, done):
            raise PermissionDenied
        form = NotedForm(request.POST or None)
        is_merge = done.kind in KINDS or done.kind == done.Kind.MERGE_INCIDENT
        if not is_merge:
            form.fields["note"].help_text = _DESK_NOTE
            form.fields["note"].label = "Reason"
        if form.is_valid():
            note = form.cleaned_data["note"]
            if _done(self, request, done, "It is undone.", lambda by: undo(done, note, by)):
                return HttpResponseRedirect(change_url(done))
        context = {"row": done, "done": done, "form": form, "back": change_url(done)}
        return self._page(request, "undo", f"Undo: {done}", context)

    def _page(
        self, request: HttpRequest, name: str, title: str, context: dict[str, Any]
    ) -> HttpResponse:
        whole = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "media": self.media + context["form"].media,
            **context,
        }
        template = f"admin/incidents/rearrangement/{name}.html"
        return TemplateResponse(request, template, whole)


def may_undo(request: HttpRequest, done: Rearrangement) -> bool:
    """Who may do it may undo it."""
    if done.kind in KINDS:
        permission = f"{KINDS[done.kind]._meta.app_label}.{done.kind}"
        return request.user.has_perm(permission)
    if done.kind == Rearrangement.Kind.MERGE_INCIDENT:
        return request.user.has_perm("incidents.merge_incident")
    return request.user.has_perms(["incidents.change_incident", "incidents.change_claim"])


def _done(
    screen: RearrangementAdmin,
    request: HttpRequest,
    row: models.Model,
    said: str,
    deed: Callable[[User], Any],
) -> Any:
    """What the deed gives, or True; None where it was refused, and the editor has been told why."""
    assert isinstance(request.user, User)
    try:
        done = deed(request.user) or True
    except REFUSALS as error:
        screen.message_user(request, f"Nothing is changed: {error}", messages.ERROR)
        return None
    except OperationalError:
        screen.message_user(request, BUSY, messages.ERROR)
        return None
    screen.log_change(request, row, said)
    screen.message_user(request, said, messages.SUCCESS)
    return done
