"""The table of the whole record over HTTP, beside PostgreSQL's COPY of the same lines.

In turn, ROUNDS times: COPY read by psycopg and thrown away; the file from the server that is
shipped, read by curl. Rows are claims.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import django

ROUNDS = 5
PORT = 8393
ADDRESS = f"http://127.0.0.1:{PORT}/incidents.csv"
COPY = """
copy (
    select (select lines from incidents_entrylines as ready where ready.serial = entry.serial)
    from (select serial from incidents_entry order by at desc, incident desc) as entry
) to stdout (format binary)
"""
SERVER = [
    str(Path(sys.executable).with_name("granian")),
    *("--interface", "wsgi", "--port", str(PORT), "--no-ws", "--log-level", "warning"),
    *("--workers", "1", "--blocking-threads", "6", "config.wsgi:application"),
]


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from bench.rows import Row, tell
    from bench.served import served
    from incidents.record.models import Entry

    rows = sum(Entry.objects.values_list("claim_count", flat=True).iterator())
    raw, ours = [], []
    with served(SERVER, PORT, "/about/method/", {"CLAIMLINE_TLS": "off"}) as server:
        before = server.memory().peak
        _download()
        for _ in range(ROUNDS):
            raw.append(_timed(_copy))
            ours.append(_timed(_download))
        growth = server.memory().peak - before
    tell(
        Row("CSV over HTTP", "rows/s", rows / median(ours), least=250_000),
        Row("COPY of the same lines", "rows/s", rows / median(raw)),
        Row("CSV over HTTP, share of COPY", "%", 100 * median(raw) / median(ours), least=75),
        Row("memory that downloads take", "MB", growth, most=30),
    )


def _copy() -> None:
    from django.db import connection

    with connection.cursor() as cursor, cursor.copy(COPY) as copy:
        for _ in copy:
            pass


def _download() -> None:
    curl = shutil.which("curl") or sys.exit("This needs curl.")
    subprocess.run([curl, "--silent", "--fail", "--output", os.devnull, ADDRESS], check=True)


def _timed(act: Callable[[], None]) -> float:
    """Seconds."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
