"""What readers would see of an incident that they do not see yet, and what stands before it."""

from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.contrib.auth.models import User

from incidents.admin.checklist import Item, State, checklist
from incidents.models import Incident, Version
from incidents.public.difference_line import Line
from incidents.public.differences import lines
from incidents.record.difference import difference
from incidents.record.document import Document
from incidents.record.freeze import freeze
from incidents.record.gates import gates


class SeenField(forms.IntegerField):
    """The revision that the page shows. Shown again, the page shows the newest."""

    widget = forms.HiddenInput

    def bound_data(self, data: Any, initial: Any) -> Any:
        return initial


class AnswerForm(forms.Form):
    """A reason beside each warning that nobody has answered for yet."""

    seen = SeenField(required=False)

    def __init__(self, data: Any, incident: Incident, items: list[Item]) -> None:
        super().__init__(data, prefix=str(incident.pk))
        self.fields["seen"].initial = incident.revision
        for item in items:
            if item.caution and item.state == State.WARNS:
                name = f"reason_{item.caution.warning}"
                self.fields[name] = forms.CharField(
                    label="Reason to publish all the same",
                    required=False,
                    max_length=500,
                    widget=forms.Textarea(attrs={"rows": 2, "cols": 60}),
                )
                item.reason = self[name]

    @property
    def reasons(self) -> dict[str, str]:
        return {
            name.removeprefix("reason_"): value
            for name, value in self.cleaned_data.items()
            if name.startswith("reason_")
        }


@dataclass
class Preview:
    """`lines` is None while what blocks publishing keeps the next version from being made.

    `error` is why the last try failed.
    """

    incident: Incident
    version: Version | None
    items: list[Item]
    lines: list[Line] | None
    form: AnswerForm
    error: str = ""

    @property
    def warns(self) -> bool:
        return any(item.state == State.WARNS for item in self.items)

    @property
    def blocked(self) -> bool:
        return any(item.state == State.BLOCKS for item in self.items)


def preview(incident: Incident, editor: User, data: Any = None) -> Preview:
    """`data` is what was sent with the form, if anything."""
    found = gates(incident)
    items = checklist(incident, found, editor)
    versions = Version.objects.filter(incident=incident.public_id).live()
    version = versions.order_by("-number").first()
    return Preview(
        incident,
        version,
        items,
        None if found.blockers else _changes(incident, version),
        AnswerForm(data, incident, items),
    )


def _changes(incident: Incident, version: Version | None) -> list[Line]:
    after = freeze(incident)
    before = cast(Document, version.document) if version else _without_evidence(after)
    parents = {document["incident"]["parent"] for document in (before, after)} - {None}
    return lines(difference(before, after), Version.objects.titles(cast(set[str], parents)))


def _without_evidence(document: Document) -> Document:
    """What a first version is set against: so all its claims are new."""
    return {
        **document,
        "places": {},
        "actors": {},
        "statements": [],
        "claims": [],
        "sources": {},
        "standing": "no_claims",
        "clashes": [],
    }
