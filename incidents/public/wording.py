"""How times, figures and words of the vocabulary read in the reader's language."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from incidents import vocabulary
from incidents.record.document import NumberDocument
from incidents.record.strip import When
from sources.moments import Precision
from sources.vocabulary import SnapshotKind, SourceLinkKind

# Up to which hour; how it stands after a date; how it stands alone.
_PARTS_OF_DAY = (
    (6, pgettext_lazy("after a date", "night"), gettext_lazy("at night")),
    (12, pgettext_lazy("after a date", "morning"), gettext_lazy("in the morning")),
    (18, pgettext_lazy("after a date", "afternoon"), gettext_lazy("in the afternoon")),
    (24, pgettext_lazy("after a date", "evening"), gettext_lazy("in the evening")),
)
_PEOPLE = "people"
_VOCABULARIES = {
    "kind": vocabulary.IncidentKind,
    "actor_kind": vocabulary.ActorKind,
    "attribution": vocabulary.Attribution,
    "basis": vocabulary.Basis,
    "control": vocabulary.ControlStatus,
    "group": vocabulary.Group,
    "place_kind": vocabulary.PlaceKind,
    "place_precision": vocabulary.PlacePrecision,
    "qualifier": vocabulary.Qualifier,
    "question": vocabulary.Question,
    "relation": vocabulary.RelationKind,
    "removal": vocabulary.RemovalReason,
    "side": vocabulary.Side,
    "snapshot": SnapshotKind,
    "source_link": SourceLinkKind,
    "stance": vocabulary.Stance,
    "standing": vocabulary.Standing,
    "verification": vocabulary.Verification,
}


# Open Graph wants a territory with each language.
_LOCALES = {"en": "en_GB", "uk": "uk_UA", "ru": "ru_RU"}


def locale(language: str) -> str:
    return _LOCALES[language]


def word(value: str, vocabulary_name: str) -> str:
    """The label of a value; a value of an older document that is no more stays as it is."""
    return _word(value, vocabulary_name, get_language())


@lru_cache(maxsize=1_000)
def _word(value: str, vocabulary_name: str, _language: str | None) -> str:
    known = _VOCABULARIES[vocabulary_name]
    return str(known(value).label) if value in known.values else value


def day(when: date) -> str:
    """With the day of the week: a heading."""
    return _day(when.year, when.month, when.day, get_language())


@lru_cache(maxsize=10_000)
def _day(year: int, month: int, day: int, _language: str | None) -> str:
    # Translators: https://docs.djangoproject.com/en/5.2/ref/templates/builtins/#date
    return date_format(date(year, month, day), pgettext("date format", "l j F Y"))


def short_day(when: date) -> str:
    """Of a date, or of a moment on its own clock."""
    return _short_day(when.year, when.month, when.day, get_language())


@lru_cache(maxsize=10_000)
def _short_day(year: int, month: int, day: int, _language: str | None) -> str:
    return date_format(date(year, month, day), pgettext("date format", "j M Y"))


@lru_cache(maxsize=10_000)
def _day_of_a_year(month: int, day: int, _language: str | None) -> str:
    return date_format(date(2000, month, day), pgettext("date format", "j M"))


@lru_cache(maxsize=10_000)
def span_of(_language: str | None, first: date, last: date) -> str:
    """A day, or a whole month or year, from its first and last day; in the language that is
    active."""
    if first == last:
        return short_day(first)
    if first.month == last.month:
        return date_format(first, pgettext("date format", "F Y"))
    return date_format(first, "Y")


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
            return date_format(local, pgettext("date format", "F Y"))
        case Precision.WEEK:
            return _("week of %(day)s") % {"day": short_day(local)}
        case Precision.MINUTE:
            return f"{short_day(local)}, {_clock(local)}"
        case Precision.HOUR:
            return _("%(day)s, about %(hour)s") % {"day": short_day(local), "hour": _clock(local)}
        case Precision.PART_OF_DAY:
            after_a_date, _alone = _part(local)
            return f"{short_day(local)}, {after_a_date}"
    return short_day(local)


def said(when: When, year: int | None = None) -> str:
    """Where there is little room: a day, month or year; without the year where it is `year`."""
    local = _local(when["at"], when["zone"])
    if when["precision"] in (Precision.YEAR, Precision.MONTH):
        words = moment(when["at"], when["precision"], when["zone"])
    elif local.year == year:
        words = _day_of_a_year(local.month, local.day, get_language())
    else:
        words = short_day(local)
    return printed(words) if when["printed"] else words


def printed(when: str) -> str:
    """Of a claim of which nobody says when it was made."""
    return _("printed %(when)s") % {"when": when}


def _clock(local: datetime) -> str:
    return f"{local:%H:%M}"


def _part(local: datetime) -> tuple[str, str]:
    """How the part of the day stands after a date, and how alone."""
    return next(
        (str(after_a_date), str(alone))
        for hour, after_a_date, alone in _PARTS_OF_DAY
        if local.hour < hour
    )


def happened(earliest: str | datetime, latest: str | datetime, precision: str, zone: str) -> str:
    """When an incident happened, in words: a day, a part of it, or a span of days."""
    first = _local(earliest, zone)
    last = _last_instant(earliest, latest, zone)
    if first.date() == last.date() or precision in (Precision.MONTH, Precision.WEEK):
        return moment(earliest, precision, zone)
    if precision == Precision.YEAR:
        years = (first.year, last.year)
        return str(first.year) if len(set(years)) == 1 else f"{first.year}–{last.year}"
    return f"{short_day(first)} – {short_day(last)}"


def hour(earliest: str | datetime, latest: str | datetime, precision: str, zone: str) -> str:
    """What stands beside an entry under the heading of its day."""
    first = _local(earliest, zone)
    last = _last_instant(earliest, latest, zone)
    match precision:
        case Precision.MINUTE:
            return _clock(first)
        case Precision.HOUR:
            return _("about %(hour)s") % {"hour": _clock(first)}
        case Precision.PART_OF_DAY:
            _after_a_date, alone = _part(first)
            return alone
        case Precision.DAY if first.date() == last.date():
            return _("time of day not known")
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
            amount = grouped(low)
        case "between":
            amount = f"{grouped(low)}–{grouped(high)}"
        case _:
            amount = f"{word(qualifier, 'qualifier')} {grouped(low if low is not None else high)}"
    # Units are data in the editor's words, but for the one that nearly every toll has.
    unit = pgettext("unit", "people") if number["unit"] == _PEOPLE else number["unit"]
    counted = f"{amount} {unit}"
    if number["basis"] == "additional":
        counted = _("%(amount)s more %(unit)s") % {"amount": amount, "unit": unit}
    return counted if number["group"] == "all" else f"{counted} ({word(number['group'], 'group')})"


def marked_figure(number: NumberDocument, language: str) -> str:
    """The same for a page, with what are words of the record marked as of `language`."""
    words = {
        key: format_html('<span lang="{}">{}</span>', language, number[key])
        for key in ("word", "unit")
    }
    unit = _PEOPLE if number["unit"] == _PEOPLE else "{unit}"
    return format_html(figure({**number, "word": "{word}", "unit": unit}), **words)


def grouped(number: int | None) -> str:
    """With a mark between thousands, whatever that is in the language."""
    assert number is not None  # the desk takes no qualifier without the ends that it qualifies
    return number_format(number, force_grouping=True)


def utc(iso: str | datetime) -> str:
    at = _local(iso, "UTC").astimezone(UTC)
    return f"{short_day(at)}, {_clock(at)} UTC"


def origins(count: int) -> str:
    """Beside a number of reports: of how many bodies they carry the words."""
    if not count:
        return _("no origin named")
    return ngettext("%(count)d origin", "%(count)d origins", count) % {"count": count}


def reports_of(reports: int, origins_of_them: int) -> str:
    """Beside an incident or an answer: how many reports carry it, and of how many bodies."""
    counted = ngettext("%(count)s report", "%(count)s reports", reports) % {"count": reports}
    return f"{counted}, {origins(origins_of_them)}"


def claims(count: int) -> str:
    return ngettext("%(count)s claim", "%(count)s claims", count) % {"count": count}


@lru_cache(maxsize=10_000)
def incidents_in(_language: str | None, count: int) -> str:
    """Beside a choice, in the language that is active: a number, and for those who do not see the
    page, of what."""
    words = ngettext(
        '{n}<span class="unseen"> incident</span>',
        '{n}<span class="unseen"> incidents</span>',
        count,
    )
    return format_html(words, n=count)


@lru_cache(maxsize=10_000)
def incidents_when(_language: str | None, when: str, number: int) -> str:
    """Of a bar, in the language that is active, for those who do not see it."""
    words = ngettext("%(when)s: %(number)s incident", "%(when)s: %(number)s incidents", number)
    return words % {"when": when, "number": number}


def claims_by(count: int, total: int) -> str:
    """Of all claims, those that were made by some moment."""
    words = ngettext("%(count)s of %(total)s claim", "%(count)s of %(total)s claims", total)
    return words % {"count": count, "total": total}


def reports_in_common(count: int) -> str:
    words = ngettext("%(count)s report in common", "%(count)s reports in common", count)
    return words % {"count": count}


def claimed_by(known: datetime) -> str:
    return _("Only what was claimed by %(moment)s is shown.") % {"moment": utc(known)}


def report_numbered(number: int) -> str:
    """Of the reports on a page."""
    return _("Report %(number)s") % {"number": number}


def part_of(whole: str) -> str:
    """Beside a figure that another one contains."""
    return _("counts a part of “%(whole)s”") % {"whole": whole}


def relayed_by(outlet: str, language: str) -> str:
    words = _('relayed by <span lang="{language}">{outlet}</span>')
    return format_html(words, outlet=outlet, language=language)


def gone_since(when: str) -> str:
    return _("gone from its address since %(when)s") % {"when": utc(when)}


def more_answers(count: int) -> str:
    words = ngettext(
        '{number} more<span class="unseen"> answer</span>',
        '{number} more<span class="unseen"> answers</span>',
        count,
    )
    return format_html(words, number=count)
