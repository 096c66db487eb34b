"""Reads in a process of its own, with limits of time and memory that no file can talk its way past.

Some pages keep the parser busy for hours, and no parser is without faults: what goes wrong there
costs a message, not a worker of the site.
"""

import json
import logging
import subprocess
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from sources.intake.reading import Found, FoundTime, Reading, Unreadable

SECONDS = 10  # of processor
PATIENCE = 20  # seconds that pass, where the machine is busy with other things
MEMORY = 300_000_000  # bytes; of pages within the other limits the largest took 225 MB

_ROOT = Path(__file__).resolve().parents[2]
_log = logging.getLogger(__name__)
_TOO_MUCH = "It takes too much time or memory to read. Paste its text instead."


def read_apart(content: str | bytes, address: str = "") -> Reading:
    """What was pasted (a string) or uploaded (bytes); see sources.intake.files.

    Raises Unreadable.
    """
    what = "pasted" if isinstance(content, str) else "file"
    data = content.encode() if isinstance(content, str) else content
    command = [sys.executable, "-m", "sources.intake", what, address]
    try:
        done = subprocess.run(
            command,
            input=data,
            capture_output=True,
            cwd=_ROOT,
            env={},
            timeout=PATIENCE,
            check=True,
        )
    except subprocess.TimeoutExpired:
        raise Unreadable(_TOO_MUCH) from None
    except subprocess.CalledProcessError as error:
        # Perhaps a fault of ours: what it ended with names no words of the report.
        last = error.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        _log.warning("Reading ended with %s: %s", error.returncode, last.partition(":")[0])
        raise Unreadable(_TOO_MUCH) from None
    told = json.loads(done.stdout)
    if "unreadable" in told:
        raise Unreadable(told["unreadable"])
    return from_json(told)


def to_json(reading: Reading) -> str:
    return json.dumps(asdict(reading), default=datetime.isoformat)


def from_json(told: dict[str, Any]) -> Reading:
    found = ("titles", "addresses", "publishers", "homepages", "languages")
    times = ("published", "modified")
    return Reading(
        **told
        | {name: [Found(**one) for one in told[name]] for name in found}
        | {name: [_time(**one) for one in told[name]] for name in times}
    )


def _time(shown: str, with_time: bool, where: str) -> FoundTime:
    return FoundTime(datetime.fromisoformat(shown), with_time, where)
