"""The one query string of every list page, parsed once.

A value that cannot be read gives an error at its field, and then no rows: never silently all rows.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache, reduce
from operator import and_
from typing import Any, ClassVar, Generic, Protocol, Self, TypeVar, cast
from urllib.parse import parse_qsl, urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pyroaring import BitMap

from incidents.public.index import current, is_awaited
from incidents.public.markup import shown
from incidents.public.wanted import found_then, likely, matching
from incidents.record.bitmaps import Bitmaps
from incidents.record.indexing import at_moment
from incidents.record.models import (
    Entry,
    EntryMoment,
    EntryMomentQuerySet,
    EntryQuerySet,
    RecordFormer,
)
from incidents.record.search import Wanted
from incidents.vocabulary import IncidentKind, Question, Side, Stance, Standing
from sources.public_ids import read_id

# What mail programs and social networks hang onto addresses that people share. Every other key that
# is no filter is an error, so that a misspelt filter is not taken for none.
TRACKING = re.compile(r"utm_\w+|fbclid|gclid|msclkid|mc_[ce]id|ref")

# Filters that are alternatives among themselves, by the field of Facts that they look into.
FACETS = {
    "kind": "kind",
    "place": "places",
    "standing": "standing",
    "side": "sides",
    "question": "questions",
    "stance": "stances",
    "actor": "actors",
    "publisher": "publishers",
}

RELEVANCE = "relevance"
# The moment that each order goes by; that by relevance where matches are equal or not ranked.
SORTS = {"happened": "at", "changed": "changed_at", RELEVANCE: "at"}

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MINUTE = re.compile(rf"{_DAY.pattern}[T ]\d\d:\d\d.*", re.ASCII)
CURSOR = re.compile(r"(?:(\d{1,9})_)?(-?\d{1,18})_([0-9A-Z]{10})", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_DEAD = 10_000_000


@dataclass(frozen=True)
class Cursor:
    """The entry after which a page starts: its sort moment and its id; its rank, if ranked."""

    moment: datetime
    incident: str
    rank: int | None = None

    @classmethod
    def read(cls, text: str) -> "Cursor":
        """ValueError when it is no cursor of ours."""
        if (match := CURSOR.fullmatch(text)) is None:
            raise ValueError(text)
        try:
            moment = _EPOCH + timedelta(microseconds=int(match[2]))
        except OverflowError as error:
            raise ValueError(text) from error
        return cls(moment, match[3], int(match[1]) if match[1] else None)

    def __str__(self) -> str:
        rank = "" if self.rank is None else f"{self.rank}_"
        return f"{rank}{(self.moment - _EPOCH) // timedelta(microseconds=1)}_{self.incident}"


class WordsField(forms.MultipleChoiceField):
    """Words of a vocabulary; a blank, which a form may send, is none of them."""

    def to_python(self, value: Any) -> list[str]:
        """In the order of the vocabulary."""
        given = {word for word in super().to_python(value) if word}
        order = [word for word, _ in cast("list[tuple[str, str]]", self.choices)]
        return sorted(given, key=lambda word: (order.index(word) if word in order else -1, word))


class IdsField(forms.Field):
    """Public ids; the same key may stand several times."""

    widget = forms.SelectMultiple
    default_error_messages = {"invalid": gettext_lazy("“%(value)s” is not an id of this record.")}

    def to_python(self, value: Any) -> list[str]:
        return sorted({self._read(text) for text in value or [] if text})

    def _read(self, text: str) -> str:
        try:
            return read_id(text)
        except ValueError:
            shown = text[:40]
            raise ValidationError(
                self.error_messages["invalid"], code="invalid", params={"value": shown}
            ) from None


class MomentField(forms.CharField):
    """An ISO 8601 date (its end is meant) or date and time; without a zone, UTC."""

    default_error_messages = {
        "invalid": gettext_lazy("This is not a moment: write 2022-07-03 or 2022-07-03T18:00Z.")
    }

    def clean(self, value: Any) -> datetime | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return self._read(text)
        except (ValueError, OverflowError):
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None

    def _read(self, text: str) -> datetime:
        if _DAY.fullmatch(text):
            return datetime.combine(date.fromisoformat(text) + timedelta(days=1), time(), UTC)
        if not _MINUTE.fullmatch(text):
            # Python would read 20220703 and 2022-W26, and take their first instant.
            raise ValueError(text)
        # A “+” in an address that nobody encoded arrives as a space and fails here.
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


class CursorField(forms.CharField):
    default_error_messages = {
        "invalid": gettext_lazy("This page address is damaged: start from the first page.")
    }
    ranked = False

    def clean(self, value: Any) -> Cursor | None:
        text = super().clean(value)
        try:
            cursor = Cursor.read(text) if text else None
        except ValueError:
            raise self._damaged() from None
        if cursor and self.ranked != (cursor.rank is not None):
            raise self._damaged()
        return cursor

    def _damaged(self) -> ValidationError:
        return ValidationError(self.error_messages["invalid"], code="invalid")


class RankedCursorField(CursorField):
    ranked = True


class _Shared(dict[str, forms.Field]):
    """Fields that all forms of a kind have in common: nobody changes one, and copies of them would
    cost more than to read a query string."""

    def __deepcopy__(self, _memo: dict[int, Any]) -> dict[str, forms.Field]:
        return dict(self)


class QueryForm(forms.Form):
    """A query string; a key that is no field, or stands twice for one value, is an error."""

    def __init__(self, query: QueryDict) -> None:
        self.base_fields = _Shared(self.base_fields)  # type: ignore[misc]
        super().__init__(query)
        self.query = query

    def clean(self) -> dict[str, Any]:
        for key, values in self.query.lists():
            if key not in self.fields:
                if not TRACKING.fullmatch(key):
                    self.add_error(None, _("“%(key)s” is not a filter.") % {"key": key[:40]})
            elif len(values) > 1 and not self._takes_several(key):
                self.add_error(key, _("This filter stands in the address more than once."))
        self._read_former_ids()
        return self.cleaned_data

    def _read_former_ids(self) -> None:
        """Who asks for what was merged means what it was merged into."""
        given = {
            name: ids
            for name, ids in self.cleaned_data.items()
            if ids and isinstance(self.fields[name], IdsField)
        }
        if now := RecordFormer.now_of({key for ids in given.values() for key in ids}):
            for name, ids in given.items():
                self.cleaned_data[name] = sorted({now.get(key, key) for key in ids})

    @property
    def problems(self) -> list[tuple[str, str]]:
        """Label of the filter, or nothing, and what is wrong with its value, which may be any
        text."""
        return [
            (str(self.fields[name].label) if name in self.fields else "", shown(str(message)))
            for name, messages in self.errors.items()
            for message in messages
        ]

    def _takes_several(self, key: str) -> bool:
        return isinstance(self.fields[key], WordsField | IdsField)


_DAYS = {
    key: forms.DateField(label=label, required=False, input_formats=["%Y-%m-%d"])
    for key, label in (("from", gettext_lazy("From")), ("to", gettext_lazy("To")))
}


class DaysForm(QueryForm):
    """Two days, both included."""

    def __init__(self, query: QueryDict) -> None:
        super().__init__(query)
        # `from` is a word of Python, so it cannot stand above.
        self.fields |= _DAYS

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, last = cleaned.get("from"), cleaned.get("to")
        if first and last and first > last:
            self.add_error("to", _("The last day is before the first."))
        return cleaned


_AFTER, _AFTER_A_MATCH = (
    field(label=gettext_lazy("Page"), required=False, max_length=40)
    for field in (CursorField, RankedCursorField)
)


class FilterForm(DaysForm):
    q = forms.CharField(label=gettext_lazy("Search"), required=False, max_length=200)
    kind = WordsField(label=gettext_lazy("Kind"), required=False, choices=IncidentKind)
    place = IdsField(label=gettext_lazy("Where"), required=False)
    standing = WordsField(label=gettext_lazy("Standing"), required=False, choices=Standing)
    side = WordsField(label=gettext_lazy("Side"), required=False, choices=Side)
    question = WordsField(label=gettext_lazy("Question"), required=False, choices=Question)
    stance = WordsField(label=gettext_lazy("Stance"), required=False, choices=Stance)
    actor = IdsField(label=gettext_lazy("Who claimed it"), required=False)
    publisher = IdsField(label=gettext_lazy("Reported by"), required=False)
    killed_min = forms.IntegerField(
        label=gettext_lazy("Killed, as claimed, at least"),
        required=False,
        min_value=0,
        max_value=_MOST_DEAD,
    )
    known = MomentField(label=gettext_lazy("As known at"), required=False, max_length=40)
    sort = forms.ChoiceField(
        label=gettext_lazy("Order"),
        required=False,
        choices=[
            ("happened", gettext_lazy("when it happened")),
            ("changed", gettext_lazy("last change")),
            (RELEVANCE, gettext_lazy("best match")),
        ],
    )

    def __init__(self, query: QueryDict) -> None:
        super().__init__(query)
        self.fields["after"] = _AFTER_A_MATCH if query.get("sort") == RELEVANCE else _AFTER

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("sort") == RELEVANCE and not cleaned.get("q"):
            if "q" not in self.query:
                self.add_error("sort", _("Without words to search for no match is the best."))
            # Somebody emptied the search box of the form: the order goes with the words.
            cleaned["sort"] = ""
        return cleaned


@lru_cache(maxsize=10_000)
def _quoted(key: str, value: str) -> str:
    """A page has dozens of addresses, of much the same pairs."""
    return urlencode([(key, value)])


def meeting(bitmaps: Bitmaps, sets: dict[str, BitMap], but: str = "") -> BitMap:
    """The entries alive that are in each of the sets, or in each but that one."""
    wanted = (have for key, have in sets.items() if key != but)
    # BitMap.intersection would pack the outcome, and what is packed is slow to count with.
    return reduce(and_, wanted, bitmaps.alive)


Form = TypeVar("Form", bound=QueryForm)


@dataclass(frozen=True)
class Asked(Generic[Form]):
    """What a reader asked for. `values` holds only what was given."""

    view: ClassVar[str]  # the name of the page that it filters
    form: Form
    values: dict[str, Any]

    @classmethod
    def of(cls, form: Form) -> Self:
        form.is_valid()
        given = {key: v for key, v in form.cleaned_data.items() if v not in (None, "", [])}
        return cls(form, given)

    @property
    def errors(self) -> list[tuple[str, str]]:
        return self.form.problems

    def pairs(self) -> list[tuple[str, str]]:
        """For a form that is to keep these filters."""
        return parse_qsl(self.address()[1:])

    @property
    def ranked(self) -> bool:
        return self.values.get("sort") == RELEVANCE

    @property
    def known(self) -> datetime | None:
        return self.values.get("known")

    def address(
        self, drop: Iterable[tuple[str, str]] = (), given: Iterable[tuple[str, str]] = ()
    ) -> str:
        """The query string of these filters in canonical order, without `drop`, with `given`.

        That is the order which caches sort query strings into.

        What is given stands in place of what was asked. Pages start anew unless `after` is given.
        """
        instead = {"after": "", **dict(given)}
        dropped = set(drop)
        query = [pair for pair in self._asked if pair[0] not in instead and pair not in dropped]
        query += [pair for pair in instead.items() if pair[1] and pair not in dropped]
        # The best match is one of the words, which go before it.
        if self.ranked and not any(key == "q" for key, _value in query):
            query = [pair for pair in query if pair[0] != "sort"]
        return "?" + "&".join([_quoted(*pair) for pair in sorted(query)]) if query else ""

    @cached_property
    def _asked(self) -> list[tuple[str, str]]:
        """As asked, but words and ids as the record writes them: one state has one address."""
        return [
            (key, value)
            for key in self.form.fields
            for given in [self.values.get(key, [])]
            for value in (given if isinstance(given, list) else self.form.query.getlist(key))
            if value
        ]


class Listed(Protocol):
    """An entry, or its card: both have the moments that lists go by."""

    @property
    def incident(self) -> str: ...


class Filters(Asked[FilterForm]):
    """What a reader of the timeline asked for."""

    view = "timeline"

    @classmethod
    def read(cls, query: QueryDict) -> "Filters":
        return cls.of(FilterForm(query))

    @property
    def words(self) -> str:
        """What stands in the search box, whether it can be read or not."""
        return self.form.query.get("q", "")

    @property
    def sort_field(self) -> str:
        return SORTS[self.values.get("sort", "happened")]

    def by_relevance(self) -> str:
        return self.address(given=[("sort", RELEVANCE)])

    def by_date(self) -> str:
        return self.address(given=[("sort", "")])

    @cached_property
    def wanted(self) -> Wanted | None:
        """What is searched for; None where nothing is."""
        return Wanted.read(self.values["q"]) if "q" in self.values else None

    def entries(self, but: str = "") -> EntryQuerySet | EntryMomentQuerySet:
        """The entries asked for, in no order; with `but`, as if that one filter were not set.

        Without `known` these are Entry rows, with it the EntryMoment rows of that moment.
        """
        if self.form.errors:
            return Entry.objects.none()
        entries = EntryMoment.objects.known_at(self.known) if self.known else Entry.objects.all()
        wanted = {key: value for key, value in self.values.items() if key != but}
        for key, field in FACETS.items():
            if key in wanted:
                entries = entries.having_any(field, wanted[key])
        entries = entries.overlapping(wanted.get("from"), wanted.get("to"))
        if "killed_min" in wanted:
            entries = entries.filter(killed_most__gte=wanted["killed_min"])
        if self.wanted:
            entries = entries.searching(self.wanted)
        return entries

    @cached_property
    def _index(self) -> tuple[Bitmaps | None, bool]:
        """The bitmaps, and whether they are awaited: asked once, as they may come any moment."""
        return current(), is_awaited()

    @property
    def awaits_numbers(self) -> bool:
        """Whether to count is for a later answer, which has bitmaps to count from."""
        bitmaps, awaited = self._index
        return bitmaps is None and awaited and not self.form.errors

    @cached_property
    def parts(self) -> list[Bitmaps] | None:
        """Bitmaps of the record, or of what was known of it at the moment asked for: each entry is
        in one of them, those that were not yet what they are in the second. None where the database
        is to be asked."""
        bitmaps, _awaited = self._index
        if bitmaps is None:
            return None
        return at_moment(bitmaps, self.known) if self.known else [bitmaps]

    @cached_property
    def _found_then(self) -> BitMap:
        """The serials of the entries that had the words asked for, and are another now."""
        if self.parts is None or self.wanted is None or self.known is None:
            return BitMap()
        (past,) = (part for part in self.parts if part.past)
        return found_then(past, self.wanted, self.known)

    def sets(self, bitmaps: Bitmaps) -> dict[str, BitMap]:
        """By filter the set of those that pass it, alive or not. One of `parts` is of the moment
        that `known` asks for; so there is no set of `known`."""
        if self.form.errors:
            return {"": BitMap()}
        values = self.values
        sets = {
            key: bitmaps.having_any(field, values[key])
            for key, field in FACETS.items()
            if key in values
        }
        if "from" in values or "to" in values:
            sets["days"] = bitmaps.overlapping(values.get("from"), values.get("to"))
        if "killed_min" in values:
            sets["killed_min"] = bitmaps.killed_at_least(values["killed_min"])
        if self.wanted:
            sets["q"] = (
                bitmaps.having_serials(self._found_then)
                if bitmaps.past
                else matching(bitmaps, self.wanted)
            )
        return sets

    def within(self, bitmaps: Bitmaps, but: str = "") -> BitMap:
        """As `entries`, in one of `parts`."""
        return meeting(bitmaps, self.sets(bitmaps), but)

    def page(self) -> EntryQuerySet | EntryMomentQuerySet:
        """The entries asked for, in the order asked for, from the one on that `after` says."""
        cursor = self.values.get("after")
        if self.wanted and self.ranked:
            ranked = self._likely(self.wanted).ranked(self.wanted)
            return ranked.below(cursor.rank, cursor.moment, cursor.incident) if cursor else ranked
        entries = self.entries().newest(self.sort_field)
        return entries.after(self.sort_field, cursor.moment, cursor.incident) if cursor else entries

    def _likely(self, wanted: Wanted) -> EntryQuerySet | EntryMomentQuerySet:
        """The entries that are ranked."""
        if self.parts is None:
            return self.entries().likely(wanted)
        now, *past = self.parts
        within = self.within(now)
        for part in past:
            # Title, and when it happened, are the same at all moments of an entry.
            serials = part.serials.of(self.within(part)).tolist()
            within = within | now.serials.known(serials)
        return self.at_serials(likely(now, within, wanted))

    def at_serials(self, serials: list[int]) -> EntryQuerySet | EntryMomentQuerySet:
        """The entries that have these serials now, in no order; with `known` as they were then."""
        if self.known is None:
            return Entry.objects.order_by().at_serials(serials)
        return EntryMoment.objects.order_by().known_at(self.known).of(serials)

    def cursor(self, entry: Listed) -> Cursor:
        """For the page after `entry`, which `page` gave."""
        rank: int | None = getattr(entry, "rank", None)
        return Cursor(getattr(entry, self.sort_field), entry.incident, rank)
