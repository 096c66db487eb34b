"""Tables of claims as CSV: of incidents, one row a claim, and of who holds which place."""

from array import array
from collections.abc import Iterable, Iterator

from django.urls import reverse

from incidents.public.downloads import let_connections_go
from incidents.public.exported import (
    ExportedControl,
    ExportedControlClaim,
    ExportedSpeaker,
    Said,
)
from incidents.public.filters import Filters
from incidents.public.rows import rows
from incidents.record.models import EntryLines, Version
from incidents.record.sets import Numbers
from incidents.record.spreadsheet import (
    COLUMNS,
    CONTROL,
    SAID,
    SITE_BYTE,
    SPEAKER,
    Cell,
    lines,
    lines_now,
    written,
)

# Without it Excel reads UTF-8 as the code page of its country, and Cyrillic turns to rubbish.
BYTE_ORDER_MARK = "\ufeff"
CUT_SHORT = "INCOMPLETE: a fault ended this file before its last row. Please download it again.\r\n"
# Entries in memory at a time, with some 2 kB of lines each.
_BATCH = 1_000

CONTROL_COLUMNS = (
    *("claim_id", "claim_url", "incident_id", "incident_url"),
    *("version", "version_serial", "version_url"),
    *CONTROL,
    *("control_place_path", "stance", "answer"),
    *SPEAKER,
    "attribution",
    *("about", "about_precision", "about_zone"),
    *SAID,
    *("known_at", "source_ids"),
)


def spreadsheet(filters: Filters, site: str) -> Iterator[bytes]:
    """The parts of the file. Which versions it tells of is read once, and versions never change:
    so the lines agree with one another even where somebody publishes meanwhile."""
    yield (BYTE_ORDER_MARK + written([COLUMNS])).encode()
    address = (site + reverse("timeline")).encode()
    try:
        for part in _known(filters) if filters.known else _now(filters):
            yield part.replace(SITE_BYTE, address)
    except Exception:
        # The server ends an answer in good order whatever happened.
        yield CUT_SHORT.encode()
        raise


def _now(filters: Filters) -> Iterator[bytes]:
    serials = _serials(filters)
    for start in range(0, len(serials), _BATCH):
        batch = serials[start : start + _BATCH].tolist()
        part = EntryLines.objects.joined(batch)
        if part is None:
            part = b"".join(_one_by_one(batch))
        let_connections_go()
        yield part


def _serials(filters: Filters) -> "array[int] | Numbers":
    if filters.parts and filters.sort_field == "at":
        (bitmaps,) = filters.parts
        return bitmaps.all_newest(filters.within(bitmaps))
    return filters.entries().newest(filters.sort_field).serials()


def _one_by_one(serials: Iterable[int]) -> Iterator[bytes]:
    """Where some were replaced since: these are made again from their documents."""
    ready = dict(EntryLines.objects.filter(serial__in=serials).values_list("serial", "lines"))
    replaced = Version.objects.in_bulk([serial for serial in serials if serial not in ready])
    for serial in serials:
        yield bytes(ready[serial]) if serial in ready else lines_now(replaced[serial])


def _known(filters: Filters) -> Iterator[bytes]:
    for row in rows(filters, filters.sort_field):
        yield lines(row.version, row.document, row.standing, row.claims)


def control_spreadsheet(claims: Iterable[ExportedControlClaim]) -> Iterator[str]:
    """The same of claims on who holds a place, one part for each."""
    yield BYTE_ORDER_MARK + written([CONTROL_COLUMNS])
    for claim in claims:
        yield written([_control_row(claim)])


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


def _control(control: ExportedControl | None) -> list[Cell]:
    if control is None:
        return [None] * len(CONTROL)
    place = control["place"]
    return [control["status"], place["id"], place["name"], control["side"]]


def _speaker(speaker: ExportedSpeaker) -> list[Cell]:
    body = speaker["organisation"]
    whole: list[Cell] = [speaker["id"], speaker["name"], speaker["role"], speaker["side"]]
    return [*whole, body["name"] if body else None]


def _said(said: Said | None) -> list[Cell]:
    return [said["at"], said["precision"], said["zone"]] if said else [None] * len(SAID)
