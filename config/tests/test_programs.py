"""Which of PostgreSQL's programs are run."""

from pathlib import Path

import pytest
from django.db import connection

from config.programs import ProgramError, program, running

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The first of PATH, on a machine with a server of its own."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", "postgresql://db.example/claims")
    return tmp_path


def make_program(folder: Path, says: str) -> Path:
    path = folder / "pg_dump"
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)
    return path


def test_the_machines_own_is_run_where_it_is_of_the_servers_version(folder: Path) -> None:
    major = connection.get_database_version()[0]

    own = make_program(folder, f"pg_dump (PostgreSQL) {major}.1 (Debian {major}.1-1)")

    assert program("pg_dump") == own


@pytest.mark.parametrize("says", ["pg_dump (PostgreSQL) 15.18 (Debian 15.18)", "hello", ""])
def test_one_of_another_version_is_not(folder: Path, says: str) -> None:
    own = make_program(folder, says)

    assert program("pg_dump") != own
    assert program("pg_dump").name == "pg_dump"


def test_without_one_the_wheels_is_run(folder: Path) -> None:
    assert program("pg_dump").parent.name == "bin"


def test_what_a_program_said_when_it_failed_is_told() -> None:
    with (
        pytest.raises(ProgramError, match=r"pg_dump failed: .*no-such-option"),
        running("pg_dump", "--no-such-option"),
    ):
        pass
