"""Four eyes at work: the queue of what waits for them, and the page on which they look."""

from collections.abc import Callable, Iterable
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    QueryDict,
)
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html

from incidents.admin.preview import AnswerForm, preview
from incidents.admin.publish import REFUSALS, PublishForm, may_publish
from incidents.models import Comment, Incident, Review
from incidents.models.reviews import ReviewQuerySet
from incidents.record import review
from incidents.record.evidence import evidence
from incidents.record.review import Overtaken
from sources.admin.desk import DeskAdmin

Page = tuple[forms.Form, AnswerForm]


class AskForm(forms.Form):
    said = forms.CharField(
        label="What to look at",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}),
        help_text="For the reviewer; readers never see it.",
    )


class DecideForm(PublishForm):
    said = forms.CharField(
        label="To whoever asked",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}),
        help_text="Needed to send it back; readers never see it.",
    )

    field_order = ["said", "kind", "note"]

    def __init__(self, data: QueryDict | None, incidents: list[Incident]) -> None:
        super().__init__(data, incidents)
        # Needed to publish alone: record/publish.py refuses without.
        self.fields["note"].required = False


class CommentForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Comment
        fields = ["text"]
        labels = {"text": "Comment"}
        widgets = {"text": forms.Textarea(attrs={"rows": 3, "cols": 80, "id": "id_comment"})}


def _ask(incident: Incident, editor: User, form: forms.Form, answers: AnswerForm) -> str:
    review.ask(
        incident,
        editor,
        seen=answers.cleaned_data["seen"],
        request=form.cleaned_data["said"],
        reasons=answers.reasons,
    )
    return f"“{incident}” waits for somebody to review it."


def _take_back(incident: Incident, editor: User, form: forms.Form, answers: AnswerForm) -> str:
    review.take_back(incident, editor)
    return f"“{incident}” no longer waits for a review."


def _approve(incident: Incident, editor: User, form: forms.Form, answers: AnswerForm) -> str:
    seen, answer = answers.cleaned_data["seen"], form.cleaned_data["said"]
    review.approve(incident, editor, seen=seen, answer=answer)
    return f"“{incident}” is approved as it stands."


def _send_back(incident: Incident, editor: User, form: forms.Form, answers: AnswerForm) -> str:
    review.send_back(incident, editor, answer=form.cleaned_data["said"])
    return f"“{incident}” is sent back."


def _publish(incident: Incident, editor: User, form: forms.Form, answers: AnswerForm) -> str:
    said = form.cleaned_data
    version = review.publish_as(
        editor,
        incident,
        seen=answers.cleaned_data["seen"],
        note=said["note"],
        answer=said["said"],
        reasons=answers.reasons,
        **({"kind": said["kind"]} if "kind" in said else {}),
    )
    return f"“{incident}” is published as version {version.number}."


Do = Callable[[Incident, User, forms.Form, AnswerForm], str]
ASKING: dict[str, Do] = {"ask": _ask, "take_back": _take_back}
DECIDING: dict[str, Do] = {"approve": _approve, "send_back": _send_back, "publish": _publish}


