"""The secret keys of an installation: what signs and, of earlier ones, what is still believed."""

import contextlib
import os
import tempfile
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key


def keys_in(path: Path) -> list[str]:
    """Those in the operator's own file, a line each, the newest first.

    Raises ImproperlyConfigured where there is none.
    """
    try:
        keys = path.read_text().split()
    except OSError as error:
        raise ImproperlyConfigured(f"SECRET_KEY_FILE cannot be read: {error}") from error
    if not keys:
        raise ImproperlyConfigured(f"SECRET_KEY_FILE names {path}, which holds no key.")
    return keys


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
