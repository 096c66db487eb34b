"""Scores sources/suggestions on annotated texts; its scoring.py says what counts as a match.

Only claims that the annotation calls core count for recall, while every proposal counts for
precision. WITH FIGURES sums up the claims and proposals with a number, STATEMENTS those of control,
responsibility, denial and verification. Places come from the gazetteer's file, not the database.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from incidents.inflection import names_of
from incidents.management.commands.load_gazetteer import FILE, Row, read
from sources.suggestions.places import Known, NameIndex
from sources.suggestions.scoring import score, table


class Command(BaseCommand):
    help = "Hold proposed claims against an annotation: recall and precision by question, language."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="texts, with their annotations.json")
        parser.add_argument(
            "--list", action="store_true", help="also what was missed, invented or misattributed"
        )

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        if not (folder / "annotations.json").is_file():
            raise CommandError(f"There is no annotations.json in {folder}.")
        found = score(folder, gazetteer_names())
        if options["list"]:
            for title in ("missed", "invented", "misattributed"):
                self.stdout.write(f"{title}:")
                for line in getattr(found, title):
                    self.stdout.write(f"  {line}")
        for line in table(found):
            self.stdout.write(line)


def gazetteer_names() -> NameIndex:
    rows = {row.geonames_id: row for row in read(FILE)}
    facts = {
        row.public_id(): Known(
            row.public_id(), row.population, row.latitude, row.longitude, tuple(above(row, rows))
        )
        for row in rows.values()
    }
    names = ((row.public_id(), name) for row in rows.values() for name in [row.name, *row.names])
    return NameIndex(names, facts, names_of)


def above(row: Row, rows: dict[int, Row]) -> Iterator[str]:
    """Of the region and country that it lies in."""
    while row.parent:
        row = rows[row.parent]
        yield row.public_id()
