"""One act of speech with the claims in it: where editors enter what a report says."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, Model, QuerySet
from django.http import HttpRequest

from incidents.admin.claims import (
    CONTROL,
    COVERS,
    FIGURE,
    OTHER_ANSWERS,
    WORDS_OF_CLAIM,
    AsOfForm,
    carried_by_a_version,
)
from incidents.models import Claim, Incident, Statement
from sources.admin.desk import DeskAdmin, DeskFormSet, DeskStackedInline, LackingFilter
from sources.wall_clock import WallClockForm, in_words


class ClaimFormSet(DeskFormSet):
    def clean(self) -> None:
        super().clean()
        leaving = Claim.objects.filter(pk__in=[form.instance.pk for form in self.deleted_forms])
        if carried := carried_by_a_version(leaving):
            raise ValidationError(
                [
                    f"“{claim}” stands in a published version and stays. “Left out” "
                    "keeps it out of the next one."
                    for claim in carried
                ]
            )


class ClaimInline(DeskStackedInline):
    model = Claim
    form = AsOfForm
    formset = ClaimFormSet
    max_num = 50
    show_change_link = True
    autocomplete_fields = ["incident", "control_place", "accused"]
    fieldsets = [
        (
            None,
            {
                "description": "One answer to one question. Its citations and relations are on its "
                "own page: save, then follow “Change” beside its name.",
                "fields": ["incident", *WORDS_OF_CLAIM],
            },
        ),
        ("Figure", {"fields": FIGURE}),
        ("Control of a place", {"classes": ["collapse"], "fields": CONTROL}),
        ("Responsibility and verification", {"classes": ["collapse"], "fields": OTHER_ANSWERS}),
        ("What it covers", {"classes": ["collapse"], "fields": COVERS}),
        ("Entered by mistake", {"classes": ["collapse"], "fields": ["left_out"]}),
    ]

    def get_extra(self, request: HttpRequest, obj: Statement | None = None, **kwargs: Any) -> int:
        return 1 if obj is None or "incident" in request.GET else 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Claim]:
        # With the zone on whose clock its times are shown.
        return super().get_queryset(request).select_related("statement")


class StatementForm(WallClockForm):
    wall_clock = ["said_at"]


def _without_speaker(statements: QuerySet[Statement]) -> QuerySet[Statement]:
    return statements.filter(speaker=None)


def _without_time(statements: QuerySet[Statement]) -> QuerySet[Statement]:
    return statements.filter(said_at=None)


def _without_claim(statements: QuerySet[Statement]) -> QuerySet[Statement]:
    return statements.filter(claims=None)


class StatementLacking(LackingFilter):
    kinds = {
        "speaker": ("no speaker", _without_speaker),
        "time": ("not known when it was said", _without_time),
        "claim": ("no claim", _without_claim),
    }


@admin.register(Statement)
class StatementAdmin(DeskAdmin):
    form = StatementForm
    list_display = ["__str__", "role", "channel", "attribution", "said", "claim_count"]
    list_filter = [StatementLacking, "attribution", "speaker__side"]
    search_fields = ["speaker__name", "role", "channel", "relayed_by", "claims__text"]
    date_hierarchy = "said_at"
    autocomplete_fields = ["speaker"]
    inlines = [ClaimInline]
    fieldsets = [
        (
            None,
            {
                "description": "One act of speech: however many outlets print it, it is entered "
                "once, with a citation for each.",
                "fields": ["speaker", "role", "attribution", "channel", "relayed_by"],
            },
        ),
        (
            "When it was said",
            {
                "description": "Enter the time as the clocks of the zone showed it.",
                "fields": ["said_at", ("said_precision", "zone"), "said_inferred"],
            },
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Statement]:
        return Statement.objects.select_related("speaker").annotate(
            claim_count=Count("claims", distinct=True)
        )

    @admin.display(description="said", ordering="said_at")
    def said(self, statement: Statement) -> str | None:
        return in_words(statement.said_at, statement.said_precision, statement.zone)

    @admin.display(description="claims", ordering="claim_count")
    def claim_count(self, statement: Statement) -> int:
        # Annotated above.
        count: int = vars(statement)["claim_count"]
        return count

    def get_formset_kwargs(
        self, request: HttpRequest, obj: Statement, inline: Any, prefix: str
    ) -> dict[str, Any]:
        """A new claim is about the incident from whose page the editor came."""
        options = super().get_formset_kwargs(request, obj, inline, prefix)
        if (incident := _incident_of(request)) and inline.model is Claim:
            options["initial"] = [{"incident": incident.pk}]
        return options


def _incident_of(request: HttpRequest) -> Model | None:
    wanted = request.GET.get("incident", "")
    if not (wanted.isdecimal() and len(wanted) < 19):
        return None
    return Incident.objects.filter(pk=int(wanted)).first()
