"""A copy of another site's record, kept by its public API: every version, byte for byte.

Nothing that the other site says is taken on trust. Each version must have the hash that is told of
it and follow on the one before, so one hash that somebody kept vouches for all of it. Where words
were removed from an old version, the newer one that vouches for what is left is in the chain.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import DatabaseError, transaction

from incidents.record.document import as_stored
from incidents.record.models import Version
from incidents.record.postings import prune
from incidents.record.projection import project
from incidents.record.publish import hold_the_clock
from incidents.record.redact import overwrite

# What an address of the other site, from its root, is answered with; raises MirrorError.
Ask = Callable[[str], bytes]

_AT_ONCE = 4
_ID = re.compile(r"[0-9A-Z]{10}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class MirrorError(Exception):
    """The other site cannot be read, or is not what it was; the text says which. What was copied
    before that is whole and stays."""


@dataclass(frozen=True)
class Head:
    """Serial 0 and no hash while nothing is published."""

    serial: int = 0
    sha256: str = ""


@dataclass(frozen=True)
class _Listed:
    """A version as the list of changes tells it."""

    serial: int
    incident: str
    number: int
    sha256: str
    previous: str
    removed: dict[str, Any] | None

    @property
    def address(self) -> str:
        return f"/incidents/{self.incident}/v/{self.number}.json"

    @property
    def digest(self) -> str:
        """Of the bytes as they are now."""
        return str(self.removed["sha256"]) if self.removed else self.sha256


def mirror(ask: Ask) -> Iterator[Head]:
    """Copy what is new, a page of changes after the other; yields how far it is after each.

    Each page is one transaction. Raises MirrorError.
    """
    here = _head()
    if here.serial:
        there = [one.sha256 for one in _changes(ask, here.serial - 1, limit=1)[0]]
        if there != [here.sha256]:
            raise MirrorError(
                f"This is no copy of that record: serial {here.serial} is {here.sha256} here, and "
                f"{' '.join(there) or 'unknown'} there."
            )
    more = True
    while more:
        listed, more = _changes(ask, here.serial)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            contents = list(pool.map(ask, [one.address for one in listed]))
        here = _copy(ask, here, list(zip(listed, contents, strict=True)))
        yield here
    _check_removed()
    head = _read(ask("/api/v1/record-head"), "record-head")
    if head.get("serial") == here.serial and head.get("sha256") != here.sha256:
        raise MirrorError(f"The site tells another hash of serial {here.serial} than it gave.")


def pinned(serial: int, sha256: str) -> None:
    """Raises MirrorError where the copy's version of that serial has another hash."""
    found = Version.objects.filter(serial=serial).values_list("sha256", flat=True).first()
    if found != sha256:
        raise MirrorError(
            f"The past was changed: serial {serial} is {found or 'unknown'}, and was {sha256}."
        )


def _head() -> Head:
    newest = Version.objects.order_by("-serial").values_list("serial", "sha256").first()
    return Head(*newest) if newest else Head()


def _changes(ask: Ask, since: int, limit: int = 100) -> tuple[list[_Listed], bool]:
    """The versions after `since`, and whether there are more."""
    found = _read(ask(f"/api/v1/changes/?since={since}&limit={limit}"), "changes")
    try:
        listed = [
            _Listed(
                serial=int(one["serial"]),
                incident=one["incident"],
                number=int(one["number"]),
                sha256=one["sha256"],
                previous=one["previous"],
                removed=one["removed"],
            )
            for one in found["changes"]
        ]
        more = found["next"] is not None
    except (KeyError, TypeError, ValueError) as error:
        raise MirrorError("The list of changes is not of a shape that is known here.") from error
    for expected, one in enumerate(listed, since + 1):
        if one.serial != expected:
            raise MirrorError(f"Serial {expected} is missing: the next one is {one.serial}.")
        if not _ID.fullmatch(one.incident) or not _SHA256.fullmatch(one.digest):
            raise MirrorError(f"Serial {one.serial} has no id or hash that can be read.")
    return listed, more


def _read(content: bytes, what: str) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except ValueError as error:
        raise MirrorError(f"{what}: the answer is no JSON.") from error
    if not isinstance(found, dict):
        raise MirrorError(f"{what}: the answer is no object.")
    return found


def _copy(ask: Ask, here: Head, fetched: list[tuple[_Listed, bytes]]) -> Head:
    with transaction.atomic():
        hold_the_clock()
        if _head() != here:
            raise MirrorError("Somebody else writes to this record: it is no copy any more.")
        for listed, content in fetched:
            version = _version(listed, content, here)
            try:
                # A document of another shape may fail anywhere.
                with transaction.atomic():
                    version.save(force_insert=True)
                    version.document = as_stored(version.document)
                    _let_words_go(ask, version)
                    project(version)
            except (KeyError, TypeError, ValueError, AttributeError, DatabaseError) as error:
                raise MirrorError(
                    f"Serial {listed.serial} is not of a shape that this release knows: {error!r}"
                ) from error
            here = Head(version.serial, version.sha256)
            if "removals" in version.document:
                prune()
    return here


def _version(listed: _Listed, content: bytes, before: Head) -> Version:
    """What is listed and what was sent, if they are one and follow on `before`."""
    if hashlib.sha256(content).hexdigest() != listed.digest:
        raise MirrorError(f"Serial {listed.serial} does not have the hash that is told of it.")
    whole = _read(content, f"Serial {listed.serial}")
    if listed.previous != before.sha256:
        raise MirrorError(f"Serial {listed.serial} does not follow on serial {before.serial}.")
    try:
        version = Version(
            serial=whole["serial"],
            incident=whole["incident"],
            number=whole["number"],
            kind=Version.Kind(whole["kind"]),
            note=whole["note"],
            document=whole["document"],
            claims=[claim["id"] for claim in whole["document"].get("claims", [])],
            published_at=datetime.fromisoformat(whole["published_at"]),
            previous_sha256=whole["previous"],
            sha256=listed.sha256,
            removed=listed.removed,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise MirrorError(
            f"Serial {listed.serial} is of a shape that is not known here."
        ) from error
    told = listed.serial, listed.incident, listed.number, listed.previous
    if (version.serial, version.incident, version.number, version.previous_sha256) != told:
        raise MirrorError(f"Serial {listed.serial} is another version than the list tells.")
    return version


def _let_words_go(ask: Ask, newer: Version) -> None:
    """Of earlier versions, as `newer` says; they may have lost more since, of which a version tells
    that is still to come."""
    serials = [removal["serial"] for removal in newer.document.get("removals", [])]
    for old in Version.objects.filter(serial__in=serials, serial__lt=newer.serial):
        if old.removed and old.removed["serial"] >= newer.serial:
            continue
        (listed,), _ = _changes(ask, old.serial - 1, limit=1)
        now = _version(listed, ask(listed.address), Head(old.serial - 1, old.previous_sha256))
        if now.removed is None or now.sha256 != old.sha256:
            raise MirrorError(f"Serial {old.serial} lost no words, though {newer.serial} says so.")
        overwrite(now)


def _check_removed() -> None:
    """Bytes that do not have the hash of their publication need a version that vouches for them."""
    changed = Version.objects.filter(removed__isnull=False)
    for serial, removed in changed.order_by("serial").values_list("serial", "removed"):
        assert removed is not None
        told = Version.objects.filter(serial=removed["serial"]).first()
        removals = told.document.get("removals", []) if told else []
        vouched = {(removal["serial"], removal["sha256"]) for removal in removals}
        if (serial, removed["sha256"]) not in vouched:
            raise MirrorError(f"Nothing in the record says that serial {serial} was changed.")
