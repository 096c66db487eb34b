"""The secret key of an installation that was given none."""

import contextlib
import os
import tempfile
from pathlib import Path

from django.core.management.utils import get_random_secret_key


def secret_key(path: Path) -> str:
    """The key kept in `path`; made there at the first call, readable by its owner only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_once(path, get_random_secret_key())
    return path.read_text()


def _write_once(path: Path, text: str) -> None:
    """Write a whole file or, if another process was first, leave that one's."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent) as draft:  # mode 600
        draft.write(text)
        draft.flush()
        with contextlib.suppress(FileExistsError):
            os.link(draft.name, path)
