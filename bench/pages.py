"""Each public page in process, and its SQL alone: `python -m bench.pages`.

Busy ones and quiet ones, first pages and deep ones, of the record that the site is configured for.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import django

ROUNDS = 15
MOST_MS = 100  # of any page

Statement = tuple[str, Any]


def main() -> None:
    os.environ["CLAIMLINE_READY_MB"] = "0"  # each answer is made anew
    django.setup()

    from django.conf import settings

    from bench.rows import Row, percentile, tell

    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    for name, address in _addresses():
        page, sql = _measured(address)
        tell(
            Row(f"{name}, p50", "ms", percentile(page, 0.5), most=MOST_MS),
            Row(f"{name}, p95", "ms", percentile(page, 0.95)),
            Row(f"{name}, its SQL alone, p50", "ms", percentile(sql, 0.5)),
        )


def _addresses() -> Iterator[tuple[str, str]]:
    """What it is, and where."""
    from django.db.models import Sum
    from django.urls import reverse

    from incidents.public.filters import Cursor
    from incidents.record.models import (
        Entry,
        EntryClaim,
        RecordCount,
        RecordSource,
        Version,
    )

    def of(what: str, place: float) -> str:
        """The id at this place among all, as a share: those with the most come first."""
        ids = RecordCount.objects.filter(what=what).values("of").annotate(n=Sum("number"))
        ranked = ids.order_by("-n", "of").values_list("of", flat=True)
        return str(ranked[int((ranked.count() - 1) * place)])

    newest, clock = Entry.objects.order_by("-at")[0], Version.objects.clock()
    busy, quiet = of(RecordCount.What.SPEAKS, 0), of(RecordCount.What.SPEAKS, 0.5)
    claims = EntryClaim.objects.filter(speaker=busy).order_by("-known_at", "-claim")
    middle = claims[claims.count() // 2]
    reports = RecordSource.objects.order_by("-published_at", "-id")
    report = reports[reports.count() // 2]
    outlet = of(RecordCount.What.REPORTED, 0)
    country = of(RecordCount.What.INCIDENTS, 0)
    small = of(RecordCount.What.INCIDENTS, 0.5)
    region = (
        RecordCount.objects.filter(of=country, what=RecordCount.What.CONTROL)
        .order_by("-number")[0]
        .value
    )
    yield "incident", reverse("incident", args=[newest.incident, newest.slug])
    yield "its history", reverse("history", args=[newest.incident])
    yield "a busy actor", reverse("actor-id", args=[busy])
    yield (
        "its claims, deep",
        reverse("actor-id", args=[busy]) + (f"?after={Cursor(middle.known_at, middle.claim)}"),
    )
    yield "its contradictions", reverse("actor-contradictions-id", args=[busy])
    yield "a quiet actor", reverse("actor-id", args=[quiet])
    yield "a country", reverse("place-id", args=[country])
    yield "a region", reverse("place-id", args=[region])
    yield "a small place", reverse("place-id", args=[small])
    yield "changes", reverse("changes")
    yield "changes, deep", reverse("changes") + f"?before={clock // 2}"
    yield "changes of a kind", reverse("changes") + "?kind=strike"
    yield "changes of a rare kind", reverse("changes") + "?kind=assassination"
    yield "changes in a small place", reverse("changes") + f"?place={small}"
    yield "withdrawals", reverse("changes") + "?change=withdrawn"
    yield "changes feed", reverse("changes-atom")
    yield "sources", reverse("sources")
    yield "sources, deep", reverse("sources") + f"?after={Cursor(report.published_at, report.id)}"
    yield "a source", reverse("source", args=[newest.sources[0]])
    yield "a publisher", reverse("publisher-id", args=[outlet])
    yield "territory", reverse("territory")
    yield "territory of a region", reverse("territory") + f"?place={region}"
    yield "API, incidents", reverse("api-incidents")
    yield "API, claims", reverse("api-claims")
    yield (
        "API, claims deep",
        reverse("api-claims") + (f"?after={Cursor(middle.known_at, middle.claim)}"),
    )
    yield "API, claims of a busy actor", reverse("api-claims") + f"?actor={busy}"
    yield "API, claims in a small place", reverse("api-claims") + f"?place={small}"
    yield "API, sources", reverse("api-sources")
    yield "API, changes", reverse("api-changes") + f"?since={clock // 2}"
    yield "timeline as known", reverse("timeline") + "?known=2024-07-03"


def _measured(address: str) -> tuple[list[float], list[float]]:
    """Milliseconds of the page and of its statements alone, in turn."""
    from django.db import connection
    from django.test import Client

    client = Client(headers={"host": "localhost"})
    statements: list[Statement] = []

    def noted(execute: Callable[..., Any], sql: str, params: Any, *rest: Any) -> Any:
        statements.append((sql, params))
        return execute(sql, params, *rest)

    # An address without its slug leads to the page.
    chain = client.get(address, follow=True).redirect_chain
    there = chain[-1][0] if chain else address
    with connection.execute_wrapper(noted):
        response = client.get(there)
    if response.status_code != 200:
        sys.exit(f"{there}: {response.status_code}")

    def page() -> None:
        client.get(there)

    def sql() -> None:
        with connection.cursor() as cursor:
            for statement, params in statements:
                cursor.execute(statement, params)
                cursor.fetchall()

    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for one, taken in zip((page, sql), times, strict=True):
            begun = time.perf_counter()
            one()
            taken.append((time.perf_counter() - begun) * 1000)
    return times


if __name__ == "__main__":
    main()
