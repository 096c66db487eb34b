"""`kill -9` of server and database under concurrent publishing and editing: python -m bench.kill

Twenty rounds, each of a thousand acknowledged writes and more, to an embedded database of its own
under /tmp with the demo record; readers' pages come from the shipped server meanwhile. Then every
process of both is killed at once and started again. Ends with another code than 0 when a write that
was acknowledged is not there, or the first 200 takes longer than ten seconds; or when the control,
with `synchronous_commit` off, loses none.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from http import HTTPStatus
from pathlib import Path

import django
from django.core.management import call_command
from django.db import InterfaceError, OperationalError, connection

from bench.client import Client
from bench.publisher import Publisher, lost
from bench.rows import Row, tell
from bench.standbys import Node, url

ROUNDS, WRITES, EDITORS = 20, 1_000, 8
CONTROL_ROUNDS = 5
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


def main() -> int:
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="claimline-kill-", dir="/tmp"))
        folder.chmod(0o711)
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        node = Node.at(folder / "one")
        stack.callback(node.server.stop)
        rows = _begin(node)
        written, missing, slowest = 0, 0, 0.0
        for _ in range(ROUNDS):
            more, gone, seconds = _round(node, rows)
            written, missing, slowest = written + more, missing + gone, max(slowest, seconds)
        call_command("verify_record", stdout=sys.stderr)
        node.set("synchronous_commit", "off")
        careless = [_round(node, rows)[:2] for _ in range(CONTROL_ROUNDS)]
    lost_without = sum(gone for _, gone in careless)
    tell(
        Row("kill -9 of server and database", "rounds", ROUNDS),
        Row("acknowledged writes", "writes", written, least=ROUNDS * WRITES),
        Row("of these lost", "writes", missing, most=0),
        Row("back to the first 200, at the most", "s", slowest, most=BACK),
        Row("control: acknowledged with synchronous_commit off", "writes", sum(
            more for more, _ in careless)),
        Row("control: of these lost", "writes", lost_without, least=1),
    )  # fmt: skip
    return int(bool(missing) or slowest > BACK or not lost_without)


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


def _round(node: Node, rows: list[int]) -> tuple[int, int, float]:
    """Acknowledged writes, those of them that are lost, and seconds until the first 200."""
    server, port = _site()
    _answers(server, port)
    editors = [Editor(row, _number(row)) for row in rows]
    begin = sum(editor.acknowledged for editor in editors)
    with Publisher() as publisher:
        for editor in editors:
            editor.start()
        ends = time.monotonic() + PATIENCE
        while sum(editor.acknowledged for editor in editors) - begin < WRITES:
            if time.monotonic() > ends:
                raise TimeoutError(f"{WRITES} writes took longer than {PATIENCE} seconds.")
            time.sleep(0.01)
        os.killpg(server.pid, signal.SIGKILL)
        node.kill()
        for editor in editors:
            editor.end()
    server.wait()
    began = time.monotonic()
    node.start()
    server, port = _site()
    _answers(server, port)
    seconds = time.monotonic() - began
    os.killpg(server.pid, signal.SIGKILL)
    server.wait()
    connection.close()  # to a server that has gone
    missing = sum(editor.lost() for editor in editors) + len(lost(publisher.acknowledged))
    edits = sum(editor.acknowledged for editor in editors) - begin
    sys.stderr.write(f"{edits} edits, {len(publisher.acknowledged)} publishes, {missing} lost, ")
    sys.stderr.write(f"back after {seconds:.1f} s\n")
    return edits + len(publisher.acknowledged), missing, seconds


def _number(row: int) -> int:
    from sources.models import Publisher as Outlet

    return int(Outlet.objects.get(pk=row).homepage)


def _site() -> tuple["subprocess.Popen[bytes]", int]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    granian = str(Path(sys.executable).with_name("granian"))
    options = ["--interface=wsgi", "--no-ws", "--workers=2", "--blocking-threads=4"]
    command = [granian, *options, f"--port={port}", "--log-level=error", "config.wsgi:application"]
    return subprocess.Popen(command, start_new_session=True), port


def _answers(server: "subprocess.Popen[bytes]", port: int) -> None:
    while Client(port).ask("/").status != HTTPStatus.OK:
        if server.poll() is not None:
            raise RuntimeError("The server ended.")
        time.sleep(0.02)


if __name__ == "__main__":
    sys.exit(main())
