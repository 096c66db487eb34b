import time
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from incidents.record.postings import Outdated, make
from incidents.record.rebuild import RebuildingAlready, rebuild

_EVERY = 5  # seconds, where lines cannot be written over
_WIDTH = 30


class Command(BaseCommand):
    help = (
        "Make the read models of the record anew from its versions. Readers see the old ones until "
        "the new ones are whole, and publishing goes on. Stopped, it goes on where it was."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--processes", type=int, help="how many work at once; one for each processor"
        )

    def handle(self, *args: Any, processes: int | None, **options: Any) -> None:
        try:
            rebuilt = rebuild(Progress(self).tell, processes)
            make(processes=processes)
        except (RebuildingAlready, Outdated) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Entries rebuilt: {rebuilt.entries}; record clock: {rebuilt.clock}.")


class Progress:
    """A bar on a terminal; elsewhere a line every few seconds."""

    def __init__(self, command: BaseCommand) -> None:
        self._out = command.stderr
        self._bar = command.stderr.isatty()
        self._what = ""
        self._told = 0.0

    def tell(self, what: str, done: int, total: int) -> None:
        now = time.monotonic()
        if what != self._what:
            self._what, self._began, self._before = what, now, done
            return
        last = done == total
        if not last and now - self._told < (0.2 if self._bar else _EVERY):
            return
        self._told = now
        rate = (done - self._before) / (now - self._began)
        left = timedelta(seconds=round((total - done) / rate)) if rate else "?"
        line = f"{what}: {done:,} of {total:,}, {rate:,.0f} a second, {left} left"
        if self._bar:
            filled = _WIDTH * done // total
            line = f"\r[{'#' * filled:<{_WIDTH}}] {100 * done // total:3} %  {line}\x1b[K"
        self._out.write(line, ending="\n" if last or not self._bar else "")
