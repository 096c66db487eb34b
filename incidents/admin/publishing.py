"""Withdraw and merge: the page between the wish and the deed, for one incident or several."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse

from incidents.admin.checklist import Obstacle, change_url
from incidents.models import Incident
from incidents.record.moving import merge_incident
from incidents.record.publish import (
    NoteMissing,
    NothingToPublish,
    PublishingBlocked,
    withdraw,
)
from incidents.record.review import Refused, refuse_own_work
from sources.admin.desk import DeskAutocomplete
from sources.admin.opened import OPENED, Overtaken, lock_and_check, mark_of

# Each row of such a page costs many questions to the database.
MOST_AT_ONCE = 50

REFUSALS = (PublishingBlocked, NothingToPublish, NoteMissing, Refused)


class NoteForm(forms.Form):
    note = forms.CharField(
        label="Public note",
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}),
        help_text="Readers see it in the history and in the log of changes: what changed, and why.",
    )


class MergeForm(NoteForm):
    into = forms.ModelChoiceField(
        Incident.objects.exclude(state=Incident.State.MERGED),
        label="Merge into",
        # The autocomplete view wants a foreign key to incidents; this one serves as well as any.
        widget=DeskAutocomplete(Incident._meta.get_field("parent"), admin.site),
        help_text="It receives every claim; the address of a merged incident leads to it.",
    )

    field_order = ["into", "note"]


@dataclass(frozen=True)
class Verb:
    name: str
    # The permission that it takes, besides that to change incidents.
    permission: str
    title: str
    explanation: str
    form: Callable[[list[Incident], QueryDict | None], NoteForm]
    obstacles: Callable[[Incident], list[Obstacle]]
    # Does it, and says what happened to the incident; raises one of REFUSALS.
    do: Callable[[Incident, User, dict[str, Any]], str]


def _withdraw(incident: Incident, editor: User, wanted: dict[str, Any]) -> str:
    version = withdraw(incident, wanted["note"])
    return f"“{incident}” is withdrawn with version {version.number}."


def _merge(incident: Incident, editor: User, wanted: dict[str, Any]) -> str:
    # Where the other is public, readers see at once all that either holds.
    for one in (incident, wanted["into"]):
        refuse_own_work(one, editor)
    merge_incident(incident, wanted["into"], wanted["note"], editor)
    return f"“{incident}” is merged into “{wanted['into']}”."


def _unless_public(incident: Incident) -> list[Obstacle]:
    if incident.state == Incident.State.PUBLISHED:
        return []
    return [Obstacle("It is not public: there is nothing to withdraw.", change_url(incident))]


def _if_merged(incident: Incident) -> list[Obstacle]:
    if incident.merged_into is None:
        return []
    return [Obstacle("It is merged already.", change_url(incident.merged_into))]


VERBS = {
    verb.name: verb
    for verb in (
        Verb(
            "withdraw",
            "incidents.publish_incident",
            "Withdraw",
            "Readers will find the note where the incident was. Its versions stay readable.",
            lambda incidents, data: NoteForm(data),
            _unless_public,
            _withdraw,
        ),
        Verb(
            "merge",
            "incidents.merge_incident",
            "Merge",
            "All claims move to the other incident, which is published anew where it is public. It "
            "can be undone.",
            lambda incidents, data: MergeForm(data),
            _if_merged,
            _merge,
        ),
    )
}


def page_url(verb: str, pks: list[int]) -> str:
    """The address of the page; of one incident or, by query string, of several."""
    if len(pks) == 1:
        return reverse(f"admin:incidents_incident_{verb}_one", args=pks)
    query = QueryDict(mutable=True)
    query.setlist("pk", [str(pk) for pk in pks])
    return f"{reverse(f'admin:incidents_incident_{verb}')}?{query.urlencode()}"


def page(
    screen: "admin.ModelAdmin[Incident]", request: HttpRequest, verb: Verb, pks: list[int]
) -> HttpResponse:
    """GET shows the incidents, what blocks each, and the form; POST does it one by one.

    It is done to what was shown: where an incident has changed since, the page comes anew (409).
    """
    if not may(request, verb):
        raise PermissionDenied
    opened = mark_of(Incident.objects.filter(pk__in=pks))
    incidents = list(Incident.objects.filter(pk__in=pks).select_related("merged_into"))
    if not incidents:
        screen.message_user(request, "There is no such incident.", messages.WARNING)
        return HttpResponseRedirect(reverse("admin:incidents_incident_changelist"))
    form = verb.form(incidents, request.POST if request.method == "POST" else None)
    status = HTTPStatus.OK
    if form.is_valid():
        try:
            _do_all(screen, request, verb, incidents, form.cleaned_data)
        except Overtaken:
            status = HTTPStatus.CONFLICT
        else:
            return HttpResponseRedirect(next_url(incidents))
    elif form.is_bound:
        opened = request.POST.get(OPENED, "")
    context = {
        **admin.site.each_context(request),
        "title": f"{verb.title} {counted(incidents)}",
        "opts": Incident._meta,
        "verb": verb,
        "rows": [(incident, verb.obstacles(incident)) for incident in incidents],
        "form": form,
        "media": screen.media + form.media,
        "back": next_url(incidents),
        "opened": opened,
        "overtaken": status == HTTPStatus.CONFLICT,
    }
    return TemplateResponse(
        request, "admin/incidents/incident/publishing.html", context, status=status
    )


def may(request: HttpRequest, verb: Verb) -> bool:
    return request.user.has_perms([verb.permission, "incidents.change_incident"])


@transaction.atomic
def _do_all(
    screen: "admin.ModelAdmin[Incident]",
    request: HttpRequest,
    verb: Verb,
    incidents: list[Incident],
    wanted: dict[str, Any],
) -> None:
    """Raises Overtaken, with nothing done, where one of them is no longer what was shown."""
    shown = Incident.objects.filter(pk__in=[incident.pk for incident in incidents])
    if "into" in wanted:
        # All at once in the order of their keys: two merges must not wait for each other.
        both = shown | Incident.objects.filter(pk=wanted["into"].pk)
        list(both.order_by("pk").select_for_update())
    lock_and_check(request.POST.get(OPENED, ""), shown)
    for incident in incidents:
        _do(screen, request, verb, incident, wanted)


def _do(
    screen: "admin.ModelAdmin[Incident]",
    request: HttpRequest,
    verb: Verb,
    incident: Incident,
    wanted: dict[str, Any],
) -> None:
    try:
        done = verb.do(incident, cast(User, request.user), wanted)
    except REFUSALS as error:
        screen.message_user(request, f"“{incident}” stays as it was: {error}", messages.ERROR)
    else:
        screen.log_change(request, incident, done)
        screen.message_user(request, done, messages.SUCCESS)


def next_url(incidents: list[Incident]) -> str:
    if len(incidents) == 1:
        return change_url(incidents[0])
    return reverse("admin:incidents_incident_changelist")


def counted(incidents: list[Incident]) -> str:
    return "an incident" if len(incidents) == 1 else f"{len(incidents)} incidents"
