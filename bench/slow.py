"""400 slow connections beside readers, on the shipped server: python -m bench.slow [SECONDS]

slowhttptest opens them from one address: heads, forms and pages or downloads that never come to
their end. Eight readers, from another, read what is ready, for so many seconds (10) alone and as
long beside them, both twice, in turn; and somebody else sends a form and downloads a table now and
then. All of it without a proxy and behind nginx as docs/operations.md has it. The control is the
site without config/bodies.py: slow forms stop its readers. Ends with another code than 0 when a
reader was refused, or the control kept its readers.
"""

import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from bench.machine import load
from bench.rows import Row, percentile, tell
from bench.served import served

ROOT = Path(__file__).resolve().parent.parent
SITE, PROXY = 8396, 8397
SECONDS = float(sys.argv[1]) if sys.argv[1:] else 10.0
CONNECTIONS, READERS = 400, 8
PAUSE = 0.02  # seconds that a reader looks at an answer
LEAST = 90.0  # per cent of the answers alone
READER, OTHER = "127.0.0.2", "127.0.0.3"  # slowhttptest comes from 127.0.0.1
PAGES = ("/", "/map/", "/territory/", "/about/method/")
# A secret that nobody has, but of the right length: else the form is refused unread.
SECRET = "csrftoken=" + "a" * 32
MODES = {
    "heads": ("-H", "-i", "5", "/"),
    "forms": ("-B", "-i", "5", "-s", "8192", "-j", SECRET, "/admin/login/"),
    "pages not read": ("-X", "-w", "10", "-y", "20", "-n", "5", "-z", "5", "-k", "3", "/"),
    "downloads not read": ("-X", "-w", "10", "-y", "20", "-n", "5", "-z", "5", "/incidents.json"),
}


@dataclass
class Seen:
    """`times`: seconds of good answers; `wrong`: all others."""

    times: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def add(self, path: str, status: int, seconds: float) -> None:
        if status == HTTPStatus.OK:
            self.times.append(seconds)
        else:
            self.wrong.append(f"{status} {path}")


def main() -> int:
    tool = shutil.which("slowhttptest")
    if not tool:
        sys.stderr.write("slowhttptest is missing (apt-get install slowhttptest).\n")
        return 1
    failed = False
    with served(_granian("application"), SITE, "/about/method/", _environment()):
        for mode in MODES:
            failed |= _measured(f"granian: {mode}", tool, SITE, mode).refused
    if nginx := shutil.which("nginx"):
        proxied = _environment() | {"CLAIMLINE_CLIENT_ADDRESS_HEADER": "X-Real-IP"}
        with served(_granian("application"), SITE, "/about/method/", proxied), _nginx(nginx):
            for mode in MODES:
                failed |= _measured(f"behind nginx: {mode}", tool, PROXY, mode).refused
    else:
        sys.stderr.write("nginx is missing (apt-get install nginx).\n")
    with served(_granian("django"), SITE, "/about/method/", _environment()):
        failed |= not _measured("control, no limit: forms", tool, SITE, "forms").stopped
    tell(Row("load at the end", "processes", load()))
    return int(failed)


@dataclass(frozen=True)
class Found:
    refused: bool  # a reader, even once
    stopped: bool  # readers got less than half of what they got alone


def _measured(name: str, tool: str, port: int, mode: str) -> Found:
    for page in PAGES:
        for _ in range(READERS):
            _ask(port, page, READER)
    alone, beside, others = Seen(), Seen(), Seen()
    for _ in range(2):
        _read(port, alone, Seen())
        with _slow(tool, port, mode):
            _read(port, beside, others)
    share = 100 * len(beside.times) / len(alone.times)
    control = name.startswith("control")
    tell(
        Row(f"{name}: readers alone", "answers/s", len(alone.times) / SECONDS / 2),
        Row(f"{name}: readers beside, of that", "%", share, least=None if control else LEAST),
        *_times(f"{name}: readers alone", alone.times),
        *_times(f"{name}: readers beside", beside.times),
        Row(f"{name}: readers refused", "answers", len(beside.wrong)),
        Row(f"{name}: others' forms and downloads, answered", "answers", len(others.times)),
        Row(f"{name}: others' forms and downloads, refused", "answers", len(others.wrong)),
    )
    for wrong in [*beside.wrong[:3], *others.wrong[:3]]:
        sys.stderr.write(f"{name}: {wrong}\n")
    return Found(bool(alone.wrong or beside.wrong), share < 50)


def _times(name: str, seconds: Sequence[float]) -> Iterator[Row]:
    for share in (0.5, 0.99) if seconds else ():
        yield Row(f"{name}, p{100 * share:.0f}", "ms", 1e3 * percentile(seconds, share))


