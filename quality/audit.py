"""Whether a fault is known in a library that the site, its tests or its checkers use: `make audit`.

It asks PyPI and npm, by pip-audit and `npm audit`. Where these cannot be asked, both would say that
nothing is known; so an old Django and an old lodash, whose faults everybody knows, are asked about
too.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from quality.scanners import program

ROOT = Path(__file__).resolve().parent.parent
OLD_PYTHON = "django==3.2.0\n"
OLD_NODE = {"name": "old", "private": True, "dependencies": {"lodash": "4.17.0"}}


def of_python(requirements: Path) -> list[str]:
    """The faults known, a line each."""
    options = ["--disable-pip", "--no-deps", "--format", "json", "--progress-spinner", "off"]
    command = [program("pip-audit"), "--requirement", str(requirements), *options]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    told = json.loads(ran.stdout or '{"dependencies": []}')["dependencies"]
    return [
        f"{one['name']} {one['version']}: {fault['id']}"
        for one in told
        for fault in one.get("vulns", ())
    ]


def of_node(package: Path) -> list[str]:
    """The same of a package.json, with all that it brings."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(package, Path(folder, "package.json"))
        for command in (
            ["npm", "install", "--package-lock-only", "--ignore-scripts", "--no-audit"],
            ["npm", "audit", "--json"],
        ):
            ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    told = json.loads(ran.stdout or "{}").get("vulnerabilities", {})
    return [f"{name}: {one['severity']}" for name, one in told.items()]


def main() -> int:
    """0: nothing is known; 1: something is; 2: nobody could be asked."""
    with tempfile.TemporaryDirectory() as folder:
        old_python, old_node = Path(folder, "old.txt"), Path(folder, "old.json")
        old_python.write_text(OLD_PYTHON)
        old_node.write_text(json.dumps(OLD_NODE))
        unasked = [
            name
            for name, faults in (("PyPI", of_python(old_python)), ("npm", of_node(old_node)))
            if not faults
        ]
    known = [
        *of_python(ROOT / "requirements.txt"),
        *of_python(ROOT / "requirements-dev.txt"),
        *of_node(ROOT / "quality" / "package.json"),
    ]
    for one in known:
        print(one)
    for name in unasked:
        print(f"{name} could not be asked: it knows nothing of a version with known faults.")
    if not known and not unasked:
        print("No fault is known in any of them; of old versions some are.")
    return 1 if known else 2 if unasked else 0


if __name__ == "__main__":
    sys.exit(main())
