"""What differs between two versions of one incident: ids and names of facets, without words.

Pure functions over documents (record/document.py). incidents/public/differences.py says it to
readers. A facet is what they take for one thing, though the document may hold it in several fields.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from incidents.record.document import Document

Facets = dict[str, tuple[str, ...]]

# In the order in which readers are told. Left out is what only follows from the rest: the slug, the
# clashes, the moment at which a claim was known, and the index of its statement, which shifts.
INCIDENT: Facets = {
    "title": ("title",),
    "summary": ("summary",),
    "language": ("language",),
    "kind": ("kind",),
    "time": ("earliest", "latest", "precision", "zone"),
    "time_inferred": ("time_inferred",),
    "place": ("place",),
    "place_precision": ("place_precision",),
    "place_note": ("place_note",),
    "parent": ("parent",),
}
CLAIM: Facets = {
    "text": ("text",),
    "number": ("number",),
    "control": ("control",),
    "verification": ("verification",),
    "accused": ("accused",),
    "stance": ("stance",),
    "question": ("question",),
    "hedges": ("hedges",),
    "as_of": ("as_of", "as_of_precision"),
    "relations": ("relations",),
    "citations": ("citations",),
}
STATEMENT: Facets = {
    "speaker": ("speaker",),
    "role": ("role",),
    "channel": ("channel",),
    "attribution": ("attribution",),
    "relayed_by": ("relayed_by",),
    "said": ("said_at", "said_precision", "zone", "said_inferred"),
}
SOURCE: Facets = {
    "title": ("title", "publisher"),
    "url": ("url",),
    "archive_url": ("archive_url",),
    "language": ("language",),
    "published": ("published_at", "published_precision", "zone"),
    "modified_at": ("modified_at",),
    "accessed_at": ("accessed_at",),
    "removed_at": ("removed_at",),
    "snapshots": ("snapshots",),
    "links": ("links",),
}
PLACE: Facets = {
    "name": ("name",),
    "kind": ("kind",),
    "path": ("path",),
    "point": ("latitude", "longitude"),
    "names": ("names",),
}
ACTOR: Facets = {
    "name": ("name",),
    "kind": ("kind",),
    "side": ("side",),
    "organisation": ("organisation",),
    "names": ("names",),
}

Rows = Mapping[str, Mapping[str, object]]


@dataclass(frozen=True)
class Compared:
    """Ids of what came and of what went; by id of what stayed, the facets that differ."""

    added: list[str]
    removed: list[str]
    edited: dict[str, list[str]]


@dataclass(frozen=True)
class Difference:
    """`incident` names facets, and “standing” where that differs.

    `statements` are edited ones, by the index that each has before and after: those of claims that
    stayed. A statement has no id, and without a claim nobody sees it.
    """

    before: Document
    after: Document
    incident: list[str]
    claims: Compared
    statements: dict[tuple[int, int], list[str]]
    sources: Compared
    places: Compared
    actors: Compared


def difference(before: Document, after: Document) -> Difference:
    incident = _facets(before["incident"], after["incident"], INCIDENT)
    if before["standing"] != after["standing"]:
        incident.append("standing")
    return Difference(
        before,
        after,
        incident,
        _compared(_claims(before), _claims(after), CLAIM),
        _statements(before, after),
        _compared(before["sources"], after["sources"], SOURCE),
        _compared(before["places"], after["places"], PLACE),
        _compared(before["actors"], after["actors"], ACTOR),
    )


def _claims(document: Document) -> Rows:
    return {claim["id"]: claim for claim in document["claims"]}


def _statements(before: Document, after: Document) -> dict[tuple[int, int], list[str]]:
    old = {claim["id"]: claim["statement"] for claim in before["claims"]}
    pairs = [(old[one["id"]], one["statement"]) for one in after["claims"] if one["id"] in old]
    compared = {
        (was, now): _facets(before["statements"][was], after["statements"][now], STATEMENT)
        for was, now in pairs
    }
    return {pair: facets for pair, facets in compared.items() if facets}


def _compared(before: Rows, after: Rows, facets: Facets) -> Compared:
    stayed = {key: _facets(before[key], after[key], facets) for key in after if key in before}
    return Compared(
        added=[key for key in after if key not in before],
        removed=[key for key in before if key not in after],
        edited={key: found for key, found in stayed.items() if found},
    )


def _facets(before: Mapping[str, object], after: Mapping[str, object], facets: Facets) -> list[str]:
    return [
        name
        for name, fields in facets.items()
        if any(before.get(field) != after.get(field) for field in fields)
    ]
