"""The incident: what happened, where its claims stand, and whether readers see it."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.html import format_html

from incidents.admin.checklist import checklist, field_obstacles
from incidents.admin.publish import may_publish, publish_page
from incidents.admin.publishing import MOST_AT_ONCE, VERBS, may, page, page_url
from incidents.admin.reviewing import CommentForm, comment_page, review_page
from incidents.admin.similar import similar_to, unseen
from incidents.linking.likely import Likely
from incidents.models import Claim, Incident, Version
from incidents.models.incidents import IncidentQuerySet
from incidents.models.outrun import outrun
from incidents.record.gates import Gates, gates
from sources.admin.bulk import BulkAdmin
from sources.admin.desk import LackingFilter
from sources.wall_clock import WallClockForm, in_words

RESEMBLES = (
    "Nothing is saved yet: the incidents listed below resemble this one. Where it is one of them, "
    "add the claims there; else save anyway."
)


class IncidentForm(WallClockForm):
    """Refuses once to add an incident beside others that resemble it."""

    wall_clock = ["earliest", "latest"]
    similar: list[Likely] = []

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.instance.pk:
            self.similar = similar_to(cleaned)
            if unseen(self.similar, self.data.get("similar_seen", "")):
                self.add_error(None, RESEMBLES)
        return cleaned


def _without_time(incidents: IncidentQuerySet) -> IncidentQuerySet:
    return incidents.filter(earliest=None)


class IncidentLacking(LackingFilter):
    kinds = {
        "publication": ("unpublished changes", IncidentQuerySet.with_unpublished_changes),
        "claim": ("no claim", IncidentQuerySet.without_claim),
        "citation": ("a claim without citation", IncidentQuerySet.without_citation),
        "report": ("a newer report than its claims", outrun),
        "place": ("no place", IncidentQuerySet.without_place),
        "time": ("no time", _without_time),
    }


class TouchedFilter(admin.SimpleListFilter):
    title = "who worked on it"
    parameter_name = "touched"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]
    ) -> list[tuple[str, str]]:
        return [("me", "I did")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() is None:
            return queryset
        return queryset.filter(touches__by=cast(User, request.user))


@admin.register(Incident)
class IncidentAdmin(BulkAdmin):
    form = IncidentForm
    change_form_template = "admin/incidents/incident/change_form.html"
    list_display = ["title", "kind", "when", "place", "readers_see", "claim_count"]
    list_filter = [IncidentLacking, TouchedFilter, "state", "kind"]
    list_select_related = ["place__parent__parent__parent__parent"]
    search_fields = ["title", "summary", "place__name", "=public_id"]
    date_hierarchy = "earliest"
    autocomplete_fields = ["place", "parent"]
    actions = ["bulk", "publish", "withdraw", "merge", "delete_selected"]
    bulk_fields = ["kind", "place", "place_precision", "parent", "zone", "language"]
    fieldsets = [
        (None, {"fields": ["kind", "title", "summary", "language"]}),
        (
            "When",
            {
                "description": "Enter times as the clocks of the place showed them.",
                "fields": ["earliest", "latest", ("precision", "zone"), "time_inferred"],
            },
        ),
        ("Where", {"fields": ["place", ("place_precision", "place_note")]}),
        ("Part of", {"fields": ["parent"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> IncidentQuerySet:
        return Incident.objects.annotate(claim_count=Count("claims", distinct=True))

    @admin.display(description="when", ordering="earliest")
    def when(self, incident: Incident) -> str | None:
        return in_words(incident.earliest, incident.precision, incident.zone)

    @admin.display(description="claims", ordering="claim_count")
    def claim_count(self, incident: Incident) -> int:
        # Annotated above.
        count: int = vars(incident)["claim_count"]
        return count

    @admin.display(description="state", ordering="state")
    def readers_see(self, incident: Incident) -> str:
        changed = " (unpublished changes)" if incident.has_unpublished_changes else ""
        return incident.get_state_display() + changed

    def save_model(self, request: HttpRequest, obj: Incident, form: Any, change: Any) -> None:
        """Write only what was changed: the state may be another since the row was read."""
        obj.save(update_fields=form.changed_data if change else None)

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Incident | None = None,
    ) -> HttpResponse:
        context["similar"] = context["adminform"].form.similar
        if obj is not None:
            found = gates(obj)
            editor = cast(User, request.user)
            _mark_obstacles(context["adminform"].form, obj, found)
            context |= {
                "items": checklist(obj, found, editor, on_its_own_page=True),
                "version": Version.objects.latest_of(obj.public_id),
                "claims": _claims(obj),
                "may_publish": self.has_publish_permission(request),
                "may_merge": self.has_merge_permission(request),
                "waiting": obj.reviews.waiting().select_related("asked_by").first(),
                "comments": obj.comments.select_related("by"),
                "comment_form": CommentForm(),
            }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def get_urls(self) -> list[URLPattern]:
        return (
            [
                path(
                    "publish/",
                    self.admin_site.admin_view(self.publish_several_view),
                    name="incidents_incident_publish",
                ),
                path(
                    "<int:pk>/publish/",
                    self.admin_site.admin_view(self.publish_view),
                    name="incidents_incident_publish_one",
                ),
                path(
                    "<int:pk>/review/",
                    self.admin_site.admin_view(self.review_view),
                    name="incidents_incident_review",
                ),
                path(
                    "<int:pk>/comment/",
                    self.admin_site.admin_view(self.comment_view),
                    name="incidents_incident_comment",
                ),
            ]
            + [
                route
                for verb in VERBS
                for route in (
                    path(
                        f"{verb}/",
                        self.admin_site.admin_view(self.several_view),
                        {"verb": verb},
                        name=f"incidents_incident_{verb}",
                    ),
                    path(
                        f"<int:pk>/{verb}/",
                        self.admin_site.admin_view(self.one_view),
                        {"verb": verb},
                        name=f"incidents_incident_{verb}_one",
                    ),
                )
            ]
            + super().get_urls()
        )

    def one_view(self, request: HttpRequest, verb: str, pk: int) -> HttpResponse:
        return page(self, request, VERBS[verb], [pk])

    def several_view(self, request: HttpRequest, verb: str) -> HttpResponse:
        return page(self, request, VERBS[verb], _wanted(request))

    def publish_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return publish_page(self, request, [pk])

    def publish_several_view(self, request: HttpRequest) -> HttpResponse:
        return publish_page(self, request, _wanted(request))

    def review_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return review_page(self, request, pk)

    def comment_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return comment_page(self, request, pk)

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return may_publish(request)

    def has_withdraw_permission(self, request: HttpRequest) -> bool:
        return may(request, VERBS["withdraw"])

    def has_merge_permission(self, request: HttpRequest) -> bool:
        return may(request, VERBS["merge"])

    @admin.action(permissions=["publish"], description="Publish selected incidents …")
    def publish(self, request: HttpRequest, chosen: QuerySet[Incident]) -> HttpResponse | None:
        return self._page_for("publish", request, chosen)

    @admin.action(permissions=["withdraw"], description="Withdraw selected incidents …")
    def withdraw(self, request: HttpRequest, chosen: QuerySet[Incident]) -> HttpResponse | None:
        return self._page_for("withdraw", request, chosen)

    @admin.action(permissions=["merge"], description="Merge selected incidents into another …")
    def merge(self, request: HttpRequest, chosen: QuerySet[Incident]) -> HttpResponse | None:
        return self._page_for("merge", request, chosen)

    def bulk_value(self, row: Incident, name: str, value: Any) -> Any:
        if row.state == Incident.State.MERGED:
            raise ValidationError("It is merged into another incident.")
        return value

    def _page_for(
        self, verb: str, request: HttpRequest, chosen: QuerySet[Incident]
    ) -> HttpResponse | None:
        pks = [incident.pk for incident in chosen[: MOST_AT_ONCE + 1]]
        if len(pks) > MOST_AT_ONCE:
            self.message_user(
                request, f"Choose at most {MOST_AT_ONCE} incidents at once.", messages.ERROR
            )
            return None
        return HttpResponseRedirect(page_url(verb, pks))

    def has_delete_permission(self, request: HttpRequest, obj: Incident | None = None) -> bool:
        if obj is not None and _ever_published(Incident.objects.filter(pk=obj.pk)):
            return False
        return super().has_delete_permission(request, obj)

    @admin.action(permissions=["delete"], description="Delete selected incidents")
    def delete_selected(
        self, request: HttpRequest, chosen: QuerySet[Incident]
    ) -> HttpResponse | None:
        kept = _ever_published(chosen)
        for incident in kept:
            self.message_user(
                request,
                f"“{incident}” was published, so it cannot be deleted: withdraw it.",
                messages.ERROR,
            )
        return None if kept else super().delete_selected(request, chosen)


def _wanted(request: HttpRequest) -> list[int]:
    """Keys in the address, as many as one page takes."""
    wanted = [pk for pk in request.GET.getlist("pk") if pk.isdecimal() and len(pk) < 19]
    return [int(pk) for pk in wanted[:MOST_AT_ONCE]]


def _ever_published(incidents: QuerySet[Incident]) -> list[Incident]:
    versions = Version.objects.filter(incident__in=incidents.values("public_id"))
    known = set(versions.values_list("incident", flat=True))
    return [one for one in incidents if one.public_id in known or one.state != one.State.DRAFT]


def _claims(incident: Incident) -> QuerySet[Claim]:
    return (
        Claim.objects.filter(incident=incident)
        .select_related("statement__speaker")
        .annotate(citation_count=Count("citations"))
        .order_by("question", "statement__said_at", "pk")
    )


def _mark_obstacles(form: forms.BaseForm, incident: Incident, found: Gates) -> None:
    for name, message in field_obstacles(incident, found).items():
        if name in form.fields:
            form.fields[name].help_text = format_html(
                '<span class="blocks-publishing">Blocks publishing: {}</span> {}',
                message,
                form.fields[name].help_text,
            )
