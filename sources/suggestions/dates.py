"""Dates and times of a text, reckoned from the day on which it was published.

Of a day without a year, or a weekday, the newest that is not after the day of publication is meant:
reports tell of what was. A weekday named on that very day is that day.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sources.suggestions.marked import Marked
from sources.suggestions.numbers import number_at
from sources.suggestions.proposals import Moment

# A quarter of a day each, as the record reckons a part of a day.
_PARTS = {"night": 0, "morning": 6, "afternoon": 12, "evening": 18}
_FIRST, _LAST = 1900, 9998  # years of publication from which days can be reckoned
_NEAR = 3  # tokens between a day and its part, or the clock
_YEAR = re.compile(r"(?:19|20)\d\d$")
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th|-?го|-?е|-?й|-?є)?$")


@dataclass(frozen=True, slots=True)
class _Found:
    """Tokens [start, end)."""

    start: int
    end: int
    at: datetime
    precision: str
    inferred: bool


def moments(marked: Marked, published: datetime, zone: str) -> list[tuple[int, Moment]]:
    """With the token at which each begins. `published` is aware; days are those of `zone`."""
    if not _FIRST <= published.year <= _LAST:
        return []
    clock = ZoneInfo(zone)
    day = published.astimezone(clock).date()
    found: list[_Found] = []
    for one in [*_dated(marked, day), *_relative(marked, day)]:
        if not any(one.start < other.end and other.start < one.end for other in found):
            found.append(one)
    found = [_with_part(marked, one) for one in found]
    found += _clocks(marked, found, day)
    return [
        (
            one.start,
            Moment(
                marked.span(one.start, one.end),
                one.at.replace(tzinfo=clock),
                one.precision,
                zone,
                one.inferred,
            ),
        )
        for one in sorted(found, key=lambda one: one.start)
    ]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def _dated(marked: Marked, today: date) -> Iterator[_Found]:
    """30.12.2023, 27 June 2022, Dec. 30, «9 апреля», September 2022, since 2014."""
    years = set()
    for at, token in enumerate(marked.tokens):
        if token.kind == "date" and (written := _written(token.low)):
            yield _Found(at, at + 1, _midnight(written), "day", inferred=False)
    for hit in marked.hits("months"):
        month = int(hit.tag)
        start, end = hit.start, hit.end
        if marked.low(end) == "." and end + 1 < len(marked.tokens):
            end += 1
        before, after = _day(marked, start - 1), _day(marked, end)
        number = before or after
        if before:
            start -= 1
        elif after:
            end += 1
        year = _year(marked, end) or _year(marked, end + 1 if marked.low(end) == "," else end)
        if year:
            end = next(at for at in range(end, end + 2) if _year(marked, at)) + 1
            years.add(end - 1)
        if number:
            if chosen := _newest(today, year, month, number):
                yield _Found(start, end, _midnight(chosen), "day", inferred=not year)
        elif year:
            yield _Found(start, end, _midnight(date(year, month, 1)), "month", inferred=False)
    for at in range(len(marked.tokens)):
        lead = marked.low(at - 1) in ("in", "since", "в", "с", "з", "у", "від")
        year = _year(marked, at)
        if year and at not in years and lead:
            yield _Found(at, at + 1, _midnight(date(year, 1, 1)), "year", inferred=False)


def _written(low: str) -> date | None:
    parts = [int(part) for part in re.split(r"[.-]", low)]
    year, month, day = parts if "-" in low else parts[::-1]
    try:
        return date(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        return None


def _day(marked: Marked, at: int) -> int | None:
    match = _ORDINAL.match(marked.low(at)) if at >= 0 else None
    return int(match[1]) if match and 1 <= int(match[1]) <= 31 else None


def _year(marked: Marked, at: int) -> int | None:
    return int(marked.low(at)) if _YEAR.match(marked.low(at)) else None


def _newest(today: date, year: int | None, month: int, day: int) -> date | None:
    for candidate in [year] if year else [today.year, today.year - 1]:
        try:
            chosen = date(candidate, month, day)
        except ValueError:
            continue
        if year or chosen <= today + timedelta(days=1):
            return chosen
    return None


def _relative(marked: Marked, today: date) -> Iterator[_Found]:
    """“On Friday”, “yesterday”, “three days ago”, “overnight”."""
    for hit in marked.hits("weekdays"):
        back = (today.weekday() - int(hit.tag)) % 7
        if not back and marked.low(hit.start - 1) in ("last", "прошлый", "прошлую", "минулої"):
            back = 7
        yield _Found(
            hit.start, hit.end, _midnight(today - timedelta(days=back)), "day", inferred=True
        )
    for hit in marked.hits("days", "ago"):
        for unit in marked.hits("days", "day", "week", "month", "year"):
            if unit.end != hit.start:
                continue
            for at in range(max(0, unit.start - 3), unit.start):
                number = number_at(marked, at)
                if number and number[2] == unit.start:
                    if one := _before(today, unit.tag, number[0], at, hit.end):
                        yield one
                    break
    for tag, back in (("today", 0), ("yesterday", 1)):
        for hit in marked.hits("days", tag):
            yield _Found(
                hit.start, hit.end, _midnight(today - timedelta(days=back)), "day", inferred=True
            )
    for hit in marked.hits("days", "night"):
        if hit.end - hit.start == 1 and marked.low(hit.start) in (
            "overnight",
            "ночью",
            "вночі",
            "уночі",
        ):
            yield _Found(hit.start, hit.end, _midnight(today), "day", inferred=True)


def _before(today: date, unit: str, number: int, start: int, end: int) -> _Found | None:
    days = {"day": 1, "week": 7, "month": 30, "year": 365}[unit] * number
    if days > 36_500:
        return None
    return _Found(start, end, _midnight(today - timedelta(days=days)), unit, inferred=True)


def _with_part(marked: Marked, one: _Found) -> _Found:
    """“Sunday morning”, “the early hours of Friday”, «в ночь на 9 апреля»."""
    if one.precision != "day":
        return one
    for hit in marked.hits("days", *_PARTS):
        inside = one.start <= hit.start < one.end
        near = 0 <= one.start - hit.end < _NEAR or 0 <= hit.start - one.end < 1
        if inside or near:
            start, end = min(one.start, hit.start), max(one.end, hit.end)
            return _Found(
                start, end, one.at + timedelta(hours=_PARTS[hit.tag]), "part_of_day", one.inferred
            )
    return one


def _clocks(marked: Marked, days: list[_Found], today: date) -> Iterator[_Found]:
    """15:00, 3 p.m.: of the nearest day in the sentence, else of the day of publication."""
    afternoon = {hit.start for hit in marked.hits("days", "pm")}
    for at, token in enumerate(marked.tokens):
        read = None
        if token.kind == "clock":
            read = [int(part) for part in token.low.split(":")]
        elif token.kind == "number" and token.low.isdigit() and at + 1 in afternoon:
            read = [int(token.low) % 12 + 12, 0]
        if not read or read[0] > 23 or read[1] > 59:
            continue
        base = min(days, key=lambda one: abs(one.start - at), default=None)
        on = base.at.date() if base and base.precision in ("day", "part_of_day") else today
        exact = "minute" if token.kind == "clock" else "hour"
        yield _Found(at, at + 1, datetime.combine(on, time(read[0], read[1])), exact, inferred=True)
