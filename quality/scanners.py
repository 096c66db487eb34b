"""Outside programs of Python's, in an environment of their own: they pin other versions of what the
site uses, and no site needs them."""

import subprocess
import sys
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "var" / "scanners"
PACKAGES = ("wapiti3==3.2.3", "sqlmap==1.10.10", "pip-audit==2.10.1")


@cache
def program(name: str) -> str:
    """Installed at the first call, and when another version is asked for."""
    installed = FOLDER / "installed"
    if not installed.exists() or installed.read_text() != " ".join(PACKAGES):
        subprocess.run([sys.executable, "-m", "venv", "--clear", FOLDER], check=True)
        pip = [f"{FOLDER}/bin/python", "-m", "pip", "install", "--quiet"]
        subprocess.run([*pip, "--disable-pip-version-check", *PACKAGES], check=True)
        installed.write_text(" ".join(PACKAGES))
    return f"{FOLDER}/bin/{name}"
