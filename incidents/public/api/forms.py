"""What each list of the API may be asked. The same name means the same in all of them."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from incidents.public.filters import (
    CursorField,
    DaysForm,
    FilterForm,
    IdsField,
    MomentField,
    QueryForm,
    WordsField,
)
from incidents.public.sources import SourcesForm as SourcesPageForm
from incidents.vocabulary import PlaceKind, Question, Side, Stance
from sources.public_ids import read_id

USUAL, MOST = 50, 100
MOST_SERIAL = 2**63 - 1
MOST_NUMBER = 2**31 - 1

# What parameters mean, for the OpenAPI document and the docs page.
MEANINGS = {
    "q": "Words to search for; quoted phrases, `-` before what shall not occur, and `OR`.",
    "kind": "Kind of incident or place.",
    "place": "Incidents at this place or inside it, and claims on who controls such a place.",
    "standing": "Standing of the incident, computed from its claims.",
    "side": "Side of the speaker. For filters only: it says nothing of loyalty.",
    "question": "Question that a claim answers.",
    "stance": "Stance of a claim.",
    "actor": "Who claimed it: the speaker, or the body spoken for.",
    "publisher": "Publisher of a report.",
    "source": "Report that carries the claim.",
    "incident": "Incident that it belongs to.",
    "killed_min": "Somebody claims that at least so many were killed.",
    "known": "Only what had been claimed by this moment: ISO 8601, UTC without a zone; of a day, "
    "its end.",
    "sort": "Newest first by when it happened, unless told otherwise, or by the last change;"
    " or the best match of `q` first.",
    "from": "First day, on the clock of the place, on which it may have happened.",
    "to": "Last day, on the clock of the place, on which it may have happened.",
    "number": "Number of the version within its incident.",
    "since": "Serial of the last version that you have: those after it are listed. 0 for all.",
    "after": "Where the page starts: take it from `next`, do not make it.",
    "limit": "Items a page.",
}


class LimitField(forms.IntegerField):
    def __init__(self) -> None:
        super().__init__(required=False, min_value=1, max_value=MOST, initial=USUAL)

    def clean(self, value: Any) -> int:
        return super().clean(value) or USUAL


class IdField(forms.CharField):
    default_error_messages = {"invalid": "This is not an id of this record."}

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        try:
            return read_id(text) if text else ""
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None


class IncidentsForm(FilterForm):
    limit = LimitField()


class IncidentForm(QueryForm):
    known = MomentField(required=False, max_length=40)


class ClaimsForm(DaysForm):
    question = WordsField(required=False, choices=Question)
    stance = WordsField(required=False, choices=Stance)
    side = WordsField(required=False, choices=Side)
    actor = IdsField(required=False)
    place = IdsField(required=False)
    incident = IdsField(required=False)
    source = IdsField(required=False)
    killed_min = forms.IntegerField(required=False, min_value=0, max_value=10_000_000)
    known = MomentField(required=False, max_length=40)
    after = CursorField(required=False, max_length=40)
    limit = LimitField()


class SourcesForm(SourcesPageForm):
    limit = LimitField()


class PlacesForm(QueryForm):
    kind = WordsField(required=False, choices=PlaceKind)
    after = IdField(required=False)
    limit = LimitField()


class ActorsForm(QueryForm):
    side = WordsField(required=False, choices=Side)
    after = IdField(required=False)
    limit = LimitField()


class VersionsForm(QueryForm):
    incident = IdsField(required=False)
    number = forms.IntegerField(required=False, min_value=1, max_value=MOST_NUMBER)
    after = forms.IntegerField(required=False, min_value=1, max_value=MOST_SERIAL)
    limit = LimitField()


class ChangesForm(QueryForm):
    since = forms.IntegerField(required=False, min_value=0, max_value=MOST_SERIAL)
    limit = LimitField()
