"""Loads the places of incidents/gazetteer/places.tsv, and leaves alone what editors changed."""

from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from django.core.management.base import BaseCommand
from django.db import connection, transaction

from incidents.models import Place, PlaceName
from incidents.names import fold
from rowlog.tracking import acting, log_summary, nothing_logged
from sources.public_ids import derived_id

FILE = Path(__file__).resolve().parent.parent.parent / "gazetteer" / "places.tsv"
BATCH = 5_000
UPDATED = ("kind", "parent", "name", "latitude", "longitude", "population", "iso_code")


class Row(NamedTuple):
    """One place of the file."""

    geonames_id: int
    parent: int | None  # GeoNames id
    kind: str
    name: str
    latitude: float | None
    longitude: float | None
    population: int | None
    iso_code: str
    names: dict[str, str]  # BCP-47 language by name, "" where it is not known

    def public_id(self) -> str:
        """The same on every installation, so that addresses of places are, too."""
        return derived_id("geonames", str(self.geonames_id))

    def values(self) -> dict[str, Any]:
        """What the gazetteer says of the place itself, its parent apart."""
        return {
            "kind": self.kind,
            "name": self.name,
            "latitude": self.latitude,
            "longitude": self.longitude,
            "population": self.population,
            "iso_code": self.iso_code,
        }


class Command(BaseCommand):
    help = "Load or update the gazetteer. Places and names that editors added or changed stay."

    def handle(self, *args: Any, **options: Any) -> None:
        rows = read(FILE)
        with acting(deed="load_gazetteer"), transaction.atomic():
            # 90,000 rows that the file can bring back: the log says what was done, not each.
            with nothing_logged():
                added, changed = load_places(rows)
                names = load_names(rows)
            done = f"{added} places added, {changed} changed, {names} names added"
            if added or changed or names:
                log_summary("incidents.place", done)
        self.stdout.write(f"Gazetteer of {len(rows)} places: {done}.")


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8") as file:
        return [row(line.rstrip("\n")) for line in file if not line.startswith("#")]


def row(line: str) -> Row:
    geonames_id, kind, parent, name, latitude, longitude, population, iso_code, names = line.split(
        "\t"
    )
    languages = (listed.partition(":") for listed in names.split("|"))
    return Row(
        int(geonames_id),
        int(parent) if parent else None,
        kind,
        name,
        float(latitude) if latitude else None,
        float(longitude) if longitude else None,
        int(population) if population else None,
        iso_code,
        {name: language for language, _, name in languages},
    )


def load_places(rows: list[Row]) -> tuple[int, int]:
    """How many places were added, and how many changed."""
    stored = {place.geonames_id: place for place in Place.objects.exclude(geonames_id=None)}
    added = changed = 0
    # Parents first: their primary keys are needed. A larger kind stands above in the file.
    for _, group in groupby(rows, key=lambda row: row.kind):
        new: list[Place] = []
        outdated: list[Place] = []
        for row in group:
            values = {**row.values(), "parent_id": stored[row.parent].pk if row.parent else None}
            place = stored.get(row.geonames_id)
            if place is None:
                new.append(Place(public_id=row.public_id(), geonames_id=row.geonames_id, **values))
            elif not place.edited and apply(values, place):
                outdated.append(place)
        Place.objects.bulk_create(new, batch_size=BATCH)
        Place.objects.bulk_update(outdated, UPDATED, batch_size=BATCH)
        if new:
            count_places()
        stored |= {place.geonames_id: place for place in new}
        added, changed = added + len(new), changed + len(outdated)
    return added, changed


def count_places() -> None:
    """PostgreSQL plans by what it knows of a table, and this one was empty a moment ago: it might
    read all of it for each of the keys that lead there."""
    with connection.cursor() as cursor:
        cursor.execute("analyze incidents_place")


def apply(values: dict[str, Any], place: Place) -> bool:
    """Set the values on the place. Whether that changed anything."""
    different = {field: value for field, value in values.items() if getattr(place, field) != value}
    for field, value in different.items():
        setattr(place, field, value)
    return bool(different)


def load_names(rows: list[Row]) -> int:
    """How many names were added. None is removed: it may be an editor's."""
    keys = dict(
        Place.objects.filter(edited=False, geonames_id__isnull=False).values_list(
            "geonames_id", "pk"
        )
    )
    stored = set(PlaceName.objects.values_list("place_id", "name"))
    new = [
        PlaceName(place_id=key, name=name, language=language, folded=fold(name))
        for row in rows
        if (key := keys.get(row.geonames_id)) is not None
        for name, language in row.names.items()
        if (key, name) not in stored
    ]
    PlaceName.objects.bulk_create(new, batch_size=BATCH)
    return len(new)
