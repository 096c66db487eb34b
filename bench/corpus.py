"""Writes a synthetic record into an empty database: `python -m bench.corpus --incidents 10000`.

Versions are made by several processes and chained by this one; `rebuild_record` makes the read
models of them. The same seed and numbers give the same record.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context

import django
from django.core.management import call_command
from django.db import connection, transaction

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from bench.chain import COPY_VERSIONS, Link, Made  # noqa: E402
from bench.twins import MOST, multiply  # noqa: E402
from bench.versions import BATCH, Plan, versions  # noqa: E402
from incidents.record.models import Version  # noqa: E402

# Above so many, twins are made unless `--twins 1` says no.
MOST_MADE = 100_000


@contextmanager
def _mapping(processes: int) -> Iterator[Callable[..., Iterable[list[Made]]]]:
    if processes == 1:
        yield map
        return
    with get_context("spawn").Pool(processes) as pool:
        yield pool.imap


def write(plan: Plan, processes: int = 1) -> int:
    """Write all versions; returns how many."""
    serial, previous = 0, ""
    batches = [(plan, batch) for batch in range(-(-plan.incidents // BATCH))]
    with (
        _mapping(processes) as run,
        transaction.atomic(),
        connection.cursor() as cursor,
        cursor.copy(COPY_VERSIONS) as copy,
    ):
        for batch in run(versions, batches):
            lines = []
            for made in batch:
                serial += 1
                link = Link(made, serial, previous)
                previous = link.digest()
                lines.append(link.line(previous))
            copy.write("".join(lines))
    return serial


def main() -> str | None:
    parser = argparse.ArgumentParser(prog="python -m bench.corpus", description=__doc__)
    parser.add_argument("--incidents", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--twins", type=int, help="how many share all but their ids")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args()
    twins = asked.twins or max(1, asked.incidents // MOST_MADE)
    if twins > MOST or asked.incidents % twins:
        return f"--twins takes a divisor of --incidents up to {MOST}."
    if Version.objects.exists():
        name = connection.settings_dict["NAME"]
        return f"The database {name} holds versions already: give one without any."
    began = time.monotonic()
    write(Plan(asked.seed, asked.incidents // twins), asked.processes)
    call_command("rebuild_record", processes=asked.processes)
    if twins > 1:
        multiply(twins, asked.processes)
    print(f"{Version.objects.count()} versions in {time.monotonic() - began:.0f} s.")
    return None


if __name__ == "__main__":
    sys.exit(main())
