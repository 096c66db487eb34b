"""Clients: one that asks and waits, for times; eight at once, for requests a second."""

import asyncio
import http.client
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

TIMEOUT = 60  # seconds
CLIENTS = 8
WRK = shutil.which("wrk")

# wrk asks the addresses in turn; what was answered with an error is told apart.
WRK_SCRIPT = """
local paths = %(paths)s
local headers = %(headers)s
local at = 0
request = function()
  at = at %% #paths + 1
  return wrk.format("GET", paths[at], headers)
end
done = function(summary)
  local errors = summary.errors
  io.write(string.format('\\n{"number": %%d, "seconds": %%f, "bad": %%d}\\n', summary.requests,
    summary.duration / 1e6, errors.status + errors.timeout + errors.read + errors.connect))
end
"""


@dataclass(frozen=True)
class Answer:
    seconds: float
    status: int
    body: bytes
    etag: str = ""


@dataclass(frozen=True)
class Rate:
    """`number` whole answers within `seconds`, of which `bad` were errors."""

    number: int
    seconds: float
    bad: int

    @property
    def a_second(self) -> float:
        """Good answers. What was under way when the time was up counts as half done."""
        return (self.number - self.bad + CLIENTS / 2) / self.seconds


@dataclass
class Client:
    """One client of one server: a connection that is kept while the server keeps it."""

    port: int
    connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)

    def ask(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Status 0 where no answer came."""
        began = time.perf_counter()
        try:
            self.connection.request("GET", path, headers=dict(headers or {}))
            response = self.connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException):
            self.connection.close()
            return Answer(time.perf_counter() - began, 0, b"")
        took = time.perf_counter() - began
        return Answer(took, response.status, body, response.headers.get("ETag", ""))

    def lines(self, path: str) -> tuple[int, float, int]:
        """Lines of a file, read without being kept; seconds; status."""
        began = time.perf_counter()
        self.connection.request("GET", path)
        response = self.connection.getresponse()
        lines = 0
        while part := response.read(2**16):
            lines += part.count(b"\n")
        return lines, time.perf_counter() - began, response.status


def rate(port: int, paths: Sequence[str], headers: Mapping[str, str], seconds: float) -> Rate:
    """Eight clients that ask again as soon as they are answered."""
    measure: Callable[[int, Sequence[str], Mapping[str, str], float], Rate]
    measure = _wrk if WRK else _own
    return measure(port, paths, headers, seconds)


def _wrk(port: int, paths: Sequence[str], headers: Mapping[str, str], seconds: float) -> Rate:
    script = WRK_SCRIPT % {
        "paths": _lua(map(json.dumps, paths)),
        "headers": _lua(
            f"[{json.dumps(key)}] = {json.dumps(value)}" for key, value in headers.items()
        ),
    }
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        Path(file.name).write_text(script)
        options = ["-t1", f"-c{CLIENTS}", f"-d{round(seconds)}s", f"--timeout={TIMEOUT}s"]
        command = [str(WRK), *options, "-s", file.name, f"http://127.0.0.1:{port}"]
        ran = subprocess.run(command, capture_output=True, text=True, check=True)
    return Rate(**json.loads(ran.stdout.splitlines()[-1]))


def _lua(items: Iterable[str]) -> str:
    return "{" + ", ".join(items) + "}"


def _own(port: int, paths: Sequence[str], headers: Mapping[str, str], seconds: float) -> Rate:
    return asyncio.run(_eight(port, paths, headers, seconds))


async def _eight(
    port: int, paths: Sequence[str], headers: Mapping[str, str], seconds: float
) -> Rate:
    ends = time.perf_counter() + seconds
    asked = cycle(paths)
    statuses: list[int] = []

    async def one() -> None:
        while time.perf_counter() < ends:
            status = await _get(port, next(asked), headers)
            if time.perf_counter() < ends:
                statuses.append(status)

    await asyncio.gather(*(one() for _ in range(CLIENTS)))
    bad = sum(not 200 <= status < 400 for status in statuses)
    return Rate(len(statuses), seconds, bad)


async def _get(port: int, path: str, headers: Mapping[str, str]) -> int:
    """A request on a connection of its own, read to its end; 0 where no answer came."""
    lines = [f"GET {path} HTTP/1.1", "Host: localhost", "Connection: close"]
    lines += [f"{key}: {value}" for key, value in headers.items()]
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        first = await reader.readline()
        while await reader.read(2**16):
            pass
        writer.close()
    except OSError:
        return 0
    return int(first.split()[1]) if first.startswith(b"HTTP/") else 0
