"""Who and what a synthetic record speaks of: real places, and invented actors, outlets, reports."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from random import Random
from typing import NamedTuple

from bench.chance import Calendar, Skewed, numbered_id, public_id
from bench.words import ENDINGS, FIRST_NAMES, LANGUAGES, OUTLETS, SHARES, STEMS, listed
from incidents.management.commands.load_gazetteer import FILE, Row, read
from incidents.record.document import ActorDocument, PlaceDocument, SourceDocument

FIRST_DAY = date(2022, 2, 24)
MOST_ACTORS = 20_000
MOST_PUBLISHERS = 5_000
_FIRST_REPORT = 2**29  # numbers below are those of incidents and claims
# Most happens in these, the first one before all; what is left follows in the gazetteer's order.
REGIONS = """
Donetsk Oblast|Kharkiv Oblast|Zaporizhzhia Oblast|Kherson Oblast|Belgorod Oblast|Luhansk Oblast
Sumy Oblast|Dnipropetrovsk Oblast|Kursk Oblast|Kyiv City|Odesa Oblast|Mykolaiv Oblast
Chernihiv Oblast|Crimea|Kyiv Oblast|Bryansk Oblast|Poltava Oblast|Lviv Oblast|Krasnodar Krai
Rostov Oblast|Moscow Oblast|Voronezh Oblast|Sevastopol City|Kirovohrad Oblast|Vinnytsia Oblast
"""
_BODIES = (
    ("local_official", "{} military administration"),
    ("emergency_service", "Emergency service of {}"),
    ("local_official", "City council of {}"),
    ("military", "Army group {}"),
    ("state_official", "Prosecutor’s office of {}"),
    ("media", "{} correspondents"),
    ("ngo", "Relief committee of {}"),
    ("analyst", "{} monitoring group"),
)
_PERSONS = ("local_official", "military", "state_official", "eyewitness", "media", "analyst")
_COUNTRIES = {"Ukraine": "ukraine", "Russia": "russia"}


class Where(NamedTuple):
    id: str
    name: str
    region: str
    side: str  # of its country
    zone: str
    path: list[str]


class Report(NamedTuple):
    id: str
    at: datetime
    snapshot: str
    details: SourceDocument


class World:
    """All of it follows from the seed and the number of incidents."""

    def __init__(self, seed: int, incidents: int, until: date) -> None:
        self.seed = seed
        self.incidents = incidents
        random = Random(f"{seed} world")  # noqa: S311
        self.calendar = Calendar(random, FIRST_DAY, until)
        self.places: dict[str, PlaceDocument] = {}
        self.where = _skewed_places(read(FILE), self.places)
        self.surnames = Skewed(_surnames(random), 0.9)
        self.actors: dict[str, ActorDocument] = {}
        self.speakers = self._speakers(random, min(MOST_ACTORS, max(200, incidents // 10)))
        self._publishers = self._outlets(random, min(MOST_PUBLISHERS, max(50, incidents // 20)))
        self.sources = max(1, incidents // 2)
        self.report = lru_cache(maxsize=20_000)(self._report)

    def _speakers(self, random: Random, number: int) -> dict[str, Skewed[str]]:
        """By side. A body stands before the persons who speak for it."""
        by_side: dict[str, list[str]] = defaultdict(list)
        bodies: list[str] = []
        first_names = listed(FIRST_NAMES)
        for n in range(number):
            key = public_id(random)
            if n < 40 or random.random() < 0.13:
                where = self.where.draw(random)
                kind, form = random.choice(_BODIES)
                name = form.format(where.region if n < 40 else where.name)
                side = random.choice([where.side, where.side, "other"])
                body = None
                bodies.append(key)
            else:
                body = random.choice(bodies) if random.random() < 0.7 else None
                kind = random.choice(_PERSONS)
                name = f"{random.choice(first_names)} {self.surnames.draw(random)}"
                side = (
                    self.actors[body]["side"]
                    if body
                    else random.choice(["ukraine", "russia", "other", "none"])
                )
            self.actors[key] = {
                "name": name,
                "kind": kind,
                "side": side,
                "organisation": body,
                "names": [["en", name]],
            }
            by_side[side].append(key)
        return {side: Skewed(keys, 1.05) for side, keys in by_side.items()}

    def _outlets(self, random: Random, number: int) -> Skewed[tuple[str, str, str, str]]:
        """Id, name, country, language."""
        kinds = listed(OUTLETS)
        outlets = []
        for _ in range(number):
            name = f"{self.where.draw(random).name} {random.choice(kinds)}"
            (language,) = random.choices(LANGUAGES, SHARES)
            country = {"en": "GB", "uk": "UA", "ru": "RU"}[language]
            outlets.append((public_id(random), name, country, language))
        return Skewed(outlets, 1.0)

    def _report(self, number: int) -> Report:
        """The report with this number, of `sources`, in the order of time."""
        random = Random(f"{self.seed} report {number}")  # noqa: S311
        key = numbered_id(_FIRST_REPORT + number)
        publisher, outlet, country, language = self._publishers.draw(random)
        at = self.calendar.at(number / self.sources) + timedelta(minutes=random.randrange(600))
        snapshot = sha256(f"{self.seed} {number}".encode()).hexdigest()
        where = self.where.draw(random)
        details: SourceDocument = {
            "publisher": {"id": publisher, "name": outlet, "country": country},
            "title": f"{outlet}: {where.name}, {at:%d.%m.%Y}, {self.surnames.draw(random)}",
            "url": f"https://{publisher.lower()}.example/{at:%Y/%m/%d}/{number}",
            "archive_url": "",
            "language": language,
            "published_at": iso(at),
            "published_precision": "minute",
            "zone": "UTC",
            "modified_at": None,
            "accessed_at": None,
            "removed_at": None,
            "snapshots": {snapshot: {"kind": "precis", "language": language}},
            "links": [],
        }
        return Report(key, at, snapshot, details)


def iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _surnames(random: Random) -> list[str]:
    names = [stem + ending for stem in listed(STEMS) for ending in listed(ENDINGS)]
    random.shuffle(names)
    return names


def _skewed_places(rows: list[Row], places: dict[str, PlaceDocument]) -> Skewed[Where]:
    """Where things happen; of each place and of all above it the details go into `places`."""
    by_key = {row.geonames_id: row for row in rows}
    for row in rows:
        path = [one.public_id() for one in _path(row, by_key)]
        places[row.public_id()] = {
            "name": row.name,
            "kind": row.kind,
            "path": path,
            "latitude": row.latitude,
            "longitude": row.longitude,
            "names": sorted([language, name] for name, language in row.names.items()),
        }
    order = {name: n for n, name in enumerate(listed(REGIONS))}
    settlements: dict[str, list[Where]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (-(row.population or 0), row.geonames_id)):
        country, *between = _path(row, by_key)
        if row.kind == "settlement" and between[:-1] and country.name in _COUNTRIES:
            region = between[0].name
            side = _COUNTRIES[country.name]
            zone = "Europe/Kyiv" if side == "ukraine" else "Europe/Moscow"
            path = places[row.public_id()]["path"]
            settlements[region].append(Where(row.public_id(), row.name, region, side, zone, path))
    ranked = sorted(settlements.items(), key=lambda item: order.get(item[0], len(order)))
    # The nth place of the mth region has rank n * m: large towns of small regions count too.
    weighed = [
        (n * m, one) for m, (_, ones) in enumerate(ranked, 1) for n, one in enumerate(ones, 1)
    ]
    return Skewed([one for _, one in sorted(weighed)], 0.85)


def _path(row: Row, by_key: dict[int, Row]) -> list[Row]:
    above = _path(by_key[row.parent], by_key) if row.parent else []
    return [*above, row]


def spoken_for(world: World, actor: str) -> Iterator[str]:
    """The actor, and the body that it speaks for."""
    yield actor
    if body := world.actors[actor]["organisation"]:
        yield body
