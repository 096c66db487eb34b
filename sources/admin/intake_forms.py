"""The forms of adding a source: what is pasted, what was read of it, what it is a copy of."""

import json
from difflib import get_close_matches
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from config.uploads import LARGEST
from sources.admin.duplicates import Duplicate
from sources.admin.proposals import Proposal
from sources.intake.languages import language_tag
from sources.intake.reading import MOST_TEXT
from sources.models import Publisher, Snapshot, Source, validate_address
from sources.vocabulary import SourceLinkKind
from sources.wall_clock import WallClockForm

WIDE = {"size": 80}
TOO_LARGE = f"The file is larger than {LARGEST // 1_000_000} MB."


class PasteForm(forms.Form):
    text = forms.CharField(
        label="Text or HTML",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 16, "cols": 90}),
        help_text="The report as you copied it, or the source code of its page: that names "
        "the title, the times and more.",
    )
    file = forms.FileField(
        label="or a file",
        required=False,
        help_text="HTML, MHTML, TXT, PDF or EML of at most 5 MB. It is read, not kept.",
    )
    url = forms.URLField(
        label="Address",
        required=False,
        max_length=2000,
        assume_scheme="https",
        widget=forms.URLInput(attrs=WIDE),
        help_text="Where it was printed. Nothing is fetched from there.",
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and file.size > LARGEST:
            raise ValidationError(TOO_LARGE)
        return file

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        pasted = cleaned["text"].strip()
        if pasted and cleaned["file"]:
            self.add_error("file", "Either paste or choose a file: both were sent.")
        elif not pasted and not cleaned["file"]:
            self.add_error("text", "Paste the report, or choose a file.")
        return cleaned

    def content(self) -> str | bytes:
        """What was pasted, or the bytes of the file."""
        file = self.cleaned_data["file"]
        content: str | bytes = file.read() if file else self.cleaned_data["text"]
        return content


class CarriedField(forms.CharField):
    """What was said of the reading, carried from page to page; what is no such thing is dropped."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> dict[str, Any]:
        try:
            carried = json.loads(value or "")
            hints = {
                str(name): [str(one) for one in said] for name, said in carried["hints"].items()
            }
            notes = [str(note) for note in carried["notes"]]
            return {"form": str(carried["form"]), "notes": notes, "hints": hints}
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return {"form": "", "notes": [], "hints": {}}


class CorrectionForm(WallClockForm):
    """A new source with its first text."""

    wall_clock = ["published_at", "modified_at"]

    publisher_name = forms.CharField(
        label="Publisher",
        max_length=200,
        widget=forms.TextInput(attrs={**WIDE, "list": "publishers", "autocomplete": "off"}),
        help_text="By its name; those on the desk are offered as you type.",
    )
    new_publisher = forms.BooleanField(
        label="This is a new publisher: add it",
        required=False,
    )
    homepage = forms.URLField(
        label="Its homepage",
        required=False,
        max_length=500,
        assume_scheme="https",
        widget=forms.URLInput(attrs=WIDE),
        help_text="Of a new publisher only. Its next reports are told by it.",
    )
    url = forms.URLField(
        label="Address",
        required=False,
        max_length=2000,
        assume_scheme="https",
        validators=[validate_address],
        widget=forms.URLInput(attrs=WIDE),
        help_text=Source._meta.get_field("url").help_text,
    )
    kind = forms.TypedChoiceField(
        label="This text is",
        choices=Snapshot.Kind.choices,
        coerce=Snapshot.Kind,
        initial=Snapshot.Kind.VERBATIM,
    )
    text_language = forms.CharField(
        label="Language of the text",
        required=False,
        max_length=35,
        help_text="Of a translation or a précis, where it is not that of the report.",
    )
    text = forms.CharField(
        label="Text",
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "cols": 90}),
        help_text="Exactly this is captured, with its SHA-256. Take out what is not of the "
        "report: menus, “read also”, appeals.",
    )
    carried = CarriedField(required=False)

    class Meta:
        model = Source
        fields = [
            "title",
            "language",
            "published_at",
            "modified_at",
            "published_precision",
            "zone",
        ]
        field_classes = {
            "published_at": forms.SplitDateTimeField,
            "modified_at": forms.SplitDateTimeField,
        }
        widgets = {"title": forms.TextInput(attrs=WIDE)}
        labels = {"published_precision": "Published: exact to"}

    GROUPS = {
        "Who published it": ["publisher_name", "new_publisher", "homepage"],
        "What it prints": ["title", "url", "language"],
        "When, by the clock of the zone": [
            "published_at",
            "modified_at",
            "published_precision",
            "zone",
        ],
        "The text that is captured": ["kind", "text_language", "text"],
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.wall_clock:
            clock: Any = self.fields[name].widget
            for control, of in zip(clock.widgets, ("date", "time of day"), strict=True):
                control.attrs["aria-label"] = f"{self.fields[name].label}: {of}"

    def groups(
        self, hints: dict[str, list[str]]
    ) -> list[tuple[str, list[tuple[forms.BoundField, list[str]]]]]:
        """The fields under their headings, each with what is said beside it."""
        return [
            (heading, [(self[name], hints.get(name, [])) for name in names])
            for heading, names in self.GROUPS.items()
        ]

    @classmethod
    def proposing(cls, proposal: Proposal, text: str, carried: dict[str, Any]) -> "CorrectionForm":
        """Filled in, for the first time."""
        initial = {
            "publisher_name": proposal.publisher,
            "homepage": proposal.homepage,
            "url": proposal.source.url,
            "text": text,
            "carried": json.dumps(carried),
        }
        return cls(instance=proposal.source, initial=initial)

    def clean_language(self) -> str:
        return _language(self.cleaned_data["language"])

    def clean_text_language(self) -> str:
        return _language(self.cleaned_data["text_language"])

    def clean_text(self) -> str:
        """The text with the line ends that it had before a browser sent it."""
        text: str = self.cleaned_data["text"].replace("\r\n", "\n").strip()
        if not text:
            raise ValidationError("A snapshot without text is no evidence.")
        if len(text) > MOST_TEXT:
            raise ValidationError(
                f"It has {len(text):,} characters; a snapshot holds {MOST_TEXT:,}."
            )
        return text

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        name: str = cleaned.get("publisher_name", "")
        if name:
            self._find_publisher(name)
        if cleaned.get("kind") == Snapshot.Kind.TRANSLATION and not cleaned.get("text_language"):
            self.add_error("text_language", "Which language is it translated into?")
        return cleaned

    def _find_publisher(self, name: str) -> None:
        publisher = Publisher.objects.filter(name__iexact=name).first()
        self.cleaned_data["publisher"] = publisher
        if publisher or self.cleaned_data["new_publisher"]:
            return
        names = {one.casefold(): one for one in Publisher.objects.values_list("name", flat=True)}
        near = [names[one] for one in get_close_matches(name.casefold(), names, n=3)]
        perhaps = f" Did you mean {' or '.join(near)}?" if near else ""
        self.add_error(
            "publisher_name",
            f"No publisher of this name is on the desk.{perhaps} If it is new, tick so below.",
        )


def _language(value: str) -> str:
    if value and not language_tag(value):
        raise ValidationError("That is no language tag, such as en, uk, ru or pt-BR.")
    return value


SAME = "same"
REPUBLISHED = "republished"
NONE = "none"


class DuplicatesForm(forms.Form):
    """How the new report stands to each that is on the desk already: one choice for each."""

    def __init__(self, *args: Any, found: list[Duplicate], may_link: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = found
        for duplicate in found:
            self.fields[_name(duplicate)] = forms.ChoiceField(
                label=str(duplicate.source),
                choices=_choices(duplicate, may_link),
                widget=forms.RadioSelect,
                error_messages={"required": "Choose how the two stand to each other."},
            )

    def rows(self) -> list[tuple[Duplicate, forms.BoundField]]:
        return [(duplicate, self[_name(duplicate)]) for duplicate in self.found]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if len([choice for choice in cleaned.values() if choice == SAME]) > 1:
            raise ValidationError("It can be the same report as one other only.")
        return cleaned

    def same(self) -> Source | None:
        """The source that the text is to be added to."""
        return next((one.source for one in self.found if self._chosen(one) == SAME), None)

    def links(self) -> list[tuple[str, Source, bool]]:
        """Kind, the other source, and whether the link leads from it rather than to it."""
        links = []
        for duplicate in self.found:
            chosen = self._chosen(duplicate)
            if chosen == REPUBLISHED:
                links.append((SourceLinkKind.REPUBLISHES.value, duplicate.source, True))
            elif chosen in SourceLinkKind.values:
                links.append((chosen, duplicate.source, False))
        return links

    def _chosen(self, duplicate: Duplicate) -> str:
        chosen: str = self.cleaned_data[_name(duplicate)]
        return chosen


def _name(duplicate: Duplicate) -> str:
    return f"copy_{duplicate.source.pk}"


def _choices(duplicate: Duplicate, may_link: bool) -> list[tuple[str, str]]:
    choices = []
    if not duplicate.has_this_text:
        choices.append((SAME, "The same report: add this text to it, as another snapshot"))
    if may_link:
        choices += [
            (SourceLinkKind.REPUBLISHES.value, "The new report republishes it"),
            (REPUBLISHED, "It republishes the new report"),
            (SourceLinkKind.CITES_SAME_ORIGIN.value, "Both cite the same origin"),
        ]
    return [*choices, (NONE, "None of these: they only look alike")]
