"""Dates as pages and mails print them, read strictly: what is no date is not guessed at."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from sources.intake.reading import FoundTime

_MONTHS = {
    stem: number
    for number, stems in enumerate(
        (
            "jan янв січ", "feb фев лют", "mar мар бер", "apr апр кві", "may мая май тра",
            "jun июн чер", "jul июл лип", "aug авг сер", "sep сен вер", "oct окт жов",
            "nov ноя лис", "dec дек гру",
        ),
        start=1,
    )
    for stem in stems.split()
}  # fmt: skip
_CLOCK = r"(?P<hour>[01]?\d|2[0-3])[:.](?P<minute>[0-5]\d)"
_ISO = re.compile(r"\d{4}-?\d\d-?\d\d(?P<time>[T ]+\d\d:?\d\d.*)?")
_ZONE_APART = re.compile(r" +(?=[+-]\d\d:?\d\d$|Z$)")
_DAY_FIRST = (
    r"(?P<day>\d{1,2})(?:st|nd|rd|th|-?го)? +(?P<month>[^\W\d_]{3,12})\.?,? +(?P<year>\d{4})"
)
_MONTH_FIRST = r"(?P<month>[^\W\d_]{3,12})\.? +(?P<day>\d{1,2})(?:st|nd|rd|th)?,? +(?P<year>\d{4})"
_DOTTED = r"(?P<day>\d{1,2})\.(?P<month>\d\d)\.(?P<year>\d{4})"
# Slashes are not read: for some 05/06 is in May, for others in June.
_PRINTED = [
    re.compile(rf"(?:{_CLOCK}\D{{1,12}})?\b{date}" if first else rf"{date}(?:\D{{1,12}}{_CLOCK})?")
    for date in (_DAY_FIRST, _MONTH_FIRST, _DOTTED)
    for first in (False, True)
]
_LONGEST = 100


def time_of(words: str, where: str) -> FoundTime | None:
    """The date that `words` hold: ISO 8601, as in mails, 03.07.2022, or with a month's name."""
    words = " ".join(words[:_LONGEST].split())
    found = _iso(words) or _epoch(words) or _mailed(words) or _printed(words)
    if found is None or not 1900 <= found[0].year <= 2200:
        return None
    return FoundTime(*found, where)


def _iso(words: str) -> tuple[datetime, bool] | None:
    match = _ISO.fullmatch(words)
    if not match:
        return None
    try:
        return datetime.fromisoformat(_ZONE_APART.sub("", words)), bool(match["time"])
    except ValueError:
        return None


def _epoch(words: str) -> tuple[datetime, bool] | None:
    """Seconds or milliseconds since 1970."""
    if not re.fullmatch(r"\d{10}|\d{13}", words, re.ASCII):
        return None
    return datetime.fromtimestamp(int(words[:10]), UTC), True


def _mailed(words: str) -> tuple[datetime, bool] | None:
    if not re.search(r"\d{1,2}:\d\d.*(?:[+-]\d{4}|GMT|UTC?)", words):
        return None
    try:
        return parsedate_to_datetime(words), True
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _printed(words: str) -> tuple[datetime, bool] | None:
    """The longest of what the forms find: one with a time, where there is one."""
    matches = [match for form in _PRINTED if (match := form.search(words.lower()))]
    for match in sorted(matches, key=lambda match: -len(match[0])):
        month = match["month"]
        number = int(month) if month.isdigit() else _MONTHS.get(month[:3])
        try:
            day = datetime(int(match["year"]), number or 0, int(match["day"]))  # noqa: DTZ001
        except ValueError:
            continue
        if match["hour"] is None:
            return day, False
        return day.replace(hour=int(match["hour"]), minute=int(match["minute"])), True
    return None
