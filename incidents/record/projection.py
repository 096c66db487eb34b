"""The read models of the record, made from versions. Called by publish and rebuild only."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any, cast

from django.db import models

from incidents.names import fold
from incidents.record import counting
from incidents.record.document import ActorDocument, Document, PlaceDocument
from incidents.record.facts import claim_row, clash_rows, facts, moments
from incidents.record.former import write_former
from incidents.record.gone import write_gone
from incidents.record.models import (
    Entry,
    EntryClaim,
    EntryClash,
    EntryLines,
    EntryMoment,
    RecordActor,
    RecordGone,
    RecordName,
    RecordPlace,
    RecordSource,
    Version,
)
from incidents.record.search import literal, texts
from incidents.record.spreadsheet import lines_now
from incidents.record.standing import Told, told

# By the names of fields.
Rows = dict[type[models.Model], list[dict[str, Any]]]
Named = dict[str, dict[str, Any]]


def project(version: Version) -> None:
    """Make the read models show `version`, the newest of its incident."""
    shown = Entry.objects.filter(pk=version.incident)
    serial, before = shown.values_list("serial", "names").first() or (0, [])
    counted = counting.counts_of(version.incident)
    EntryLines.objects.filter(pk=serial).delete()
    shown.delete()
    EntryMoment.objects.filter(incident=version.incident).delete()
    RecordGone.objects.filter(pk=version.incident).delete()
    named: set[str] = set()
    if version.is_live:
        document = cast(Document, version.document)
        named = set(names_in(document))
        write_entry(version, document)
        write_names(version.serial, document, named)
        write_former(version, document)
    else:
        write_gone(version.incident)
    counting.add(counted, counting.counts_of(version.incident))
    _restore_names(set(before) - named)


def names_in(document: Document) -> list[str]:
    return sorted({*document["places"], *document["actors"], *document["sources"]})


def version_facts(version: Version) -> dict[str, Any]:
    return {
        "serial": version.serial,
        "number": version.number,
        "changed_at": version.published_at,
    }


def write_entry(version: Version, document: Document) -> None:
    for model, rows in entry_rows(version, document).items():
        model._default_manager.bulk_create(model(**row) for row in rows)


def entry_rows(version: Version, document: Document) -> Rows:
    """What the read models hold of an incident, but for the names that it uses."""
    claims = told(document)
    state = _state(version, document, claims)
    entry = {"entry_id": version.incident}
    return {
        Entry: [{**state, "incident": version.incident, "names": names_in(document)}],
        EntryLines: [{"serial": version.serial, "lines": lines_now(version)}],
        EntryMoment: list(_moment_rows(version, document, claims, state)),
        EntryClaim: [claim_row(document, one) | entry for one in claims],
        EntryClash: [row | entry for row in clash_rows(document)],
    }


def _moment_rows(
    version: Version, document: Document, claims: list[Told], state: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    for known_from, known_until in moment_spans(document):
        then = told(document, known_from)
        # At the last moment most often all is known.
        yield {
            **(state if then == claims else _state(version, document, then)),
            "incident": version.incident,
            "known_from": datetime.fromisoformat(known_from),
            "known_until": known_until and datetime.fromisoformat(known_until),
        }


def _state(version: Version, document: Document, claims: list[Told]) -> dict[str, Any]:
    return {
        **version_facts(version),
        **facts(document, claims),
        "search": literal(texts(document, claims)),
    }


def moment_spans(document: Document) -> list[tuple[str, str | None]]:
    """Half-open spans between the moments at which something new was claimed; the last is open."""
    starts = moments(document)
    return list(zip(starts, [*starts[1:], None], strict=True))


def name_rows(document: Document, ids: set[str]) -> dict[type[RecordName], Named]:
    """The fields of the names with these ids, but for their serial: by read model and id."""
    return {
        RecordPlace: {
            key: _spelled(place) | {"kind": place["kind"]}
            for key, place in document["places"].items()
            if key in ids
        },
        RecordActor: {
            key: _spelled(actor) | {"side": actor["side"]}
            for key, actor in document["actors"].items()
            if key in ids
        },
        RecordSource: {
            key: {
                "name": source["title"],
                "publisher": source["publisher"]["id"],
                "publisher_name": source["publisher"]["name"],
                "published_at": datetime.fromisoformat(source["published_at"]),
                "linked": sorted(link["source"] for link in source["links"]),
                "details": source,
            }
            for key, source in document["sources"].items()
            if key in ids
        },
    }


def _spelled(named: PlaceDocument | ActorDocument) -> dict[str, Any]:
    spellings = {fold(name) for name in [named["name"], *(name for _, name in named["names"])]}
    folded = "".join(f" {spelling}\n" for spelling in sorted(spellings))
    return {"name": named["name"], "folded": folded, "details": named}


def write_names(serial: int, document: Document, ids: set[str]) -> None:
    """Take the names with these ids from `document`: the version `serial` is their newest user."""
    for model, rows in name_rows(document, ids).items():
        model._default_manager.bulk_create(
            (model(id=key, serial=serial, **row) for key, row in rows.items()),
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=[f.name for f in model._meta.concrete_fields if not f.primary_key],
        )


def _restore_names(ids: set[str]) -> None:
    """Names that an incident no longer uses: as their newest other user gives them, or gone."""
    users: dict[int, set[str]] = defaultdict(set)
    for key in ids:
        entries = Entry.objects.filter(names__contains=[key]).order_by("-serial")
        serial = entries.values_list("serial", flat=True).first()
        if serial is None:
            for model in (RecordPlace, RecordActor, RecordSource):
                model.objects.filter(pk=key).delete()
        else:
            users[serial].add(key)
    for version in Version.objects.filter(serial__in=users):
        write_names(version.serial, cast(Document, version.document), users[version.serial])
