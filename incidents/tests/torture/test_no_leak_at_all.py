"""Of two sites with the same public record, the one whose desk holds hundreds of unpublished
records answers every request with the same bytes as the other.

Each is asked in a process of its own: what one keeps in memory cannot stand in for the other.
"""

import base64
import json
import multiprocessing
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from itertools import zip_longest
from typing import Any, NamedTuple, TypeVar
from unittest.mock import patch
from urllib.parse import quote, urlencode, urlsplit

import pytest
from django.contrib.auth.models import User
from django.db import connections
from django.db.models import Sum
from django.http import HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.utils import timezone
from django.utils.http import http_date
from pytest_django import DjangoDbBlocker

from incidents.models import Actor, Incident
from incidents.public import clock, facets, find
from incidents.public.filters import Filters
from incidents.public.numbers import Numbers
from incidents.record.models import EntryQuerySet, RecordSpelled
from incidents.tests.databases import copied_database, using_database
from incidents.tests.torture.addresses import PART, Known, known_parts
from incidents.tests.torture.asking import (
    Answer,
    Answers,
    Reader,
    Request,
    paths,
    public_routes,
    requests,
    with_bitmaps,
)
from incidents.tests.torture.hidden import ADDRESS, CANARY, EACH, KANAREIKA
from incidents.tests.torture.worlds import build, ids_of_the_desk, removed_hashes, secrets
from rowlog.models import Change

pytestmark = [pytest.mark.torture, pytest.mark.django_db]

T = TypeVar("T")
# Some of each kind stand for all of it in the part of an address.
_SHOWN, _HIDDEN = 6, 5
_NOTHING = "0123456789"
NOW = datetime(2022, 10, 1, tzinfo=UTC)


class World(NamedTuple):
    database: str
    desk: bool
    removed: str


@dataclass
class Worlds:
    bare: World
    full: World
    hidden: Counter[str]
    known: Known
    unknown: Known  # ids of what one desk alone holds, by part of an address
    secrets: set[str]

    @property
    def words(self) -> list[str]:
        names = [f"{CANARY} town 7", f"{CANARY}reviewer", CANARY, KANAREIKA, CANARY[:4]]
        return [*names, self.bare.removed, self.full.removed, "town", "Speaker OR works"]


@pytest.fixture(scope="module")
def worlds(demo_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Worlds]:
    with django_db_blocker.unblock(), ExitStack() as copies:
        bare, full = (
            World(copies.enter_context(copied_database(name, of=demo_database)), desk, removed)
            for name, desk, removed in (
                ("bare", False, "Qwyother"),
                ("full", True, "Zqxremoved"),
            )
        )
        _, hidden = in_each(_built, bare, full)
        (shown, told, public), (_, held, desk) = in_each(_holdings, bare, full)
        known = {part: [*_some(values), _NOTHING] for part, values in shown.items()}
        unknown = {part: [one for one in desk[part] if one not in public[part]] for part in desk}
        yield Worlds(bare, full, hidden, known | {"other": known["actor"]}, unknown, held - told)


@pytest.fixture(autouse=True)
def plain_gzip(monkeypatch: pytest.MonkeyPatch) -> None:
    """A random number of bytes is added to what is compressed, and some small answers are shorter
    without: chance is no leak."""
    monkeypatch.setattr(GZipMiddleware, "max_random_bytes", 0)


def in_each(ask: Callable[[World], T], *worlds: World) -> list[T]:
    """What it gives in each world, in processes of their own that end afterwards."""
    fork = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(len(worlds), mp_context=fork) as processes:
        return list(processes.map(partial(_inside, ask), worlds))


def _inside(ask: Callable[[World], T], world: World) -> T:
    # That of the process it comes from is left open: it is not this one's to close.
    inherited = connections["default"]
    del connections["default"]
    with using_database(world.database):
        assert connections["default"] is not inherited
        return ask(world)


def _built(world: World) -> Counter[str]:
    return build(world.removed, world.desk)


def _holdings(world: World) -> tuple[Known, set[str], Known]:
    return known_parts(), secrets(), ids_of_the_desk()


