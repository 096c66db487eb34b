"""Ids that places, actors, reports and publishers had before they were merged into others."""

from typing import Any, cast

from django.db import connection
from django.db.models import BooleanField, Func, Max, Value

from incidents.record.document import Document
from incidents.record.models import RecordFormer, Version, VersionQuerySet

# Where a document may tell of former ids: to look everywhere in it would take twice as long.
_NAMED = ("places.*", "actors.*", "sources.*", "sources.*.publisher")
_FORMERLY = f"$ ? ({' || '.join(f'exists(@.{named}.formerly)' for named in _NAMED)})"


def own_ids(document: Document) -> set[str]:
    """Of everything that the document names as it is called now."""
    publishers = {source["publisher"]["id"] for source in document["sources"].values()}
    return {*document["places"], *document["actors"], *document["sources"], *publishers}


def former_ids(document: Document) -> dict[str, str]:
    """The id of today by each former one that the document tells."""
    named: list[tuple[str, Any]] = [
        *document["places"].items(),
        *document["actors"].items(),
        *document["sources"].items(),
        *((s["publisher"]["id"], s["publisher"]) for s in document["sources"].values()),
    ]
    return {was: now for now, details in named for was in details.get("formerly", [])}


def write_former(version: Version, document: Document) -> None:
    """What `version`, the newest of all, tells of former ids."""
    with connection.cursor() as cursor:
        cursor.execute(
            "delete from incidents_recordformer where id = any(%s)", [list(own_ids(document))]
        )
    RecordFormer.objects.bulk_create(
        (
            RecordFormer(id=was, now=now, serial=version.serial)
            for was, now in former_ids(document).items()
        ),
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["now", "serial"],
    )


def former_rows() -> list[RecordFormer]:
    """As write_former leaves them after all versions. Reads every document once or twice."""
    rows = {
        was: RecordFormer(id=was, now=now, serial=version.serial)
        for version in _live_with(_FORMERLY).order_by("serial").iterator(chunk_size=200)
        for was, now in former_ids(cast(Document, version.document)).items()
    }
    return [row for key, row in rows.items() if row.serial > _last_named(key)]


def _last_named(key: str) -> int:
    """The serial of the newest live version in which `key` is an id of today; 0 where none is."""
    named = " || ".join(f'exists(@.{kind}."{key}")' for kind in ("places", "actors", "sources"))
    published = f'exists(@.sources.*.publisher ? (@.id == "{key}"))'
    versions = _live_with(f"$ ? ({named} || {published})")
    return versions.aggregate(last=Max("serial"))["last"] or 0


def _live_with(path: str) -> VersionQuerySet:
    """Live versions in whose document the SQL/JSON path finds something."""
    found = Func(
        "document",
        Value(path),
        template="jsonb_path_exists(%(expressions)s::jsonpath)",
        output_field=BooleanField(),
    )
    return Version.objects.live().filter(found)
