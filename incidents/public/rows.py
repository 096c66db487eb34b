"""The rows of a download or feed: each entry of a filter with the document that it shows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from incidents.public.chosen import first
from incidents.public.downloads import let_connections_go
from incidents.public.filters import Filters
from incidents.public.known import iso
from incidents.record.document import Document
from incidents.record.models import Facts, Version
from incidents.record.standing import Told, latest_verification, standing, told

# Documents in memory at a time; one of them may take some 100 kB.
BATCH = 100
NEEDED = ("serial", "standing", "verification")


@dataclass(frozen=True)
class Row:
    """An entry. With `known`, standing, verification and claims are of that moment.

    `verification` is that of the latest claim on it, or "".
    """

    version: Version
    document: Document
    standing: str
    verification: str
    claims: list[Told]
    known: datetime | None


def rows(filters: Filters, order: str, most: int | None = None) -> Iterator[Row]:
    """All entries of a filter without errors, or the first `most`, newest `order` field first.

    A page asked for with `after` is not looked at. Which versions there are is read once, and they
    never change: so the rows agree with one another even where somebody publishes meanwhile.
    Whoever is slow to take them keeps no connection from others.
    """
    chosen = first(filters, order, most, None) if most else None
    if chosen is None:
        serials: Sequence[int] = filters.entries().newest(order)[:most].serials()
    else:
        serials = [one.serial for one in chosen]
    for start in range(0, len(serials), BATCH):
        batch = serials[start : start + BATCH]
        versions = Version.objects.in_bulk(batch)
        let_connections_go()
        for serial in batch:
            yield row_of(versions[serial], filters.known)


def rows_of(entries: Sequence[Facts], known: datetime | None) -> Iterator[Row]:
    """In one query; the entries need only their NEEDED fields."""
    versions = Version.objects.in_bulk([entry.serial for entry in entries])
    for entry in entries:
        version = versions[entry.serial]
        document = cast(Document, version.document)
        claims = told(document, cut(known))
        yield Row(version, document, entry.standing, entry.verification, claims, known)


def row_of(version: Version, known: datetime | None) -> Row:
    """Of any live version, current or not; without a query."""
    document = cast(Document, version.document)
    claims = told(document, cut(known))
    verified = latest_verification(claims)
    return Row(
        version,
        document,
        standing(claims, document["actors"]).value,
        (verified.claim["verification"] or "") if verified else "",
        claims,
        known,
    )


def cut(known: datetime | None) -> str | None:
    """As documents write moments."""
    return iso(known) if known else None
