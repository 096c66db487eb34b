"""Times as the clocks of a place show them: what editors read and type on the desk."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.timezone import make_naive

from sources.moments import Precision, validate_year, validate_zone

ISO_DAY = "%Y-%m-%d"
ON_THIS_CLOCK = (
    "The zone on whose clock the times are typed and shown. Change it alone, and the times stay as "
    "typed: each means another instant then. An hour that the clocks struck twice counts as the "
    "first."
)

_WORDS = {
    Precision.MINUTE: "j M Y, H:i",
    Precision.HOUR: "j M Y, H:i",
    Precision.PART_OF_DAY: "j M Y, H:i",
    Precision.WEEK: r"\w\e\e\k \o\f j M Y",
    Precision.MONTH: "F Y",
    Precision.YEAR: "Y",
}


def on_the_clock(at: datetime, zone: str) -> datetime:
    """What the clocks of `zone` showed at that instant: a naive time."""
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def in_words(at: datetime | None, precision: str, zone: str) -> str | None:
    """The start of the span on the clock of `zone`, no more precise than it is known."""
    if at is None:
        return None
    return date_format(on_the_clock(at, zone), _WORDS.get(Precision(precision), "j M Y"))


def instant(shown: datetime, zone: str) -> datetime:
    """When the clocks of `zone` showed this naive time, the first time that they did; in UTC.

    Raises ValidationError where they never did, because they were put forward over it.
    """
    validate_year(shown)
    at = shown.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)
    if on_the_clock(at, zone) != shown:
        raise ValidationError(
            "There was no %(time)s on %(day)s in the zone %(zone)s: the clocks were put forward.",
            params={
                "time": date_format(shown, "H:i"),
                "day": date_format(shown, "j F Y"),
                "zone": zone,
            },
        )
    return at


class WallClockWidget(AdminSplitDateTime):
    """Plain inputs: the admin's “Now” and its notes know only the server's clock.

    The browser's own would write 12 May as 05/12 for some editors and as 12/05 for others.
    """

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        day = forms.DateInput({"placeholder": "YYYY-MM-DD", "size": 12}, format=ISO_DAY)
        time = forms.TimeInput({"placeholder": "HH:MM", "size": 12}, format="%H:%M:%S")
        forms.MultiWidget.__init__(self, [day, time], attrs)


class WallClockForm(forms.ModelForm):  # type: ignore[type-arg]
    """Shows and takes the times named in `wall_clock` on the clock of the form's own `zone`.

    A time stays the very instant that it was, whatever the form cannot show of it (microseconds,
    the second of two equal hours), unless the editor changes it or the zone.
    """

    wall_clock: Sequence[str] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shown_zone = self.saved_zone()
        for name in self._clock_fields():
            field: Any = self.fields[name]
            field.widget = WallClockWidget()
            # Django would take 05/06/2024 too, for the 6th of May.
            field.fields[0].input_formats = [ISO_DAY]
            if at := self.initial.get(name):
                self.initial[name] = on_the_clock(at, self.shown_zone)
        if "zone" in self.fields:
            self.fields["zone"].help_text = ON_THIS_CLOCK

    def saved_zone(self) -> str:
        """The zone on whose clock the form shows the row."""
        zone: str = self.instance.zone
        return zone

    def typed_zone(self) -> str | None:
        """The zone on whose clock times were typed; none where that itself is in error."""
        return self.cleaned_data.get("zone")

    def clean_zone(self) -> str:
        zone: str = self.cleaned_data["zone"]
        validate_zone(zone)
        return zone

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if zone := self.typed_zone():
            for name in self._clock_fields():
                if cleaned.get(name):
                    self._take(name, zone)
        return cleaned

    def _clock_fields(self) -> list[str]:
        # Who may only look gets a form without fields.
        return [name for name in self.wall_clock if name in self.fields]

    def _take(self, name: str, zone: str) -> None:
        """Turn a typed time into an instant, or say why there is none."""
        saved: datetime | None = getattr(self.instance, name)
        if saved and zone == self.shown_zone and name not in self.changed_data:
            self.cleaned_data[name] = saved
            return
        try:
            # Django took what was typed for the server's own time.
            self.cleaned_data[name] = instant(make_naive(self.cleaned_data[name]), zone)
        except ValidationError as error:
            self.add_error(name, error)
            return
        if self.cleaned_data[name] != saved and name not in self.changed_data:
            # Nobody typed it anew, but the zone moved it: it is to be saved.
            self.changed_data.append(name)
