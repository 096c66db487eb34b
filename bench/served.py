"""Servers under measurement: started, waited for, weighed and stopped."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import psutil

from bench.client import Client

START_SECONDS = 60
SETTLE_SECONDS = 120
AWAKE = 16  # first requests, each on a connection of its own, so that they reach every worker
IDLE = 5.0  # per cent of a core, for a whole second


@dataclass(frozen=True)
class Memory:
    """MB of a server with all its processes. `peak`: the most that each had resident, summed;
    `now`: what they share is counted once (PSS)."""

    peak: float
    now: float


@dataclass(frozen=True)
class Served:
    port: int
    process: subprocess.Popen[bytes]
    started: float  # seconds until its workers had answered and were idle again

    def memory(self) -> Memory:
        return weigh(self._processes())

    def _processes(self) -> list[psutil.Process]:
        root = psutil.Process(self.process.pid)
        return [root, *root.children(recursive=True)]


def weigh(processes: Sequence[psutil.Process]) -> Memory:
    peak = sum(_peak(one.pid) for one in processes)
    return Memory(peak / 1e6, sum(one.memory_full_info().pss for one in processes) / 1e6)


def _peak(process: int) -> int:
    """Bytes."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


@contextmanager
def served(
    command: Sequence[str], port: int, path: str, env: Mapping[str, str]
) -> Iterator[Served]:
    """A server that answers 200 at `path`, and has finished what it does at its start.

    RuntimeError when it does not within a minute, or when something else does already.
    """
    if Client(port).ask(path).status:
        # The shipped server would share its port with that other one, and not say so.
        raise RuntimeError(f"something answers on port {port} already")
    began = time.monotonic()
    process = subprocess.Popen(
        command, env={**os.environ, **env}, stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        _wait(process, port, path, began)
        _settle(process)
        yield Served(port, process, time.monotonic() - began)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait(process: subprocess.Popen[bytes], port: int, path: str, began: float) -> None:
    answers = 0
    while answers < AWAKE:
        if process.poll() is not None or time.monotonic() - began > START_SECONDS:
            raise RuntimeError(f"nothing answers at {path} on port {port}")
        if Client(port).ask(path).status == HTTPStatus.OK:
            answers += 1
        else:
            time.sleep(0.2)


def wait_for_numbers(port: int) -> None:
    """Until every worker of ours counts: a page that is still to be counted may not be kept."""
    kept = 0
    while kept < AWAKE:
        kept = kept + 1 if Client(port).ask("/").etag else 0


def _settle(process: subprocess.Popen[bytes]) -> None:
    """Wait until it idles: an index that is loaded in the background must not be measured along."""
    ends = time.monotonic() + SETTLE_SECONDS
    root = psutil.Process(process.pid)
    while time.monotonic() < ends:
        processes = [root, *root.children(recursive=True)]
        before = sum(map(_busy, processes))
        time.sleep(1)
        if 100 * (sum(map(_busy, processes)) - before) < IDLE:
            return


def _busy(process: psutil.Process) -> float:
    """Seconds of a core that it has used."""
    try:
        used = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(used.user + used.system)
