"""The server that is shipped, with readers of downloads who do not read."""

import http.client
import re
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.conf import settings


@pytest.fixture
def port(unused_port: int) -> Iterator[int]:
    """Of a server with the options of the Makefile, but one worker."""
    makefile = Path(settings.BASE_DIR, "Makefile").read_text().replace("\\\n", " ")
    found = re.search(r"^SERVE := \$\(BIN\)/granian (.*) config\.wsgi:application$", makefile, re.M)
    assert found
    options = found[1].replace("$(PORT)", str(unused_port)).replace("--workers 2", "--workers 1")
    granian = str(Path(sys.executable).with_name("granian"))
    application = "incidents.tests.slow_application:application"
    server = subprocess.Popen(
        [granian, *shlex.split(options), application], cwd=settings.BASE_DIR, stderr=sys.stderr
    )
    try:
        for _ in range(600):
            try:
                ask(unused_port, "/page").close()
                break
            except OSError:
                time.sleep(0.1)
        yield unused_port
    finally:
        server.kill()
        server.wait()


@pytest.fixture
def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def ask(port: int, path: str) -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path)
    return connection


def status(port: int, path: str) -> int:
    connection = ask(port, path)
    try:
        return connection.getresponse().status
    finally:
        connection.close()


def test_readers_who_do_not_read_stop_no_page_and_once_gone_no_download(port: int) -> None:
    with ExitStack() as slow:
        for _ in range(2):
            connection = ask(port, "/download")
            slow.callback(connection.close)
            # The head is read, and then nothing.
            assert connection.getresponse().status == 200

        assert [status(port, "/page") for _ in range(5)] == [200] * 5
        assert status(port, "/download") == 503

    for _ in range(100):
        if (answer := status(port, "/download")) == 200:
            break
        time.sleep(0.1)
    assert answer == 200
