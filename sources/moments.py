"""A point in time with the precision at which somebody stated it."""

from calendar import monthrange
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import pgettext_lazy


class Precision(models.TextChoices):
    MINUTE = "minute", pgettext_lazy("precision of a time", "minute")
    HOUR = "hour", pgettext_lazy("precision of a time", "hour")
    PART_OF_DAY = "part_of_day", pgettext_lazy("precision of a time", "part of day")
    DAY = "day", pgettext_lazy("precision of a time", "day")
    DAY_RANGE = "day_range", pgettext_lazy("precision of a time", "range of days")
    WEEK = "week", pgettext_lazy("precision of a time", "week")
    MONTH = "month", pgettext_lazy("precision of a time", "month")
    YEAR = "year", pgettext_lazy("precision of a time", "year")


# A range of days has no length of its own; where only its start is kept, one day is what is sure.
_LENGTHS = {
    Precision.MINUTE: timedelta(minutes=1),
    Precision.HOUR: timedelta(hours=1),
    Precision.PART_OF_DAY: timedelta(hours=6),
    Precision.DAY: timedelta(days=1),
    Precision.DAY_RANGE: timedelta(days=1),
    Precision.WEEK: timedelta(days=7),
}


def end_of(at: datetime, precision: str, zone: str) -> datetime:
    """The first instant after the span that starts at `at`: exclusive, in UTC.

    Days, weeks, months and years are counted on the clock of `zone`, so a day with a change to
    summer time has 23 hours.
    """
    local = at.astimezone(ZoneInfo(zone))
    if precision == Precision.YEAR:
        end = _same_day(local, local.year + 1, local.month)
    elif precision == Precision.MONTH:
        end = _same_day(local, local.year + local.month // 12, local.month % 12 + 1)
    elif precision in (Precision.MINUTE, Precision.HOUR, Precision.PART_OF_DAY):
        return at.astimezone(UTC) + _LENGTHS[Precision(precision)]
    else:
        end = local + _LENGTHS[Precision(precision)]
    return end.astimezone(UTC)


def _same_day(local: datetime, year: int, month: int) -> datetime:
    """The same day and hour of another month, or its last day where it has fewer days."""
    return local.replace(year=year, month=month, day=min(local.day, monthrange(year, month)[1]))


def validate_year(moment: datetime) -> None:
    """Only years with which one can reckon: a mistyped 9999 has no end of its own."""
    if not 1900 <= moment.year <= 2200:
        raise ValidationError("The year must lie between 1900 and 2200.")


def validate_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValidationError(
            "“%(name)s” is no time zone of the IANA list, such as Europe/Kyiv.",
            params={"name": name},
        ) from None
