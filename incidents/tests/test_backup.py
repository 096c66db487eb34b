"""A backup is all of the database, and is given back whole or not at all."""

import json
import stat
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import NoReturn
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.test import Client
from pytest_django import DjangoDbBlocker

from config.digests import digests
from incidents.models import Incident
from incidents.record.models import Version
from incidents.tests.databases import copied_database, using_database

pytestmark = pytest.mark.django_db(transaction=True)

Sessions = import_module(settings.SESSION_ENGINE).SessionStore.get_model_class()


@pytest.fixture
def site(demo_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A copy of the demo, for good: what a test does to it is committed."""
    with (
        django_db_blocker.unblock(),
        copied_database("backup", of=demo_database) as name,
        using_database(name),
    ):
        yield name


def make_empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("drop owned by current_user cascade")


def rename(title: str) -> None:
    Incident.objects.filter(pk=Incident.objects.earliest("pk").pk).update(title=title)


def titles() -> list[str]:
    return list(Incident.objects.order_by("pk").values_list("title", flat=True))


@pytest.mark.usefixtures("site")
def test_an_empty_database_becomes_the_one_that_was_backed_up(tmp_path: Path) -> None:
    User.objects.create_user("ada", password="a word of honour")
    before = digests()
    call_command("backup", tmp_path / "site.zip")
    make_empty()

    call_command("restore", tmp_path / "site.zip")

    assert digests() == before
    assert before["public.incidents_version"]["rows"] == 21
    assert User.objects.get().check_password("a word of honour")
    call_command("verify_record")
    # The database's own rules are there again.
    with pytest.raises(Exception, match="neither changed nor deleted"):
        Version.objects.filter(serial=1).update(sha256="0" * 64)


@pytest.mark.usefixtures("site")
def test_a_digest_tells_one_letter(tmp_path: Path) -> None:
    rename("Reported strike on Nikopol")
    before = digests()

    rename("Reported strike on Nikopoľ")

    after = digests()
    # The log of the desk tells it too.
    assert {name for name in before if before[name] != after[name]} == {
        "public.incidents_incident",
        "public.rowlog_change",
    }


@pytest.mark.usefixtures("site")
def test_what_is_there_is_replaced_only_when_told(tmp_path: Path) -> None:
    call_command("backup", tmp_path / "site.zip")
    then = titles()
    rename("Written since")

    with pytest.raises(CommandError, match=r"not empty.*--replace"):
        call_command("restore", tmp_path / "site.zip")
    assert "Written since" in titles()

    call_command("restore", tmp_path / "site.zip", replace=True)
    assert titles() == then


@pytest.mark.usefixtures("site")
def test_who_was_logged_in_logs_in_again(client: Client, tmp_path: Path) -> None:
    client.force_login(User.objects.create_user("ada"))
    assert Sessions.objects.exists()
    call_command("backup", tmp_path / "site.zip")

    call_command("restore", tmp_path / "site.zip", replace=True)

    assert not Sessions.objects.exists()


@pytest.mark.usefixtures("site")
def test_a_backup_is_for_its_owner_alone_and_never_takes_the_place_of_another(
    tmp_path: Path,
) -> None:
    file = tmp_path / "site.zip"
    call_command("backup", file)
    content = file.read_bytes()

    with pytest.raises(CommandError, match="exists"):
        call_command("backup", file)

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_bytes() == content
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.usefixtures("site")
def test_a_backup_that_fails_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.backup.address", lambda: "postgresql://nowhere.invalid/site")

    with pytest.raises(CommandError, match=r"(?s)no backup\. pg_dump failed.*nowhere"):
        call_command("backup", tmp_path / "site.zip")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("site")
def test_without_a_database_there_is_a_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cursor() -> NoReturn:
        raise OperationalError("connection refused")

    monkeypatch.setattr(connection, "cursor", cursor)

    with pytest.raises(CommandError, match=r"no backup\. connection refused"):
        call_command("backup", tmp_path / "site.zip")

    monkeypatch.undo()


def changed(source: Path, target: Path, **members: bytes) -> Path:
    """The backup with other members, each under its own name without its ending."""
    with ZipFile(source) as old, ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, members.get(name.partition(".")[0], old.read(name)))
    return target


@pytest.mark.usefixtures("site")
def test_what_is_no_whole_backup_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "site.zip"
    call_command("backup", file)
    content = file.read_bytes()
    with ZipFile(file) as archive:
        dump, manifest = archive.read("database.dump"), json.loads(archive.read("manifest.json"))
    (tmp_path / "cut.zip").write_bytes(content[: len(content) // 2])
    middle = len(content) // 2
    (tmp_path / "bit.zip").write_bytes(
        content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
    )
    changed(file, tmp_path / "half.zip", database=dump[: len(dump) // 2])
    changed(file, tmp_path / "other.zip", manifest=b'{"format": "other"}')
    newer = manifest | {"migrations": [*manifest["migrations"], "sources.9999_of_tomorrow"]}
    changed(file, tmp_path / "newer.zip", manifest=json.dumps(newer).encode())
    rename("Written since")
    before = digests()

    for name, why in {
        "nothing.zip": "cannot be read.*No such file",
        "cut.zip": "cannot be read.*not a zip",
        "bit.zip": "is damaged",
        "half.zip": "(?s)as it was before.*pg_restore failed",
        "other.zip": "no backup that this release",
        "newer.zip": "newer release, with sources.9999_of_tomorrow",
    }.items():
        with pytest.raises(CommandError, match=why):
            call_command("restore", tmp_path / name, replace=True)

    assert digests() == before


@pytest.mark.usefixtures("site")
def test_a_restored_database_that_is_another_is_said_to_be(tmp_path: Path) -> None:
    call_command("backup", tmp_path / "site.zip")
    with ZipFile(tmp_path / "site.zip") as archive:
        manifest = json.loads(archive.read("manifest.json"))
    manifest["tables"]["public.incidents_claim"]["rows"] += 1
    told = json.dumps(manifest).encode()
    changed(tmp_path / "site.zip", tmp_path / "told.zip", manifest=told)

    with pytest.raises(CommandError, match=r"public\.incidents_claim differ"):
        call_command("restore", tmp_path / "told.zip", replace=True)
