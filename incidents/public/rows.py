"""The rows of a download or feed: each entry of a filter with the document that it shows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import cast

from incidents.public.filters import Filters
from incidents.record.document import Document
from incidents.record.models import Version
from incidents.record.standing import Told, told

# Documents in memory at a time; one of them may take some 100 kB.
BATCH = 100


@dataclass(frozen=True)
class Row:
    """An entry. With `known` in the filter, standing, verification and claims are of that moment.

    `verification` is that of the latest claim on it, or "".
    """

    version: Version
    document: Document
    standing: str
    verification: str
    claims: list[Told]


def rows(filters: Filters, order: str, most: int | None = None) -> Iterator[Row]:
    """All entries of a filter without errors, or the first `most`, newest `order` field first.

    A page asked for with `after` is not looked at. Which entries there are is read once, by a
    server-side cursor; versions never change. So the rows agree with one another even where
    somebody publishes meanwhile.
    """
    entries = filters.entries().newest(order).values_list("serial", "standing", "verification")
    found = entries[:most].iterator(chunk_size=BATCH)
    known = cut(filters.known)
    while batch := list(islice(found, BATCH)):
        versions = Version.objects.in_bulk([serial for serial, *_ in batch])
        for serial, standing, verification in batch:
            version = versions[serial]
            document = cast(Document, version.document)
            yield Row(version, document, standing, verification, told(document, known))


def cut(known: datetime | None) -> str | None:
    """`known` as documents write moments. Not strftime, which writes year 999 in three digits."""
    return known.isoformat(timespec="seconds").replace("+00:00", "Z") if known else None