def _read(port: int, readers: Seen, others: Seen) -> None:
    ends = time.monotonic() + SECONDS

    def read(number: int) -> None:
        chance = random.Random(number)  # noqa: S311
        while time.monotonic() < ends:
            page = chance.choice(PAGES)
            readers.add(page, *_ask(port, page, READER))
            time.sleep(PAUSE)

    def send() -> None:
        while time.monotonic() < ends:
            status, seconds = _ask(port, "/admin/login/", OTHER, "username=somebody")
            # Without a cookie the form is refused, but it was received.
            received = HTTPStatus.OK if status == HTTPStatus.FORBIDDEN else status
            others.add("/admin/login/", received, seconds)
            others.add("/incidents.csv", *_ask(port, "/incidents.csv?q=power", OTHER))
            time.sleep(1)

    threads = [threading.Thread(target=read, args=(number,)) for number in range(READERS)]
    threads.append(threading.Thread(target=send))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _ask(port: int, path: str, origin: str, form: str | None = None) -> tuple[int, float]:
    """Status, 0 where no answer came, and seconds."""
    began = time.perf_counter()
    connection = HTTPConnection("127.0.0.1", port, timeout=SECONDS, source_address=(origin, 0))
    headers = {"Accept-Encoding": "gzip", "Host": "localhost"}
    if form is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        connection.request("POST" if form else "GET", path, form, headers)
        response = connection.getresponse()
        response.read()
        status = response.status
    except (OSError, HTTPException):
        status = 0
    finally:
        connection.close()
    return status, time.perf_counter() - began


@contextmanager
def _slow(tool: str, port: int, mode: str) -> Iterator[None]:
    """All of them are there when the block begins."""
    *options, path = MODES[mode]
    rate = 200  # connections a second
    command = [tool, "-c", str(CONNECTIONS), "-r", str(rate), "-l", str(round(3 * SECONDS + 10))]
    address = f"http://localhost:{port}{path}"
    process = subprocess.Popen([*command, *options, "-u", address], stdout=subprocess.DEVNULL)
    try:
        time.sleep(CONNECTIONS / rate + 1)
        if process.poll() is not None:
            raise RuntimeError(f"slowhttptest ended: {mode}")
        yield
    finally:
        process.kill()
        process.wait()
        time.sleep(1)  # until what it held is free again


def _granian(application: str) -> list[str]:
    makefile = (ROOT / "Makefile").read_text().replace("\\\n", " ")
    found = re.search(r"^SERVE := \$\(BIN\)/granian (.*) config\.wsgi:application$", makefile, re.M)
    if not found:
        raise RuntimeError("The Makefile serves otherwise than it did.")
    options = found[1].replace("$(PORT)", str(SITE)).split()
    granian = str(Path(sys.executable).with_name("granian"))
    return [granian, *options, f"config.wsgi:{application}"]


def _environment() -> dict[str, str]:
    # The log has a line for each form that is refused.
    return {"CLAIMLINE_TLS": "off", "GRANIAN_LOG_LEVEL": "critical"}


@contextmanager
def _nginx(program: str) -> Iterator[None]:
    """As docs/operations.md has it, but over plain http."""
    text = (ROOT / "docs" / "operations.md").read_text()
    found = re.search(r"```nginx\n(.*?)```", text, re.DOTALL)
    if not found:
        raise RuntimeError("docs/operations.md has no nginx.")
    common, *_, server = re.split(r"^(?=server \{)", found[1], flags=re.M)
    kept = [
        line
        for line in (common + server).splitlines()
        if not re.match(r"\s+(listen|ssl_|server_name|access_log|error_log) ?", line)
    ]
    http = "\n".join(kept).replace("unix:/run/claimline/socket", f"127.0.0.1:{SITE}")
    http = re.sub(r"^server \{", f"server {{\n    listen 127.0.0.1:{PROXY};", http, flags=re.M)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="claimline-nginx-")))
        file = folder / "nginx.conf"
        file.write_text(
            f"daemon off;\npid {folder}/pid;\nworker_processes 1;\n"
            f"error_log {folder}/error.log crit;\nevents {{ worker_connections 2048; }}\n"
            f"http {{\naccess_log off;\n{http}\n}}\n"
        )
        process = subprocess.Popen([program, "-p", str(folder), "-c", str(file)])
        stack.callback(process.wait)
        stack.callback(process.terminate)
        for _ in range(50):
            if _ask(PROXY, "/about/method/", READER)[0] == HTTPStatus.OK:
                break
            time.sleep(0.1)
        else:
            raise RuntimeError("nginx does not answer.")
        yield


if __name__ == "__main__":
    sys.exit(main())
