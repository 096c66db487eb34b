"""Versions in their places in the chain, as lines for COPY."""

from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from incidents.record.copying import array, line
from incidents.record.document import canonical

COPY_VERSIONS = """
copy incidents_version (serial, incident, number, kind, note, document, claims, published_at,
previous_sha256, sha256) from stdin
"""


class Made(NamedTuple):
    """A version without its place in the chain."""

    incident: str
    number: int
    kind: str
    note: str
    claims: list[str]
    published_at: str  # ISO 8601 in UTC, with microseconds
    document: bytes  # in its canonical form


@dataclass(frozen=True)
class Link:
    made: Made
    serial: int
    previous: str

    def digest(self) -> str:
        """As Version.digest: in the canonical form the document comes first."""
        rest = {
            "serial": self.serial,
            "incident": self.made.incident,
            "number": self.made.number,
            "kind": self.made.kind,
            "note": self.made.note,
            "published_at": self.made.published_at,
            "previous": self.previous,
        }
        whole = b'{"document":' + self.made.document + b"," + canonical(rest)[1:]
        return sha256(whole).hexdigest()

    def line(self, digest: str) -> str:
        made = self.made
        fields = [
            str(self.serial),
            made.incident,
            str(made.number),
            made.kind,
            made.note,
            made.document.decode(),
            array(made.claims),
            made.published_at,
            self.previous,
            digest,
        ]
        return line(fields)
