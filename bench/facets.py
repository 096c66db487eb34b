"""All facets, the balance and the histogram of random filters, from memory and by SQL.

    DATABASE_URL=postgresql://…/bench_100k .venv/bin/python -m bench.facets

Times are of the processor, this process's own for memory; the record clock, which an answer asks
once for all its parts, is asked before. Of SQL it is the time that the answer takes, for the work
is the server's; it is asked for some of the filters.
"""

import random
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import django

from bench.rows import Row, percentile, tell

if TYPE_CHECKING:
    from django.http import QueryDict

    from incidents.record.bitmaps import Bitmaps

FILTERS = 300
BY_SQL = 25  # of the filters, one is counted by SQL too
PAGE_SIZE = 4096

T = TypeVar("T")


def main() -> None:
    from incidents.public import grouping, tallying
    from incidents.public.asked import answer_at
    from incidents.public.filters import Filters
    from incidents.record.indexing import caught_up, from_entries, from_saved

    before = resident()
    saved, from_bytes = timed(lambda: from_saved() or from_entries())
    indexed, _ = timed(lambda: caught_up(saved))
    assert indexed is not None, "The saved bitmaps are of another record: run save_bitmaps."
    grown = resident() - before
    bitmaps = indexed.bitmaps
    memory, by_sql, ratios = [], [], []
    for number, query in enumerate(queries(bitmaps, random.Random(20220224))):  # noqa: S311
        filters = Filters.read(query)
        with answer_at(indexed.clock):
            found, seconds = timed(partial(tallying.numbers, filters, [bitmaps]))
        memory.append(seconds * 1000)
        if number % BY_SQL == 0:
            start = time.perf_counter()
            truth = grouping.numbers(filters)
            by_sql.append((time.perf_counter() - start) * 1000)
            ratios.append(by_sql[-1] / memory[-1])
            if truth.balance != found.balance:
                sys.exit(f"Not the same: {query.urlencode()}")
        sys.stderr.write(".")
    tell(
        Row(f"facets of {FILTERS} random filters, p50", "ms", percentile(memory, 0.5), most=4),
        Row(f"facets of {FILTERS} random filters, p95", "ms", percentile(memory, 0.95), most=12),
        Row("the same by SQL, p50", "ms", percentile(by_sql, 0.5)),
        Row("the same by SQL, p95", "ms", percentile(by_sql, 0.95)),
        Row("SQL against memory, median", "times", percentile(ratios, 0.5)),
        Row("bitmaps ready from what was saved", "s", from_bytes, most=1),
        Row("memory of the bitmaps", "MB", grown, most=200),
    )
    # By the clock on the wall, as it is PostgreSQL that works for most of it.
    start = time.perf_counter()
    from_entries()
    from_tables = time.perf_counter() - start
    tell(Row("bitmaps ready from the tables", "s", from_tables, most=20))


def queries(bitmaps: "Bitmaps", random: random.Random) -> Iterator["QueryDict"]:
    """One to three filters each, with values as frequent as they are in the record."""
    from django.http import QueryDict

    fields = {"kind": "kind", "place": "places", "standing": "standing", "side": "sides"}
    fields |= {"question": "questions", "actor": "actors", "publisher": "publishers"}
    weighted = {
        key: (bitmaps.fields[name].values, bitmaps.fields[name].sizes.tolist())
        for key, name in fields.items()
    }
    days = bitmaps.order.last_day[: bitmaps.order.size]
    first, last = date.fromordinal(int(days[0])), date.fromordinal(int(days[-1]))
    for _ in range(FILTERS):
        query = QueryDict(mutable=True)
        for key in random.sample([*weighted, "days"], random.randint(1, 3)):
            if key == "days":
                start = first + timedelta(random.randrange((last - first).days + 1))
                span = timedelta(random.choice([0, 7, 31, 365, 800]))
                query.update({"from": str(start), "to": str(start + span)})
            else:
                values, sizes = weighted[key]
                query.appendlist(key, random.choices(values, sizes)[0])
        yield query


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """What it gives, and the seconds of this process's time that it takes."""
    start = time.process_time()
    return work(), time.process_time() - start


def resident() -> float:
    """MB of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_SIZE / 1_000_000


if __name__ == "__main__":
    django.setup()
    main()
