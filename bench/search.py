"""Searches: all facets of what is found, cold and warm, and beside them PostgreSQL's own search.

The words come from the titles of the record: common, middling and rare ones, two together, side by
side in quotes, excluded, offered as an alternative, written with a hyphen, and nonsense. Cold is a
worker that has not been asked for any of them yet; PostgreSQL's caches are warm.
"""

import os
import random
import re
import sys
from collections import Counter
from collections.abc import Callable
from time import perf_counter, sleep

import django
from django.conf import settings
from django.db import OperationalError, connection
from django.http import QueryDict

from bench.rows import Row, percentile, tell

_EACH = 10  # searches of each sort
_BY_SQL = 8  # of all sorts, asked of PostgreSQL too
_PATIENCE = 3_000  # milliseconds for PostgreSQL's answer
_SAMPLE = 4_000
_WORD = re.compile(r"[^\W_]+")


def searches() -> list[str]:
    from incidents.record.models import Entry
    from incidents.record.postings import keys_of
    from incidents.terms import term

    chance = random.Random(5)  # noqa: S311
    serials = list(Entry.objects.order_by("serial").values_list("serial", flat=True))
    sample = chance.sample(serials, min(_SAMPLE, len(serials)))
    rows = list(Entry.objects.filter(serial__in=sample).values_list("title", "search"))
    having = Counter(key for _, search in rows for key in keys_of(search))
    titles = [[word for word in _WORD.findall(title) if term(word)] for title, _ in rows]
    words = sorted({word for title in titles for word in title})

    def some(least: float, most: float) -> Callable[[], str]:
        found = [w for w in words if least <= having[term(w)] / len(rows) <= most]
        return lambda: chance.choice(found)

    def side_by_side(number: int) -> str:
        title = chance.choice([title for title in titles if len(title) >= number])
        start = chance.randrange(len(title) - number + 1)
        return '"' + " ".join(title[start : start + number]) + '"'

    common, middling, rare = some(0.15, 1), some(0.005, 0.05), some(0, 0.001)
    sorts: list[Callable[[], str]] = [
        common,
        middling,
        rare,
        lambda: f"{common()} {middling()}",
        lambda: f"{common()} {common()}",
        lambda: f"{common()} -{middling()}",
        lambda: f"{middling()} or {rare()}",
        lambda: side_by_side(2),
        lambda: side_by_side(3),
        lambda: f'"{common()} {common()}"',
        lambda: chance.choice(["S-300", "С-300", "X-22", "Shahed-136", "Іскандер-М"]),
        lambda: f"nowhere{chance.randrange(1000)}",
    ]
    found = [one() for one in sorts for _ in range(_EACH)]
    chance.shuffle(found)
    return found


def timed(words: str) -> tuple[float, int]:
    """Milliseconds for all facets with their names, and how many are found.

    The record clock, which an answer asks once for all its parts, is asked before.
    """
    from incidents.public.asked import answer_at
    from incidents.public.facets import count
    from incidents.public.filters import Filters
    from incidents.record.models import Version

    query = QueryDict(mutable=True)
    query["q"] = words
    filters = Filters.read(query)
    with answer_at(Version.objects.now()):
        start = perf_counter()
        counted = count(filters, set())
        took = (perf_counter() - start) * 1000
    assert counted.balance is not None
    return took, counted.balance.incidents


def found_in(words: str) -> float:
    """Milliseconds for the set alone, of a process that was not asked yet."""
    from incidents.public import index, wanted
    from incidents.record.search import Wanted

    bitmaps = index.current()
    assert bitmaps
    wanted.forget()
    start = perf_counter()
    wanted.matching(bitmaps, Wanted.read(words))
    return (perf_counter() - start) * 1000


def by_sql(words: str) -> tuple[float, int | None]:
    """The same of PostgreSQL; None where it takes too long."""
    settings.BITMAPS = False
    try:
        return timed(words)
    except OperationalError:
        return _PATIENCE, None
    finally:
        settings.BITMAPS = True


def main() -> None:
    os.environ["CLAIMLINE_READY_MB"] = "0"  # each answer is made anew
    django.setup()
    from incidents.public import index, wanted

    asked = searches()
    while index.current() is None:
        sleep(1)
    with connection.cursor() as cursor:
        cursor.execute(f"set statement_timeout = {_PATIENCE}")
    sets, cold, warm, sql = [], [], [], []
    wrong = []
    for number, words in enumerate(asked):
        sets.append(found_in(words))
        wanted.forget()
        took, found = timed(words)
        again, found_again = timed(words)
        cold.append(took)
        warm.append(again)
        sys.stderr.write(f"{sets[-1]:8.1f} {took:8.1f} {again:8.1f} ms {found:8} {words}\n")
        if number < _BY_SQL:
            took, expected = by_sql(words)
            sql.append(took)
            if expected is not None and expected != found:
                wrong.append(words)
        if found != found_again:
            wrong.append(words)
    tell(
        Row(f"the sets of {len(asked)} searches, cold, p50", "ms", percentile(sets, 0.5)),
        Row("the sets of these searches, cold, p95", "ms", percentile(sets, 0.95)),
        Row("facets of these searches, warm, p50", "ms", percentile(warm, 0.5)),
        Row("facets of these searches, warm, p95", "ms", percentile(warm, 0.95), most=12),
        Row("facets of these searches, cold, p50", "ms", percentile(cold, 0.5)),
        Row("facets of these searches, cold, p95", "ms", percentile(cold, 0.95), most=100),
        Row(f"facets of {len(sql)} of them by SQL, p50", "ms", percentile(sql, 0.5)),
        Row(f"facets of {len(sql)} of them by SQL, p95", "ms", percentile(sql, 0.95)),
    )
    if wrong:
        raise SystemExit(f"Counted wrongly: {wrong}")


if __name__ == "__main__":
    main()
