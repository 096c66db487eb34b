"""A point in time with the precision at which somebody stated it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.db import models


class Precision(models.TextChoices):
    MINUTE = "minute", "minute"
    HOUR = "hour", "hour"
    PART_OF_DAY = "part_of_day", "part of day"
    DAY = "day", "day"
    DAY_RANGE = "day_range", "range of days"
    WEEK = "week", "week"
    MONTH = "month", "month"
    YEAR = "year", "year"


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
        end = local.replace(year=local.year + 1)
    elif precision == Precision.MONTH:
        end = local.replace(year=local.year + local.month // 12, month=local.month % 12 + 1)
    elif precision in (Precision.MINUTE, Precision.HOUR, Precision.PART_OF_DAY):
        return at.astimezone(UTC) + _LENGTHS[Precision(precision)]
    else:
        end = local + _LENGTHS[Precision(precision)]
    return end.astimezone(UTC)


def validate_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(
            "“%(name)s” is no time zone of the IANA list, such as Europe/Kyiv.",
            params={"name": name},
        )
