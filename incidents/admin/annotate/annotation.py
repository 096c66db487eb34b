"""A claim with its words, its statement and its incident: typed in one form, saved together."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.db import transaction
from django.http import QueryDict

from incidents.admin.annotate.forms import (
    NEW,
    AnswerForm,
    IncidentForm,
    SpeakerForm,
    StatementForm,
    WhereForm,
    WordsForm,
)
from incidents.admin.annotate.offers import Offers, of_typed
from incidents.admin.annotate.prefilled import Prefilled
from incidents.linking.proposal import proposed_incident
from incidents.models import Citation, Claim, Statement
from sources.admin.opened import OPENED, lock_and_check
from sources.models import Snapshot


@dataclass(frozen=True)
class Part:
    """`wanted`: it was read and is to be saved, so that its errors count."""

    name: str
    form: forms.BaseForm
    wanted: bool


@dataclass(frozen=True)
class Choices:
    """Incidents to choose from, as values and labels, and the value that is proposed."""

    choices: list[tuple[str, str]]
    proposed: str


@dataclass(frozen=True)
class Difference:
    """A field that somebody else has saved otherwise than it is typed here."""

    label: str
    saved: str
    typed: str


class Annotation:
    """One claim of one snapshot as typed. Only what the choices in `where` ask for is read.

    `saved_mark`: of the claim and citation that are changed, as they were just before they were
    read. `unchecked`: a draft given back, whose errors nobody has asked for yet.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        user: User,
        filled: Prefilled,
        likely: Choices,
        data: QueryDict | None = None,
        citation: Citation | None = None,
        saved_mark: str = "",
        unchecked: bool = False,
    ) -> None:
        self.user = user
        self.unchecked = unchecked
        self.offers = Offers()
        self.overtaken: list[Difference] = []
        self.saved_mark = saved_mark
        # Of the rows that the editor has seen: a form shown again goes on from those.
        self.mark = data.get(OPENED, "") if data else saved_mark
        self.citation = citation or Citation(snapshot=snapshot)
        claim = citation.claim if citation else None
        self.claim = claim or Claim()
        self.words = WordsForm(data, prefix="words", instance=self.citation, initial=filled.words)
        same = claim.statement if claim else filled.same_statement
        chosen = {
            "statement": same and same.pk,
            "likely": likely.proposed,
            "incident": claim and claim.incident_id,
        }
        self.where = WhereForm(
            data, prefix="where", initial=chosen, snapshot=snapshot, likely=likely.choices
        )
        self.speaker = SpeakerForm(data, prefix="speaker")
        self.statement = StatementForm(
            data,
            prefix="statement",
            instance=Statement(zone=filled.statement.get("zone", snapshot.source.zone)),
            initial=filled.statement,
        )
        self.incident = IncidentForm(
            data, prefix="incident", instance=proposed_incident(filled.reported)
        )
        if claim:
            del self.where.fields["recorded"]
        beside = Claim.objects.filter(citations__snapshot__source=snapshot.source_id)
        if claim:
            beside = Claim.objects.filter(incident=claim.incident_id).exclude(pk=claim.pk)
        self.answer = AnswerForm(
            data,
            prefix="answer",
            instance=self.claim,
            initial=filled.claim,
            beside=beside.select_related("statement__speaker").distinct(),
        )

    @property
    def parts(self) -> dict[str, Part]:
        return {part.name: part for part in self._parts()}

    def _parts(self) -> Iterator[Part]:
        typed = self.words.is_bound and not self.unchecked
        apart = typed and self.recorded is None
        own = apart and self.chosen_statement is None
        yield Part("words", self.words, typed)
        yield Part("where", self.where, typed)
        yield Part("answer", self.answer, apart)
        yield Part("statement", self.statement, own)
        yield Part("speaker", self.speaker, own and self.new_speaker)
        yield Part("incident", self.incident, apart and self.new_incident)

    @property
    def recorded(self) -> Claim | None:
        claim: Claim | None = self._chosen("recorded")
        return claim

    @property
    def chosen_statement(self) -> Statement | None:
        statement: Statement | None = self._chosen("statement")
        return statement

    @property
    def new_incident(self) -> bool:
        return bool(self._chosen("likely") == NEW)

    @property
    def new_speaker(self) -> bool:
        return bool(self.speaker["name"].value())

    def _chosen(self, name: str) -> Any:
        return self.where.cleaned_data.get(name) if self.where.is_valid() else None

    def is_valid(self) -> bool:
        if self.where.is_valid():
            self.claim.incident = self._chosen("incident") or self.incident.instance
        statement = self.chosen_statement
        if statement is None and self.statement.is_valid():
            statement = self.statement.instance
        self.answer.zone_of_statement = statement.zone if statement else None
        # Each is asked, whatever the others say: an editor mends all errors in one go.
        invalid = [part for part in self._parts() if part.wanted and not part.form.is_valid()]
        return self._may_add() and not invalid

    def require_speaker(self) -> None:
        """A suggestion accepted as it stands needs one: nobody has looked at the form."""
        if self.chosen_statement or self.new_speaker or not self.statement.is_valid():
            return
        if self.statement.cleaned_data["speaker"] is None:
            self.statement.add_error("speaker", "Choose who says it, or add a new actor.")

    def refuse(self, reason: str) -> None:
        self.words.add_error(None, reason)

    def _may_add(self) -> bool:
        """Whether the editor may make the actor and the incident that they typed."""
        parts = self.parts
        for name, perm in (("speaker", "add_actor"), ("incident", "add_incident")):
            if parts[name].wanted and not self.user.has_perm(f"incidents.{perm}"):
                parts[name].form.add_error(None, "You may not add one: choose one that is there.")
        return not any(part.form.errors for part in parts.values() if part.wanted)

    @property
    def has_errors(self) -> bool:
        return any(part.wanted and part.form.errors for part in self._parts())

    @property
    def differs(self) -> bool:
        """Whether the editor saves something other than what was filled in for them."""
        changed = set(self.words.changed_data) & {"quote", "start", "end"}
        return bool(changed or self.answer.changed_data or self._statement_differs())

    def _statement_differs(self) -> bool:
        own = self.recorded is None and self.chosen_statement is None
        return own and bool(self.statement.changed_data or self.new_speaker)

    def as_sent(self) -> QueryDict:
        """What a browser would send if nothing was typed."""
        sent = QueryDict(mutable=True)
        for part in self._parts():
            for field in part.form:
                sent.update(_values(field))
        return sent

    def offer(self, seen: str) -> bool:
        """Look for what is on record already; true if some of it was not shown before.

        Only for a valid new claim; `seen` is what the form was shown with.
        """
        if self.recorded is not None or self.claim.pk:
            return False
        self.claim.statement = self.chosen_statement or self.statement.instance
        new = self.incident.instance if self.new_incident else None
        self.offers = of_typed(self.claim, new, self.citation.snapshot.source)
        return self.offers.unseen(seen)

    def overtake(self) -> None:
        """Set what is saved now beside what is typed; saving again replaces it."""
        self.mark = self.saved_mark
        for form in (self.words, self.answer, self.where):
            for name in form.changed_data:
                field = form[name]
                saved = _shown(field, form.get_initial_for_field(field.field, name))
                self.overtaken.append(
                    Difference(str(field.label), saved, _shown(field, field.value()))
                )

    @transaction.atomic
    def save(self) -> Claim:
        """Raises Overtaken where the claim is no longer what its form was opened with.

        IntegrityError or DataError, where the database refuses what no form saw.
        """
        if self.claim.pk:
            lock_and_check(self.mark, *rows_of(self.citation))
        if self.recorded is not None:
            return self._cite(self.recorded)
        if self.new_incident:
            self.incident.save()
        self.claim.incident = self._chosen("incident") or self.incident.instance
        self.claim.statement = self._saved_statement()
        self.answer.save()
        return self._cite(self.claim)

    def _cite(self, claim: Claim) -> Claim:
        self.citation.claim = claim
        self.words.save()
        return claim

    def _saved_statement(self) -> Statement:
        if chosen := self.chosen_statement:
            return chosen
        if self.new_speaker:
            actor = self.speaker.save()
            # An actor is found by its names only.
            actor.names.get_or_create(name=actor.name, defaults={"language": "en"})
            self.statement.instance.speaker = actor
        saved: Statement = self.statement.save()
        return saved


def rows_of(citation: Citation) -> tuple[Claim, Citation]:
    """What the form of a recorded claim changes, by key alone."""
    return Claim(pk=citation.claim_id), Citation(pk=citation.pk)


def _shown(field: forms.BoundField, value: Any) -> str:
    """In the words that the field has for it."""
    if isinstance(field.field, forms.ModelChoiceField):
        rows = field.field.queryset
        return str((rows is not None and rows.filter(pk=value or None).first()) or "nothing")
    if isinstance(value, list):
        value = " ".join(str(one) for one in value if one)
    choices = {str(key): label for key, label in getattr(field.field, "choices", None) or []}
    return str(choices.get(str(value), value) or "nothing")


def _values(field: forms.BoundField) -> dict[str, str]:
    value, widget = field.value(), field.field.widget
    if isinstance(widget, forms.MultiWidget):
        parts = zip(widget.widgets, widget.decompress(value) or (), strict=False)
        return {
            f"{field.html_name}_{number}": str(one.format_value(part) or "")
            for number, (one, part) in enumerate(parts)
        }
    if isinstance(widget, forms.CheckboxInput):
        return {field.html_name: "on"} if value else {}
    return {field.html_name: "" if value is None else str(value)}
