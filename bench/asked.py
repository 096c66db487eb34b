"""What is asked of the site and of its peer, chosen from the record itself: python -m bench.asked

Writes the requests as JSON on standard output. The same record gives the same requests.
"""

import json
import random
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from incidents.public.filters import Filters
    from incidents.record.models import Entry

PEER = "/bench/entries"
PAGE = 50
SAMPLE = 2_000
FILTERS = 150
WORDS = 10
DEEP = 2_000  # pages
CSV_ROWS = 100_000
MAPPED = 5_000  # incidents in the GeoJSON file

# Facets of the peer's that are ours too: the key of our filter, and its column.
COLUMNS = {
    "kind": "kind",
    "standing": "standing",
    "place": "places",
    "side": "sides",
    "question": "questions",
    "actor": "actors",
    "publisher": "publishers",
}
LISTS = {"places", "sides", "questions", "actors", "publishers"}

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Question:
    """An address of ours, the peer's for the same (or none), and what both answers must hold;
    `beside`: another of ours with which it is compared, asked in turn with it.

    Of a file `holds` is the number of lines that it must have at least.
    """

    ours: str
    peer: str = ""
    holds: str = ""
    beside: str = ""


@dataclass(frozen=True)
class Request:
    """Questions of one kind. `most` × the floor and `least` × the peer are the issue's targets.

    `cold`: each question is measured the first time that it is asked. `file`: the whole body is
    read by one client, and its lines are counted. `again`: asked with the ETag of the first answer;
    `zipped`: compressed, as browsers ask.
    """

    name: str
    questions: list[Question]
    most: float | None = None
    least: float | None = None
    cold: bool = False
    file: bool = False
    again: bool = False
    zipped: bool = False

    def beside(self, other: "Request") -> "Request":
        """Each question in turn with the one in its place there, of ours alone."""
        questions = zip(self.questions, other.questions, strict=False)
        return replace(
            self, questions=[Question(q.ours, "", q.holds, o.ours) for q, o in questions]
        )

    @classmethod
    def read(cls, given: dict[str, Any]) -> "Request":
        questions = [Question(**one) for one in given["questions"]]
        return cls(**{**given, "questions": questions})


def peers(pairs: Pairs, *more: tuple[str, str]) -> str:
    """The peer's address for one of our filters: newest first, facets on, terms not shown."""
    order = [("_sort_desc", "at"), ("_nocol", "terms")]
    facets = [
        ("_facet_array" if column in LISTS else "_facet", column) for column in COLUMNS.values()
    ]
    asked = [_peers_pair(key, value) for key, value in pairs]
    return f"{PEER}?{urlencode([*asked, *order, *more, *facets])}"


def _peers_pair(key: str, value: str) -> tuple[str, str]:
    others = {"from": "last_day__gte", "to": "first_day__lte", "q": "_search"}
    if key in others:
        return others[key], value
    column = COLUMNS[key]
    return f"{column}__arraycontains" if column in LISTS else column, value


def tilde(text: str) -> str:
    """As the peer writes a value into the cursor of a page."""
    return re.sub(r"[^\w-]", lambda one: f"~{ord(one[0]):02X}", text).replace("~20", "+")


def _filters(pairs: Pairs) -> "Filters":
    from django.http import QueryDict

    from incidents.public.filters import Filters

    return Filters.read(QueryDict(urlencode(pairs)))


def listed(pairs: Pairs, *more: tuple[str, str]) -> Question:
    """A page of the timeline, which shows the newest entry of its filter."""
    filters = _filters(pairs)
    newest = filters.page().only("incident")[:1]
    holds = newest[0].incident if newest else ""
    return Question(f"/{filters.address()}", peers(pairs, *more), holds)


def requests() -> Iterator[Request]:
    from incidents.record.models import Entry

    # Ids are random, so the first of them are a fair sample.
    fields = ("incident", "slug", "kind", "standing", "first_day", *COLUMNS.values())
    sample = list(Entry.objects.order_by("incident").only(*fields)[:SAMPLE])
    chance = random.Random(5)  # noqa: S311

    yield Request("newest page", [listed([])], most=1.5, least=40)
    yield Request("newest page, compressed", [Question("/")], zipped=True)
    three = _narrow(sample)
    yield Request("kind, place and period", [listed(pairs) for pairs in three], most=2.5)
    yield Request("broad filter", [listed([_broad(sample)])], most=2.5, least=50)
    actor = _frequent(sample, "actors")[0]
    yield Request("an actor", [listed([("actor", actor)])], most=2.5)
    chosen = [listed(_some(chance, chance.choice(sample))) for _ in range(FILTERS)]
    # The peer keeps nothing between two of them, and takes minutes for all.
    first = [replace(one, peer="") for one in chosen]
    yield Request("random filters, cold", first, cold=True)
    yield Request("random filters, warm", chosen, most=2.5, least=20)
    year = [("from", "2023-01-01"), ("to", "2023-12-31")]
    with_days = listed(year, ("_facet_date", "first_day"))
    yield Request("all facets and histogram of a year", [with_days], most=2.5)
    common, narrow = _words()
    for name, words, least in (("common word", common, 40), ("narrow word", narrow, None)):
        found = [listed([("q", word)]) for word in words]
        yield Request(f"{name}, cold", found, cold=True)
        yield Request(f"{name}, warm", found, most=2.5, least=least)
    yield _deep()
    pages = [
        Question(
            f"/incidents/{one.incident}/{quote(one.slug)}/", f"{PEER}/{one.incident}", one.incident
        )
        for one in sample[:PAGE]
    ]
    yield Request("incident page", pages, least=8)
    region = _frequent(sample, "places", skip=1)[0]
    yield Request("territory of a region", [Question(f"/territory/?place={region}", holds=region)])
    yield Request("map", [Question("/map/", holds="<svg")])
    known = quote(f"{sorted(one.first_day for one in sample)[len(sample) // 2]}T12:00Z")
    yield Request("known at a moment", [Question(f"/?known={known}", holds="/incidents/")])
    yield Request("304 of the newest page", [Question("/")], again=True)
    yield Request("feed", [Question("/incidents.atom", holds="<entry>")])
    day, claims = _since("claim_count", CSV_ROWS)
    peer = f"/bench/claims.csv?_stream=on&day__gte={day}"
    yield Request("CSV", [Question(f"/incidents.csv?from={day}", peer, str(claims))], file=True)
    day, entries = _since("1", MAPPED)
    mapped = Question(f"/incidents.geojson?from={day}", holds=str(entries))
    yield Request("GeoJSON", [mapped], file=True)


