"""Publish: the page between the wish and the deed, for one incident or several.

It shows of each what readers would see anew, the checklist, and a field to answer each warning in.
"""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse

from incidents.admin.preview import Preview, preview
from incidents.admin.publishing import NoteForm, counted, next_url, page_url
from incidents.models import Incident, Version
from incidents.record.publish import NoteMissing, NothingToPublish, PublishingBlocked
from incidents.record.review import Overtaken, Refused, publish_as

REFUSALS = (Refused, PublishingBlocked, NothingToPublish, NoteMissing)


class PublishForm(NoteForm):
    KINDS = [
        (Version.Kind.UPDATED, "an update: there is more to tell"),
        (Version.Kind.CORRECTED, "a correction: what readers saw was wrong"),
    ]

    kind = forms.TypedChoiceField(
        label="This version is",
        choices=KINDS,
        coerce=Version.Kind,
        initial=Version.Kind.UPDATED,
        help_text="For incidents that readers have seen before.",
    )

    field_order = ["kind", "note"]

    def __init__(self, data: QueryDict | None, incidents: list[Incident]) -> None:
        super().__init__(data)
        ids = [incident.public_id for incident in incidents]
        if not Version.objects.filter(incident__in=ids).exists():
            del self.fields["kind"]
            self.fields["note"].required = False
            self.fields["note"].help_text = "You may tell readers something about it."


def publish_page(
    screen: "admin.ModelAdmin[Incident]", request: HttpRequest, pks: list[int]
) -> HttpResponse:
    """POST publishes one by one; what is refused is shown again, with what was typed."""
    if not may_publish(request):
        raise PermissionDenied
    incidents = list(Incident.objects.filter(pk__in=pks).select_related("merged_into"))
    if not incidents:
        screen.message_user(request, "There is no such incident.", messages.WARNING)
        return HttpResponseRedirect(reverse("admin:incidents_incident_changelist"))
    data = request.POST if request.method == "POST" else None
    editor = cast(User, request.user)
    previews = [preview(incident, editor, data) for incident in incidents]
    form = PublishForm(data, incidents)
    status = 200
    if data is not None and form.is_valid() and all(one.form.is_valid() for one in previews):
        failed = [(one, _do(screen, request, one, form.cleaned_data)) for one in previews]
        refused = [(one.incident, error) for one, error in failed if error]
        if not refused:
            return HttpResponseRedirect(next_url(incidents))
        previews = [_again(incident, editor, request.POST) for incident, _ in refused]
        status = 409 if any(isinstance(error, Overtaken) for _, error in refused) else 200
    return _page(screen, request, previews, form, status)


def may_publish(request: HttpRequest) -> bool:
    return request.user.has_perms(["incidents.publish_incident", "incidents.change_incident"])


def _do(
    screen: "admin.ModelAdmin[Incident]",
    request: HttpRequest,
    wanted: Preview,
    said: dict[str, Any],
) -> Exception | None:
    """What kept it from being published."""
    incident = wanted.incident
    try:
        version = publish_as(
            cast(User, request.user),
            incident,
            seen=wanted.form.cleaned_data["seen"],
            note=said["note"],
            kind=said.get("kind", Version.Kind.UPDATED),
            reasons=wanted.form.reasons,
        )
    except REFUSALS as error:
        screen.message_user(request, f"“{incident}” stays as it was: {error}", messages.ERROR)
        return error
    done = f"“{incident}” is published as version {version.number}."
    screen.log_change(request, incident, done)
    screen.message_user(request, done, messages.SUCCESS)
    return None


def _again(incident: Incident, editor: User, data: QueryDict) -> Preview:
    """As it stands now, with what was typed."""
    incident.refresh_from_db()
    return preview(incident, editor, data)


def _page(
    screen: "admin.ModelAdmin[Incident]",
    request: HttpRequest,
    previews: list[Preview],
    form: PublishForm,
    status: int,
) -> HttpResponse:
    incidents = [one.incident for one in previews]
    context = {
        **admin.site.each_context(request),
        "title": f"Publish {counted(incidents)}",
        "opts": Incident._meta,
        "previews": previews,
        "form": form,
        "media": screen.media + form.media,
        # Of those alone that are still to be published.
        "here": page_url("publish", [incident.pk for incident in incidents]),
        "back": next_url(incidents),
    }
    return TemplateResponse(
        request, "admin/incidents/incident/publish.html", context, status=status
    )
