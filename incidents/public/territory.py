"""Who says who holds each place: its lanes, and the same claims as a table."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy

from incidents.public.chips import Chip
from incidents.public.clock import from_the_record, wants_part
from incidents.public.control import ControlClaim, control_claims
from incidents.public.filters import (
    Asked,
    Cursor,
    CursorField,
    DaysForm,
    IdsField,
    MomentField,
    WordsField,
)
from incidents.public.lanes import FILLS, Lanes, lanes
from incidents.public.naming import Name, name_of
from incidents.public.page import render
from incidents.public.wording import day, utc, word
from incidents.record.models import EntryClaim, EntryClaimQuerySet, RecordActor, RecordPlace
from incidents.vocabulary import ControlStatus, Side, Stance

PLACES = 20
CLAIMS = 25  # of one place; those about the latest times

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
class Held:
    """A place with the control claims about it, and how many more there are."""

    place: RecordPlace
    path: list[RecordPlace]  # from the country down to what the place lies in
    claims: list[ControlClaim]
    lanes: Lanes
    more: int

    @property
    def name(self) -> str:
        return name_of(self.place).text

    @property
    def earlier(self) -> str:
        """The last day of the claims that are not shown, or one that they share with others."""
        return self.claims[0].begins.date().isoformat()

    @property
    def contradicted(self) -> int:
        return sum(bool(claim.against) for claim in self.claims)


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
    if asked.has_blanks and not wants_part(request) and not asked.errors:
        # A form without script sends its empty fields too: one state has one address.
        return HttpResponseRedirect(address)
    groups = _places(asked)
    regions = _regions(asked)
    totals = asked.claims().aggregate(
        claims=Count("claim"), places=Count("control_place", distinct=True)
    )
    rows = _rows(asked, [place for place, *_ in groups[:PLACES]])
    claims = control_claims(rows, asked.known)
    names = RecordPlace.named(
        {key for claim in claims for key in claim.row.control_places}
        | {key for key, _, _ in regions if key}
        | {key for _, key, _ in regions if key}
        | set(asked.values.get("place", []))
    )
    context = {
        "asked": asked,
        "view": asked.view,
        "totals": totals,
        "held": [held(key, number, claims, names) for key, _, number in groups[:PLACES]],
        "choices": _choices(asked, regions, names),
        "chips": _chips(asked, names),
        "words": [asked.form[key] for key in _WORDS],
        "fills": FILLS.items(),
        "earlier": _earlier(asked, groups),
        "newest": reverse("territory") + asked.address() if "after" in asked.values else "",
    }
    if not wants_part(request):
        return render(request, "territory.html", context)
    response = render(request, "_territory.html", context)
    # An address that cannot be read stays as it is, or a reload would show something else.
    response["HX-Push-Url"] = request.get_full_path() if asked.errors else address
    return response


def _places(asked: Territory) -> list[tuple[str, datetime, int]]:
    """Place, when it was last claimed, and the number of claims; one more where a page follows."""
    places = (
        asked.claims()
        .values_list("control_place")
        .annotate(latest=Max("known_at"), number=Count("claim"))
        .order_by("-latest", "-control_place")
    )
    cursor: Cursor | None = asked.values.get("after")
    if cursor is not None:
        same_moment = Q(latest=cursor.moment, control_place__lt=cursor.incident)
        places = places.filter(Q(latest__lt=cursor.moment) | same_moment)
    return list(places[: PLACES + 1])


def _rows(asked: Territory, places: Sequence[str]) -> Iterable[EntryClaim]:
    return asked.claims().filter(control_place__in=places).newest_of_each_place(CLAIMS)


def _regions(asked: Territory) -> list[tuple[str, str | None, int]]:
    """Country, region in it or None, and the number of control claims there."""
    return list(
        asked.claims(but="place")
        .values_list("control_places__0", "control_places__1")
        .annotate(number=Count("claim"))
        .order_by("control_places__0", "control_places__1")
    )


def held(
    place: str, number: int, claims: Iterable[ControlClaim], names: dict[str, RecordPlace]
) -> Held:
    """`number` claims on the place are published, of which `claims` has the last ones."""
    own = [claim for claim in claims if claim.row.control_place == place]
    above = names[place].details["path"][:-1]
    path = [names[key] for key in above if key in names]
    return Held(names[place], path, own, lanes(own), number - len(own))


def _earlier(asked: Territory, groups: Sequence[tuple[str, datetime, int]]) -> str:
    if len(groups) <= PLACES:
        return ""
    place, latest, _ = groups[PLACES - 1]
    return reverse("territory") + asked.address(given=[("after", str(Cursor(latest, place)))])


def _choices(
    asked: Territory,
    regions: Iterable[tuple[str, str | None, int]],
    names: dict[str, RecordPlace],
) -> list[Choice]:
    """Countries and their regions with the number of claims, and the places chosen."""
    chosen = asked.values.get("place", [])
    numbers = Counter[str]()
    for country, region, number in regions:
        numbers[country] += number
        if region:
            numbers[region] += number
    rows = [names[key] for key in {*numbers, *chosen} if key in names]
    rows.sort(key=lambda row: [name_of(names[k]).text for k in row.details["path"] if k in names])
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


def _chips(asked: Territory, names: dict[str, RecordPlace]) -> list[Chip]:
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
        for key, value, shown in _given(asked, names)
    ]


def _given(asked: Territory, names: dict[str, RecordPlace]) -> Iterator[tuple[str, str, Name]]:
    """Key, value as in the address, and value in words."""
    values: dict[str, Any] = asked.values
    actors = RecordActor.named(set(values.get("actor", [])))
    rows: dict[str, RecordPlace | RecordActor] = {**names, **actors}
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
