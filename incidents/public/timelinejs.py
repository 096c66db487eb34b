"""Slides for TimelineJS 3. Its format: https://timeline.knightlab.com/docs/json-format.html"""

from datetime import datetime, timedelta
from typing import NotRequired, TypedDict
from zoneinfo import ZoneInfo

from django.utils.html import escape, format_html, format_html_join

from incidents.public.exported import ExportedIncident, Happened
from incidents.public.markup import shown
from incidents.public.wording import happened, word
from sources.moments import Precision

# The parts of a date that are known; TimelineJS has no weeks and no parts of a day.
_PARTS = ("year", "month", "day", "hour", "minute")
_KNOWN_PARTS = {
    Precision.YEAR: 1,
    Precision.MONTH: 2,
    Precision.HOUR: 4,
    Precision.MINUTE: 5,
}
_DAY = 3


class Text(TypedDict):
    headline: str  # HTML, as is the text
    text: str


class Slide(TypedDict):
    unique_id: str
    start_date: dict[str, int]
    end_date: NotRequired[dict[str, int]]  # where it is another one than the start, as far as known
    display_date: str
    group: str
    text: Text


def slide(incident: ExportedIncident) -> Slide:
    when = incident["happened"]
    start, end = _dates(when)
    slide: Slide = {
        "unique_id": incident["id"],
        "start_date": start,
        "display_date": happened(when["earliest"], when["latest"], when["precision"], when["zone"]),
        "group": word(incident["kind"], "kind"),
        "text": {"headline": escape(shown(incident["title"])), "text": _text(incident)},
    }
    if end != start:
        slide["end_date"] = end
    return slide


def _dates(when: Happened) -> tuple[dict[str, int], dict[str, int]]:
    """Start and end, both included, on the clock of the place."""
    zone = ZoneInfo(when["zone"])
    first = datetime.fromisoformat(when["earliest"])
    after = datetime.fromisoformat(when["latest"])
    last = max(first, after - timedelta(microseconds=1))
    parts = _PARTS[: _KNOWN_PARTS.get(Precision(when["precision"]), _DAY)]
    start, end = (
        {part: getattr(moment.astimezone(zone), part) for part in parts} for moment in (first, last)
    )
    return start, end


def _text(incident: ExportedIncident) -> str:
    claims = format_html_join(
        "",
        "<li>{}: {} ({}, {})</li>",
        (
            (
                word(claim["question"], "question"),
                shown(claim["text"]),
                shown(claim["speaker"]["name"]),
                word(claim["speaker"]["side"], "side"),
            )
            for claim in incident["claims"]
        ),
    )
    return format_html(
        '<p>{}</p><ul>{}</ul><p>{} · <a href="{}">Who claims what</a></p>',
        shown(incident["summary"]),
        claims,
        word(incident["standing"], "standing"),
        incident["url"],
    )
