"""The demo data's files: TOML, read into checked dataclasses.

actors.toml holds [[actor]], places.toml [[place]], and each other *.toml one report: its [source],
the [[incident]]s that it is the first to carry, the [[statement]]s with their claims that it is the
first to print, and a [[citation]] for each claim that it shares with an earlier report. A class
stands for a table, its attributes for the table's fields, with the same names.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from datetime import date, datetime
from pathlib import Path
from types import UnionType
from typing import Any, NewType, TypeVar, get_args, get_origin, get_type_hints

from django.core.exceptions import ValidationError

from sources.moments import validate_zone

ACTORS = "actors.toml"
PLACES = "places.toml"

Zone = NewType("Zone", str)  # an IANA time zone


class DemoError(Exception):
    """A fault in the files, in one sentence: the file, the key, the field and what is wrong."""


@dataclass(frozen=True, kw_only=True)
class Item:
    """A table that the others can name by its key."""

    where: str  # file and key, for error messages
    key: str


@dataclass(frozen=True, kw_only=True)
class Name:
    name: str
    language: str = ""


@dataclass(frozen=True, kw_only=True)
class Actor(Item):
    name: str
    kind: str
    side: str
    organisation: str = ""  # key of an actor
    role: str = ""
    names: tuple[Name, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Place(Item):
    """A place of the gazetteer, by its GeoNames id or ISO 3166 code, or one with its own name."""

    geonames: int | None = None
    region: str = ""
    country: str = ""
    name: str = ""
    kind: str = ""
    parent: str = ""  # key of a place
    latitude: float | None = None
    longitude: float | None = None
    names: tuple[Name, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Link:
    """How this source stands to another, or this claim: `to` is its key."""

    kind: str
    to: str


@dataclass(frozen=True, kw_only=True)
class Source(Item):
    publisher: str
    publisher_country: str = ""
    publisher_language: str = ""
    title: str
    language: str
    published: date
    published_precision: str
    zone: Zone
    precis: str  # in English
    own_precis: str = ""  # another in the source's own language, where that is not English
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Incident(Item):
    kind: str
    title: str
    summary: str
    place: str  # key of a place
    place_precision: str
    place_note: str = ""
    zone: Zone
    earliest: date
    latest: date  # a day is included, a moment is not
    precision: str
    time_inferred: bool = False
    parent: str = ""  # key of an incident


@dataclass(frozen=True, kw_only=True)
class Number:
    low: int | None = None
    high: int | None = None
    qualifier: str = ""
    word: str = ""
    unit: str = ""
    group: str = "all"
    basis: str = "cumulative"
    subset_of: str = ""  # key of a claim


@dataclass(frozen=True, kw_only=True)
class Control:
    status: str = ""
    place: str = ""  # key of a place
    side: str = ""


@dataclass(frozen=True, kw_only=True)
class Printed:
    """What this report changed, in words."""

    role: str = ""
    figure: str = ""
    channel: str = ""
    scope: str = ""
    lost_hedge: str = ""


@dataclass(frozen=True, kw_only=True)
class Claim(Item):
    """An answer with this report's citations: `quotes` stand once each in its précis, `own_quotes`
    in the one in its own language."""

    incident: str  # key of an incident
    question: str
    stance: str
    text: str
    number: Number = field(default_factory=Number)
    control: Control = field(default_factory=Control)
    verification: str = ""
    accused: str = ""  # key of an actor
    hedges: tuple[str, ...] = ()
    as_of: date | None = None
    as_of_precision: str = "day"
    quotes: tuple[str, ...]
    own_quotes: tuple[str, ...] = ()
    printed: Printed = field(default_factory=Printed)
    relations: tuple[Link, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Statement(Item):
    speaker: str  # key of an actor
    role: str = ""
    channel: str = ""
    attribution: str
    said: date | None = None
    said_precision: str = "day"
    zone: Zone = Zone("UTC")
    said_inferred: bool = False
    relayed_by: str = ""
    claim: tuple[Claim, ...]


@dataclass(frozen=True, kw_only=True)
class Citation:
    """This report's words for a claim that an earlier report's file defines."""

    where: str
    claim: str  # key of a claim
    quotes: tuple[str, ...]
    own_quotes: tuple[str, ...] = ()
    printed: Printed = field(default_factory=Printed)


@dataclass(frozen=True, kw_only=True)
class Report:
    source: Source
    incident: tuple[Incident, ...] = ()
    statement: tuple[Statement, ...] = ()
    citation: tuple[Citation, ...] = ()

    @property
    def citations(self) -> list[Claim | Citation]:
        """Everything with quotes from this report's précis."""
        return [*(claim for one in self.statement for claim in one.claim), *self.citation]


