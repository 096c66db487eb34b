from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from incidents.record.verify import Broken, check_entries, check_versions


class Command(BaseCommand):
    help = "Check every version of the record and the read models; name the first bad row."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--sample",
            type=int,
            metavar="N",
            help="hold only N entries, taken at random, against their versions",
        )

    @transaction.atomic
    def handle(self, *args: Any, sample: int | None, **options: Any) -> None:
        if sample is not None and sample < 1:
            raise CommandError("--sample takes a number of entries, 1 or more.")
        with connection.cursor() as cursor:
            # One snapshot for all queries: publishing goes on and is not seen.
            cursor.execute("set transaction isolation level repeatable read, read only")
        try:
            chain = check_versions()
            entries = check_entries(sample)
        except Broken as broken:
            raise CommandError(str(broken)) from broken
        self.stdout.write(f"Versions: {chain.versions}, entries checked: {entries}; all whole.")
        self.stdout.write(f"Latest: serial {chain.serial}, SHA-256 {chain.sha256 or 'none'}.")
