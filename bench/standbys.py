"""PostgreSQL servers that stream from one another: three data folders, of the wheel's programs."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg

from config.embedded import NAME, EmbeddedError, Server


@dataclass(frozen=True)
class Node:
    """A server whose socket is in `folder`, whether it runs or not."""

    name: str
    server: Server

    @classmethod
    def at(cls, home: Path) -> "Node":
        return cls(home.name, Server.at(home))

    @property
    def folder(self) -> Path:
        return self.server.home / "run"

    def start(self) -> None:
        self.server.start(seconds=60)

    def processes(self) -> list[psutil.Process]:
        first = (self.server.cluster / "postmaster.pid").read_text().split()[0]
        whole = psutil.Process(int(first))
        return [whole, *whole.children()]

    def kill(self) -> None:
        """As when the power fails: every process at once, and no word to anybody."""
        doomed = self.processes()
        for process in doomed:
            process.kill()
        psutil.wait_procs(doomed, timeout=5)

    def ask(self, query: str) -> Any:
        """The first value of the answer, if there is one. As the superuser, in no transaction."""
        where = f"host={self.folder} user=postgres dbname={NAME} connect_timeout=5"
        with psycopg.connect(where, autocommit=True) as connection:
            cursor = connection.execute(query.encode())
            row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None

    def set(self, name: str, value: str) -> None:
        self.ask(f"alter system set {name} = '{value}'")
        self.ask("select pg_reload_conf()")

    def cpu_seconds(self) -> float:
        times = [process.cpu_times() for process in self.processes()]
        return sum(each.user + each.system for each in times)


def url(*nodes: Node) -> str:
    """DATABASE_URL of the one among these that takes writes."""
    hosts = ",".join(str(node.folder) for node in nodes)
    choice = "&target_session_attrs=read-write" if len(nodes) > 1 else ""
    return f"postgresql://{NAME}@/{NAME}?host={hosts}{choice}&connect_timeout=2"


def standby(node: Node, of: Node, all_nodes: Sequence[Node]) -> Node:
    """`node` as a running copy of `of`, which streams from whichever of all takes writes, now or
    later."""
    cluster = node.server.cluster
    cluster.mkdir(parents=True, mode=0o700)
    if of.server.account:
        os.chown(cluster, of.server.account.pw_uid, of.server.account.pw_gid)
    hosts = ",".join(str(each.folder) for each in all_nodes)
    conninfo = (
        f"host={hosts} user=postgres application_name={node.name} "
        "target_session_attrs=read-write connect_timeout=2"
    )
    if not node.server.run(
        node.server.programs() / "pg_basebackup",
        f"--pgdata={cluster}",
        f"--dbname={conninfo}",
        "--write-recovery-conf",
        "--checkpoint=fast",
        "--wal-method=stream",
    ):
        raise EmbeddedError(f"pg_basebackup failed: {node.server.log.read_text()}")
    node.start()
    return node


def position(lsn: str) -> int:
    """In the write-ahead log, of PostgreSQL's notation."""
    high, low = lsn.split("/")
    return (int(high, 16) << 32) + int(low, 16)
