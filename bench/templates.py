"""What the newest page costs by its parts, each on data that is ready: process time, medians.

They are measured in turn, so that other work on the machine meets them all. What the database does
meanwhile is not in it.
"""

import os
import time
import zlib
from collections.abc import Callable
from statistics import median
from typing import Any, cast
from unittest.mock import patch

import django
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import RequestFactory

from bench.rows import Row, tell

WARM, ROUNDS = 3, 25


def parts() -> dict[str, Callable[[], Any]]:
    # Not before Django is set up.
    from incidents.public import filtered, page, ready, timeline
    from incidents.public.cards import card_of, names_in
    from incidents.public.facets import count
    from incidents.public.filters import Filters
    from incidents.public.fragments import fragment
    from incidents.public.kept import Kept
    from incidents.public.listed import listed
    from incidents.record.models import Entry

    ask = RequestFactory(headers={"host": "localhost"}).get
    request = ask("/")
    with patch.object(filtered, "render", wraps=page.render) as render:
        response = timeline.timeline(request)
    _request, template, context = render.call_args.args
    unchanged = ask("/", headers={"if-none-match": response["ETag"]})
    filters = Filters.read(request.GET)
    entries = Entry.objects.newest("at")[: timeline.PAGE].shown()
    body = cast(HttpResponse, response).content
    cards = [card_of(entry, dated=False) for entry in entries]
    counted, density = context["counted"], context["density"]
    store: Kept[ready.Key, ready.Answer] = Kept(1_000_000)
    again = ready.ready(timeline.timeline)

    def given_again() -> None:
        with patch.object(ready, "ANSWERS", store):
            again(request)

    return {
        "304": lambda: timeline.timeline(unchanged),
        "given again": given_again,
        "whole view": lambda: timeline.timeline(request),
        "which entries, cards kept": lambda: listed(filters, timeline.PAGE + 1),
        "numbers and names of the rail": lambda: count(filters, set()),
        "whole template": lambda: render_to_string(template, context, request),
        "50 cards, rendered": lambda: [card_of(entry, dated=False) for entry in entries],
        "50 cards, kept": lambda: [
            card.filled(names) for names in [names_in(cards, counted.places)] for card in cards
        ],
        "choices of the rail": lambda: [
            fragment("_facet.html", facet=facet, number=1) for facet in counted.facets
        ],
        "histogram": lambda: fragment("_density.html", density=density, home="/"),
        "frame": lambda: render_to_string("base.html", {}, request),
        f"gzip of {len(body) // 1_000} kB": lambda: zlib.compress(body, 6),
    }


def main() -> None:
    os.environ["CLAIMLINE_READY_MB"] = "0"  # each answer is made anew
    django.setup()
    from django.conf import settings
    from django.utils import translation

    from incidents.public import index

    while index.current() is None:  # it is being read in a thread
        time.sleep(0.1)
    translation.activate(settings.LANGUAGE_CODE)  # as each request does
    measured = parts()
    times: dict[str, list[float]] = {name: [] for name in measured}
    for turn in range(WARM + ROUNDS):
        for name, part in measured.items():
            started = time.process_time()
            part()
            if turn >= WARM:
                times[name].append(1_000 * (time.process_time() - started))
    for name, taken in times.items():
        most = 1.5 if name == "304" else None
        tell(Row(f"newest page, {name}", "ms", round(median(taken), 2), most=most))


if __name__ == "__main__":
    main()
