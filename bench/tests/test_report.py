from typing import Any

from bench.growth import LIMITS, drawn
from bench.report import figure, results


def side(p50: float, rate: float, **others: int) -> dict[str, float]:
    answers = {"asked": 100, "bad": 0, "incomplete": 0, "many": 500, "bad_of_many": 0}
    return {**answers, **others, "p50": p50, "p95": 2 * p50, "rate": rate}


def request(
    name: str,
    ours: dict[str, float],
    peer: dict[str, float] | None = None,
    anew: dict[str, float] | None = None,
    **targets: float,
) -> dict[str, Any]:
    one = {"name": name, "most": None, "least": None, "file": False, **targets}
    return {**one, "ours": ours, "anew": anew or ours, **({"peer": peer} if peer else {})}


def size(incidents: int, *requests: dict[str, Any], **parts: Any) -> dict[str, Any]:
    record = {
        "incidents": incidents,
        "entries": 9,
        "claims": 3,
        "sources": 2,
        "seed": 1,
        "bytes": 5e9,
    }
    servers = {"ours": {"started": 3.0, "peak": 250.0, "now": 200.0}}
    found = {"record": record, "http": {"requests": requests, "servers": servers}, **parts}
    return {
        name: {"when": "2026-11-22 20:00 UTC", "load": 0.5, "found": one}
        for name, one in found.items()
    }


def lines(report: str, begin: str) -> list[str]:
    return [line for line in report.splitlines() if line.startswith(f"| {begin}")]


def test_a_ratio_stands_beside_its_target_whether_it_was_met_or_missed() -> None:
    page = request("newest page", side(1, 400), side(200, 9), side(9, 80), most=1.5, least=40)
    floor = [{"name": "newest page", "floor": 5.0, "kept": 2.5, "ours": 8.0}]

    report = results({"1m": size(1_000_000, page, floor=floor)})

    assert lines(report, "newest page, made anew, p50 against its floor") == [
        "| newest page, made anew, p50 against its floor | 1.8 × | ≤ 1.5 × | **missed** |"
    ]
    assert lines(report, "newest page, requests a second") == [
        "| newest page, requests a second against Datasette | 44.4 × | ≥ 40 × | met |"
    ]
    assert (
        "| 5 | 2.5 | 9 | 18 | 1.8 | 3.6 | 80 | 1 | 2 | 400 | 200 | 400 | 9 | 8.89 | 44.4 |"
        in report
    )


def test_a_page_far_down_is_held_against_the_newest_that_was_asked_in_turn() -> None:
    deep = {**request("page 2,000", side(13, 300)), "beside": side(10, 400)}

    report = results({"1m": size(1_000_000, deep)})

    assert lines(report, "page 2,000, made anew, p50") == [
        "| page 2,000, made anew, p50 against the newest page | 1.3 × | ≤ 1.2 × | **missed** |"
    ]


def test_facets_that_timed_out_and_answers_that_failed_are_told() -> None:
    ours = side(9, 400, bad=1)
    peer = side(200, 9, incomplete=40, bad=3)

    report = results({"1m": size(1_000_000, request("random filters", ours, peer))})

    assert lines(report, "random filters")[0].endswith("| 40 of 100 | 3 of 100 |")
    assert "**Ours failed**: random filters (1 of 100; anew 1 of 100)." in report


def test_a_measurement_that_broke_is_not_left_out() -> None:
    rows = [{"what": "300 random filters, p95", "unit": "ms", "value": 14.0, "most": 12}]
    parts = {"search": {"failed": "no index"}, "facets": {"rows": rows}}

    report = results({"1m": size(1_000_000, **parts)})

    assert "It failed: no index" in report
    assert "; bench/templates.py; bench/search.py; bench/pages.py; " in report
    assert "| 300 random filters, p95 | 14 ms | ≤ 12 ms | **missed** |" in report


def test_a_target_without_a_figure_is_named() -> None:
    page = request("newest page", side(9, 400), most=1.5, least=40)

    report = results({"1m": size(1_000_000, page)})

    assert "**Not measured**: the floor of newest page; newest page by Datasette; " in report


def test_growth_is_by_tenfold_steps_and_the_worst_is_judged() -> None:
    def grown(step: int, smaller: float, this: float) -> dict[str, Any]:
        medians = {"smaller": smaller, "this": this}
        return {"from": step, "requests": dict.fromkeys(LIMITS, medians)}

    found = {
        "1m": size(1_000_000, request("newest page", side(15, 300)), growth=grown(100_000, 10, 15)),
        "100k": size(100_000, request("newest page", side(10, 400)), growth=grown(1_000, 10, 40)),
        "10k": size(10_000, request("newest page", side(10, 400))),
    }

    report = results(found)
    assert lines(report, "newest page | 2 |") == ["| newest page | 2 | 1.5 | ≤ 1.3 | **missed** |"]
    assert lines(report, "broad filter | 2 |") == ["| broad filter | 2 | 1.5 | ≤ 4 | met |"]
    assert drawn(found).count("<circle") == 3
    assert drawn({"1m": found["1m"]}) == ""
    assert "## Growth" not in results({"10k": found["10k"]})


def test_figures_have_three_places_and_none_is_a_blank() -> None:
    assert [figure(value) for value in (None, 0.28, 1.2345, 99.96, 260_000.4)] == [
        *("", "0.28", "1.23", "100", "260,000")
    ]
