"""Documents made by hand, for what is computed from them alone: no database is asked."""

from typing import Any

from incidents.record.document import Document

PRINTED = {"role": "", "figure": "", "channel": "", "scope": "", "lost_hedge": ""}


def citation(
    source: str = "S1", quote: str = "words", snapshot: str = "hash", **printed: str
) -> dict[str, Any]:
    return {"source": source, "snapshot": snapshot, "quote": quote, "printed": PRINTED | printed}


def claim(key: str, side: str = "russia", **fields: Any) -> dict[str, Any]:
    """Its speaker is of `side`, and as many of one side are one speaker."""
    return {
        "id": key,
        "side": side,
        "question": "killed",
        "stance": "asserts",
        "text": key,
        "number": None,
        "control": None,
        "verification": None,
        "accused": None,
        "as_of": None,
        "known_at": "2022-07-03T09:00:00Z",
        "citations": [citation()],
        "relations": [],
    } | fields


def people(low: int | None, high: int | None = None, qualifier: str = "exactly") -> dict[str, Any]:
    return {
        "low": low,
        "high": high,
        "qualifier": qualifier,
        "unit": "people",
        "group": "all",
        "basis": "cumulative",
        "subset_of": None,
    }


def document(*claims: dict[str, Any]) -> Document:
    sides = sorted({one["side"] for one in claims})
    snapshots = {
        "hash": {"kind": "verbatim", "language": "pt"},
        "translated": {"kind": "translation", "language": "en"},
    }
    report = {
        "snapshots": snapshots,
        "language": "pt",
        "published_at": "2022-07-03T18:30:00Z",
    }
    whole: dict[str, Any] = {
        "incident": {"language": "en"},
        "actors": {side: {"side": side, "name": side, "organisation": None} for side in sides},
        "statements": [
            {
                "speaker": side,
                "attribution": "named",
                "said_at": "2022-07-03T08:59:00Z",
                "said_precision": "minute",
                "zone": "UTC",
            }
            for side in sides
        ],
        "claims": [one | {"statement": sides.index(one["side"])} for one in claims],
        "sources": {
            one["source"]: report
            | {
                "published_precision": "minute",
                "zone": "UTC",
                "publisher": {"name": f"Outlet {one['source']}"},
            }
            for each in claims
            for one in each["citations"]
        },
    }
    return whole  # type: ignore[return-value]