def _some(values: list[str]) -> list[str]:
    return values[:: max(1, len(values) // _SHOWN)]


@dataclass(frozen=True)
class Way:
    """How the counts of a site come about."""

    bitmaps: bool = False
    saved: bool = False


SQL, BITMAPS, SAVED = Way(), Way(bitmaps=True), Way(bitmaps=True, saved=True)


def _asked(
    world: World, way: Way, asked: list[Request], follow: bool, known: set[str]
) -> tuple[Answers, list[str]]:
    if way.bitmaps:
        with_bitmaps(way.saved)
    reader = Reader(known, removed_hashes(world.removed))
    # A page's ETag tells the day.
    with patch.object(timezone, "now", return_value=NOW):
        return reader.answers(asked, follow), reader.found


@dataclass(frozen=True)
class Compared:
    """`faults`: what a reader could tell the two worlds by, and what no world may tell."""

    answers: Answers
    faults: list[str]


def compare(worlds: Worlds, asked: list[Request], way: Way = SQL, follow: bool = False) -> Compared:
    ask = partial(_asked, way=way, asked=asked, follow=follow, known=worlds.secrets)
    (bare, told_by_bare), (full, told_by_full) = in_each(ask, worlds.bare, worlds.full)
    faults = [
        f"{request}: {difference(bare.get(request), full.get(request))}"
        for request in {**bare, **full}
        if bare.get(request) != full.get(request)
    ]
    return Compared(bare, faults + told_by_bare + told_by_full)


def difference(one: Answer | None, other: Answer | None) -> str:
    """In a few words; None is an address that only one of the worlds leads to."""
    if one is None or other is None:
        return "only one world leads there"
    if one[:2] != other[:2]:
        return f"{one[:2]} against {other[:2]}"
    ours, theirs = one.body.decode(), other.body.decode()
    at = next(n for n, (a, b) in enumerate(zip_longest(ours, theirs)) if a != b)
    return f"…{ours[max(0, at - 80) : at + 80]}… against …{theirs[max(0, at - 80) : at + 80]}…"


def everything(worlds: Worlds) -> list[Request]:
    return list(requests(worlds.known, worlds.words))


def test_every_byte_is_the_same_whatever_the_desk_holds(worlds: Worlds) -> None:
    assert worlds.hidden.total() >= 10 * EACH, worlds.hidden

    compared = compare(worlds, everything(worlds), follow=True)

    assert not compared.faults, told(compared.faults)
    statuses = Counter(answer.status for answer in compared.answers.values())
    assert {200, 301, 304, 400, 404, 405, 410} <= statuses.keys(), statuses
    size = sum(len(answer.body) for answer in compared.answers.values())
    print(f"Hidden: {worlds.hidden}; answers compared: {statuses.total()}, {size:,} bytes.")


def test_ids_of_what_is_hidden_lead_where_ids_of_nothing_lead(worlds: Worlds) -> None:
    unknown = {part: ids[:_HIDDEN] for part, ids in worlds.unknown.items()}
    assert all(unknown.values())
    known = worlds.known | unknown
    routes = [one for one in public_routes() if unknown.keys() & set(PART.findall(one))]
    pages = [path for route in routes for path in paths(route, known)]
    filters = [f"?{urlencode([(part, one)])}" for part, ids in unknown.items() for one in ids]
    lists = ("/", "/incidents.json", "/changes/", "/sources/", "/territory/", "/api/v1/claims/")
    asked = [Request(address) for address in pages + [a + b for a in lists for b in filters]]

    compared = compare(worlds, asked)

    assert not compared.faults, told(compared.faults)
    statuses = {compared.answers[Request(path)].status for path in pages}
    assert HTTPStatus.OK not in statuses


@pytest.mark.parametrize("way", [BITMAPS, SAVED], ids=["bitmaps", "saved bitmaps"])
def test_counts_from_memory_are_the_same_too(worlds: Worlds, way: Way) -> None:
    lists = [request for request in everything(worlds) if counts(request)]

    compared = compare(worlds, lists, way)

    assert not compared.faults, told(compared.faults)


def counts(request: Request) -> bool:
    return urlsplit(request.address).path in (
        "/",
        "/map/",
        "/find/place/",
        "/find/actor/",
        "/incidents.csv",
    )


def told(faults: list[str]) -> str:
    return f"{len(faults)} faults:\n" + "\n".join(faults[:20])


# Leaks that are let in on purpose. Each patches what makes public answers.


def offers_drafts(patch: pytest.MonkeyPatch) -> None:
    def named(model: type[RecordSpelled], name: str) -> list[RecordSpelled]:
        rows = Actor.objects.filter(name__icontains=name)[:8]
        return [model(id=row.public_id, name=row.name, details={}, serial=1) for row in rows]

    patch.setattr(find, "_named", named)


def counts_drafts(patch: pytest.MonkeyPatch) -> None:
    count = facets._numbers

    def numbers(filters: Filters) -> Numbers:
        found = count(filters)
        kinds = found.facets["kind"]
        kinds["strike"] = kinds.get("strike", 0) + Incident.objects.filter(state="draft").count()
        return found

    patch.setattr(facets, "_numbers", numbers)


def lists_drafts(patch: pytest.MonkeyPatch) -> None:
    listed = EntryQuerySet.addresses

    def addresses(entries: EntryQuerySet, serials: range, most: int) -> Any:
        drafts = Incident.objects.filter(state="draft").values_list("public_id", flat=True)
        found = listed(entries, serials, most)
        return [(found[-1][0], key, "draft", NOW) for key in drafts] + found if found else found

    patch.setattr(EntryQuerySet, "addresses", addresses)


def tags_the_desk(patch: pytest.MonkeyPatch) -> None:
    tag = clock._etag
    patch.setattr(clock, "_etag", lambda request: f'{tag(request)[:-1]}-{revisions()}"')


def revisions() -> int:
    return int(Incident.objects.aggregate(sum=Sum("revision"))["sum"])


def dates_the_desk(patch: pytest.MonkeyPatch) -> None:
    def vary(response: HttpResponse, names: list[str]) -> None:
        response.headers["Last-Modified"] = http_date(Change.objects.count())

    patch.setattr(clock, "patch_vary_headers", vary)


def names_editors(patch: pytest.MonkeyPatch) -> None:
    def cached() -> dict[str, bool | str]:
        return {"no_cache": True, "by": str(User.objects.latest("pk"))}

    patch.setattr(clock, "_cached", cached)


def numbers_by_the_desk(patch: pytest.MonkeyPatch) -> None:
    """A key that the desk counts up stands where readers see it."""
    cached = clock._cached

    def numbered() -> dict[str, bool | int]:
        return cached() | {"max_age": Incident.objects.published().latest("pk").pk}

    patch.setattr(clock, "_cached", numbered)


SEEDED = [
    offers_drafts,
    counts_drafts,
    lists_drafts,
    tags_the_desk,
    dates_the_desk,
    names_editors,
    numbers_by_the_desk,
]


@pytest.mark.parametrize("seed", SEEDED)
def test_a_seeded_leak_is_caught(
    worlds: Worlds, seed: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [Request(address) for address in ("/", "/find/actor/?name=speaker", "/sitemap-1.xml")]
    seed(monkeypatch)

    assert compare(worlds, asked).faults


@pytest.mark.parametrize(
    "told_in",
    [
        f"<!-- {CANARY}reviewer -->",
        quote(f"x/{KANAREIKA}"),
        json.dumps({"note": KANAREIKA}),
        base64.b64encode(f"who: {CANARY}author, {ADDRESS}".encode()).decode(),
        ADDRESS,
    ],
)
def test_a_planted_word_is_found_in_whatever_form(worlds: Worlds, told_in: str) -> None:
    reader = Reader(worlds.secrets, {})

    reader.search(Request("/"), f"<p>Three were killed.</p>{told_in}")
    reader.search(Request("/"), f"of {next(iter(worlds.secrets))}.")

    assert len(reader.found) == 2
