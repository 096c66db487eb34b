"""The shipped server, before a database or several."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.readers import reading

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 90
WARM = ("/", "/about/cite/", "/api/v1/changes/?since=0", "/sources/")


@dataclass(frozen=True)
class Site:
    port: int
    process: int

    def cpu_seconds(self) -> float:
        first = psutil.Process(self.process)
        times = [each.cpu_times() for each in (first, *first.children(recursive=True))]
        return sum(each.user + each.system for each in times)


@contextmanager
def site(environment: Mapping[str, str], module: str = "config.wsgi") -> Iterator[Site]:
    """Two workers, each of which has answered."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    process = subprocess.Popen(
        [Path(sys.executable).with_name("granian"), "--interface=wsgi", "--host=127.0.0.1",
         f"--port={port}", "--no-ws", "--workers=2", "--blocking-threads=1",
         "--log-level=error", f"{module}:application"],
        cwd=ROOT,
        env={**os.environ, "CLAIMLINE_POOL": "2", **environment},
    )  # fmt: skip
    try:
        until(lambda: _listens(port))
        with reading(port, WARM, 8):
            time.sleep(3)
        yield Site(port, process.pid)
    finally:
        first = psutil.Process(process.pid)
        every = [first, *first.children(recursive=True)]
        process.terminate()
        _, left = psutil.wait_procs(every, timeout=20)
        for one in left:
            one.kill()


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(f"It took longer than {START_SECONDS} seconds.")
        time.sleep(0.1)
