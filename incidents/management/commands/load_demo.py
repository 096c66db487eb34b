from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

import incidents.demo
from incidents.demo.files import DemoError
from incidents.demo.load import load
from rowlog.tracking import acting


class Command(BaseCommand):
    help = (
        "Load and publish the demo data: real reports, claim by claim. A second run adds what is "
        "missing; what exists is left alone, with every change that an editor has made to it, and "
        "no new version is made. Needs the gazetteer: run load_gazetteer first."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "folder",
            nargs="?",
            type=Path,
            default=Path(incidents.demo.__path__[0]),
            help="where the files are; the demo data of Claimline unless given",
        )

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            with acting(deed="load_demo"):
                loaded = load(folder)
        except (DemoError, OSError) as error:
            raise CommandError(f"Nothing was loaded. {error}") from error
        self.stdout.write(
            f"Loaded {loaded.sources} reports, {loaded.incidents} incidents and "
            f"{loaded.claims} claims."
        )
