"""What changed between two versions of one incident, in words a reader can follow."""

from dataclasses import dataclass

from django.db.models import TextChoices

from incidents.record.document import ClaimDocument, Document
from incidents.vocabulary import IncidentKind, PlacePrecision, Question, Standing
from sources.moments import Precision

_FIELDS = {
    "title": "Title",
    "summary": "Summary",
    "kind": "Kind",
    "earliest": "Earliest time",
    "latest": "Latest time",
    "precision": "Precision of the time",
    "zone": "Time zone",
    "time_inferred": "Whether the time was inferred",
    "place_precision": "Precision of the place",
    "place_note": "Place as reported",
    "parent": "Part of",
}
_VOCABULARIES: dict[str, type[TextChoices]] = {
    "kind": IncidentKind,
    "precision": Precision,
    "place_precision": PlacePrecision,
    "standing": Standing,
}


@dataclass(frozen=True)
class Change:
    """`before` or `after` is empty where something came or went."""

    what: str
    before: str
    after: str
    claim: str = ""


def differences(before: Document, after: Document) -> list[Change]:
    """Empty only when nothing that a reader can see differs."""
    return [
        *_incident(before, after),
        *_claims(before, after),
        *_names(before, after),
    ]


def _incident(before: Document, after: Document) -> list[Change]:
    old, new = dict(before["incident"]), dict(after["incident"])
    changes = [
        Change(label, _word(key, old[key]), _word(key, new[key]))
        for key, label in _FIELDS.items()
        if old[key] != new[key]
    ]
    if old["place"] != new["place"]:
        changes.append(Change("Place", _place(before), _place(after)))
    if before["standing"] != after["standing"]:
        was, now = (_word("standing", one["standing"]) for one in (before, after))
        changes.append(Change("Standing", was, now))
    return changes


def _word(key: str, value: object) -> str:
    """A value as readers know it; one that the vocabulary no longer has stays as it is."""
    known = _VOCABULARIES.get(key)
    if known is not None and value in known.values:
        return str(known(value).label)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value or "")


def _place(document: Document) -> str:
    place = document["incident"]["place"]
    return document["places"][place]["name"] if place else ""


def _claims(before: Document, after: Document) -> list[Change]:
    old = {claim["id"]: claim for claim in before["claims"]}
    new = {claim["id"]: claim for claim in after["claims"]}
    added = [Change(_what(after, new[k]), "", _says(after, new[k]), k) for k in new if k not in old]
    gone = [Change(_what(before, old[k]), _says(before, old[k]), "") for k in old if k not in new]
    changed = [
        _changed(before, old[key], after, new[key])
        for key in new
        if key in old and _comparable(before, old[key]) != _comparable(after, new[key])
    ]
    return added + gone + changed


def _changed(before: Document, old: ClaimDocument, after: Document, new: ClaimDocument) -> Change:
    was, now = _says(before, old), _says(after, new)
    if was == now:
        was, now = "", "its sources, words or details were edited"
    return Change(_what(after, new), was, now, new["id"])


def _comparable(document: Document, claim: ClaimDocument) -> dict[str, object]:
    """The claim with its statement in place of the index, which may shift."""
    return dict(claim) | {"statement": document["statements"][claim["statement"]]}


def _what(document: Document, claim: ClaimDocument) -> str:
    speaker = document["statements"][claim["statement"]]["speaker"]
    question = claim["question"]
    label = Question(question).label if question in Question.values else question
    return f"{label}, {document['actors'][speaker]['name']}"


def _says(document: Document, claim: ClaimDocument) -> str:
    citations = len(claim["citations"])
    return f"{claim['text']} ({citations} citation{'' if citations == 1 else 's'})"


def _names(before: Document, after: Document) -> list[Change]:
    """Sources that came, went or changed, and renamed places and actors."""
    changes = []
    for key in {*before["sources"], *after["sources"]}:
        old, new = before["sources"].get(key), after["sources"].get(key)
        if old != new:
            was = f"{old['publisher']['name']}: {old['title']}" if old else ""
            now = f"{new['publisher']['name']}: {new['title']}" if new else ""
            changes.append(Change("Source", was, now if now != was else "its details were edited"))
    for kind, label in (("places", "Place name"), ("actors", "Speaker")):
        old_names: dict[str, dict[str, str]] = before[kind]  # type: ignore[literal-required]
        new_names: dict[str, dict[str, str]] = after[kind]  # type: ignore[literal-required]
        changes += [
            Change(label, old_names[key]["name"], new_names[key]["name"])
            for key in new_names
            if key in old_names and old_names[key]["name"] != new_names[key]["name"]
        ]
    return sorted(changes, key=lambda change: (change.what, change.after, change.before))
