"""results.md, written from what the parts of make bench have found: figures beside their targets.

A target that was not measured says so; nothing that was missed is left out.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

from bench.growth import LIMITS, tenfold
from bench.rows import Row

Found = Mapping[str, Any]  # of one size: part -> when, load and what was found

SCRIPTS = {
    "facets": "Facets from memory",
    "templates": "Where a page's time goes",
    "search": "Search",
    "pages": "Every public page",
    "csv": "Downloads",
    "publish": "Publishing and rebuilding",
    "servers": "Servers",
}
AGAIN = "304 of the newest page"
DEEPEST = 1.2  # × the newest page
UNCHANGED = 1.5  # ms
HEADER = """# What it costs

Written by `make bench` (see [README](README.md)); the raw figures are in [results/](results/).

Four sides answered the same requests in one session, in turn:

* the **floor**: the page's own SQL by raw psycopg, prepared, and its template on ready data, its
  fifty cards with it, in one process, without HTTP; what the bitmaps choose and count is not SQL,
  and so not in it. “Kept” is what is left of the floor where the cards are kept from earlier pages,
  as those of the warm requests are: no page is made in less;
* **ours**: the server as `make demo` starts it, two workers, over HTTP, without compression, which
  the peer does not have. While nothing is published it gives the answers again that it gave before;
* **anew**: the same server, which keeps no answers (`CLAIMLINE_READY_MB=0`): what each first reader
  of a page costs, and what every reader would, if something were published all the time;
* **Datasette**: two processes behind one port (uvicorn with uvloop), immutable, over the same rows
  in SQLite, lists as JSON, FTS5 over the terms of our own search, an index for what is filtered;
  its defaults, but for suggested facets, which are off. It counts seven facets where ours counts
  eight, the histogram and the balance line.

