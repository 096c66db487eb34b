"""On what was measured."""

import os
import platform
import sqlite3
from importlib.metadata import version
from pathlib import Path

import psutil

PACKAGES = ("django", "psycopg", "granian", "pyroaring")


def machine() -> dict[str, str]:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    processor = next((line.split(":")[1].strip() for line in lines if "model name" in line), "?")
    return {
        "processor": f"{processor}, {os.cpu_count()} cores",
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "system": platform.platform(),
        "Python": platform.python_version(),
        **{package: version(package) for package in PACKAGES},
        "SQLite": sqlite3.sqlite_version,
    }


def load() -> float:
    """Processes that wanted a core, on the average of the last minute."""
    return os.getloadavg()[0]
