"""What a commit costs the disk, and that it is paid before the commit is acknowledged."""

import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from django.db import connection

from incidents.models import Incident
from incidents.record.publish import publish
from incidents.tests.factories import make_published

pytestmark = [pytest.mark.torture, pytest.mark.django_db(transaction=True)]

PUBLISHES = 20


def ask(query: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(query)
        row = cursor.fetchone()
    assert row
    return str(row[0])


@contextmanager
def traced(output: Path) -> Iterator[None]:
    """What the server process of our connection writes and syncs meanwhile, by strace, in a file.

    Skips where that cannot be seen.
    """
    strace = shutil.which("strace")
    if not strace:
        pytest.skip("There is no strace.")
    process = int(ask("select pg_backend_pid()"))
    if not psutil.pid_exists(process) or "postgres" not in psutil.Process(process).name():
        pytest.skip("The database is on another machine.")
    options = ["-y", "-e", "trace=fdatasync,fsync,sync_file_range,pwrite64,pwritev"]
    with subprocess.Popen(
        [strace, *options, "-p", str(process), "-o", str(output)], stderr=subprocess.PIPE, text=True
    ) as tracing:
        assert tracing.stderr
        told = tracing.stderr.readline()
        if "attached" not in told:
            tracing.kill()
            pytest.skip(f"strace may not look: {told.strip()}")
        try:
            yield
        finally:
            tracing.send_signal(signal.SIGINT)


def syncs_of_the_log(tmp_path: Path, incident: Incident) -> tuple[int, int]:
    """Of so many edits and publishes, one commit each: syncs of the write-ahead log, and whether
    each came after a write to it, as the number that did."""
    output = tmp_path / "strace"
    with traced(output):
        for number in range(PUBLISHES):
            incident.title = f"Change {number}"
            incident.save()
            publish(incident, "A change.")
    calls = [line for line in output.read_text().splitlines() if "/pg_wal/" in line]
    synced = [number for number, call in enumerate(calls) if re.match(r"f(data)?sync\(", call)]
    return len(synced), sum(calls[number - 1].startswith("pwrite") for number in synced)


def test_every_commit_is_synced_once_before_it_is_acknowledged(tmp_path: Path) -> None:
    """A file of the log that is full costs one more."""
    incident = make_published()

    syncs, after_a_write = syncs_of_the_log(tmp_path, incident)

    assert 2 * PUBLISHES <= syncs <= 2 * PUBLISHES + 1
    assert after_a_write == syncs


def test_control_without_synchronous_commits_nothing_is_synced(tmp_path: Path) -> None:
    incident = make_published()
    ask("select set_config('synchronous_commit', 'off', false)")
    try:
        syncs, _ = syncs_of_the_log(tmp_path, incident)
    finally:
        ask("select set_config('synchronous_commit', 'on', false)")

    assert syncs <= 1
