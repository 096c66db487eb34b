"""Passwords that are known from breaches, by a file that the operator keeps."""

from hashlib import sha1
from pathlib import Path

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from pytest_django import Settings

from accounts.breached import is_listed

STOLEN = [f"purple kettle {number}" for number in range(200)]


def digits(password: str) -> str:
    return sha1(password.encode(), usedforsecurity=False).hexdigest().upper()


@pytest.fixture
def stolen(tmp_path: Path) -> Path:
    """As Pwned Passwords has them: with how often, and lines that end as on Windows."""
    path = tmp_path / "stolen"
    lines = sorted(f"{digits(one)}:{7**number}\r\n" for number, one in enumerate(STOLEN[:150]))
    path.write_text("".join(lines), newline="")
    return path


def test_all_in_the_file_are_found_and_no_others(stolen: Path) -> None:
    found = {one for one in STOLEN if is_listed(one, stolen)}

    assert found == set(STOLEN[:150])


def test_a_file_of_one_line_or_none_is_read_as_well(tmp_path: Path) -> None:
    path = tmp_path / "stolen"
    path.write_text("")
    assert not is_listed("purple kettle", path)

    path.write_text(digits("purple kettle"))

    assert is_listed("purple kettle", path)
    assert not is_listed("green kettle", path)


def test_a_stolen_password_is_refused_where_the_operator_has_a_list(
    stolen: Path, settings: Settings
) -> None:
    validate_password(STOLEN[0])
    settings.AUTH_PASSWORD_VALIDATORS = [
        *settings.AUTH_PASSWORD_VALIDATORS,
        {"NAME": "accounts.breached.BreachedValidator", "OPTIONS": {"path": str(stolen)}},
    ]

    with pytest.raises(ValidationError, match="stolen elsewhere"):
        validate_password(STOLEN[0])
    validate_password(STOLEN[-1])
