"""The claim's own page: its figures, the words that carry it, and how it stands to other claims."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest

from incidents.admin.citations import CitationInline
from incidents.models import Claim, ClaimRelation, Statement, Version
from incidents.models.claims import ClaimQuerySet
from sources.admin.bulk import BulkAdmin
from sources.admin.desk import DeskAdmin, DeskFormSet, DeskTabularInline, LackingFilter
from sources.wall_clock import WallClockForm, in_words

WORDS_OF_CLAIM = ("question", "stance"), "text", "hedges"
FIGURE = ("qualifier", "low", "high"), ("vague_word", "unit"), ("group", "basis")
CONTROL = "control_status", "control_place", "control_side"
OTHER_ANSWERS = "accused", "verification"
COVERS = (("as_of", "as_of_precision"),)


def carried_by_a_version(claims: QuerySet[Claim]) -> list[Claim]:
    """Those of `claims` that readers can find in some published version, new or old."""
    versions = Version.objects.filter(
        claims__overlap=list(claims.values_list("public_id", flat=True))
    )
    carried = {claim for ids in versions.values_list("claims", flat=True) for claim in ids}
    return [claim for claim in claims if claim.public_id in carried]


class ClaimOfIncidentField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A claim of one incident, told from the others by who said it, when."""

    def label_from_instance(self, obj: Claim) -> str:
        return f"{obj} ({obj.statement})"


def _claims_beside(claim: Claim) -> QuerySet[Claim]:
    """The other claims of its incident, and those that it already stands in a relation to."""
    return (
        Claim.objects.filter(Q(incident=claim.incident_id) | Q(related_from__claim=claim.pk))
        .exclude(pk=claim.pk)
        .select_related("statement__speaker")
        .distinct()
    )


class AsOfForm(WallClockForm):
    """A claim, whose times are those of its statement: on the page of either."""

    wall_clock = ["as_of"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "as_of" in self.fields:
            self.fields["as_of"].help_text += " On the clock of its statement's time zone."

    def saved_zone(self) -> str:
        statement = self.instance.statement if self.instance.statement_id else Statement()
        return statement.zone

    def typed_zone(self) -> str | None:
        # Of a statement on whose page this is, the zone typed in the same go.
        statement: Statement | None = self.cleaned_data.get("statement")
        return statement.zone if statement else None


class ClaimForm(AsOfForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "subset_of" in self.fields:
            self.fields["subset_of"] = ClaimOfIncidentField(
                _claims_beside(self.instance).filter(incident=self.instance.incident_id),
                required=False,
                label="Subset of",
                help_text=Claim._meta.get_field("subset_of").help_text,
            )


class RelationFormSet(DeskFormSet):
    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if "target" in form.fields:
            form.fields["target"] = ClaimOfIncidentField(_claims_beside(self.instance))


class RelationInline(DeskTabularInline):
    model = ClaimRelation
    formset = RelationFormSet
    fk_name = "claim"
    verbose_name = "relation to another claim"
    verbose_name_plural = "relations to other claims of the incident"


def _without_speaker(claims: ClaimQuerySet) -> ClaimQuerySet:
    return claims.filter(statement__speaker=None)


def _without_time(claims: ClaimQuerySet) -> ClaimQuerySet:
    return claims.filter(statement__said_at=None)


class ClaimLacking(LackingFilter):
    kinds = {
        "citation": ("no citation", ClaimQuerySet.without_citation),
        "speaker": ("no speaker", _without_speaker),
        "time": ("not known when it was said", _without_time),
    }


@admin.register(Claim)
class ClaimAdmin(BulkAdmin):
    form = ClaimForm
    list_display = ["__str__", "stance", "speaker", "said_at", "incident", "citation_count"]
    list_filter = [ClaimLacking, "question", "stance", "incident__state"]
    search_fields = ["text", "statement__speaker__name", "incident__title", "=public_id"]
    bulk_fields = ["left_out"]
    date_hierarchy = "statement__said_at"
    autocomplete_fields = ["incident", "statement", "control_place", "accused"]
    fieldsets = [
        (None, {"fields": ["incident", "statement", *WORDS_OF_CLAIM]}),
        ("Figure", {"fields": [*FIGURE, "subset_of"]}),
        ("Control of a place", {"classes": ["collapse"], "fields": CONTROL}),
        ("Responsibility and verification", {"classes": ["collapse"], "fields": OTHER_ANSWERS}),
        ("What it covers", {"classes": ["collapse"], "fields": COVERS}),
        ("Entered by mistake", {"classes": ["collapse"], "fields": ["left_out"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Claim]:
        return Claim.objects.select_related("incident", "statement__speaker").annotate(
            citation_count=Count("citations", distinct=True)
        )

    def get_inlines(self, request: HttpRequest, obj: Claim | None) -> list[Any]:
        return [CitationInline, RelationInline] if obj else [CitationInline]

    @admin.display(description="speaker", ordering="statement__speaker__name")
    def speaker(self, claim: Claim) -> str:
        return claim.statement.speaker.name if claim.statement.speaker else ""

    @admin.display(description="said", ordering="statement__said_at")
    def said_at(self, claim: Claim) -> str | None:
        statement = claim.statement
        return in_words(statement.said_at, statement.said_precision, statement.zone)

    @admin.display(description="citations", ordering="citation_count")
    def citation_count(self, claim: Claim) -> int:
        # Annotated above.
        count: int = vars(claim)["citation_count"]
        return count

    def has_delete_permission(self, request: HttpRequest, obj: Claim | None = None) -> bool:
        if obj is not None and carried_by_a_version(Claim.objects.filter(pk=obj.pk)):
            return False
        return super().has_delete_permission(request, obj)

    @admin.action(permissions=["delete"], description="Delete selected claims")
    def delete_selected(self, request: HttpRequest, claims: QuerySet[Claim]) -> Any:
        carried = carried_by_a_version(claims)
        for claim in carried:
            self.message_user(
                request,
                f"“{claim}” stands in a published version and stays. “Left out” "
                "keeps it out of the next one.",
                messages.ERROR,
            )
        return None if carried else super().delete_selected(request, claims)


@admin.register(ClaimRelation)
class ClaimRelationAdmin(DeskAdmin):
    list_display = ["claim", "kind", "target", "incident"]
    list_filter = ["kind"]
    list_select_related = ["claim__incident", "target"]
    search_fields = ["claim__text", "target__text", "claim__incident__title"]
    autocomplete_fields = ["claim", "target"]

    @admin.display(description="incident")
    def incident(self, relation: ClaimRelation) -> str:
        return relation.claim.incident.title