def review_page(screen: DeskAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """What changed, what stands before it, and the words of whoever asks or decides."""
    if not request.user.has_perm("incidents.view_incident"):
        raise PermissionDenied
    incident = get_object_or_404(Incident, pk=pk)
    if request.method != "POST":
        return _page(screen, request, incident)
    return _post(screen, request, incident, _allowed(request, request.POST.get("do", "")))


def _allowed(request: HttpRequest, wanted: str) -> Do:
    if wanted in ASKING and request.user.has_perm("incidents.change_incident"):
        return ASKING[wanted]
    if wanted in DECIDING and may_publish(request):
        return DECIDING[wanted]
    raise PermissionDenied


def _post(screen: DeskAdmin, request: HttpRequest, incident: Incident, do: Do) -> HttpResponse:
    editor = cast(User, request.user)
    answers = preview(incident, editor, request.POST).form
    form = _form(request.POST, incident, do in DECIDING.values())
    if not (form.is_valid() and answers.is_valid()):
        return _page(screen, request, incident, form)
    try:
        done = do(incident, editor, form, answers)
    except REFUSALS as error:
        screen.message_user(request, f"“{incident}” stays as it was: {error}", messages.ERROR)
        incident.refresh_from_db()
        status = 409 if isinstance(error, Overtaken) else 200
        return _page(screen, request, incident, form, status=status)
    screen.log_change(request, incident, done)
    screen.message_user(request, done, messages.SUCCESS)
    return HttpResponseRedirect(reverse("admin:incidents_incident_change", args=[incident.pk]))


def _form(data: QueryDict | None, incident: Incident, deciding: bool) -> forms.Form:
    return DecideForm(data, [incident]) if deciding else AskForm(data)


def _page(
    screen: DeskAdmin,
    request: HttpRequest,
    incident: Incident,
    form: forms.Form | None = None,
    comment_form: CommentForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """`form` is what was typed, where it is shown again."""
    reviews = list(incident.reviews.with_people())
    waiting = next((one for one in reviews if one.is_waiting), None)
    may_decide = may_publish(request)
    typed = form.data if form else None
    context = {
        **admin.site.each_context(request),
        "title": f"Review “{incident}”",
        "opts": Incident._meta,
        "preview": preview(incident, cast(User, request.user), typed),
        "claims": sorted(evidence(incident), key=lambda claim: (claim.question, claim.pk)),
        "waiting": waiting,
        "reviews": [one for one in reviews if not one.is_waiting],
        "form": form or _form(None, incident, deciding=waiting is not None and may_decide),
        "may_decide": may_decide,
        "may_ask": request.user.has_perm("incidents.change_incident"),
        "comments": incident.comments.select_related("by"),
        "comment_form": comment_form or CommentForm(),
        "media": screen.media,
    }
    return TemplateResponse(request, "admin/incidents/incident/review.html", context, status=status)


def comment_page(screen: DeskAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if not request.user.has_perm("incidents.change_incident"):
        raise PermissionDenied
    incident = get_object_or_404(Incident, pk=pk)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return _page(screen, request, incident, comment_form=form)
    review.comment(incident, cast(User, request.user), form.cleaned_data["text"])
    screen.message_user(request, "The comment is added.", messages.SUCCESS)
    where = "review" if request.POST.get("from") == "review" else "change"
    back = reverse(f"admin:incidents_incident_{where}", args=[incident.pk])
    return HttpResponseRedirect(f"{back}#comments")


class OutcomeFilter(admin.SimpleListFilter):
    """What waits, unless something else is asked for."""

    title = "outcome"
    parameter_name = "outcome"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]
    ) -> Iterable[tuple[str, str]]:
        return [("all", "all"), *((one.value, one.label) for one in Review.Outcome if one.value)]

    def choices(self, changelist: Any) -> Any:
        waiting, *others = super().choices(changelist)
        yield {**waiting, "display": Review.Outcome.NONE.label}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        reviews = cast(ReviewQuerySet, queryset)
        if self.value() is None:
            return reviews.waiting()
        return reviews if self.value() == "all" else reviews.filter(outcome=self.value())


@admin.register(Review)
class ReviewAdmin(DeskAdmin):
    """The queue. Each row leads to the page of its incident; nothing is changed here."""

    list_display = ["about", "asked_by", "asked_at", "next_version", "stale", "outcome"]
    list_display_links = None
    list_filter = [OutcomeFilter, ("asked_by", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["incident", "asked_by"]
    search_fields = ["incident__title", "=incident__public_id", "asked_by__username"]
    ordering = ["asked_at", "pk"]
    actions = None

    @admin.display(description="incident", ordering="incident__title")
    def about(self, row: Review) -> str:
        url = reverse("admin:incidents_incident_review", args=[row.incident_id])
        return format_html('<a href="{}">{}</a>', url, row.incident)

    @admin.display(description="readers see")
    def next_version(self, row: Review) -> str:
        return row.incident.get_state_display()

    @admin.display(description="changed since", boolean=True)
    def stale(self, row: Review) -> bool:
        return row.is_waiting and row.is_stale

    def has_view_permission(self, request: HttpRequest, obj: Review | None = None) -> bool:
        return request.user.has_perm("incidents.view_incident")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Review | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Review | None = None) -> bool:
        return False
