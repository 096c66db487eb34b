"""The annotation page: which text it shows, what stands open on it, and all that it lists."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.functional import cached_property

from incidents.admin.annotate.annotation import Annotation, Choices, rows_of
from incidents.admin.annotate.belonging import incidents_of
from incidents.admin.annotate.cards import ClaimCard, DraftCard, Excerpt, SuggestionCard
from incidents.admin.annotate.forms import MEDIA, NEW
from incidents.admin.annotate.highlights import Highlight, pieces
from incidents.admin.annotate.offers import of_prefilled
from incidents.admin.annotate.prefilled import (
    Prefilled,
    from_suggestion,
    from_words,
    trimmed,
)
from incidents.admin.annotate.sections import sections
from incidents.admin.annotate.suggestions import Suggestion, suggestions
from incidents.admin.citations import positions
from incidents.linking.likely import likely_incidents
from incidents.models import Citation, ClaimDraft, Incident
from sources.admin.opened import mark_of
from sources.models import Snapshot, Source
from sources.suggestions.proposals import Span

LOOK = ("sources.view_source", "sources.view_snapshot", "incidents.view_claim")
CHANGE = (
    "incidents.add_statement",
    "incidents.add_claim",
    "incidents.change_claim",
    "incidents.add_citation",
    "incidents.change_citation",
)
REMOVE = ("incidents.delete_claim", "incidents.delete_citation", *CHANGE)
_MOST_SPANS = 20
_AROUND = 20  # code points shown on both sides of words to choose from
_MOST_INCIDENTS = 5


class OpenedForm(forms.Form):
    """The query string: what stands open. `first` and `last`: words that a claim runs between."""

    snapshot = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    suggestion = forms.CharField(required=False, max_length=60)
    citation = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    start = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1)
    end = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1)
    first = forms.CharField(required=False, max_length=2000)
    last = forms.CharField(required=False, max_length=2000)
    new = forms.BooleanField(required=False)
    draft = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    remove = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


class Screen:
    """Everything that the page shows, each asked once. `problem`: why nothing stands open."""

    def __init__(self, source: Source, user: User, query: QueryDict) -> None:
        self.source = source
        self.user = user
        self.problem = ""
        asked = OpenedForm(query)
        self.asked: dict[str, Any] = asked.cleaned_data if asked.is_valid() else {}
        if asked.errors:
            self.problem = "The address asked for something that is not there; it was dropped."
        self.query = query
        self.spans: list[tuple[int, int]] = []

    @cached_property
    def snapshots(self) -> list[Snapshot]:
        snapshots = list(self.source.snapshots.order_by("pk"))
        for snapshot in snapshots:
            snapshot.source = self.source
        return snapshots

    @cached_property
    def snapshot(self) -> Snapshot | None:
        """The one that is asked for, else the newest verbatim one, else the newest."""
        wanted = [one for one in self.snapshots if one.pk == self.asked.get("snapshot")]
        verbatim = [one for one in self.snapshots if one.kind == Snapshot.Kind.VERBATIM]
        return next(reversed(wanted or verbatim or self.snapshots), None)

    @cached_property
    def citations(self) -> list[Citation]:
        return list(
            Citation.objects.filter(snapshot=self.snapshot)
            .select_related("claim__statement__speaker", "claim__incident")
            .order_by("start", "end", "pk")
        )

    @cached_property
    def suggestions(self) -> list[Suggestion]:
        return suggestions(self.snapshot) if self.snapshot else []

    @property
    def waiting(self) -> list[Suggestion]:
        return [one for one in self.suggestions if not one.looked_at]

    @property
    def rejected(self) -> list[Suggestion]:
        return [one for one in self.suggestions if one.rejected]

    @property
    def looked_at(self) -> int:
        return len(self.suggestions) - len(self.waiting)

    @cached_property
    def drafts(self) -> list[ClaimDraft]:
        """What this editor has typed about this text and not saved."""
        return list(ClaimDraft.objects.filter(snapshot=self.snapshot, by=self.user.pk))

    @property
    def draft(self) -> ClaimDraft | None:
        return next((one for one in self.drafts if one.pk == self.asked.get("draft")), None)

    @property
    def draft_cards(self) -> list[DraftCard]:
        return [
            DraftCard(one, self.address(draft=one.pk), self.address("annotate-draft", draft=one.pk))
            for one in self.drafts
        ]

    @property
    def may_change(self) -> bool:
        return self.user.has_perms(CHANGE)

    @property
    def may_remove(self) -> bool:
        return self.user.has_perms(REMOVE)

    def suggestion(self, key: str) -> Suggestion | None:
        return next((one for one in self.suggestions if one.key == key), None)

    @cached_property
    def opened_suggestion(self) -> Suggestion | None:
        return self.suggestion(self.asked.get("suggestion", ""))

    @cached_property
    def opened_citation(self) -> Citation | None:
        return self._citation("citation")

    @cached_property
    def to_remove(self) -> Citation | None:
        return self._citation("remove")

    def _citation(self, name: str) -> Citation | None:
        wanted = self.asked.get(name)
        found = next((one for one in self.citations if one.pk == wanted), None)
        if wanted and found is None:
            self.problem = "That claim no longer rests on words of this text."
        return found

    def annotation(
        self, data: QueryDict | None = None, unchecked: bool = False
    ) -> Annotation | None:
        """The form that stands open, if any."""
        if self.snapshot is None or not self.may_change:
            return None
        mark, citation = self._to_change()
        filled = Prefilled({}) if citation else self._filled(self.snapshot)
        if filled is None:
            return None
        likely = self._likely(filled)
        annotation = Annotation(
            self.snapshot, self.user, filled, likely, data, citation, mark, unchecked
        )
        if data is None:
            annotation.offers = of_prefilled(filled, self.source)
        return annotation

    def _to_change(self) -> tuple[str, Citation | None]:
        """Read apart: a form writes what is typed into its row; the lists show what is saved."""
        if self.opened_citation is None:
            return "", None
        mark = mark_of(*rows_of(self.opened_citation))
        rows = Citation.objects.select_related("claim__statement", "snapshot__source")
        return mark, rows.filter(pk=self.opened_citation.pk).first()

    def _filled(self, snapshot: Snapshot) -> Prefilled | None:
        asked = self.asked
        if asked.get("suggestion"):
            if self.opened_suggestion:
                return from_suggestion(snapshot, self.opened_suggestion, self.suggestions)
            self.problem = "That suggestion is no longer made of this text."
            return None
        if asked.get("first"):
            return self._between(snapshot)
        if asked.get("start") is not None and asked.get("end") is not None:
            span = trimmed(snapshot.text, Span(asked["start"], asked["end"]))
            if span:
                return from_words(snapshot, span, self.suggestions)
            self.problem = "There are no words between these two places of the text."
            return None
        if asked.get("new"):
            return Prefilled({}, statement={"zone": snapshot.source.zone})
        return None

    def _between(self, snapshot: Snapshot) -> Prefilled | None:
        """From the words that a claim starts with to the nearest of those that it ends with."""
        starts = positions(snapshot.text, self.asked["first"])
        lasts = positions(snapshot.text, self.asked.get("last") or self.asked["first"])
        ends = [(start, end) for start, _ in starts for at, end in lasts if at >= start]
        nearest = {start: min(end for one, end in ends if one == start) for start, _ in ends}
        self.spans = list(nearest.items())[:_MOST_SPANS]
        if len(self.spans) == 1:
            start, end = self.spans[0]
            self.query = QueryDict(f"snapshot={snapshot.pk}&start={start}&end={end}")
            return from_words(snapshot, Span(*self.spans[0]), self.suggestions)
        if not self.spans:
            self.problem = "These words do not stand in the text, or not in this order."
        return None

    def _likely(self, filled: Prefilled) -> Choices:
        """Incidents to choose from: that of the claim or suggestion first, then the likeliest."""
        own = self.opened_citation and self.opened_citation.claim.incident
        if own is None and self.opened_suggestion:
            own = self.incident_for(self.opened_suggestion)
        found = likely_incidents(filled.reported, self.source)
        choices = {str(own.pk): str(own)} if own else {}
        for one in found:
            choices[str(one.incident.pk)] = f"{one.incident} ({', '.join(one.reasons)})"
        # One reason alone, such as the report's other claims, is not enough.
        sure = own is not None or (found and len(found[0].reasons) > 1)
        return Choices(
            list(choices.items())[:_MOST_INCIDENTS], next(iter(choices)) if sure else NEW
        )

    def incident_for(self, suggestion: Suggestion) -> Incident | None:
        return self._incidents.get(suggestion.key)

    @cached_property
    def _incidents(self) -> dict[str, Incident]:
        text = self.snapshot.text if self.snapshot else ""
        return incidents_of(text, self.suggestions, self.citations, self.source)

    @property
    def waiting_cards(self) -> list[SuggestionCard]:
        return self._cards(self.waiting)

    @property
    def rejected_cards(self) -> list[SuggestionCard]:
        return self._cards(self.rejected)

    def _cards(self, chosen: list[Suggestion]) -> list[SuggestionCard]:
        return [
            SuggestionCard(
                one,
                self.incident_for(one),
                edit=self.address(suggestion=one.key),
                judge=self.address("annotate-judge", suggestion=one.key),
            )
            for one in chosen
        ]

    @cached_property
    def claim_cards(self) -> list[ClaimCard]:
        return [
            ClaimCard(one, self.address(citation=one.pk), self.address(remove=one.pk))
            for one in self.citations
        ]

    @property
    def excerpts(self) -> list[Excerpt]:
        """The spans to choose from, where the words stand in several places."""
        text = self.snapshot.text if self.snapshot else ""
        return [
            Excerpt(
                text[max(start - _AROUND, 0) : end + _AROUND], self.address(start=start, end=end)
            )
            for start, end in self.spans
        ]

    @property
    def remove_address(self) -> str:
        return self.address("annotate-remove", remove=self.asked["remove"])

    def highlights(self) -> list[Highlight]:
        """Claims, then suggestions that wait."""
        claims = [card.highlight for card in self.claim_cards]
        return claims + [card.highlight for card in self.waiting_cards]

    def address(self, name: str = "annotate", **query: object) -> str:
        """Of this page or a verb of it, with this text; nothing open unless `query` says so."""
        asked = QueryDict(mutable=True)
        if self.snapshot:
            asked["snapshot"] = str(self.snapshot.pk)
        for key, value in query.items():
            asked[key] = str(value)
        return f"{reverse(name, args=[self.source.pk])}?{asked.urlencode()}"

    def context(self, request: HttpRequest, annotation: Annotation | None) -> dict[str, Any]:
        return {
            **admin.site.each_context(request),
            "title": "Annotate",
            "subtitle": self.source.title,
            "opts": Source._meta,
            # The text needs the room.
            "is_nav_sidebar_enabled": False,
            "screen": self,
            "pieces": pieces(self.snapshot.text, self.highlights()) if self.snapshot else [],
            "annotation": annotation,
            "sections": list(sections(annotation)) if annotation else [],
            "bare": self.address(),
            "action": f"{reverse('annotate', args=[self.source.pk])}?{self.query.urlencode()}",
            # Also where nothing is open yet: script opens a form without loading the page.
            "media": MEDIA,
        }
