"""What the reader of a text proposes. Words of the field are plain strings, as in DESIGN §4."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Code points of the text, half-open."""

    start: int
    end: int

    def of(self, text: str) -> str:
        return text[self.start : self.end]

    def overlaps(self, other: "Span") -> bool:
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Number:
    """Both bounds empty where the text gives a vague word, or no number at all."""

    span: Span
    low: int | None
    high: int | None
    qualifier: str
    unit: str
    group: str = "all"
    word: str = ""  # of a vague one


@dataclass(frozen=True, slots=True)
class Mention:
    """A place that the gazetteer knows. `key` is the gazetteer's own; so are others that may be."""

    span: Span
    key: str
    alternatives: tuple[str, ...] = ()  # of the same name, the likeliest first


@dataclass(frozen=True, slots=True)
class Moment:
    """`at` is the start of what is meant, on the clock of `zone`."""

    span: Span
    at: datetime
    precision: str
    zone: str
    inferred: bool = True  # reckoned from the day of publication


@dataclass(frozen=True, slots=True)
class Speaker:
    """`span` is where the words that name the speaker stand, often in another sentence.

    `name` is a person's as printed, in the fullest form the text gives; empty for a body or an
    unnamed official, whose words are `role`. `channel` and `relayed_by` are words of the text.
    """

    span: Span
    name: str
    role: str
    side: str
    attribution: str
    channel: str = ""
    relayed_by: str = ""
    carried: bool = False  # from a sentence before, or by “he”


@dataclass(frozen=True, slots=True)
class Control:
    """`place` is empty where the text names none near by; `side` is who is said to hold it."""

    status: str
    side: str
    place: Span | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """One claim, for an editor to accept, change or reject. No speaker: the outlet itself."""

    span: Span
    question: str
    stance: str = "asserts"
    number: Number | None = None
    control: Control | None = None
    verification: str = ""
    speaker: Speaker | None = None
    hedges: tuple[str, ...] = ()
    said: Moment | None = None
    happened: Moment | None = None
    places: tuple[Mention, ...] = ()
    part_of: Span | None = None  # the claim whose figure includes this one


@dataclass(frozen=True, slots=True)
class Reading:
    """`skipped`: captions, links and appeals, from which nothing is proposed.

    `read_to`: how many code points of the text were read, from its beginning.
    """

    language: str
    proposals: list[Proposal] = field(default_factory=list)
    places: list[Mention] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)
    skipped: list[Span] = field(default_factory=list)
    read_to: int = 0
