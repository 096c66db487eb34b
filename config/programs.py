"""PostgreSQL's own programs, run on the database that the site is configured for."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import environ
from django.db import connection
from psycopg import pq
from psycopg.conninfo import make_conninfo

from config.database import embedded_server
from config.embedded import installed_package

_KEYWORDS = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}


class ProgramError(Exception):
    """A program did not do its work; the text is its name and what it said."""


def program(name: str) -> Path:
    """The machine's own where it is of the server's version; else the wheel's, which reads older
    servers too."""
    if not os.environ.get("DATABASE_URL"):
        return embedded_server(environ.Env()).programs() / name
    found = shutil.which(name)
    if found and _major(found) == connection.get_database_version()[0]:
        return Path(found)
    return installed_package() / "pginstall" / "bin" / name


def _major(program: str) -> int:
    """Of “pg_dump (PostgreSQL) 18.6 (Debian …)”; 0 where it says something else."""
    said = subprocess.run([program, "--version"], capture_output=True, check=False).stdout
    version = re.search(rb"\) (\d+)", said)
    return int(version[1]) if version else 0


def address() -> str:
    """Of the database, for `--dbname`; no password, which other accounts could read there."""
    return make_conninfo(**{name: str(value) for name, value in _told() if name != "password"})


def _told() -> list[tuple[str, object]]:
    told = connection.get_connection_params().items()
    return [(name, value) for name, value in told if name in _KEYWORDS]


@contextmanager
def running(
    name: str,
    *options: str,
    stdin: int = subprocess.DEVNULL,
    stdout: int | IO[bytes] = subprocess.PIPE,
) -> Iterator["subprocess.Popen[bytes]"]:
    """The program beside the block, which reads what it writes, or writes what it reads.

    Raises ProgramError where it fails. Where the block fails, it is killed.
    """
    password = dict(_told()).get("password")
    with tempfile.TemporaryFile() as said:
        with subprocess.Popen(
            [program(name), *options],
            stdin=stdin,
            stdout=stdout,
            stderr=said,
            env=os.environ | ({"PGPASSWORD": str(password)} if password else {}),
        ) as process:
            try:
                yield process
            except Exception:
                # Perhaps only because the program has ended; then what it said tells why.
                if not _has_failed(process):
                    process.kill()
                    raise
            except BaseException:
                process.kill()
                raise
        if process.returncode:
            said.seek(0)
            words = said.read().decode(errors="replace").strip()
            raise ProgramError(f"{name} failed: {words}")


def _has_failed(process: "subprocess.Popen[bytes]") -> bool:
    try:
        return process.wait(timeout=1) != 0
    except subprocess.TimeoutExpired:
        return False
