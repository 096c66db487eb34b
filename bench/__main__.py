"""make bench: the site, its floor and its peer on one synthetic record.

    python -m bench SIZE [PART …]

SIZE is 10k, 100k, 1m or a number of incidents. Without parts, all of them; each keeps what it found
in results/SIZE.json, so that it can be measured again alone. The record is the database bench_SIZE
on the server that the site is configured for; it, the peer's file and the requests are made once.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, LiteralString
from urllib.parse import urlsplit

import environ
import psycopg

from bench.asked import Request
from bench.growth import LIMITS, drawn
from bench.machine import load, machine
from bench.report import results
from bench.rows import read
from bench.served import Served, served, wait_for_numbers
from bench.session import Server, Side, measure, one_client, say
from config.database import from_server, from_url

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent
VAR = PROJECT / "var"
RESULTS = HERE / "results"
PEER_VENV = VAR / "bench-venv"
PEER = ("datasette==0.65.5", "uvicorn==0.54.0", "uvloop", "httptools", "gunicorn")
# Each measures one thing in process (see README.md).
SCRIPTS = ("facets", "templates", "search", "pages", "csv", "publish", "servers")
SCRIPT_SECONDS = 600
# What an operator makes once, too.
KEPT = (["save_terms"], ["save_bitmaps"], ["collectstatic", "--no-input", "--verbosity", "0"])
PARTS = ("record", "requests", "peer", "floor", "http", "growth", *SCRIPTS, "report")
SEED = 1
OURS, PEERS, ANEW = 8391, 8392, 8393  # ports


def number_of(size: str) -> int:
    """ValueError for what is no size."""
    factors = {"k": 1_000, "m": 1_000_000}
    return int(size[:-1]) * factors[size[-1]] if size[-1:] in factors else int(size)


def addresses(name: str) -> tuple[dict[str, Any], str]:
    """What psycopg takes for the site's own database, and the DATABASE_URL of `name` beside it."""
    url = environ.Env().str("DATABASE_URL", default="")
    given = from_url(url) if url else from_server(environ.Env())
    keys = {
        "host": "HOST",
        "port": "PORT",
        "user": "USER",
        "password": "PASSWORD",
        "dbname": "NAME",
    }
    arguments = {key: given[name] for key, name in keys.items() if given.get(name)}
    if url:
        return arguments, urlsplit(url)._replace(path=f"/{name}").geturl()
    return arguments, f"postgresql://{given['USER']}@/{name}?host={given['HOST']}"


