"""Removing words from published versions: the page that finds them, shows where, and does it."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from incidents.models import Version
from incidents.record.erase import pattern_of
from incidents.record.redact import (
    FoundElsewhere,
    NotFound,
    Order,
    Place,
    find,
    mark_of_places,
    redact,
)
from incidents.vocabulary import RemovalReason

# More than anybody looks through; all are removed.
SHOWN = 200


class RedactionForm(forms.Form):
    words = forms.CharField(
        min_length=3,
        max_length=200,
        help_text="As they stand, in any case; a word that ends in * may go on: “Гладков*”. Other "
        "spellings and languages need a round of their own.",
        widget=forms.TextInput(attrs={"size": 60, "autocomplete": "off"}),
    )
    reason = forms.TypedChoiceField(
        choices=RemovalReason,
        coerce=RemovalReason,
        help_text="Readers see it where the words stood.",
    )
    incident = forms.CharField(
        label="Only in the incident",
        required=False,
        max_length=10,
        help_text="Its public id; empty for the whole record.",
    )
    note = forms.CharField(
        label="Public note",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}),
        help_text="Readers see it in the log of changes. Do not repeat the words.",
    )

    def clean_words(self) -> str:
        words: str = self.cleaned_data["words"]
        if not any(character.isalnum() for character in words):
            raise forms.ValidationError("Give at least one word.")
        return words

    def clean_incident(self) -> str:
        public_id: str = self.cleaned_data["incident"].upper()
        if public_id and not Version.objects.filter(incident=public_id).exists():
            raise forms.ValidationError("No version of an incident with this id is published.")
        return public_id

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "words" in cleaned and pattern_of(cleaned["words"]).search(cleaned.get("note", "")):
            self.add_error("note", "The note holds the very words that are to be removed.")
        return cleaned


def page(screen: "admin.ModelAdmin[Version]", request: HttpRequest) -> HttpResponse:
    """POST finds the words and shows where; POST again, with what was seen, removes them."""
    if not request.user.has_perm("incidents.redact_version"):
        raise PermissionDenied
    form = RedactionForm(request.POST if request.method == "POST" else None)
    places: list[Place] = []
    status = 200
    if request.method == "POST" and form.is_valid():
        order = Order(
            form.cleaned_data["words"], form.cleaned_data["reason"], form.cleaned_data["incident"]
        )
        if "remove" in request.POST:
            try:
                seen, note = request.POST.get("seen", ""), form.cleaned_data["note"]
                made = redact(order, cast(User, request.user), seen, note)
            except (NotFound, FoundElsewhere) as error:
                form.add_error(None, str(error))
                status = 409
            else:
                _tell(request, screen, made)
                return HttpResponseRedirect(reverse("admin:incidents_version_changelist"))
        places = find(order)
        if not places and not form.errors:
            form.add_error("words", "No published version holds these words.")
    context = {
        **admin.site.each_context(request),
        "title": "Remove words from published versions",
        "opts": Version._meta,
        "form": form,
        "media": screen.media + form.media,
        "places": places[:SHOWN],
        "more": len(places[SHOWN:]),
        "total": len(places),
        "seen": mark_of_places(places),
    }
    template = "admin/incidents/version/redaction.html"
    return TemplateResponse(request, template, context, status=status)


def _tell(request: HttpRequest, screen: "admin.ModelAdmin[Version]", made: list[Version]) -> None:
    told = ", ".join(f"{version.incident} version {version.number}" for version in made)
    screen.message_user(
        request,
        f"The words are removed. New versions say so: {told}. The desk still holds them: no "
        "incident is published with them again.",
        messages.SUCCESS,
    )
