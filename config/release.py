"""What is running: a digest of the code, templates and styles that make a page.

It stands in every ETag, so that a new release is not answered with pages of the old one.
"""

import hashlib
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
PARTS = ("config", "incidents", "sources", "templates", "static")
KINDS = {".py", ".html", ".css", ".js", ".svg"}


def _digest() -> str:
    digest = hashlib.sha256()
    for part in PARTS:
        for path in sorted((BASE_DIR / part).rglob("*")):
            if path.suffix in KINDS:
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


RELEASE = _digest()
