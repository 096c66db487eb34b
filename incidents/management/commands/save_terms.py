from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from incidents.record.postings import Outdated, advance, make


class Command(BaseCommand):
    help = (
        "Keep for each word of the search the entries that have it, which makes searches fast. "
        "Sets that are there already are brought up to date."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--anew", action="store_true", help="make all sets anew")

    def handle(self, *args: Any, anew: bool, **options: Any) -> None:
        try:
            if anew or not advance():
                make(tell=lambda serials: self.stderr.write(f"{serials} versions …"))
        except Outdated as error:
            raise CommandError(f"{error} Run this once more.") from error
        self.stdout.write("The sets of all words are up to date.")
