"""A table of claims as CSV: one row a claim, with the columns of its incident repeated."""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO

from incidents.public.exported import (
    ExportedClaim,
    ExportedControl,
    ExportedControlClaim,
    ExportedIncident,
    ExportedPlace,
    ExportedSpeaker,
    Said,
)
from incidents.record.document import NumberDocument

Cell = str | int | float | None

# Without it Excel reads UTF-8 as the code page of its country, and Cyrillic turns to rubbish.
BYTE_ORDER_MARK = "\ufeff"

# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

_PLACE = ("place_id", "place", "place_path", "place_precision", "latitude", "longitude")
_NUMBER = ("low", "high", "qualifier", "word", "unit", "group", "basis", "subset_of")
_CONTROL = ("control_status", "control_place_id", "control_place", "control_side")
_SPEAKER = ("speaker_id", "speaker", "speaker_role", "speaker_side", "speaker_organisation")
_SAID = ("said_at", "said_precision", "said_zone")
COLUMNS = (
    *("incident_id", "incident_url", "version", "version_serial", "version_sha256"),
    *("version_url", "changed_at"),
    *("title", "kind", "standing", "earliest", "latest", "precision", "zone"),
    *_PLACE,
    *("claim_id", "claim_url", "question", "stance", "answer"),
    *_NUMBER,
    *_CONTROL,
    *("verification", "accused"),
    *_SPEAKER,
    *("attribution", "channel"),
    *_SAID,
    *("as_of", "as_of_precision", "known_at", "source_ids"),
)


CONTROL_COLUMNS = (
    *("claim_id", "claim_url", "incident_id", "incident_url"),
    *("version", "version_serial", "version_url"),
    *_CONTROL,
    *("control_place_path", "stance", "answer"),
    *_SPEAKER,
    "attribution",
    *("about", "about_precision", "about_zone"),
    *_SAID,
    *("known_at", "source_ids"),
)


def spreadsheet(incidents: Iterable[ExportedIncident]) -> Iterator[str]:
    """The parts of the file, one for each incident."""
    yield BYTE_ORDER_MARK + _lines([COLUMNS])
    for incident in incidents:
        first = _incident(incident)
        yield _lines([*first, *_claim(claim)] for claim in incident["claims"])


def control_spreadsheet(claims: Iterable[ExportedControlClaim]) -> Iterator[str]:
    """The same of claims on who holds a place, one part for each."""
    yield BYTE_ORDER_MARK + _lines([CONTROL_COLUMNS])
    for claim in claims:
        yield _lines([_control_row(claim)])


def _control_row(one: ExportedControlClaim) -> list[Cell]:
    claim, version, about = one["claim"], one["version"], one["about"]
    return [
        claim["id"],
        claim["url"],
        one["incident"],
        one["incident_url"],
        version["number"],
        version["serial"],
        version["url"],
        *_control(claim["control"]),
        " › ".join(above["name"] for above in one["path"]),
        claim["stance"],
        claim["text"],
        *_speaker(claim["speaker"]),
        claim["attribution"],
        about["at"],
        about["precision"],
        about["zone"],
        *_said(claim["said"]),
        claim["known_at"],
        " ".join(dict.fromkeys(citation["source"] for citation in claim["citations"])),
    ]


def _lines(table: Iterable[Iterable[Cell]]) -> str:
    lines = StringIO()
    csv.writer(lines).writerows([_inert(cell) for cell in row] for row in table)
    return lines.getvalue()


def _inert(cell: Cell) -> Cell:
    """A text that no spreadsheet takes for a formula; numbers stay numbers, below zero too."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _incident(incident: ExportedIncident) -> list[Cell]:
    version, happened = incident["version"], incident["happened"]
    return [
        incident["id"],
        incident["url"],
        version["number"],
        version["serial"],
        version["sha256"],
        version["url"],
        version["published_at"],
        incident["title"],
        incident["kind"],
        incident["standing"],
        happened["earliest"],
        happened["latest"],
        happened["precision"],
        happened["zone"],
        *_place(incident["place"]),
    ]


def _place(place: ExportedPlace | None) -> list[Cell]:
    if place is None:
        return [None] * len(_PLACE)
    path = " › ".join(above["name"] for above in place["path"])
    spot = [place["latitude"], place["longitude"]]
    return [place["id"], place["name"], path, place["precision"], *spot]


def _claim(claim: ExportedClaim) -> list[Cell]:
    as_of, accused = claim["as_of"], claim["accused"]
    return [
        claim["id"],
        claim["url"],
        claim["question"],
        claim["stance"],
        claim["text"],
        *_number(claim["number"]),
        *_control(claim["control"]),
        claim["verification"],
        accused["name"] if accused else None,
        *_speaker(claim["speaker"]),
        claim["attribution"],
        claim["channel"],
        *_said(claim["said"]),
        as_of["at"] if as_of else None,
        as_of["precision"] if as_of else None,
        claim["known_at"],
        " ".join(dict.fromkeys(citation["source"] for citation in claim["citations"])),
    ]


def _number(number: NumberDocument | None) -> list[Cell]:
    if number is None:
        return [None] * len(_NUMBER)
    figure: list[Cell] = [number["low"], number["high"], number["qualifier"], number["word"]]
    return [*figure, number["unit"], number["group"], number["basis"], number["subset_of"]]


def _control(control: ExportedControl | None) -> list[Cell]:
    if control is None:
        return [None] * len(_CONTROL)
    place = control["place"]
    return [control["status"], place["id"], place["name"], control["side"]]


def _speaker(speaker: ExportedSpeaker) -> list[Cell]:
    body = speaker["organisation"]
    whole: list[Cell] = [speaker["id"], speaker["name"], speaker["role"], speaker["side"]]
    return [*whole, body["name"] if body else None]


def _said(said: Said | None) -> list[Cell]:
    return [said["at"], said["precision"], said["zone"]] if said else [None] * len(_SAID)
