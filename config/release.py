"""What is running: a digest of the code, templates, styles and settings that make a page.

It stands in every ETag, so that a new release is not answered with pages of the old one, nor a
new contact with the page that named the old one.
"""

import hashlib
import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
PARTS = ("config", "incidents", "sources", "templates", "fragments", "static", "locale")
KINDS = {".py", ".html", ".css", ".js", ".svg", ".mo"}
SHOWN = (
    "CLAIMLINE_CONTACT",
    "CLAIMLINE_LICENCE",
    "CLAIMLINE_LICENCE_URL",
    "CLAIMLINE_TILES",
    "CLAIMLINE_TILES_CREDIT",
)


def _digest() -> str:
    digest = hashlib.sha256()
    for part in PARTS:
        for path in sorted((BASE_DIR / part).rglob("*")):
            if path.suffix in KINDS:
                digest.update(path.read_bytes())
    for name in SHOWN:
        digest.update(f"{name}={os.environ.get(name, '')}\n".encode())
    return digest.hexdigest()[:12]


RELEASE = _digest()
