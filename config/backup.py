"""The whole database in one file, and back.

A backup is a zip archive of two: `database.dump`, an archive of pg_dump's own that pg_restore reads
too when nothing of Claimline is at hand, and `manifest.json`, which says what is in it:

    {"format": "claimline-backup-1", "made_at": ISO time, "postgresql": "18.6",
     "migrations": ["incidents.0001_initial", …],
     "tables": {"public.incidents_version": {"rows": 21, "sha256": …}, …}}

Both are of one moment, while everybody goes on working. It holds all there is, drafts and hashes of
passwords too: the file is for its owner's eyes alone.
"""

import json
import os
import shutil
import subprocess
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TypedDict, cast
from zipfile import BadZipFile, ZipFile

from django.conf import settings
from django.db import Error, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from config.digests import Table, digests, is_empty
from config.programs import ProgramError, address, running

FORMAT = "claimline-backup-1"
_DUMP = "database.dump"
_MANIFEST = "manifest.json"
_CHUNK = 1 << 20


class BackupError(Exception):
    """It was not done; the text says why, and what holds now."""


class Manifest(TypedDict):
    format: str
    made_at: str
    postgresql: str
    migrations: list[str]
    tables: dict[str, Table]


def back_up(target: Path) -> Manifest:
    """Make the file `target`, whole or not at all. Raises BackupError."""
    if target.exists():
        raise BackupError(f"{target} exists: a backup never takes the place of another.")
    part = target.with_name(f"{target.name}.part")
    try:
        with open(part, "wb", opener=_for_its_owner) as file:
            with ZipFile(file, "w") as archive:
                manifest = _write(archive)
            file.flush()
            os.fsync(file.fileno())
        part.rename(target)
    except (OSError, Error, ProgramError) as error:
        raise BackupError(f"There is no backup. {error}") from error
    finally:
        part.unlink(missing_ok=True)
    return manifest


def _for_its_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _write(archive: ZipFile) -> Manifest:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set transaction isolation level repeatable read, read only")
        cursor.execute("select pg_export_snapshot()")
        options = (
            f"--dbname={address()}",
            f"--snapshot={cursor.fetchone()[0]}",
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            # Those of an extension are its owner's, whom another server may not have.
            "--no-comments",
        )
        with (
            archive.open(_DUMP, "w", force_zip64=True) as member,
            running("pg_dump", *options) as dump,
        ):
            assert dump.stdout
            shutil.copyfileobj(dump.stdout, member, _CHUNK)
        applied = MigrationRecorder(connection).applied_migrations()
        manifest = Manifest(
            format=FORMAT,
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            postgresql=".".join(map(str, connection.get_database_version())),
            migrations=sorted(f"{app}.{name}" for app, name in applied),
            tables=digests(),
        )
    archive.writestr(_MANIFEST, json.dumps(manifest, indent=1))
    return manifest


def restore(source: Path, replace: bool = False) -> Manifest:
    """Make the database what it was: all of it, or it stays as it is. Raises BackupError.

    `replace`: what is in the database now goes. Sessions end, or those would be back that were
    ended since.
    """
    try:
        with ZipFile(source) as archive:
            manifest = _manifest(archive)
            _fits(manifest)
            if damaged := archive.testzip():
                raise BackupError(f"{source} is damaged ({damaged}). Nothing was changed.")
            if not replace and not is_empty():
                raise BackupError(
                    "The database is not empty. Nothing was changed; with --replace, all that it "
                    "holds goes."
                )
            connection.close()
            _load(archive)
    except (OSError, EOFError, BadZipFile, KeyError, ValueError) as error:
        raise BackupError(f"{source} cannot be read: {error}. Nothing was changed.") from error
    except (Error, ProgramError) as error:
        raise BackupError(f"The database is as it was before. {error}") from error
    _compare(manifest)
    import_module(settings.SESSION_ENGINE).SessionStore.get_model_class().objects.all().delete()
    return manifest


def _manifest(archive: ZipFile) -> Manifest:
    manifest = json.loads(archive.read(_MANIFEST))
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise BackupError("The file is no backup that this release can read. Nothing was changed.")
    return cast(Manifest, manifest)


def _fits(manifest: Manifest) -> None:
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if newer := sorted(set(manifest["migrations"]) - known):
        raise BackupError(
            f"The backup is of a newer release, with {newer[-1]}. Nothing was changed; install "
            "that release first."
        )


def _load(archive: ZipFile) -> None:
    """In one transaction, which ends where pg_restore is done and not before."""
    into = (
        f"--dbname={address()}",
        "--no-psqlrc",
        "--quiet",
        "--output=/dev/null",
        "--set=ON_ERROR_STOP=1",
        "--single-transaction",
        "--command=drop owned by current_user cascade",
        "--file=-",
    )
    options = ("--file=-", "--no-owner", "--no-privileges", "--exit-on-error")
    with running("psql", *into, stdin=subprocess.PIPE) as psql:
        assert psql.stdin
        with (
            archive.open(_DUMP) as member,
            running("pg_restore", *options, stdin=subprocess.PIPE, stdout=psql.stdin) as restoring,
        ):
            assert restoring.stdin
            shutil.copyfileobj(member, restoring.stdin, _CHUNK)
            restoring.stdin.close()
        psql.stdin.close()


def _compare(manifest: Manifest) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set transaction isolation level repeatable read, read only")
        found = digests()
    told = manifest["tables"]
    if other := sorted(name for name in told | found if told.get(name) != found.get(name)):
        raise BackupError(
            f"The database was restored, but {', '.join(other)} differ from the backup: do not use "
            "it."
        )
