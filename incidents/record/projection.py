"""The read models of the record, made from versions by publish, mirroring and rebuild only."""

import json
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple, cast

from django.db import connection

from incidents.names import fold
from incidents.record import counting
from incidents.record.document import ActorDocument, Document, PlaceDocument
from incidents.record.facts import claim_row, clash_rows, facts, moments
from incidents.record.former import write_former
from incidents.record.gone import write_gone
from incidents.record.inserting import Rows, insert
from incidents.record.models import (
    Entry,
    EntryClaim,
    EntryClash,
    EntryLines,
    EntryPast,
    RecordActor,
    RecordName,
    RecordPlace,
    RecordSource,
    Version,
)
from incidents.record.search import literal, texts
from incidents.record.spreadsheet import lines
from incidents.record.standing import Told, told
from rowlog.tracking import past_the_log

Named = dict[str, dict[str, Any]]

NAMES: tuple[type[RecordName], ...] = (RecordPlace, RecordActor, RecordSource)

_FORGET = f"""
with lines as (
    delete from incidents_entrylines using incidents_entry entry
    where incidents_entrylines.serial = entry.serial and entry.incident = %(incident)s
),
past as (delete from incidents_entrypast where incident = %(incident)s),
claims as (delete from incidents_entryclaim where incident = %(incident)s),
clashes as (delete from incidents_entryclash where incident = %(incident)s),
gone as (delete from incidents_recordgone where incident = %(incident)s),
entry as (delete from incidents_entry where incident = %(incident)s returning serial, names),
counted as ({counting.OF_ONE})
select (select serial from entry), (select names from entry),
    (select json_agg(counted)::text from counted)
"""  # noqa: S608
_DECIDED = " union all ".join(
    f"select id from {model._meta.db_table} where id = any(%(ids)s) and serial = %(serial)s"  # noqa: S608
    for model in NAMES
)
# What many name is among the newest entries; what few name is found by its index, of which
# PostgreSQL thinks little beside a walk down from the newest that may end at the oldest.
_NEWEST = 200
_USERS = """
with used as materialized (
    select name, coalesce(
        (
            select max(serial) from (
                select serial, names from incidents_entry order by serial desc limit %(newest)s
            ) newest
            where names @> array[name]
        ),
        (
            select max(serial) from (
                select serial from incidents_entry where names @> array[name] offset 0
            ) every
        )
    ) as serial
    from unnest(%(names)s::varchar[]) name
)
select used.name, version.serial, version.document
from used join incidents_version version using (serial)
"""


@past_the_log()
def project(version: Version, *, new: bool = False) -> None:
    """Make the read models show `version`, the newest of its incident.

    A `new` one is written with them, by the same statement.
    """
    document = cast(Document, version.document)
    named = set(names_in(document)) if version.is_live else set()
    before = _forget(version.incident) if version.number > 1 else _Before()
    rows = _restored(before.serial, set(before.names) - named)
    if new:
        rows[Version] = [vars(version)]
    if version.is_live:
        _extend(rows, _name_rows(version.serial, document, named))
        insert(rows | entry_rows(version, document))
        write_former(version, document)
    else:
        insert(rows)
        write_gone(version.incident)
    counting.add(version.incident, before.counts)


class _Before(NamedTuple):
    """What the read models held of an incident: nothing of one that was not public."""

    serial: int = 0
    names: Sequence[str] = ()
    counts: str | None = None  # rows of counting.OF_ONE, as JSON


def _forget(incident: str) -> _Before:
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, {"incident": incident})
        serial, names, counts = cursor.fetchone()
    return _Before(serial, names or (), counts)


def names_in(document: Document) -> list[str]:
    return sorted({*document["places"], *document["actors"], *document["sources"]})


def version_facts(version: Version) -> dict[str, Any]:
    return {
        "serial": version.serial,
        "number": version.number,
        "changed_at": version.published_at,
    }


def present_facts(document: Document) -> dict[str, Any]:
    """What only the present state of an incident has."""
    known = moments(document)
    return {
        "known_from": datetime.fromisoformat(known[-1]) if known else None,
        "names": names_in(document),
    }


def entry_rows(version: Version, document: Document) -> Rows:
    """What the read models hold of an incident, but for the names that it uses."""
    claims = told(document)
    state = _state(version, document, claims)
    entry = {"entry_id": version.incident}
    table = lines(version, document, state["standing"], claims)
    past = pairwise(moments(document))
    return {
        Entry: [state | {"incident": version.incident} | present_facts(document)],
        EntryLines: [{"serial": version.serial, "lines": table}],
        EntryPast: [_past_row(version, document, *span) for span in past],
        EntryClaim: [claim_row(document, one) | entry for one in claims],
        EntryClash: [row | entry for row in clash_rows(document)],
    }


def _past_row(
    version: Version, document: Document, known_from: str, known_until: str
) -> dict[str, Any]:
    return {
        **_state(version, document, told(document, known_from)),
        "incident": version.incident,
        "known_from": datetime.fromisoformat(known_from),
        "known_until": datetime.fromisoformat(known_until),
    }


def _state(version: Version, document: Document, claims: list[Told]) -> dict[str, Any]:
    return {
        **version_facts(version),
        **facts(document, claims),
        "search": literal(texts(document, claims)),
    }


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


def _name_rows(serial: int, document: Document, ids: set[str]) -> Rows:
    """The names with these ids as `document` gives them: the version `serial` is their user."""
    return {
        model: [{"id": key, "serial": serial, **row} for key, row in rows.items()]
        for model, rows in name_rows(document, ids).items()
    }


def _restored(serial: int, ids: set[str]) -> Rows:
    """Names that the incident no longer uses: where its version `serial` was the newest user, as
    the newest other one gives them. Those that none uses are deleted."""
    rows: Rows = {model: [] for model in NAMES}
    if not ids:
        return rows
    with connection.cursor() as cursor:
        cursor.execute(_DECIDED, {"ids": list(ids), "serial": serial})
        decided = {key for (key,) in cursor.fetchall()}
    users = _newest_users(decided)
    if unused := decided - users.keys():
        for model in NAMES:
            model._default_manager.filter(pk__in=unused).delete()
    for key, (newest, document) in users.items():
        _extend(rows, _name_rows(newest, document, {key}))
    return rows


def _extend(rows: Rows, more: Rows) -> None:
    for model, found in more.items():
        rows[model] += found


def _newest_users(names: set[str]) -> dict[str, tuple[int, Document]]:
    """By name: serial and document of the newest live version that uses it, without those names
    that none uses."""
    if not names:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_USERS, {"names": [*names], "newest": _NEWEST})
        return {key: (serial, json.loads(found)) for key, serial, found in cursor.fetchall()}
