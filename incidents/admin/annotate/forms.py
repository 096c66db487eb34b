"""The parts of a claim as an editor types them. Each is checked as its model checks it."""

from typing import Any

from django import forms
from django.contrib import admin

from incidents.admin.citations import CitationForm
from incidents.admin.claims import AsOfForm, ClaimOfIncidentField
from incidents.models import Actor, Claim, ClaimRelation, Incident, Statement
from sources.admin.desk import DeskAutocomplete
from sources.models import Snapshot
from sources.wall_clock import WallClockForm

NEW = "new"
OTHER = "other"


def _autocomplete(model: type[Any], name: str) -> DeskAutocomplete:
    return DeskAutocomplete(model._meta.get_field(name), admin.site)


MEDIA = _autocomplete(Claim, "incident").media


class WordsForm(CitationForm):
    """The words in the snapshot that is on the screen."""

    class Meta(CitationForm.Meta):
        fields = [name for name in CitationForm.Meta.fields if name != "snapshot"]
        widgets = {"quote": forms.Textarea(attrs={"rows": 2})}

    def clean(self) -> dict[str, Any]:
        self.cleaned_data["snapshot"] = self.instance.snapshot
        return super().clean()


class OfReportField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Statement) -> str:
        return ", ".join(filter(None, [str(obj), obj.role, obj.channel]))


class WhereForm(forms.Form):
    """Where the claim belongs: what is recorded already, and what is new."""

    recorded = forms.ModelChoiceField(
        Claim.objects.all(),
        required=False,
        label="Recorded already as",
        widget=_autocomplete(ClaimRelation, "target"),
        help_text="The same utterance, entered from another report: these words become one more "
        "citation of that claim, and the rest of this form is left aside.",
    )
    statement = OfReportField(
        Statement.objects.none(),
        required=False,
        empty_label="A new statement, as below",
        help_text="One act of speech: what somebody said in one go is one statement.",
    )
    likely = forms.CharField(
        label="Incident",
        required=False,
        widget=forms.RadioSelect,
    )
    incident = forms.ModelChoiceField(
        Incident.objects.exclude(state=Incident.State.MERGED),
        required=False,
        label="Another incident",
        widget=_autocomplete(Claim, "incident"),
    )

    def __init__(
        self,
        *args: Any,
        snapshot: Snapshot,
        likely: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        statement: Any = self.fields["statement"]
        statement.queryset = (
            Statement.objects.filter(claims__citations__snapshot__source=snapshot.source_id)
            .select_related("speaker")
            .distinct()
        )
        widget: Any = self.fields["likely"].widget
        widget.choices = [*likely, (OTHER, "another incident"), (NEW, "a new incident")]

    def clean_likely(self) -> str:
        chosen: str = self.cleaned_data["likely"]
        if chosen not in ("", NEW, OTHER) and not (chosen.isdecimal() and len(chosen) < 19):
            raise forms.ValidationError("Choose one of these.")
        return chosen

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        likely = cleaned.get("likely", "")
        if cleaned.get("recorded") or self.errors:
            return cleaned
        if likely.isdecimal():
            incidents = Incident.objects.exclude(state=Incident.State.MERGED)
            cleaned["incident"] = incidents.filter(pk=int(likely)).first()
            if cleaned["incident"] is None:
                self.add_error("likely", "That incident is gone, or merged into another.")
        elif likely != NEW and cleaned.get("incident") is None:
            field = "incident" if likely == OTHER else "likely"
            self.add_error(field, "Choose the incident that this claim is about.")
        elif likely == NEW:
            cleaned["incident"] = None
        return cleaned


class SpeakerForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Actor
        fields = ["name", "kind", "side", "organisation"]
        widgets = {"organisation": _autocomplete(Actor, "organisation")}


class StatementForm(WallClockForm):
    wall_clock = ["said_at"]

    class Meta:
        model = Statement
        fields = [
            "speaker",
            "role",
            "attribution",
            "channel",
            "relayed_by",
            "said_at",
            "said_precision",
            "zone",
            "said_inferred",
        ]
        field_classes = {"said_at": forms.SplitDateTimeField}
        widgets = {"speaker": _autocomplete(Statement, "speaker")}


class IncidentForm(WallClockForm):
    wall_clock = ["earliest", "latest"]

    class Meta:
        model = Incident
        fields = [
            "kind",
            "title",
            "place",
            "place_precision",
            "earliest",
            "latest",
            "precision",
            "zone",
            "time_inferred",
        ]
        field_classes = {"earliest": forms.SplitDateTimeField, "latest": forms.SplitDateTimeField}
        widgets = {"place": _autocomplete(Incident, "place")}


class AnswerForm(AsOfForm):
    """The claim itself. Its statement's zone is known only once that part is read."""

    zone_of_statement: str | None = None

    class Meta:
        model = Claim
        fields = [
            "question",
            "stance",
            "text",
            "hedges",
            "qualifier",
            "low",
            "high",
            "vague_word",
            "unit",
            "group",
            "basis",
            "subset_of",
            "control_status",
            "control_place",
            "control_side",
            "verification",
            "accused",
            "as_of",
            "as_of_precision",
            "left_out",
        ]
        field_classes = {"as_of": forms.SplitDateTimeField}
        widgets = {
            "control_place": _autocomplete(Claim, "control_place"),
            "accused": _autocomplete(Claim, "accused"),
        }

    def __init__(self, *args: Any, beside: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subset_of"] = ClaimOfIncidentField(
            beside,
            required=False,
            label="Subset of",
            help_text=Claim._meta.get_field("subset_of").help_text,
        )

    def typed_zone(self) -> str | None:
        return self.zone_of_statement
