"""`kill -9` of server and database under concurrent publishing and editing: python -m bench.kill

Twenty rounds (or as many as the argument says), each of a thousand acknowledged writes and more, to
an embedded database of its own under /tmp with the demo record; the shipped server runs on it. Then
every process of both is killed at once, and both are started again at once. Ends with another code
than 0 when a write that was acknowledged is not there, or the first 200 takes longer than ten
seconds; or when the control loses none: there PostgreSQL acknowledges what is only in its memory
(`synchronous_commit` off), and writes that out late.
"""

import os
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from pathlib import Path
from statistics import median
from typing import NamedTuple

import django
import psutil
from django.core.management import call_command
from django.db import InterfaceError, OperationalError, connection

from bench.client import Client
from bench.machine import load
from bench.publisher import Publisher, lost
from bench.rows import Row, tell
from bench.standbys import Node, url

ROUNDS = int(sys.argv[1]) if sys.argv[1:] else 20
WRITES, EDITORS, PUBLISHERS = 1_000, 4, 4
CONTROL_ROUNDS = 2
# `kill -9` leaves alone what a process has given to the operating system. So what is lost is only
# what PostgreSQL has not: as much as can be.
CARELESS = {
    "synchronous_commit": "off",
    "wal_writer_delay": "10s",
    "wal_writer_flush_after": "1GB",
}
BACK = 10.0  # seconds until the first 200
PATIENCE = 120  # seconds for the writes of a round


class Editor(threading.Thread):
    """Writes one number after the other into a row of its own, each in a transaction."""

    def __init__(self, row: int, begin: int) -> None:
        super().__init__()
        self.row, self.acknowledged, self._ended = row, begin, threading.Event()

    def run(self) -> None:
        from sources.models import Publisher as Outlet

        try:
            while not self._ended.is_set():
                number = self.acknowledged + 1
                Outlet.objects.filter(pk=self.row).update(homepage=str(number))
                self.acknowledged = number
        except (InterfaceError, OperationalError):
            pass  # killed
        finally:
            connection.close()

    def end(self) -> None:
        self._ended.set()
        self.join()

    def lost(self) -> int:
        """How many acknowledged writes the database does not show."""
        from sources.models import Publisher as Outlet

        return max(0, self.acknowledged - int(Outlet.objects.get(pk=self.row).homepage))


class Round(NamedTuple):
    edits: int  # that were acknowledged
    publishes: int
    lost: int  # of both
    back: float  # seconds until the first 200
    work: float  # of the site until then, in seconds of processor


def main() -> int:
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="claimline-kill-", dir="/tmp"))
        folder.chmod(0o711)
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        node = Node.at(folder / "one")
        stack.callback(node.server.stop)
        rows = _begin(node)
        rounds = [_round(node, rows) for _ in range(ROUNDS)]
        call_command("verify_record", stdout=sys.stderr)
        for name, value in CARELESS.items():
            node.set(name, value)
        careless = [_round(node, rows) for _ in range(CONTROL_ROUNDS)]
    missing = sum(one.lost for one in rounds)
    slowest = max(one.back for one in rounds)
    lost_without = sum(one.lost for one in careless)
    tell(
        Row("kill -9 of server and database", "rounds", ROUNDS),
        Row("acknowledged writes", "writes", _written(rounds), least=ROUNDS * WRITES),
        Row("of these publishes", "writes", sum(one.publishes for one in rounds), least=1),
        Row("acknowledged and lost", "writes", missing, most=0),
        Row("back to the first 200, median", "s", median(one.back for one in rounds)),
        Row("back to the first 200, at the most", "s", slowest, most=BACK),
        Row(
            "processor time of both workers until then, median",
            "s",
            median(one.work for one in rounds),
        ),
        Row("control: acknowledged writes", "writes", _written(careless)),
        Row("control: acknowledged and lost", "writes", lost_without, least=1),
        Row("load at the end", "processes", load()),
    )
    return int(bool(missing) or slowest > BACK or not lost_without)


