"""As known at: the moments at which something new was claimed, as steps through an incident."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from incidents.public.filters import MomentField
from incidents.record.document import Document


class KnownForm(forms.Form):
    known = MomentField(required=False, max_length=40)

    def clean_known(self) -> datetime | None:
        """Other keys are let pass: nothing that a client hangs onto it breaks a permalink."""
        if len(cast(QueryDict, self.data).getlist("known")) > 1:
            raise ValidationError(_("It stands in the address more than once."))
        moment: datetime | None = self.cleaned_data["known"]
        return moment


@dataclass(frozen=True)
class Step:
    """A moment, as documents write it, or "" for now; and how many claims were made by then."""

    known: str
    claims: int


@dataclass(frozen=True)
class Steps:
    """All moments in order, and now; `at` is the one that is shown, -1 before the first."""

    every: list[Step]
    at: int

    @property
    def total(self) -> int:
        return self.every[-1].claims

    @property
    def previous(self) -> Step | None:
        return self.every[self.at - 1] if self.at > 0 else None

    @property
    def next(self) -> Step | None:
        return self.every[self.at + 1] if self.at + 1 < len(self.every) else None


def iso(known: datetime) -> str:
    """As documents write moments. Not strftime, which writes the year 999 with three digits."""
    return known.isoformat(timespec="seconds").replace("+00:00", "Z")


def steps(document: Document, known: str | None) -> Steps:
    made = [claim["known_at"] for claim in document["claims"]]
    every = [Step(at, sum(one <= at for one in made)) for at in sorted(set(made))]
    passed = len(every) if known is None else sum(step.known <= known for step in every) - 1
    return Steps([*every, Step("", len(made))], passed)