@dataclass(frozen=True, kw_only=True)
class _Actors:
    actor: tuple[Actor, ...]


@dataclass(frozen=True, kw_only=True)
class _Places:
    place: tuple[Place, ...]


T = TypeVar("T")
AnItem = TypeVar("AnItem", bound=Item)


@dataclass(frozen=True)
class Demo:
    """All the files, with their items by key, in the order of the files."""

    actors: dict[str, Actor]
    places: dict[str, Place]
    sources: dict[str, Source]
    incidents: dict[str, Incident]
    statements: dict[str, Statement]
    claims: dict[str, Claim]
    reports: tuple[Report, ...]


def read_folder(folder: Path) -> Demo:
    """The files of `folder`, checked one by one. DemoError, OSError."""
    names = sorted({path.name for path in folder.glob("*.toml")} - {ACTORS, PLACES})
    reports = tuple(_read(Report, folder / name) for name in names)
    statements = [statement for report in reports for statement in report.statement]
    return Demo(
        actors=_by_key(_read(_Actors, folder / ACTORS).actor),
        places=_by_key(_read(_Places, folder / PLACES).place),
        sources=_by_key(report.source for report in reports),
        incidents=_by_key(incident for report in reports for incident in report.incident),
        statements=_by_key(statements),
        claims=_by_key(claim for statement in statements for claim in statement.claim),
        reports=reports,
    )


def _by_key(items: Iterable[AnItem]) -> dict[str, AnItem]:
    found: dict[str, AnItem] = {}
    for item in items:
        if item.key in found:
            raise DemoError(f"{item.where}, key: it is taken by {found[item.key].where}.")
        found[item.key] = item
    return found


def _read(shape: type[T], path: Path) -> T:
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DemoError(f"{path.name}: it is no TOML: {error}.") from error
    return _Reader(path.name).table(shape, tables, path.name)


@dataclass(frozen=True)
class _Reader:
    """Turns TOML's values into what the classes ask for, or says where one does not fit."""

    file: str

    def table(self, shape: type[T], table: dict[str, Any], where: str) -> T:
        hints = get_type_hints(shape)
        takes_where = hints.pop("where", None) is not None
        if takes_where:
            named = table.get("key", table.get("claim", "without key"))
            where = f"{self.file}, {shape.__name__.lower()} “{named}”"
        self._check_names(shape, table, hints.keys(), where)
        values = {
            name: self.value(hints[name], value, f"{where}, {name}")
            for name, value in table.items()
        }
        return shape(**values, **({"where": where} if takes_where else {}))

    def _check_names(
        self, shape: type, table: dict[str, Any], known: Iterable[str], where: str
    ) -> None:
        for name in table.keys() - set(known):
            raise DemoError(f"{where}, {name}: there is no such field.")
        for one in fields(shape):
            optional = one.default is not MISSING or one.default_factory is not MISSING
            if not optional and one.name not in table and one.name in known:
                raise DemoError(f"{where}, {one.name}: it is missing.")

    def value(self, hint: Any, value: Any, where: str) -> Any:
        if get_origin(hint) is UnionType:
            hint = get_args(hint)[0]  # X | None: TOML has no null
        if get_origin(hint) is tuple:
            return self._list(get_args(hint)[0], value, where)
        if is_dataclass(hint) and isinstance(value, dict):
            return self.table(hint, value, where)  # type: ignore[arg-type]
        if hint is date:
            return _moment(value, where)
        if hint is Zone:
            return _zone(value, where)
        if hint is float and type(value) is int:
            return float(value)
        if type(value) is not hint:
            raise DemoError(f"{where}: {value!r} is no {_WORDS.get(hint, 'table')}.")
        return value

    def _list(self, hint: Any, value: Any, where: str) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise DemoError(f"{where}: {value!r} is no list.")
        return tuple(self.value(hint, one, where) for one in value)


_WORDS = {str: "text", int: "whole number", float: "number", bool: "true or false"}


def _moment(value: object, where: str) -> date:
    """A day or a wall-clock moment: TOML's own, or text such as 2022-07-03 or 2022-07-03T03:30."""
    try:
        if isinstance(value, str):
            value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    except ValueError as error:
        raise DemoError(f"{where}: {value!r} is no day or moment.") from error
    if not isinstance(value, date) or (isinstance(value, datetime) and value.tzinfo):
        raise DemoError(f"{where}: {value!r} is no day or wall-clock moment without offset.")
    return value


def _zone(value: object, where: str) -> Zone:
    try:
        validate_zone(str(value))
    except ValidationError as error:
        raise DemoError(f"{where}: {' '.join(error.messages)}") from error
    return Zone(str(value))