def _written(rounds: Sequence[Round]) -> int:
    return sum(one.edits + one.publishes for one in rounds)


def _begin(node: Node) -> list[int]:
    """The rows that editors edit, in a database with the demo record."""
    node.server.home.mkdir(mode=0o711)
    node.start()
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": url(node),
        "DATABASE_REPLICA_URLS": "",
        "CLAIMLINE_TLS": "off",
        "CLAIMLINE_POOL": "0",
        "DEBUG": "off",
        "SECRET_KEY": "of no use to anyone",
    }
    django.setup()
    call_command("migrate", verbosity=0)
    for command in ("load_gazetteer", "load_demo"):
        call_command(command, stdout=sys.stderr)
    call_command("collectstatic", interactive=False, verbosity=0)
    from sources.models import Publisher as Outlet

    return [Outlet.objects.create(name=f"Outlet {n}", homepage="0").pk for n in range(EDITORS)]


def _round(node: Node, rows: list[int]) -> Round:
    with ExitStack() as stack:
        with _site(node) as site:
            _answers(site)
            editors = [Editor(row, _number(row)) for row in rows]
            begin = sum(editor.acknowledged for editor in editors)
            publishers = [stack.enter_context(Publisher()) for _ in range(PUBLISHERS)]
            for editor in editors:
                stack.callback(editor.end)
                editor.start()
            ends = time.monotonic() + PATIENCE
            while _acknowledged(editors, publishers) - begin < WRITES:
                if time.monotonic() > ends:
                    raise TimeoutError(f"{WRITES} writes took longer than {PATIENCE} seconds.")
                time.sleep(0.01)
        node.kill()
    connection.close()  # to a server that has gone
    began = time.monotonic()
    # As by whatever looks after the two: neither waits for the other.
    with _site(node) as site:
        node.start()
        ready = time.monotonic() - began
        _answers(site)
        back, work = time.monotonic() - began, site.cpu_seconds()
    published = [version for publisher in publishers for version in publisher.acknowledged]
    edits = sum(editor.acknowledged for editor in editors) - begin
    missing = sum(editor.lost() for editor in editors) + len(lost(published))
    sys.stderr.write(f"{edits} edits, {len(published)} publishes, {missing} lost; ")
    sys.stderr.write(f"database back after {ready:.1f} s, pages after {back:.1f} s\n")
    return Round(edits, len(published), missing, back, work)


def _acknowledged(editors: Sequence[Editor], publishers: Sequence[Publisher]) -> int:
    edits = sum(editor.acknowledged for editor in editors)
    return edits + sum(len(publisher.acknowledged) for publisher in publishers)


def _number(row: int) -> int:
    from sources.models import Publisher as Outlet

    return int(Outlet.objects.get(pk=row).homepage)


class Site(NamedTuple):
    process: psutil.Popen
    port: int

    def cpu_seconds(self) -> float:
        every = [self.process, *self.process.children(recursive=True)]
        return sum(one.cpu_times().user + one.cpu_times().system for one in every)


@contextmanager
def _site(node: Node) -> Iterator[Site]:
    """The shipped server, which is killed at the end."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    granian = str(Path(sys.executable).with_name("granian"))
    options = ["--interface=wsgi", "--no-ws", "--workers=2", "--blocking-threads=6"]
    command = [granian, *options, f"--port={port}", "--log-level=error", "config.wsgi:application"]
    # While the database is away each answer leaves a trace in the log.
    with (node.server.home / "site.log").open("ab") as log:
        process = psutil.Popen(command, start_new_session=True, stderr=log)
    try:
        yield Site(process, port)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _answers(site: Site) -> None:
    while Client(site.port).ask("/").status != HTTPStatus.OK:
        if site.process.poll() is not None:
            raise RuntimeError("The server ended.")
        time.sleep(0.05)


if __name__ == "__main__":
    sys.exit(main())
