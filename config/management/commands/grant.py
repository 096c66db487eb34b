from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import ProgrammingError, transaction

from config.rights import grant


class Command(BaseCommand):
    help = (
        "Let a database role run the site: rows, and no tables. Run by the owner of the tables, "
        "after each migrate."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role")

    def handle(self, *args: Any, role: str, **options: Any) -> None:
        try:
            with transaction.atomic():
                grant(role)
        except ProgrammingError as error:
            raise CommandError(str(error).splitlines()[0]) from error
        self.stdout.write(f"The role {role} may run the site.")
