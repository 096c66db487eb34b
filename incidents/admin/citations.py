"""Citations under their claim: the editor pastes the words, the form finds where they stand."""

import re
from typing import Any

from django import forms

from incidents.models import Citation
from sources.admin.desk import DeskStackedInline

_SHOWN = 10


def positions(text: str, words: str) -> list[tuple[int, int]]:
    """Every span of `text`, in code points, that holds `words`; any white space equals any other.

    Spans may overlap: "ha ha" stands twice in "ha ha ha".
    """
    pattern = r"\s+".join(map(re.escape, words.split()))
    return [match.span(1) for match in re.finditer(f"(?=({pattern}))", text)]


class CitationForm(forms.ModelForm):  # type: ignore[type-arg]
    start = forms.IntegerField(
        required=False,
        min_value=0,
        help_text="Found for you when empty. Needed only where the words occur more than once.",
    )
    end = forms.IntegerField(
        required=False, min_value=1, help_text="Found for you when empty: just after the words."
    )

    class Meta:
        model = Citation
        fields = [
            "snapshot",
            "quote",
            "start",
            "end",
            "printed_role",
            "printed_figure",
            "printed_channel",
            "printed_scope",
            "lost_hedge",
        ]
        widgets = {"quote": forms.Textarea(attrs={"rows": 3, "cols": 80})}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        words = " ".join(cleaned.get("quote", "").split())
        if words and "snapshot" in cleaned and "start" in cleaned and "end" in cleaned:
            self._place(cleaned, words)
        return cleaned

    def _place(self, cleaned: dict[str, Any], words: str) -> None:
        """Set start and end, and the words exactly as they stand there; or say why not."""
        text: str = cleaned["snapshot"].text
        found = positions(text, words)
        start, end = self._wanted(cleaned)
        fitting = [span for span in found if start in (None, span[0]) and end in (None, span[1])]
        if len(fitting) == 1:
            cleaned["start"], cleaned["end"] = fitting[0]
            cleaned["quote"] = text[slice(*fitting[0])]
        else:
            self.add_error("quote", _advice(found, fitting))

    def _wanted(self, cleaned: dict[str, Any]) -> tuple[int | None, int | None]:
        """The span that the editor means; none while an old one belongs to other words."""
        changed = set(self.changed_data)
        if changed & {"quote", "snapshot"} and not changed & {"start", "end"}:
            return None, None
        return cleaned["start"], cleaned["end"]


def _advice(found: list[tuple[int, int]], fitting: list[tuple[int, int]]) -> str:
    if not found:
        return (
            "These words do not stand in this snapshot. Copy them from its text letter by letter, "
            "or choose another snapshot."
        )
    starts = ", ".join(str(start) for start, _ in found[:_SHOWN])
    if len(found) > _SHOWN:
        starts += " …"
    if not fitting:
        return (
            f"These words stand in the snapshot, but not there: they start at {starts}. "
            "Empty start and end, or enter the right ones."
        )
    return (
        f"These words stand in the snapshot {len(found)} times, starting at {starts}. "
        "Enter the start that you mean, or quote more words."
    )


class CitationInline(DeskStackedInline):
    model = Citation
    form = CitationForm
    autocomplete_fields = ["snapshot"]
    fieldsets = [
        (
            None,
            {
                "description": "Choose the snapshot and paste the words that carry the claim.",
                "fields": ["snapshot", "quote", ("start", "end")],
            },
        ),
        (
            "What this outlet changed",
            {
                "classes": ["collapse"],
                "fields": [
                    ("printed_role", "printed_figure"),
                    ("printed_channel", "printed_scope"),
                    "lost_hedge",
                ],
            },
        ),
    ]

    def get_extra(self, request: Any, obj: Any = None, **kwargs: Any) -> int:
        """An empty form where there is no citation yet: without one the claim is not published."""
        return 0 if obj and obj.citations.exists() else 1
