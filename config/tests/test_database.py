"""The embedded server, each test with one of its own, and DATABASE_URL."""

import os
import pwd
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import environ
import psycopg
import pytest
from django.conf import settings as site
from django.core.exceptions import ImproperlyConfigured
from django.db import ProgrammingError, connection
from django.db.utils import ConnectionHandler
from pytest_django import DjangoDbBlocker

from config import embedded
from config.asking import first_row
from config.database import database_settings, from_url, main, replica_settings
from config.embedded import (
    NAME,
    PORT,
    EmbeddedError,
    Server,
    default_home,
    installed_package,
    may_enter,
    memory,
    memory_options,
)

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may become another account")


@contextmanager
def open_folder() -> Iterator[Path]:
    """An empty folder that every account may enter, unlike pytest's tmp_path."""
    path = Path(tempfile.mkdtemp(prefix="claimline-test-", dir="/tmp"))
    path.chmod(0o711)
    yield path
    for cluster in path.glob("**/cluster"):
        Server.at(cluster.parent).stop()
    shutil.rmtree(path)


@pytest.fixture(scope="module", autouse=True)
def container(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Of 2 GB, whatever the machine has, for servers that are made in a moment."""
    limit = tmp_path_factory.mktemp("cgroup") / "memory.max"
    limit.write_text(f"{2 << 30}\n")
    with pytest.MonkeyPatch.context() as patches:
        patches.setattr(embedded, "MEMORY_LIMITS", (limit,))
        yield


@pytest.fixture
def folder() -> Iterator[Path]:
    with open_folder() as path:
        yield path


@pytest.fixture
def server(folder: Path) -> Server:
    """A server of the test's own, not yet made."""
    return Server.at(folder / "postgres")


@pytest.fixture(scope="module")
def running_server() -> Iterator[Server]:
    """One server for the tests that only look at it; made in a shell with an ASCII locale."""
    with open_folder() as path, pytest.MonkeyPatch.context() as patches:
        patches.setenv("LC_ALL", "C")
        server = Server.at(path / "postgres")
        server.start()
        yield server


def ask(server: Server, query: str) -> Any:
    """The first value that the running server answers."""
    with connect(server) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row
    return row[0]


def tell(server: Server, statement: str) -> None:
    with connect(server) as connection:
        connection.execute(statement.encode())


def connect(server: Server) -> psycopg.Connection[tuple[Any, ...]]:
    host = str(server.socket_folder())
    return psycopg.connect(host=host, port=PORT, user=NAME, dbname=NAME, autocommit=True)


def pid(server: Server) -> int:
    return int((server.cluster / "postmaster.pid").read_text().split()[0])


def kill(server: Server) -> None:
    os.kill(pid(server), signal.SIGKILL)
    wait_until(lambda: server.socket_folder() is None)


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def start_in_another_process(server: Server) -> "subprocess.Popen[str]":
    code = f"from config.embedded import *; print(Server.at(Path({str(server.home)!r})).start())"
    return subprocess.Popen([sys.executable, "-c", code], text=True, stdout=subprocess.PIPE)


# What the server is like


def test_a_new_server_knows_cyrillic_letters_whatever_the_locale_of_the_shell(
    running_server: Server,
) -> None:
    assert ask(running_server, "SELECT lower('ЇЖАК')") == "їжак"
    assert ask(running_server, "SELECT 'Лисичанськ' ILIKE 'ЛИСИЧАНСЬК'") is True


def test_data_are_checked_and_flushed_and_no_network_port_is_open(running_server: Server) -> None:
    assert ask(running_server, "SHOW data_checksums") == "on"
    assert ask(running_server, "SHOW fsync") == "on"
    assert ask(running_server, "SHOW listen_addresses") == ""
    assert ask(running_server, "SHOW server_encoding") == "UTF8"


@pytest.mark.parametrize(
    ("total", "buffers", "cache"),
    [
        (512 << 20, "128MB", "256MB"),
        (2 << 30, "256MB", "1024MB"),
        (24 << 30, "3072MB", "12288MB"),
        (256 << 30, "8192MB", "131072MB"),
    ],
)
def test_buffers_are_an_eighth_of_memory_no_less_than_before_and_not_without_end(
    total: int, buffers: str, cache: str
) -> None:
    assert memory_options(total) == (
        f"--set=shared_buffers={buffers}",
        f"--set=effective_cache_size={cache}",
    )


def test_memory_is_what_a_container_may_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = tmp_path / "memory.max"
    monkeypatch.setattr(embedded, "MEMORY_LIMITS", (limit, tmp_path / "missing"))

    machine = memory()
    limit.write_text("max\n")
    assert memory() == machine
    limit.write_text(f"{64 << 20}\n")
    assert memory() == 64 << 20
    limit.write_text(f"{2**63 - 4096}\n")  # how version 1 says that there is none
    assert memory() == machine


def test_a_new_server_is_set_for_its_machine(running_server: Server) -> None:
    assert ask(running_server, "SHOW shared_buffers") == "256MB"
    assert ask(running_server, "SHOW effective_cache_size") == "1GB"


def test_the_site_is_no_superuser_yet_may_create_its_extensions(running_server: Server) -> None:
    assert (
        ask(running_server, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    )
    for extension in ("pg_trgm", "unaccent", "btree_gist"):
        tell(running_server, f"CREATE EXTENSION {extension}")
    assert ask(running_server, "SELECT similarity('Лисичанськ', 'ЛИСИЧАНСК') > 0.5") is True


def test_only_the_servers_own_account_may_enter_the_folder_of_its_socket(
    running_server: Server,
) -> None:
    socket_folder = running_server.start()

    assert stat.S_IMODE(socket_folder.stat().st_mode) == 0o700
    assert socket_folder.owner() == running_server.cluster.owner() != "root"


def test_data_outlive_a_stop(server: Server) -> None:
    server.start()
    tell(server, "CREATE TABLE kept AS SELECT 1")

    assert server.stop()
    assert server.socket_folder() is None
    server.start()

    assert ask(server, "SELECT count(*) FROM kept") == 1


def test_what_was_in_memory_is_read_again_after_a_stop(server: Server) -> None:
    server.start()
    tell(server, "CREATE TABLE kept AS SELECT generate_series(1, 10_000)")

    server.stop()
    server.start()

    read_again = re.compile(r"prewarmed [1-9]\d* of ")
    wait_until(lambda: read_again.search(server.log.read_text()) is not None)


def test_what_an_operator_has_set_outlives_a_stop(server: Server) -> None:
    server.start()
    server.stop()
    file = server.cluster / "postgresql.conf"
    file.write_text(re.sub(r"(?m)^shared_buffers = \w+", "shared_buffers = 1MB", file.read_text()))

    server.start()

    assert ask(server, "SHOW shared_buffers") == "1MB"


def test_where_so_much_memory_is_not_to_be_had_postgresql_chooses(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "memory_options", lambda total: ("--set=shared_buffers=1PB",))

    server.start()

    assert ask(server, "SHOW shared_buffers") == "128MB"


def test_stopping_a_stopped_server_says_that_there_was_none(server: Server) -> None:
    assert not server.stop()
    server.start()

    assert server.stop()
    assert not server.stop()


# Starts that go wrong elsewhere


def test_asking_for_a_running_server_starts_no_program(
    running_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = running_server.start()

    with monkeypatch.context() as patches:
        patches.delattr(subprocess, "run")
        assert running_server.start() == first


def test_a_stale_pid_file_does_not_stop_the_server_from_starting(server: Server) -> None:
    server.start()
    tell(server, "CREATE TABLE kept AS SELECT 1")
    kill(server)
    assert (server.cluster / "postmaster.pid").exists()

    server.start()

    assert ask(server, "SELECT count(*) FROM kept") == 1


def test_a_pid_file_that_names_another_programs_process_does_not_either(server: Server) -> None:
    server.start()
    kill(server)
    account = server.account
    other = subprocess.Popen(["sleep", "60"], user=account.pw_uid if account else None)
    pid_file = server.cluster / "postmaster.pid"
    pid_file.write_text("\n".join([str(other.pid), *pid_file.read_text().split("\n")[1:]]))
    socket_lock = server.home / "run" / f".s.PGSQL.{PORT}.lock"
    socket_lock.write_text(pid_file.read_text())

    server.start()

    assert ask(server, "SELECT 1") == 1
    assert other.poll() is None
    other.kill()
    other.wait()


def test_four_processes_that_start_it_at_once_share_one_server(server: Server) -> None:
    starting = [start_in_another_process(server) for _ in range(4)]
    answers = [process.communicate(timeout=60)[0] for process in starting]

    assert set(answers) == {f"{server.socket_folder()}\n"}
    assert server.log.read_text().count("server started") == 1


def test_a_cluster_whose_making_was_killed_is_made_anew(server: Server) -> None:
    process = start_in_another_process(server)
    wait_until(lambda: bool(list(server.home.glob("cluster.new-*/PG_VERSION"))))
    process.kill()
    process.communicate()
    assert not server.cluster.exists()

    server.start()

    assert ask(server, "SELECT current_user") == NAME


def slow_recovery(server: Server, seconds: int) -> None:
    """Let the next start fetch archived files from an archive that answers slowly."""
    server.start()
    server.stop()
    (server.cluster / "recovery.signal").touch()
    with (server.cluster / "postgresql.auto.conf").open("a") as configuration:
        configuration.write(f"restore_command = 'sleep {seconds}; false'\nhot_standby = off\n")


def test_a_slow_recovery_is_waited_for(server: Server) -> None:
    slow_recovery(server, seconds=1)

    began = time.monotonic()
    server.start()

    assert time.monotonic() - began > 1
    assert ask(server, "SELECT pg_is_in_recovery()") is False


def test_past_the_limit_a_recovery_is_left_to_go_on_and_the_next_start_joins_it(
    server: Server,
) -> None:
    slow_recovery(server, seconds=1)

    with pytest.raises(EmbeddedError, match="still recovering"):
        server.start(seconds=1)
    recovering = pid(server)
    server.start()

    assert pid(server) == recovering


def test_a_server_that_cannot_start_says_why(server: Server) -> None:
    server.start()
    server.stop()
    with (server.cluster / "postgresql.auto.conf").open("a") as configuration:
        configuration.write("shared_buffers = 'plenty'\n")

    with pytest.raises(EmbeddedError, match=r"did not start: configuration file .*server\.log"):
        server.start()


# Folders


@pytest.mark.parametrize("name", ["long" * 30, "with space, comma and 'quote'", "кирилиця"])
def test_a_path_unfit_for_a_socket_gets_the_socket_a_short_private_folder(
    folder: Path, name: str
) -> None:
    server = Server.at(folder / name / "postgres")

    socket_folder = server.start()

    assert socket_folder.parent == Path("/tmp")
    assert stat.S_IMODE(socket_folder.stat().st_mode) == 0o700
    assert ask(server, "SELECT 1") == 1
    server.stop()
    assert not socket_folder.exists()


@needs_root
def test_root_runs_the_server_as_another_account(running_server: Server) -> None:
    assert running_server.account
    assert Path(f"/proc/{pid(running_server)}").stat().st_uid == running_server.account.pw_uid != 0


@needs_root
def test_root_runs_an_existing_cluster_as_its_owner(folder: Path) -> None:
    cluster = folder / "cluster"
    cluster.mkdir()
    owner = pwd.getpwnam("nobody")
    os.chown(cluster, owner.pw_uid, owner.pw_gid)

    assert Server.at(folder).account == owner
    cluster.rmdir()


@needs_root
def test_data_folders_in_a_private_place_are_refused_and_the_place_stays_private(
    folder: Path,
) -> None:
    private = folder / "home"
    private.mkdir(mode=0o700)

    with pytest.raises(EmbeddedError, match=r"may not enter .* set CLAIMLINE_DATA_DIR"):
        Server.at(private / "checkout" / "postgres").start()
    assert stat.S_IMODE(private.stat().st_mode) == 0o700


@needs_root
def test_a_checkout_in_a_private_place_keeps_its_data_under_var_lib(folder: Path) -> None:
    checkout = folder / "home" / "checkout"
    checkout.mkdir(parents=True)
    assert default_home(checkout) == checkout / "var" / "postgres"

    (folder / "home").chmod(0o700)
    home = default_home(checkout)

    assert home.parent == Path("/var/lib/claimline")
    assert home != default_home(folder / "home")
    assert stat.S_IMODE((folder / "home").stat().st_mode) == 0o700


@needs_root
def test_programs_that_the_servers_account_cannot_run_are_copied_beside_the_data(
    server: Server, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = installed_package()
    private = folder / "private"
    for name in (wheel.name, f"{wheel.name}.libs"):
        shutil.copytree(wheel.parent / name, private / name)
    private.chmod(0o700)
    monkeypatch.setattr(embedded, "installed_package", lambda: private / wheel.name)

    server.start()

    assert ask(server, "SELECT 1") == 1
    assert Path(f"/proc/{pid(server)}/exe").resolve().is_relative_to(server.home)
    assert stat.S_IMODE(private.stat().st_mode) == 0o700


@needs_root
def test_a_cluster_that_belongs_to_root_is_refused(folder: Path) -> None:
    (folder / "cluster").mkdir()

    with pytest.raises(EmbeddedError, match="belongs to root"):
        Server.at(folder)
    (folder / "cluster").rmdir()


@needs_root
def test_an_account_may_enter_by_its_own_bits_those_of_its_group_or_everyones(folder: Path) -> None:
    account = pwd.getpwnam("nobody")
    folder.chmod(0o700)
    assert not may_enter(account, folder)
    os.chown(folder, 0, account.pw_gid)
    folder.chmod(0o710)
    assert may_enter(account, folder)
    folder.chmod(0o701)
    assert not may_enter(account, folder)
    os.chown(folder, account.pw_uid, 0)
    folder.chmod(0o077)
    assert not may_enter(account, folder)
    folder.chmod(0o100)
    assert may_enter(account, folder)


# Settings


def settings_for(monkeypatch: pytest.MonkeyPatch, **variables: str) -> dict[str, Any]:
    for name in ("DATABASE_URL", "CLAIMLINE_DATA_DIR", "CLAIMLINE_POOL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return database_settings(environ.Env())


def test_without_an_address_the_settings_name_the_embedded_server(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_for(monkeypatch, CLAIMLINE_DATA_DIR=str(server.home))

    assert settings["HOST"] == str(server.socket_folder())
    assert settings["CONN_MAX_AGE"] == 0
    assert settings["OPTIONS"]["pool"]["max_size"] == 6


def test_an_address_is_used_as_it_is_with_a_pool_beside_its_own_options(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = settings_for(
        monkeypatch, DATABASE_URL="postgresql://ann:s%40fe@db.example:6432/claims?sslmode=require"
    )

    assert settings["HOST"] == "db.example"
    assert settings["PORT"] == 6432
    assert settings["PASSWORD"] == "s@fe"
    assert settings["OPTIONS"]["sslmode"] == "require"
    assert "pool" in settings["OPTIONS"]


def test_an_address_may_name_several_hosts() -> None:
    settings = from_url("postgres://ann:secret@one.example:5432,two.example:5433/claims")

    assert settings["HOST"] == "one.example,two.example"
    assert settings["PORT"] == "5432,5433"


def replicas_for(addresses: str) -> dict[str, dict[str, Any]]:
    with pytest.MonkeyPatch.context() as patches:
        patches.setenv("DATABASE_REPLICA_URLS", addresses)
        return replica_settings(environ.Env())


def test_replicas_are_addresses_with_commas_each_with_a_pool_that_waits_less() -> None:
    settings = replicas_for("postgresql://one.example/claims, postgresql://two.example:6432/claims")

    hosts = {alias: database["HOST"] for alias, database in settings.items()}
    assert hosts == {"replica_1": "one.example", "replica_2": "two.example"}
    assert settings["replica_1"]["OPTIONS"]["pool"]["timeout"] == 2
    assert settings["replica_1"]["OPTIONS"]["connect_timeout"] == 2


def test_without_addresses_there_are_no_replicas() -> None:
    assert replicas_for("") == {}


@pytest.mark.parametrize(
    ("addresses", "message"),
    [
        ("postgresql://one.example/claims,two.example", "must read postgresql://"),
        ("postgresql://one.example", "names no database"),
    ],
)
def test_a_replica_whose_address_cannot_be_used_stops_the_start_with_one_sentence(
    addresses: str, message: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match="^DATABASE_REPLICA_URLS .*" + message):
        replicas_for(addresses)


def test_a_worker_has_a_connection_for_each_of_its_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits for its turn holds one as well."""
    settings = settings_for(monkeypatch, DATABASE_URL="postgresql://db.example/claims")
    papers = ("Makefile", "docs/operations.md")
    commands = " ".join((site.BASE_DIR / paper).read_text() for paper in papers)
    threads = re.findall(r"--blocking-threads (\d+)", commands)

    assert len(threads) >= len(papers)
    assert set(threads) == {str(settings["OPTIONS"]["pool"]["max_size"])}


def test_a_pool_of_nought_leaves_nothing_on_a_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_for(
        monkeypatch, DATABASE_URL="postgresql://db.example/claims", CLAIMLINE_POOL="0"
    )

    assert not {"pool", "prepare_threshold", "options"} & settings["OPTIONS"].keys()


def test_an_address_keeps_its_own_flags_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    flags = "?options=-c%20work_mem%3D64MB"
    settings = settings_for(monkeypatch, DATABASE_URL=f"postgresql://db.example/claims{flags}")

    given, ours = settings["OPTIONS"]["options"].split(" -c ")
    assert (given, ours) == ("-c work_mem=64MB", "plan_cache_mode=force_custom_plan")


@pytest.mark.django_db
def test_a_statement_that_comes_often_is_read_once_but_planned_for_its_values() -> None:
    with connection.cursor() as cursor:
        for number in range(8):
            cursor.execute("select 1 from incidents_entry where number = %s", [number])
        cursor.execute(
            "select generic_plans, custom_plans from pg_prepared_statements "
            "where statement = 'select 1 from incidents_entry where number = $1'"
        )
        rows = cursor.fetchall()

    assert rows == [(0, 5)]


@pytest.fixture
def database(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """With a pool, which the tests' own has not."""
    server.start()
    settings = settings_for(monkeypatch, CLAIMLINE_DATA_DIR=str(server.home))
    pooled: Any = ConnectionHandler({"default": settings})["default"]
    yield pooled
    pooled.close_pool()


def test_after_a_restart_of_the_database_the_next_reader_is_answered(
    server: Server, database: Any, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock():
        assert _asked(database) == 1
        server.stop()
        server.start()
        assert _asked(database) == 1


def test_one_question_takes_no_connection_that_django_does_not_hold_already(
    server: Server, database: Any, django_db_blocker: DjangoDbBlocker
) -> None:
    question = "select pg_backend_pid() where true"

    with django_db_blocker.unblock():
        assert _asked(database) == 1
        assert first_row(database, question)
        assert database.connection is None
        assert first_row(database, f"{question} and false") is None
        server.stop()
        server.start()
        assert first_row(database, question)
        with pytest.raises(ProgrammingError, match="nothing"):
            first_row(database, "select * from nothing")
        with database.cursor() as cursor:
            cursor.execute("select pg_backend_pid()")
            assert first_row(database, question) == cursor.fetchone()
        database.close()


def _asked(database: Any) -> Any:
    """As a request does, which takes a connection from the pool and puts it back."""
    with database.cursor() as cursor:
        cursor.execute("select %s::int", [1])
        (answer,) = cursor.fetchone()
    database.close()
    return answer


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("mysql://db.example/claims", "PostgreSQL only"),
        ("sqlite:///db.sqlite3", "PostgreSQL only"),
        ("db.example", "PostgreSQL only"),
        ("postgresql://db.example:many/claims", "cannot be read"),
        ("postgresql://db.example", "names no database"),
    ],
)
def test_an_unfit_address_is_refused_in_words(
    address: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ImproperlyConfigured, match=message):
        settings_for(monkeypatch, DATABASE_URL=address)


def test_a_folder_that_cannot_be_made_is_reported_as_a_setting_that_is_wrong(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(ImproperlyConfigured, match="embedded database cannot be used"):
        settings_for(monkeypatch, CLAIMLINE_DATA_DIR="/dev/null/postgres")


def test_the_command_tells_the_state_and_stops_the_server(
    server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CLAIMLINE_DATA_DIR", str(server.home))
    server.start()

    assert main(["status"]) is None
    assert main(["stop"]) is None
    assert main(["status"]) is None
    assert main(["stop"]) is None

    assert capsys.readouterr().out.splitlines() == [
        f"{server.home}: running",
        "Stopped.",
        f"{server.home}: not running",
        "No embedded database was running.",
    ]


def test_the_command_explains_itself_when_misused() -> None:
    assert main(["begin"]) == "usage: python -m config.database stop|status"
