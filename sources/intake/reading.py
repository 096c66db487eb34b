"""What was read of a report, and where each thing was found, for an editor to correct."""

from dataclasses import dataclass, field
from datetime import datetime

# Characters of one snapshot: a book of three hundred pages.
MOST_TEXT = 500_000


class Unreadable(Exception):
    """Why a file or a text cannot be read, in words for the editor."""


@dataclass(frozen=True)
class Found:
    value: str
    # In words, such as “og:title”.
    where: str


@dataclass(frozen=True)
class FoundTime:
    """A date as it was printed: naive where it names no zone, midnight where it has no time."""

    shown: datetime
    with_time: bool
    where: str


@dataclass
class Reading:
    """Of each list the first is proposed, and the others are told of where they differ."""

    # What was read, in words: “a web page”.
    form: str
    text: str = ""
    titles: list[Found] = field(default_factory=list)
    addresses: list[Found] = field(default_factory=list)
    publishers: list[Found] = field(default_factory=list)
    homepages: list[Found] = field(default_factory=list)
    languages: list[Found] = field(default_factory=list)
    published: list[FoundTime] = field(default_factory=list)
    modified: list[FoundTime] = field(default_factory=list)
    # What the editor should know of the reading itself.
    notes: list[str] = field(default_factory=list)
