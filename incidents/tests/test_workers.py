"""Several processes count, each from bitmaps of its own, and none is ever behind the record."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from incidents.models import Incident
from incidents.record.models import Entry, Generation
from incidents.record.publish import publish, withdraw
from incidents.tests.factories import make_published

# Answers each line that it is given with what this process counts of each kind.
WORKER = """
import json, sys
import django
django.setup()
from incidents.public.index import current
for _ in sys.stdin:
    bitmaps = current()
    print(json.dumps(bitmaps and bitmaps.counts(bitmaps.alive, "kind")), flush=True)
"""
Counts = dict[str, int]


class Worker:
    def __init__(self, database: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", WORKER],
            env={**os.environ, "DATABASE_URL": database},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self) -> None:
        assert self._process.stdin
        self._process.stdin.write("?\n")
        self._process.stdin.flush()

    def counts(self) -> Counts:
        self.ask()
        assert self._process.stdout
        counts: Counts = json.loads(self._process.stdout.readline())
        return counts

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.fixture
def start(transactional_db: None) -> Iterator[Callable[[], Worker]]:
    """Starts a worker on the test database, in which what the test does is committed."""
    given: Any = connection.settings_dict
    login = f"{given['USER']}:{given['PASSWORD']}"
    address = f"postgresql://{login}@/{given['NAME']}?host={given['HOST']}"
    workers: list[Worker] = []

    def started() -> Worker:
        workers.append(Worker(address))
        return workers[-1]

    yield started
    for worker in workers:
        worker.kill()


def test_each_worker_counts_what_was_published_a_moment_ago(start: Callable[[], Worker]) -> None:
    workers = [start(), start()]
    incident = make_published(kind="strike")
    assert [worker.counts() for worker in workers] == [{"strike": 1}] * 2

    make_published(kind="protest", place=incident.place)
    assert [worker.counts() for worker in workers] == [{"strike": 1, "protest": 1}] * 2
    Incident.objects.filter(pk=incident.pk).update(kind="explosion")
    publish(incident, "It was an explosion.")
    assert [worker.counts() for worker in workers] == [{"explosion": 1, "protest": 1}] * 2
    withdraw(incident, "Under review.")
    assert [worker.counts() for worker in workers] == [{"protest": 1}] * 2

    # One dies while it catches up; the others, and the one in its place, count on.
    publish(incident, "Published again.")
    workers[0].ask()
    workers[0].kill()
    assert [worker.counts() for worker in (workers[1], start())] == [
        {"explosion": 1, "protest": 1}
    ] * 2

    # A rebuild under way is seen by nobody until it is whole, and then by all.
    with transaction.atomic():
        Entry.objects.filter(kind="protest").update(kind="evacuation")
        Generation.objects.renew()
        assert workers[1].counts() == {"explosion": 1, "protest": 1}
    assert workers[1].counts() == {"explosion": 1, "evacuation": 1}

    # A publication that was taken back was never seen, and its serial comes again.
    with transaction.atomic():
        make_published(kind="strike", place=incident.place)
        assert workers[1].counts() == {"explosion": 1, "evacuation": 1}
        transaction.set_rollback(True)
    make_published(kind="air_attack", place=incident.place)
    assert workers[1].counts() == {"explosion": 1, "evacuation": 1, "air_attack": 1}
