"""The table of claims as it is downloaded, and the same made of what the JSON download says."""

import csv
import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

from django.test import Client

from incidents.record.spreadsheet import COLUMNS


def table(client: Client, **query: str) -> str:
    response = client.get("/incidents.csv", query)
    assert response.status_code == 200
    return bytes(response.getvalue()).decode()


def from_the_list(client: Client, **query: str) -> str:
    """The same table, made of what the JSON download says."""
    response = client.get("/incidents.json", query)
    incidents = json.loads(response.getvalue())["incidents"]
    text = StringIO()
    csv.writer(text).writerows(
        [COLUMNS, *(map(inert, row) for incident in incidents for row in rows_of(incident))]
    )
    return "\ufeff" + text.getvalue()


def inert(cell: Any) -> Any:
    risky = isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{cell}" if risky else cell


def rows_of(incident: dict[str, Any]) -> Iterator[list[Any]]:
    version, happened, place = incident["version"], incident["happened"], incident["place"]
    first = [
        incident["id"],
        incident["url"],
        *(version[key] for key in ("number", "serial", "sha256", "url", "published_at")),
        *(incident[key] for key in ("title", "kind", "standing")),
        *(happened[key] for key in ("earliest", "latest", "precision", "zone")),
        *cells(place, "id", "name"),
        " › ".join(above["name"] for above in place["path"]) if place else None,
        *cells(place, "precision", "latitude", "longitude"),
    ]
    for claim in incident["claims"]:
        control, speaker = claim["control"], claim["speaker"]
        yield [
            *first,
            *(claim[key] for key in ("id", "url", "question", "stance", "text")),
            *cells(claim["number"], "low", "high", "qualifier", "word"),
            *cells(claim["number"], "unit", "group", "basis", "subset_of"),
            *cells(control, "status"),
            *cells(control and control["place"], "id", "name"),
            *cells(control, "side"),
            claim["verification"],
            *cells(claim["accused"], "name"),
            *cells(speaker, "id", "name", "role", "side"),
            *cells(speaker["organisation"], "name"),
            *(claim[key] for key in ("attribution", "channel")),
            *cells(claim["said"], "at", "precision", "zone"),
            *cells(claim["as_of"], "at", "precision"),
            claim["known_at"],
            " ".join(dict.fromkeys(citation["source"] for citation in claim["citations"])),
        ]


def cells(part: dict[str, Any] | None, *keys: str) -> list[Any]:
    return [part[key] if part else None for key in keys]
