"""How times, figures and words of the vocabulary read in English."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from incidents import vocabulary
from incidents.record.document import NumberDocument
from incidents.record.strip import When
from sources.moments import Precision
from sources.vocabulary import SnapshotKind, SourceLinkKind

_PARTS_OF_DAY = ((6, "night"), (12, "morning"), (18, "afternoon"), (24, "evening"))
_VOCABULARIES = {
    "kind": vocabulary.IncidentKind,
    "actor_kind": vocabulary.ActorKind,
    "attribution": vocabulary.Attribution,
    "basis": vocabulary.Basis,
    "control": vocabulary.ControlStatus,
    "group": vocabulary.Group,
    "place_precision": vocabulary.PlacePrecision,
    "qualifier": vocabulary.Qualifier,
    "question": vocabulary.Question,
    "relation": vocabulary.RelationKind,
    "side": vocabulary.Side,
    "snapshot": SnapshotKind,
    "source_link": SourceLinkKind,
    "stance": vocabulary.Stance,
    "standing": vocabulary.Standing,
    "verification": vocabulary.Verification,
}


def word(value: str, vocabulary_name: str) -> str:
    """The label of a value; a value of an older document that is no more stays as it is."""
    known = _VOCABULARIES[vocabulary_name]
    return str(known(value).label) if value in known.values else value


def day(when: date) -> str:
    return date_format(when, "l j F Y")


def span_of(first: date, last: date) -> str:
    """A day, or a whole month or year, from its first and last day."""
    if first == last:
        return date_format(first, "j M Y")
    return date_format(first, "F Y" if first.month == last.month else "Y")


def _local(iso: str | datetime, zone: str) -> datetime:
    moment = datetime.fromisoformat(iso) if isinstance(iso, str) else iso
    return moment.astimezone(ZoneInfo(zone))


def moment(iso: str | datetime, precision: str, zone: str) -> str:
    """A moment on the clock of `zone`, no more precise than it is known."""
    local = _local(iso, zone)
    match precision:
        case Precision.YEAR:
            return date_format(local, "Y")
        case Precision.MONTH:
            return date_format(local, "F Y")
        case Precision.WEEK:
            return "week of " + date_format(local, "j M Y")
        case Precision.MINUTE:
            return date_format(local, "j M Y, H:i")
        case Precision.HOUR:
            return date_format(local, "j M Y, \\a\\b\\o\\u\\t H:i")
        case Precision.PART_OF_DAY:
            return f"{date_format(local, 'j M Y')}, {_part(local)}"
    return date_format(local, "j M Y")


def said(when: When, year: int | None = None) -> str:
    """Where there is little room: a day, month or year; without the year where it is `year`."""
    local = _local(when["at"], when["zone"])
    if when["precision"] in (Precision.YEAR, Precision.MONTH):
        words = moment(when["at"], when["precision"], when["zone"])
    else:
        words = date_format(local, "j M" if local.year == year else "j M Y")
    return f"printed {words}" if when["printed"] else words


def _part(local: datetime) -> str:
    return next(name for hour, name in _PARTS_OF_DAY if local.hour < hour)


def happened(earliest: str | datetime, latest: str | datetime, precision: str, zone: str) -> str:
    """When an incident happened, in words: a day, a part of it, or a span of days."""
    first = _local(earliest, zone)
    last = _last_instant(earliest, latest, zone)
    if first.date() == last.date() or precision in (Precision.MONTH, Precision.WEEK):
        return moment(earliest, precision, zone)
    if precision == Precision.YEAR:
        years = (first.year, last.year)
        return str(first.year) if len(set(years)) == 1 else f"{first.year}–{last.year}"
    return f"{date_format(first, 'j M Y')} – {date_format(last, 'j M Y')}"


def hour(earliest: str | datetime, latest: str | datetime, precision: str, zone: str) -> str:
    """What stands beside an entry under the heading of its day."""
    first = _local(earliest, zone)
    last = _last_instant(earliest, latest, zone)
    match precision:
        case Precision.MINUTE:
            return date_format(first, "H:i")
        case Precision.HOUR:
            return "about " + date_format(first, "H:i")
        case Precision.PART_OF_DAY:
            return "at night" if _part(first) == "night" else f"in the {_part(first)}"
        case Precision.DAY if first.date() == last.date():
            return "time of day not known"
    return happened(earliest, latest, precision, zone)


def _last_instant(earliest: str | datetime, latest: str | datetime, zone: str) -> datetime:
    first, end = _local(earliest, zone), _local(latest, zone)
    return end - timedelta(microseconds=1) if end > first else end


def figure(number: NumberDocument) -> str:
    """A figure with its qualifier and unit; a vague one keeps its word and names no number."""
    low, high = number["low"], number["high"]
    qualifier = number["qualifier"]
    match qualifier:
        case "vague":
            amount = number["word"]
        case "exactly":
            amount = f"{low:,}"
        case "between":
            amount = f"{low:,}–{high:,}"
        case _:
            amount = f"{word(qualifier, 'qualifier')} {low if low is not None else high:,}"
    more = " more" if number["basis"] == "additional" else ""
    whom = "" if number["group"] == "all" else f" ({word(number['group'], 'group')})"
    return f"{amount}{more} {number['unit']}{whom}"


def utc(iso: str | datetime) -> str:
    return date_format(_local(iso, "UTC").astimezone(UTC), "j M Y, H:i") + " UTC"


def origins(count: int) -> str:
    """Beside a number of reports: of how many bodies they carry the words."""
    if not count:
        return gettext("no origin named")
    return ngettext("%(count)d origin", "%(count)d origins", count) % {"count": count}
