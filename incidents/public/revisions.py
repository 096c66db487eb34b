"""Versions with what each of them changed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from incidents.public.difference_line import Line
from incidents.public.differences import lines
from incidents.record.difference import Difference, difference
from incidents.record.document import Document, PlaceDocument
from incidents.record.models import Version


@dataclass(frozen=True)
class Revision:
    """`before`: the last public version before it, or None for the first and for a tombstone.

    `more` lines are left out. `into` is the title of the incident that it was merged into, or "".
    """

    version: Version
    before: Version | None
    lines: list[Line]
    more: int
    into: str

    @property
    def place(self) -> tuple[str, PlaceDocument] | None:
        """Where it happened; a tombstone does not say."""
        key = self.version.document["incident"].get("place")
        return (key, self.version.document["places"][key]) if key else None


def revisions(
    versions: Sequence[Version], earlier: Iterable[Version], most: int | None = None
) -> list[Revision]:
    """In the order given, with all lines of each or the first `most`.

    `earlier` holds at least what VersionQuerySet.before finds for the versions. One query, where
    some became a part of another incident or were merged into one.
    """
    before = _before(versions, earlier)
    found = {
        version.serial: difference(_document(before[version.serial]), _document(version))
        for version in versions
        if version.serial in before
    }
    titles = Version.objects.titles(_into(versions) | _parents(found.values()))
    return [
        _revision(version, before.get(version.serial), found.get(version.serial), titles, most)
        for version in versions
    ]


def _revision(
    version: Version,
    before: Version | None,
    found: Difference | None,
    titles: dict[str, str],
    most: int | None,
) -> Revision:
    told = lines(found, titles) if found else []
    into = titles.get(version.document.get("merged_into"), "")
    return Revision(version, before, told[:most], len(told[most:]) if most else 0, into)


def _before(versions: Iterable[Version], earlier: Iterable[Version]) -> dict[int, Version]:
    """What each live one of the versions is set against, by its serial."""
    live: dict[str, list[Version]] = defaultdict(list)
    for one in sorted(earlier, key=lambda version: version.number):
        if one.is_live:
            live[one.incident].append(one)
    return {
        version.serial: known[-1]
        for version in versions
        if version.is_live
        and (known := [v for v in live[version.incident] if v.number < version.number])
    }


def _document(version: Version) -> Document:
    return cast(Document, version.document)


def _into(versions: Iterable[Version]) -> set[str]:
    return {v.document["merged_into"] for v in versions if v.kind == Version.Kind.MERGED}


def _parents(found: Iterable[Difference]) -> set[str]:
    """Larger incidents that something became, or is no longer, a part of."""
    changed = [one for one in found if "parent" in one.incident]
    documents = [document for one in changed for document in (one.before, one.after)]
    return {parent for document in documents if (parent := document["incident"]["parent"])}
