from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.backup import BackupError, back_up


class Command(BaseCommand):
    help = "Write the whole database to a file, of one moment, while everybody goes on working."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a new file; it holds drafts and accounts too")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            manifest = back_up(file)
        except BackupError as error:
            raise CommandError(str(error)) from error
        rows = sum(table["rows"] for table in manifest["tables"].values())
        self.stdout.write(
            f"{file}: {file.stat().st_size:,} bytes, {rows:,} rows of {len(manifest['tables'])} "
            "tables. Keep it where nobody else can read it."
        )
