"""Who says who holds each place: its lanes, and the same claims as a table."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy

from incidents.public.asked import clock
from incidents.public.chips import Chip
from incidents.public.clock import from_the_record
from incidents.public.filtered import answered, strays
from incidents.public.filters import (
    Asked,
    Cursor,
    CursorField,
    DaysForm,
    IdsField,
    MomentField,
    WordsField,
)
from incidents.public.held import held
from incidents.public.kept import Kept
from incidents.public.lanes import FILLS
from incidents.public.names import names
from incidents.public.naming import Name, name_of
from incidents.public.wording import day, utc, word
from incidents.record.models import (
    Clock,
    EntryClaim,
    EntryClaimQuerySet,
    OnPlace,
    RecordActor,
    RecordPlace,
)
from incidents.vocabulary import ControlStatus, Side, Stance

PLACES = 20
CLAIMS = 25  # of one place; those about the latest times

# The numbers of regions by record clock and by the address without places: some hundred of them.
_kept: Kept[tuple[Clock, str], Counter[str]] = Kept(1_000_000)

# The vocabulary of each filter that takes its words, by its key.
_WORDS = {"side": "side", "status": "control", "stance": "stance"}


class TerritoryForm(DaysForm):
    place = IdsField(label=gettext_lazy("Where"), required=False)
    side = WordsField(label=gettext_lazy("Who says so"), required=False, choices=Side)
    actor = IdsField(label=gettext_lazy("Speaker"), required=False)
    status = WordsField(label=gettext_lazy("Control"), required=False, choices=ControlStatus)
    stance = WordsField(label=gettext_lazy("Stance"), required=False, choices=Stance)
    known = MomentField(label=gettext_lazy("As known at"), required=False, max_length=40)
    after = CursorField(label=gettext_lazy("Page"), required=False, max_length=40)


class Territory(Asked[TerritoryForm]):
    view = "territory"

    @classmethod
    def read(cls, query: QueryDict) -> "Territory":
        return cls.of(TerritoryForm(query))

    def claims(self, but: str = "") -> EntryClaimQuerySet:
        """The control claims asked for; with `but`, as if that one filter were not set."""
        if self.form.errors:
            return EntryClaim.objects.none()
        wanted = {key: value for key, value in self.values.items() if key != but}
        claims = EntryClaim.objects.on_control()
        if "place" in wanted:
            claims = claims.in_places(wanted["place"])
        if "actor" in wanted:
            claims = claims.by(wanted["actor"])
        for key, field in (("side", "side"), ("status", "control_status"), ("stance", "stance")):
            if key in wanted:
                claims = claims.filter(**{f"{field}__in": wanted[key]})
        if self.known:
            claims = claims.known_by(self.known)
        if wanted.keys() & {"from", "to"}:
            claims = claims.covering(wanted.get("from"), wanted.get("to"))
        return claims


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    number: int | None  # None where it is not counted
    chosen: bool
    indent: int
    language: str  # of the label, where it is not the page's


@from_the_record
def territory(request: HttpRequest) -> HttpResponse:
    asked = Territory.read(request.GET)
    address = reverse("territory") + asked.address(given=[("after", request.GET.get("after", ""))])
    if strays(request, asked, address):
        return HttpResponseRedirect(address)
    counted = asked.claims().by_place()
    narrowed = "place" in asked.values and not asked.errors
    regions = _regions(asked) if narrowed else _summed(counted)
    places = _places(counted)
    groups = _page(places, asked.values.get("after"))
    numbers = {place: number for place, _, number in groups[:PLACES]}
    rows = list(asked.claims().newest_of([*numbers], CLAIMS))
    named = names().places(
        {key for row in rows for key in row.control_places}
        | regions.keys()
        | set(asked.values.get("place", []))
    )
    context = {
        "asked": asked,
        "view": asked.view,
        "totals": {"claims": sum(row.number for row in counted), "places": len(places)},
        "held": held(numbers, rows, named, asked.known),
        "choices": _choices(asked, regions, named),
        "chips": _chips(asked, named),
        "words": [asked.form[key] for key in _WORDS],
        "fills": FILLS.items(),
        "earlier": _earlier(asked, groups),
        "newest": reverse("territory") + asked.address() if "after" in asked.values else "",
    }
    return answered(request, asked, address, context)


def _places(counted: Iterable[OnPlace]) -> list[tuple[str, datetime, int]]:
    """Place, when it was last claimed, and the number of claims; the last claimed first."""
    numbers = Counter[str]()
    latest: dict[str, datetime] = {}
    for row in counted:
        # Claims that were published before and after a place was moved tell different regions.
        numbers[row.place] += row.number
        latest[row.place] = max(row.latest, latest.get(row.place, row.latest))
    ranked = sorted(latest, key=lambda place: (latest[place], place), reverse=True)
    return [(place, latest[place], numbers[place]) for place in ranked]


def _page(
    places: list[tuple[str, datetime, int]], after: Cursor | None
) -> list[tuple[str, datetime, int]]:
    """One more than the page shows where a page follows."""
    if after is not None:
        last = (after.moment, after.incident)
        places = [row for row in places if (row[1], row[0]) < last]
    return places[: PLACES + 1]


def _regions(asked: Territory) -> Counter[str]:
    """As if no place were chosen: while nothing is published, the same for every place."""
    anywhere = asked.address(drop=[("place", place) for place in asked.values["place"]])
    key = clock(), anywhere
    numbers = _kept.get(key) if settings.BITMAPS else None
    if numbers is None:
        numbers = _summed(asked.claims(but="place").by_place())
        _kept.put(key, numbers, len(anywhere) + 100 * len(numbers))
    return numbers


def _summed(counted: Iterable[OnPlace]) -> Counter[str]:
    """The number of control claims in each country, and in each region."""
    numbers = Counter[str]()
    for row in counted:
        numbers[row.country] += row.number
        if row.region:
            numbers[row.region] += row.number
    return numbers


def _earlier(asked: Territory, groups: Sequence[tuple[str, datetime, int]]) -> str:
    if len(groups) <= PLACES:
        return ""
    place, latest, _ = groups[PLACES - 1]
    return reverse("territory") + asked.address(given=[("after", str(Cursor(latest, place)))])


def _choices(
    asked: Territory, numbers: Mapping[str, int], places: dict[str, RecordPlace]
) -> list[Choice]:
    """Countries and their regions with the number of claims, and the places chosen."""
    chosen = asked.values.get("place", [])
    rows = [places[key] for key in {*numbers, *chosen} if key in places]
    rows.sort(key=lambda row: [name_of(places[k]).text for k in row.details["path"] if k in places])
    return [
        Choice(
            value=row.id,
            label=name_of(row).text,
            number=numbers.get(row.id),
            chosen=row.id in chosen,
            indent=len(row.details["path"]) - 1,
            language=name_of(row).language,
        )
        for row in rows
    ]


def _chips(asked: Territory, places: dict[str, RecordPlace]) -> list[Chip]:
    """One chip for each value that narrows the page, to see it and to take it back."""
    if asked.form.errors:
        return []
    return [
        Chip(
            label=str(asked.form.fields[key].label),
            value=shown.text,
            without=reverse("territory") + asked.address(drop=[(key, value)]),
            language=shown.language,
        )
        for key, value, shown in _given(asked, places)
    ]


def _given(asked: Territory, places: dict[str, RecordPlace]) -> Iterator[tuple[str, str, Name]]:
    """Key, value as in the address, and value in words."""
    values: dict[str, Any] = asked.values
    actors = names().actors(values.get("actor", []))
    rows: dict[str, RecordPlace | RecordActor] = {**places, **actors}
    for key in ("place", "actor"):
        for value in values.get(key, []):
            yield key, value, name_of(rows[value]) if value in rows else Name(value, "")
    for key, vocabulary in _WORDS.items():
        for value in values.get(key, []):
            yield key, value, Name(word(value, vocabulary), "")
    for key in ("from", "to"):
        if key in values:
            yield key, str(asked.form.query[key]), Name(day(values[key]), "")
    if asked.known:
        yield "known", str(asked.form.query["known"]), Name(utc(asked.known), "")
