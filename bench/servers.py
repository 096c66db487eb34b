"""WSGI and ASGI servers beside one another: speed, memory, and readers beside slow connections.

gunicorn and uvicorn are not among Claimline's own packages: they are run from the environment that
`make bench` makes for its peer, if it could.
"""

import os
import socket
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil

from bench.client import Client, rate
from bench.rows import Row, tell
from bench.served import served, wait_for_numbers

PORT = 8394
SECONDS = 2.0
PATHS = {"hello": "/hello", "newest page, ready": "/", "304": "/"}
# Half of them never end their request, half never read the answer to it.
SLOW = 400
UNENDED = b"GET / HTTP/1.1\r\nHost: localhost\r\nX-More: "
UNREAD = b"GET /about/method/ HTTP/1.1\r\nHost: localhost\r\n\r\n"

_OTHERS = Path(__file__).resolve().parent.parent / "var" / "bench-venv" / "bin" / "python"


def _granian(interface: str, *options: str) -> list[str]:
    return [
        str(Path(sys.executable).with_name("granian")),
        *("--interface", interface, "--workers", "2", "--port", str(PORT), "--no-ws"),
        *("--log-level", "error", *options, f"bench.server_apps:{interface}"),
    ]


def _gunicorn(*options: str) -> list[str]:
    bind = ["--bind", f"127.0.0.1:{PORT}", "--workers", "2", "--log-level", "error"]
    return [str(_OTHERS), "-m", "gunicorn", *bind, *options, "bench.server_apps:wsgi"]


SERVERS = {
    "granian WSGI, 1 thread": _granian("wsgi", "--blocking-threads", "1"),
    "granian WSGI, 6 threads": _granian("wsgi", "--blocking-threads", "6"),
    "granian ASGI": _granian("asgi"),
    "gunicorn, 1 thread": _gunicorn(),
    "gunicorn, 6 threads": _gunicorn("--worker-class", "gthread", "--threads", "6"),
    "uvicorn": [
        *(str(_OTHERS), "-m", "uvicorn", "--workers", "2", "--port", str(PORT)),
        *("--log-level", "error", "bench.server_apps:asgi"),
    ],
}


def main() -> None:
    paths = [".", sysconfig.get_path("purelib")]
    environment = {"CLAIMLINE_TLS": "off", "PYTHONPATH": os.pathsep.join(paths)}
    for name, command in SERVERS.items():
        if command[0] == str(_OTHERS) and not _OTHERS.exists():
            sys.stderr.write(f"{name}: {_OTHERS} is missing.\n")
            continue
        with served(command, PORT, "/hello", environment) as server:
            wait_for_numbers(PORT)
            _measure(name, psutil.Process(server.process.pid))
            tell(Row(f"{name}: memory", "MB", server.memory().now))


def _measure(name: str, process: psutil.Process) -> None:
    for what, path in PATHS.items():
        headers = {"If-None-Match": Client(PORT).ask(path).etag} if what == "304" else {}
        rate(PORT, [path], headers, SECONDS / 2)
        before = _cpu(process)
        measured = rate(PORT, [path], headers, SECONDS)
        cost = 1e3 * (_cpu(process) - before) / max(1, measured.number)
        tell(
            Row(f"{name}: {what}", "requests/s", measured.a_second),
            Row(f"{name}: {what}, processor time", "ms", cost),
        )
    with slow_connections():
        measured = rate(PORT, ["/"], {}, SECONDS)
    tell(
        Row(f"{name}: newest page beside {SLOW} slow connections", "requests/s", measured.a_second)
    )


@contextmanager
def slow_connections() -> Iterator[None]:
    with ExitStack() as stack:
        for number in range(SLOW):
            slow = stack.enter_context(socket.socket())
            # So little that the answer waits.
            slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
            slow.settimeout(5)
            slow.connect(("127.0.0.1", PORT))
            slow.sendall(UNREAD if number % 2 else UNENDED)
        yield


def _cpu(process: psutil.Process) -> float:
    """Seconds, of a server and of all its processes."""
    every = [one.cpu_times() for one in (process, *process.children(recursive=True))]
    return sum(one.user + one.system for one in every)


if __name__ == "__main__":
    main()
