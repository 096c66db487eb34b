"""What withdrawn and merged incidents were, for the log of changes."""

from typing import cast

from incidents.record.document import Document
from incidents.record.models import RecordGone, Version


def write_gone(incident: str) -> None:
    """Of an incident that a version took from the public list."""
    last = Version.objects.live().filter(incident=incident).order_by("-number")
    RecordGone.objects.bulk_create(map(_row, last[:1]))


def gone_rows() -> list[RecordGone]:
    """Of all of them. Needs the entries."""
    return [_row(version) for version in Version.objects.gone().iterator(chunk_size=200)]


def _row(version: Version) -> RecordGone:
    document = cast(Document, version.document)
    place = document["incident"]["place"]
    return RecordGone(
        incident=version.incident,
        kind=document["incident"]["kind"],
        places=document["places"][place]["path"] if place else [],
        actors=sorted(document["actors"]),
    )
