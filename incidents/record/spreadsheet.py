"""The lines of an incident in the table that readers take away: one a claim.

The columns of the incident are repeated in each line. All but the site's own address is known when
a version is published, so its lines are made once (EntryLines), with SITE where that address goes.
"""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import cast

from incidents.record.document import ClaimDocument, Document, instant
from incidents.record.models import Version
from incidents.record.standing import Told, standing, told

Cell = str | int | float | None

# Scheme, host and slash of the site's address; in the bytes of lines a 0xFF, which no UTF-8 has.
SITE = "\udcff"
SITE_BYTE = b"\xff"

# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = frozenset("=+-@\t\r")

PLACE = ("place_id", "place", "place_path", "place_precision", "latitude", "longitude")
NUMBER = ("low", "high", "qualifier", "word", "unit", "group", "basis", "subset_of")
CONTROL = ("control_status", "control_place_id", "control_place", "control_side")
SPEAKER = ("speaker_id", "speaker", "speaker_role", "speaker_side", "speaker_organisation")
SAID = ("said_at", "said_precision", "said_zone")
COLUMNS = (
    *("incident_id", "incident_url", "version", "version_serial", "version_sha256"),
    *("version_url", "changed_at"),
    *("title", "kind", "standing", "earliest", "latest", "precision", "zone"),
    *PLACE,
    *("claim_id", "claim_url", "question", "stance", "answer"),
    *NUMBER,
    *CONTROL,
    *("verification", "accused"),
    *SPEAKER,
    *("attribution", "channel"),
    *SAID,
    *("as_of", "as_of_precision", "known_at", "source_ids"),
)


def lines(version: Version, document: Document, standing: str, claims: list[Told]) -> bytes:
    """UTF-8 with a SITE_BYTE wherever the site's address belongs. `claims` are those known by then.

    Of a claim that is not among them not even the id is told.
    """
    untold = {claim["id"] for claim in document["claims"]} - {one.claim["id"] for one in claims}
    first = written([_incident(version, document, standing)]).removesuffix("\r\n")
    text = StringIO()
    write = csv.writer(text).writerow
    for one in claims:
        text.write(f"{first},")
        write(_inert(_claim(document, one, untold)))
    return text.getvalue().encode(errors="surrogateescape")


def lines_now(version: Version) -> bytes:
    """With all claims of a live version, whether an entry shows it or a newer one does."""
    document = cast(Document, version.document)
    claims = told(document)
    return lines(version, document, standing(claims, document["actors"]), claims)


def written(table: Iterable[Iterable[Cell]]) -> str:
    text = StringIO()
    csv.writer(text).writerows(map(_inert, table))
    return text.getvalue()


def _inert(row: Iterable[Cell]) -> list[Cell]:
    """No text that a spreadsheet takes for a formula; numbers stay numbers, below zero too."""
    return [f"'{cell}" if isinstance(cell, str) and cell[:1] in _FORMULA else cell for cell in row]


def _incident(version: Version, document: Document, standing: str) -> list[Cell]:
    incident = document["incident"]
    address = f"{SITE}incidents/{incident['id']}/"
    return [
        incident["id"],
        address,
        version.number,
        version.serial,
        version.sha256,
        f"{address}v/{version.number}/",
        instant(version.published_at),
        incident["title"],
        incident["kind"],
        standing,
        incident["earliest"],
        incident["latest"],
        incident["precision"],
        incident["zone"],
        *_place(document),
    ]


def _place(document: Document) -> list[Cell]:
    incident = document["incident"]
    if (key := incident["place"]) is None:
        return [None] * len(PLACE)
    place = document["places"][key]
    path = " › ".join(document["places"][above]["name"] for above in place["path"])
    spot = [place["latitude"], place["longitude"]]
    return [key, place["name"], path, incident["place_precision"], *spot]


def _claim(document: Document, one: Told, untold: set[str]) -> Iterator[Cell]:
    claim = one.claim
    statement = document["statements"][claim["statement"]]
    body, accused = one.actor["organisation"], claim["accused"]
    yield from (claim["id"], f"{SITE}claims/{claim['id']}/")
    yield from (claim["question"], claim["stance"], claim["text"])
    yield from _number(claim, untold)
    yield from _control(document, claim)
    yield claim["verification"]
    yield document["actors"][accused]["name"] if accused else None
    yield from (one.speaker, one.actor["name"], statement["role"], one.side)
    yield document["actors"][body]["name"] if body else None
    yield from (statement["attribution"], statement["channel"])
    if statement["said_at"] is None:
        yield from [None] * len(SAID)
    else:
        yield from (statement["said_at"], statement["said_precision"], statement["zone"])
    yield claim["as_of"]
    yield claim["as_of_precision"] if claim["as_of"] else None
    yield claim["known_at"]
    yield " ".join(dict.fromkeys(citation["source"] for citation in claim["citations"]))


def _number(claim: ClaimDocument, untold: set[str]) -> list[Cell]:
    if (number := claim["number"]) is None:
        return [None] * len(NUMBER)
    figure: list[Cell] = [number["low"], number["high"], number["qualifier"], number["word"]]
    whole = None if number["subset_of"] in untold else number["subset_of"]
    return [*figure, number["unit"], number["group"], number["basis"], whole]


def _control(document: Document, claim: ClaimDocument) -> list[Cell]:
    if (control := claim["control"]) is None:
        return [None] * len(CONTROL)
    place = document["places"][control["place"]]
    return [control["status"], control["place"], place["name"], control["side"]]
