"""Passwords that are known from breaches, looked for in a file: nobody outside is asked.

The file is that of Pwned Passwords, or a part of it: a line for each password, its SHA-1 in capital
hexadecimal digits and then whatever, ordered by these. It has tens of gigabytes, so it is searched
where it lies.
"""

from hashlib import sha1
from pathlib import Path
from typing import BinaryIO

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError


class BreachedValidator:
    """One of AUTH_PASSWORD_VALIDATORS, where the operator has such a file."""

    def __init__(self, path: str) -> None:
        self.path = Path(path)

    def validate(self, password: str, user: User | None = None) -> None:
        if is_listed(password, self.path):
            raise ValidationError(
                "This password was stolen elsewhere, so it is among the first that are guessed.",
                code="password_breached",
            )

    def get_help_text(self) -> str:
        return "Your password can’t be one that is known to have been stolen anywhere."


def is_listed(password: str, path: Path) -> bool:
    digest = sha1(password.encode(errors="replace"), usedforsecurity=False)
    wanted = digest.hexdigest().upper().encode()
    with path.open("rb") as file:
        low, high = 0, file.seek(0, 2)
        # The first place from which the next line is no smaller.
        while low < high:
            middle = (low + high) // 2
            found = _line_from(file, middle)
            if found and found < wanted:
                low = middle + 1
            else:
                high = middle
        return _line_from(file, low) == wanted


def _line_from(file: BinaryIO, place: int) -> bytes:
    """The digits of the first line that begins there or later; empty after the last."""
    file.seek(max(place - 1, 0))
    if place:
        file.readline()
    return file.readline()[:40]
