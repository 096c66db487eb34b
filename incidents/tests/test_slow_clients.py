"""The server that is shipped, with readers who do not read and senders who do not send."""

import http.client
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from django.conf import settings


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Of a server with the options of the Makefile, but one worker."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        unused_port = int(listening.getsockname()[1])
    makefile = Path(settings.BASE_DIR, "Makefile").read_text().replace("\\\n", " ")
    found = re.search(r"^SERVE := \$\(BIN\)/granian (.*) config\.wsgi:application$", makefile, re.M)
    assert found
    options = found[1].replace("$(PORT)", str(unused_port)).replace("--workers 2", "--workers 1")
    granian = str(Path(sys.executable).with_name("granian"))
    application = "incidents.tests.slow_application:application"
    server = subprocess.Popen(
        [granian, *shlex.split(options), application],
        cwd=settings.BASE_DIR,
        env=os.environ | {"CLAIMLINE_TLS": "off"},
        stderr=sys.stderr,
        start_new_session=True,
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
        # Its worker too.
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def ask(
    port: int, path: str, form: bytes | None = None, origin: str = "127.0.0.1"
) -> http.client.HTTPConnection:
    """`origin`: an address of this machine, of which it has millions."""
    connection = http.client.HTTPConnection(
        "127.0.0.1", port, timeout=30, source_address=(origin, 0)
    )
    connection.request("GET" if form is None else "POST", path, form)
    return connection


def status(port: int, path: str, form: bytes | None = None, origin: str = "127.0.0.1") -> int:
    connection = ask(port, path, form, origin)
    try:
        return connection.getresponse().status
    finally:
        connection.close()


@contextmanager
def stalled_downloads(port: int) -> Iterator[None]:
    """All that one origin may have of three."""
    with ExitStack() as slow:
        for _ in range(2):
            connection = ask(port, "/download")
            slow.callback(connection.close)
            # The head is read, and then nothing.
            assert connection.getresponse().status == 200
        yield


def comes_back(port: int, path: str, form: bytes | None = None) -> bool:
    for _ in range(200):
        if status(port, path, form) == 200:
            return True
        time.sleep(0.1)
    return False


def test_readers_who_do_not_read_stop_no_page_and_nobody_elses_download(port: int) -> None:
    with stalled_downloads(port):
        assert [status(port, "/page") for _ in range(5)] == [200] * 5
        assert status(port, "/download") == 503
        assert status(port, "/download", origin="127.0.0.2") == 200

    assert comes_back(port, "/download")


def test_readers_who_go_on_not_reading_keep_no_place(port: int) -> None:
    with stalled_downloads(port):
        assert status(port, "/download") == 503

        assert comes_back(port, "/download")


def unfinished(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=30)
    head = b"POST /form HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n"
    connection.sendall(head + b"x" * 500)
    return connection


def test_senders_who_do_not_send_stop_no_page_and_nobody_elses_form(port: int) -> None:
    with ExitStack() as slow:
        for _ in range(30):
            slow.enter_context(unfinished(port))

        assert [status(port, "/page") for _ in range(5)] == [200] * 5
        assert status(port, "/form", b"whole") == 503
        assert status(port, "/form", b"whole", origin="127.0.0.2") == 200

    assert comes_back(port, "/form", b"whole")


def test_a_form_that_ends_too_early_is_refused(port: int) -> None:
    with unfinished(port) as connection:
        connection.shutdown(socket.SHUT_WR)

        assert not connection.recv(1000).startswith(b"HTTP/1.1 200")


def test_a_form_that_is_too_large_is_refused_before_it_is_sent(port: int) -> None:
    head = b"POST /form HTTP/1.1\r\nHost: localhost\r\nContent-Length: 12000001\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(head)

        assert connection.recv(1000).startswith(b"HTTP/1.1 413")