Against the floor stand answers made anew, against Datasette those of the site as it is shipped.
Medians and 95th percentiles are of one client; “a second” is of eight. Warm means that each request
had been asked before; cold, that it was asked for the first time since the start. Datasette gives
up a facet after 200 ms, and a page after a second: “incomplete” are answers without all facets,
“failed” those with an error or without the entry that should lead the page. Targets are those set
for a million incidents.
"""


def results(found: Mapping[str, Found]) -> str:
    """`found` by size, the greatest first."""
    parts = [HEADER]
    for size, one in found.items():
        parts += _size(size, one)
    parts += _growth(found)
    return "\n".join(parts).rstrip() + "\n"


def _size(size: str, found: Found) -> Iterator[str]:
    record = found.get("record", {}).get("found", {})
    yield f"## {record.get('incidents', size):,} incidents\n" if record else f"## {size}\n"
    if record:
        yield _about(record)
    targets = [*request_targets(found), *_scripts_targets(found)]
    if targets:
        yield "### Targets\n"
        yield _table(("what", "measured", "target", ""), map(_judged, targets))
    if missing := unmeasured(found):
        yield f"**Not measured**: {'; '.join(missing)}.\n"
    if "http" in found:
        yield f"### Requests\n\n{_measured_at(found['http'])}\n"
        yield from _requests(found)
        yield from _servers(found["http"]["found"]["servers"])
    for name, title in SCRIPTS.items():
        if name in found:
            yield f"### {title}\n\n`bench/{name}.py`. {_measured_at(found[name])}\n"
            yield from _rows(found[name]["found"])


def _about(record: Mapping[str, Any]) -> str:
    told = dict(record)
    corpus = (
        f"{told.pop('entries'):,} of them live, {told.pop('claims'):,} claims and"
        f" {told.pop('sources'):,} sources, made with seed {told.pop('seed')};"
        f" {told.pop('bytes') / 1e9:.1f} GB in PostgreSQL."
    )
    return f"{corpus} {'; '.join(f'{key} {value}' for key, value in told.items())}.\n"


def _measured_at(part: Mapping[str, Any]) -> str:
    return f"{part['when']}, load average {part['load']:.1f} at its end."


def request_targets(found: Found) -> Iterator[Row]:
    """Ratios to the floor and to the peer, and what else the issue asks of requests over HTTP."""
    requests = by_name(found)
    floors = {one["name"]: one for one in found.get("floor", {}).get("found", [])}
    for name, one in requests.items():
        ours, peer = one["ours"], one.get("peer", {})
        if one["most"] and name in floors:
            ratio = one["anew"]["p50"] / floors[name]["floor"]
            yield Row(f"{name}, made anew, p50 against its floor", "×", ratio, most=one["most"])
        if one["least"] and peer.get("rate"):
            ratio = ours["rate"] / peer["rate"]
            what = f"{name}, requests a second against Datasette"
            yield Row(what, "×", ratio, least=one["least"])
    for name, one in requests.items():
        if beside := one.get("beside"):
            ratio = one["anew"]["p50"] / beside["p50"]
            yield Row(f"{name}, made anew, p50 against the newest page", "×", ratio, most=DEEPEST)
    if AGAIN in floors:
        yield Row(f"{AGAIN}, in process", "ms", floors[AGAIN]["ours"], most=UNCHANGED)


def unmeasured(found: Found) -> list[str]:
    """What has a target, or a script of its own, and no figure."""
    floors = {one["name"] for one in found.get("floor", {}).get("found", [])}
    requests = by_name(found)
    return [
        *(["requests over HTTP"] if not requests else []),
        *(
            f"the floor of {name}"
            for name, one in requests.items()
            if one["most"] and name not in floors
        ),
        *(
            f"{name} by Datasette"
            for name, one in requests.items()
            if one["least"] and "peer" not in one
        ),
        *(
            f"bench/{name}.py"
            for name in SCRIPTS
            if "rows" not in found.get(name, {}).get("found", {})
        ),
    ]


def by_name(found: Found) -> dict[str, Any]:
    """The requests of a session, in the order in which they were measured."""
    return {one["name"]: one for one in found.get("http", {}).get("found", {}).get("requests", [])}


def _scripts_targets(found: Found) -> Iterator[Row]:
    for name in SCRIPTS:
        rows = found.get(name, {}).get("found", {}).get("rows", [])
        yield from (row for row in (Row(**one) for one in rows) if row.met is not None)


def _judged(row: Row) -> Sequence[str]:
    words = {True: "met", False: "**missed**", None: ""}
    target = f"≤ {row.most:,g}" if row.most is not None else f"≥ {row.least:,g}"
    return row.what, f"{figure(row.value)} {row.unit}", f"{target} {row.unit}", words[row.met]


def _requests(found: Found) -> Iterator[str]:
    floors = {one["name"]: one for one in found.get("floor", {}).get("found", [])}
    lists = {name: one for name, one in by_name(found).items() if not one["file"]}
    files = {name: one for name, one in by_name(found).items() if one["file"]}
    heads = (
        *("request", "floor, ms", "kept", "anew, p50", "p95", "× floor", "× kept", "a second"),
        *("ours, p50", "p95", "a second"),
        *("Datasette, p50", "p95", "a second", "× Datasette, anew", "× Datasette, ours"),
        *("incomplete", "failed"),
    )
    rows = (_request(name, one, floors.get(name)) for name, one in lists.items())
    yield _table(heads, rows)
    of_files = (
        "file",
        "ours, s",
        "lines a second",
        "Datasette, s",
        "lines a second",
        "× Datasette",
        "failed",
    )
    if files:
        yield _table(of_files, (_file(name, one) for name, one in files.items()))
    wrong = [
        f"{name} ({_failed(one['ours'])}; anew {_failed(one['anew'])})"
        for name, one in by_name(found).items()
        if _bad(one)
    ]
    if wrong:
        yield f"**Ours failed**: {'; '.join(wrong)}.\n"


def _request(name: str, one: Mapping[str, Any], floor: Mapping[str, Any] | None) -> Sequence[str]:
    ours, anew, peer = one["ours"], one["anew"], one.get("peer", {})
    return (
        name,
        figure(floor["floor"] if floor else None),
        figure(floor["kept"] if floor else None),
        figure(anew.get("p50")),
        figure(anew.get("p95")),
        figure(anew["p50"] / floor["floor"] if floor else None),
        figure(anew["p50"] / floor["kept"] if floor else None),
        figure(anew.get("rate")),
        figure(ours.get("p50")),
        figure(ours.get("p95")),
        figure(ours.get("rate")),
        figure(peer.get("p50")),
        figure(peer.get("p95")),
        figure(peer.get("rate")),
        figure(anew["rate"] / peer["rate"] if peer.get("rate") else None),
        figure(ours["rate"] / peer["rate"] if peer.get("rate") else None),
        f"{peer['incomplete']} of {peer['asked']}" if peer else "",
        _failed(peer) if peer else "",
    )


def _bad(one: Mapping[str, Any]) -> bool:
    return any(one[side]["bad"] or one[side]["bad_of_many"] for side in ("ours", "anew"))


def _failed(side: Mapping[str, Any]) -> str:
    alone = f"{side['bad']} of {side['asked']}"
    return f"{alone}; {side['bad_of_many']} of {side['many']}" if side["bad_of_many"] else alone


def _file(name: str, one: Mapping[str, Any]) -> Sequence[str]:
    ours, peer = one["ours"], one.get("peer", {})
    return (
        name,
        figure(ours["p50"] / 1e3),
        figure(ours["rate"]),
        figure(peer["p50"] / 1e3 if peer else None),
        figure(peer.get("rate")),
        figure(ours["rate"] / peer["rate"] if peer else None),
        _failed(peer) if peer else "",
    )


def _servers(servers: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    heads = ("server", "ready after, s", "peak memory, MB", "shared counted once, MB")
    names = {"ours": "ours", "anew": "anew", "peer": "Datasette"}
    yield _table(
        heads,
        (
            (names[side], figure(one["started"]), figure(one["peak"]), figure(one["now"]))
            for side, one in servers.items()
        ),
    )


def _rows(found: Mapping[str, Any]) -> Iterator[str]:
    if "failed" in found:
        yield f"It failed: {found['failed']}\n"
        return
    rows = (Row(**one) for one in found["rows"])
    yield _table(
        ("what", "measured"), ((row.what, f"{figure(row.value)} {row.unit}") for row in rows)
    )


def _growth(found: Mapping[str, Found]) -> Iterator[str]:
    parts = (
        one["growth"]["found"] | one["record"]["found"] for one in found.values() if "growth" in one
    )
    steps = sorted(parts, key=itemgetter("incidents"))
    if not steps:
        return
    yield "## Growth\n\nBy how much ten times the record multiplies the median of a request that is"
    yield "made anew, both records asked in turn. The plot is of the medians above.\n"
    yield "![Median time of requests by the size of the record](growth.svg)\n"
    heads = (f"{step['from']:,} → {step['incidents']:,}" for step in steps)
    rows = (_grown(name, most, steps) for name, most in LIMITS.items())
    yield _table(("request", *heads, "target", ""), rows)


def _grown(name: str, most: float, steps: Sequence[Mapping[str, Any]]) -> Sequence[str]:
    ratios = []
    for step in steps:
        median = step["requests"][name]
        before, after = (step["from"], median["smaller"]), (step["incidents"], median["this"])
        ratios.append(tenfold(before, after))
    judged = "met" if max(ratios) <= most else "**missed**"
    return name, *map(figure, ratios), f"≤ {most:g}", judged


def figure(value: float | None) -> str:
    """Three significant figures; "" for none."""
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    ruler = ["---", *("---:" for _ in heads[1:])]
    lines = [heads, ruler, *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"
