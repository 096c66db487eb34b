"""The server as docs/operations.md starts it: on a socket of the file system, for nginx alone."""

import os
import re
import shlex
import signal
import socket
import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from django.conf import settings


@pytest.fixture
def server(tmp_path: Path) -> Iterator[psutil.Process]:
    """With one worker and an application of the tests, in a folder of its own."""
    unit = Path(settings.BASE_DIR, "docs/operations.md").read_text()
    found = re.search(r"^ExecStart=\S+/granian (.*) config\.wsgi:application$", unit, re.M)
    assert found
    options = found[1].replace("/run/claimline/", "").replace("--workers 2", "--workers 1")
    granian = str(Path(sys.executable).with_name("granian"))
    application = "incidents.tests.slow_application:application"
    process = psutil.Popen(
        [granian, *shlex.split(options), application],
        # Linux takes 107 bytes for the path of a socket.
        cwd=tmp_path,
        env=os.environ | {"CLAIMLINE_TLS": "off", "PYTHONPATH": str(settings.BASE_DIR)},
        stderr=sys.stderr,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def ask(path: Path) -> bytes:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(30)
        connection.connect(str(path))
        connection.sendall(b"GET /page HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        return connection.recv(1000)


def test_the_server_answers_there_and_on_no_port(server: psutil.Process, tmp_path: Path) -> None:
    path = tmp_path / "socket"
    for _ in range(600):
        try:
            answer = ask(path)
            break
        except OSError:
            time.sleep(0.1)

    assert answer.startswith(b"HTTP/1.1 200")
    # Who may go there is a matter of the folder: docs/operations.md.
    assert stat.S_IMODE(path.stat().st_mode) == 0o666
    everyone = [server, *server.children(recursive=True)]
    assert not [one for each in everyone for one in each.net_connections("inet") if not one.raddr]