def _frequent(sample: Iterable["Entry"], field: str, skip: int = 0) -> list[str]:
    """Values of an array, the most frequent first; `skip` leading elements of each are left out."""
    counted = Counter(value for entry in sample for value in getattr(entry, field)[skip:])
    return [value for value, _ in counted.most_common()]


def _broad(sample: Sequence["Entry"]) -> tuple[str, str]:
    """The filter that leaves nearest to 60 % of the entries."""
    shares = Counter(pair for entry in sample for pair in _pairs(entry))
    return min(shares, key=lambda pair: (abs(shares[pair] / len(sample) - 0.6), pair))


def _pairs(entry: "Entry") -> Iterator[tuple[str, str]]:
    """Each filter of one value under which an entry falls."""
    for key, column in COLUMNS.items():
        values = getattr(entry, column)
        yield from ((key, value) for value in ([values] if isinstance(values, str) else values))


def _kind_place_period(entry: "Entry") -> Pairs:
    place = [("place", entry.places[-1])] if entry.places else []
    return (("kind", entry.kind), *place, *_around(entry.first_day, 90))


def _narrow(sample: Sequence["Entry"]) -> list[Pairs]:
    """Kind, place and period of some 0.1 % of all entries: they fill a page of 100,000. A page with
    fewer had more of them in a greater record, and were another page."""
    from incidents.record.models import Entry

    wanted = Entry.objects.count() / 1_000
    # Of a record of twins, those of one incident stand next to each other.
    asked = list(dict.fromkeys(map(_kind_place_period, sample)))[:100]
    return sorted(asked, key=lambda pairs: abs(_filters(pairs).entries().count() - wanted))[:10]


def _some(chance: random.Random, entry: "Entry") -> list[tuple[str, str]]:
    """One to three filters under which `entry` falls, each of another key; or a period too."""
    pairs = list(_pairs(entry))
    chance.shuffle(pairs)
    chosen = list(dict(pairs).items())[: chance.randint(1, 3)]
    wide = chance.choice([0, 0, 0, 30, 365])
    return [*chosen, *(_around(entry.first_day, wide) if wide else [])]


def _around(day: date, days: int) -> list[tuple[str, str]]:
    apart = timedelta(days)
    return [("from", str(day - apart)), ("to", str(day + apart))]


def _words() -> tuple[list[str], list[str]]:
    """Terms in nearest to 40 % of the entries, and terms in some 0.1 % of a sample."""
    from django.db import connection

    from incidents.terms import terms

    with connection.cursor() as cursor:
        cursor.execute(
            "select word, ndoc from ts_stat(format("
            "'select search from incidents_entry order by incident limit %%s', %s::int))",
            [SAMPLE],
        )
        shares = {word: found / SAMPLE for word, found in cursor.fetchall()}
    # What is asked for is made a term once more.
    asked = sorted(word for word in shares if len(word) > 3 and terms(word) == [word])
    common = sorted(asked, key=lambda word: abs(shares[word] - 0.4))[:WORDS]
    narrow = sorted(asked, key=lambda word: abs(shares[word] - 0.001))[:WORDS]
    return common, narrow


def _deep() -> Request:
    from incidents.public.filters import Cursor
    from incidents.record.models import Entry

    pages = min(DEEP, Entry.objects.count() // PAGE - 2)
    newest = Entry.objects.newest("at").only("at", "incident")
    before, first = newest[pages * PAGE - 1 : pages * PAGE + 1]
    ours = f"/?after={Cursor(before.at, before.incident)}"
    cursor = f"{tilde(f'{before.at:%Y-%m-%d %H:%M:%S}')},{before.incident}"
    question = Question(ours, peers([], ("_next", cursor)), first.incident, beside="/")
    return Request(f"page {pages:,}", [question])


def _since(number: str, wanted: int) -> tuple[date, int]:
    """The last day from which on entries have `wanted` or more of `number`, and how many; or the
    first day of all."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "with days as (select last_day as day, sum(sum("  # noqa: S608
            f"{number})) over (order by last_day desc) as so_far"
            " from incidents_entry group by last_day)"
            " select day, so_far from days"
            " order by so_far < %s, case when so_far < %s then -so_far else so_far end limit 1",
            [wanted, wanted],
        )
        day, found = cursor.fetchone()
    return day, int(found)


def main() -> None:
    import django

    django.setup()
    json.dump([asdict(one) for one in requests()], sys.stdout, ensure_ascii=False, indent=1)


if __name__ == "__main__":
    main()