class Bench:
    """The measurements at one size, and what they have found so far."""

    def __init__(self, size: str) -> None:
        self.size, self.number = size, number_of(size)
        self.name = f"bench_{size}"
        self.server, url = addresses(self.name)
        self.env = {
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "CLAIMLINE_TLS": "off",
            # Eight clients of one address are not the abuse that it is against (bench/abuse.py).
            "CLAIMLINE_ROOM": "0",
        }
        self.folder = VAR / "bench" / size
        self.folder.mkdir(parents=True, exist_ok=True)
        self.requests_file = self.folder / "requests.json"
        self.peers_file = self.folder / "bench.sqlite"
        self.file = RESULTS / f"{size}.json"
        self.found: dict[str, Any] = json.loads(self.file.read_text()) if self.file.exists() else {}

    def keep(self, part: str, found: Any) -> None:
        """At once: what comes later may break. `load` is that of the end of the measurement."""
        self.found[part] = {
            "when": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
            "load": load(),
            "found": found,
        }
        RESULTS.mkdir(exist_ok=True)
        self.file.write_text(json.dumps(self.found, ensure_ascii=False, indent=1) + "\n")

    def run(self, *arguments: str, seconds: float | None = None) -> str:
        """What Python writes on standard output. subprocess.SubprocessError when it fails."""
        ran = subprocess.run(
            [sys.executable, *arguments],
            env={**os.environ, **self.env},
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            timeout=seconds,
        )
        return ran.stdout

    def part(self, name: str) -> None:
        say(f"{self.size}: {name}")
        if name in SCRIPTS:
            self.script(name)
        else:
            getattr(self, name)()

    def record(self) -> None:
        """The database with the record of this size, made unless it is there."""
        with psycopg.connect(**self.server, autocommit=True) as connection:
            known = connection.execute(
                "select from pg_database where datname = %s", [self.name]
            ).fetchone()
            if known is None:
                connection.execute(f'create database "{self.name}"')
        self.run("manage.py", "migrate", "--verbosity", "0")
        with psycopg.connect(**{**self.server, "dbname": self.name}, autocommit=True) as connection:
            if not _one(connection, "select count(*) from incidents_version"):
                self.run("-m", "bench.corpus", f"--incidents={self.number}", f"--seed={SEED}")
            connection.execute("analyze")
            # Live or all: some of those that were published have been withdrawn or merged since.
            incidents = _one(connection, "select count(distinct incident) from incidents_version")
            entries = _one(connection, "select count(*) from incidents_entry")
            if self.number not in (entries, incidents):
                raise SystemExit(
                    f"{self.name} holds {incidents} incidents and {entries} entries,"
                    f" not {self.number}: drop that database."
                )
            about = {
                "incidents": incidents,
                "entries": entries,
                "claims": _one(connection, "select count(*) from incidents_entryclaim"),
                "sources": _one(connection, "select count(*) from incidents_recordsource"),
                "seed": SEED,
                "bytes": _one(connection, "select pg_database_size(current_database())"),
                "PostgreSQL": _one(connection, "show server_version"),
                "shared_buffers": _one(connection, "show shared_buffers"),
            }
        for command in KEPT:
            self.run("manage.py", *command)
        self.keep("record", {**about, **machine()})

    def requests(self) -> None:
        self.requests_file.write_text(self.run("-m", "bench.asked"))

    def peer(self) -> None:
        """Datasette and its file; why not, where it cannot be had."""
        try:
            if not (PEER_VENV / "bin" / "uvicorn").exists():
                self.run("-m", "venv", str(PEER_VENV))
                pip = [str(PEER_VENV / "bin" / "pip"), "install", "-qq", *PEER]
                subprocess.run(pip, check=True)
        except subprocess.SubprocessError as error:
            self.keep("peer", {"missing": str(error)})
            return
        self.run("-m", "bench.peer", str(self.peers_file))
        self.keep("peer", {"packages": PEER, "bytes": self.peers_file.stat().st_size})

    def asked(self) -> list[Request]:
        return [Request.read(one) for one in json.loads(self.requests_file.read_text())]

    def floor(self) -> None:
        lines = self.run("-m", "bench.floor", str(self.requests_file)).splitlines()
        self.keep("floor", [json.loads(line) for line in lines])

    def http(self) -> None:
        """All servers at once: each has to live with the others' memory, not with their work."""
        found: dict[str, Any] = {"load before": load(), "requests": [], "servers": {}}
        with ExitStack() as stack:
            sides = {
                "ours": stack.enter_context(self.site(OURS)),
                "anew": stack.enter_context(self.site(ANEW, CLAIMLINE_READY_MB="0")),
            }
            if "missing" not in self.found["peer"]["found"]:
                sides["peer"] = stack.enter_context(self.datasette())
            for name in ("ours", "anew"):
                wait_for_numbers(sides[name].port)
            servers = {
                name: Server(side.port, "peer" if name == "peer" else "ours")
                for name, side in sides.items()
            }
            servers["beside"] = Server(sides["anew"].port, "beside")
            for one in measure(self.asked(), servers):
                found["requests"].append(one)
                self.keep("http", found)
            for name, side in sides.items():
                found["servers"][name] = {"started": side.started, **vars(side.memory())}
        self.keep("http", found)

    def growth(self) -> None:
        """The next smaller record that is there and this one, in turn: within minutes a machine may
        become another."""
        sizes = [Bench(file.stem) for file in RESULTS.glob("*.json")]
        there = [one for one in sizes if one.number < self.number and one.requests_file.exists()]
        if not there:
            return
        smaller = max(there, key=lambda one: one.number)
        others = {one.name: one for one in smaller.asked()}
        found: dict[str, Any] = {"from": smaller.number, "requests": {}}
        forgetful = {"CLAIMLINE_READY_MB": "0"}
        with self.site(OURS, **forgetful) as ours, smaller.site(ANEW, **forgetful) as theirs:
            for site in (ours, theirs):
                wait_for_numbers(site.port)
            servers = {"this": Server(ours.port), "smaller": Server(theirs.port, "beside")}
            for request in self.asked():
                if request.name in LIMITS:
                    say(request.name)
                    sides = {name: Side() for name in servers}
                    one_client(request.beside(others[request.name]), servers, sides)
                    told = {name: side.summary()["p50"] for name, side in sides.items()}
                    found["requests"][request.name] = told
        self.keep("growth", found)

    def site(self, port: int, **env: str) -> AbstractContextManager[Served]:
        """As `make demo` serves it: the Makefile's own command."""
        command = ["make", "--silent", "--no-print-directory", "serve", f"PORT={port}"]
        return served(command, port, "/", {**self.env, **env})

    def datasette(self) -> AbstractContextManager[Served]:
        uvicorn = str(PEER_VENV / "bin" / "uvicorn")
        options = ["--workers", "2", "--port", str(PEERS), "--log-level", "warning"]
        command = [uvicorn, "bench.peer_app:app", *options]
        return served(command, PEERS, "/bench", {"BENCH_PEER": str(self.peers_file)})

    def script(self, name: str) -> None:
        """Rows of a measurement in process; what went wrong, where there are none."""
        try:
            rows = read(self.run("-m", f"bench.{name}", seconds=SCRIPT_SECONDS).splitlines())
        except (subprocess.SubprocessError, ValueError, TypeError) as error:
            self.keep(name, {"failed": str(error)})
        else:
            self.keep(name, {"rows": [asdict(row) for row in rows]})

    def report(self) -> None:
        """Of all sizes that were measured, the greatest first."""
        sizes = sorted(RESULTS.glob("*.json"), key=lambda file: -number_of(file.stem))
        found = {file.stem: json.loads(file.read_text()) for file in sizes}
        (HERE / "results.md").write_text(results(found))
        if plot := drawn(found):
            (HERE / "growth.svg").write_text(plot)


def _one(connection: "psycopg.Connection[tuple[Any, ...]]", query: LiteralString) -> Any:
    """The one value that `query` gives."""
    row = connection.execute(query).fetchone()
    assert row
    return row[0]


def main(arguments: Sequence[str]) -> str | None:
    """What is wrong, if anything is."""
    size, *parts = arguments or [""]
    if unknown := set(parts) - set(PARTS):
        return f"No such part: {' '.join(sorted(unknown))}. There are: {' '.join(PARTS)}."
    try:
        bench = Bench(size)
    except ValueError:
        return f"SIZE must be 10k, 100k, 1m or a number of incidents, not {size!r}."
    # Its servers are stopped with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    for name in PARTS:
        if name in parts or not parts:
            bench.part(name)
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
