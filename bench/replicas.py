"""`make bench-replicas`: one primary, two standbys and the site in front of them, put through what
may happen to a database. Ends with another code than 0 when a reader was failed or led back in
time, or a publish that was acknowledged is lost; or when the controls, in which that must happen,
show nothing of it. Everything is made in a folder of its own under /tmp, and removed.
"""

import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import django
from django.core.management import call_command
from django.db import connection

from bench.publisher import Publisher, lost
from bench.readers import Seen, reading
from bench.shipped import Site, site, until
from bench.standbys import Node, position, standby, url

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "results-replicas.md"
READERS = 4
ROUNDS, TURN = 3, 2.0  # how often each kind of reading is measured, and for how many seconds
# Cheap ones for the most part, so that there are many reads in the seconds that count.
PATHS = (
    "/about/cite/",
    "/api/v1/changes/?since={clock}",
    "/",
    "/about/licence/",
    "/api/v1/changes/?since={clock}",
    "/sources/",
)


class Proof:
    """What must hold, what did, and the lines of the report."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.broken: list[str] = []

    def must(self, what: str, holds: bool) -> None:
        self.say(f"* {'' if holds else '**NOT** '}{what}")
        if not holds:
            self.broken.append(what)

    def say(self, line: str) -> None:
        print(line, flush=True)
        self.lines.append(line)


def main() -> int:
    proof = Proof()
    began = time.monotonic()
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="claimline-replicas-", dir="/tmp"))
        folder.chmod(0o711)
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        homes = [folder / name for name in ("one", "two", "three")]
        stack.callback(_stop, homes)
        one, two, three = _fleet(homes)
        _proofs(proof, one, two, three)
    minutes, seconds = divmod(round(time.monotonic() - began), 60)
    proof.say(f"\nAll of it took {minutes} min {seconds} s.")
    RESULTS.write_text("\n".join(proof.lines) + "\n")
    for what in proof.broken:
        print(f"NOT: {what}", file=sys.stderr)
    return 1 if proof.broken else 0


def _proofs(proof: Proof, one: Node, two: Node, three: Node) -> None:
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    proof.say("# Replicas\n")
    proof.say(
        f"`make bench-replicas` on {datetime.now(UTC):%d %B %Y, %H:%M} UTC: {os.cpu_count()} cores "
        f"for all of it (load average at the start {load}), the demo record, one primary and two "
        f"standbys on sockets, two workers of the shipped server, {READERS} readers.\n"
    )
    with (
        site(_environment(url(one), [])) as alone,
        site(_environment(url(one, two, three), [two, three])) as fleet,
        site(_environment(url(one), [two, three]), "bench.unchecked") as unchecked,
    ):
        _throughput(proof, (one, two, three), alone, fleet)
        _publishing(proof, one)
        with Publisher() as publisher:
            _standby_lags(proof, two, fleet, unchecked)
            _standby_dies(proof, two, fleet, publisher)
            one, two = _primary_dies(proof, one, two, three, fleet, publisher)
        _verified(proof, publisher)
        proof.say("")
        _asynchronous(proof, one, two)


def _throughput(proof: Proof, nodes: Sequence[Node], alone: Site, fleet: Site) -> None:
    """In turn, so that all meet what else the machine does."""
    proof.say(
        "| | asks | reads a second | CPU of the site | of the primary | of the replicas |\n"
        "|---|---|---:|---:|---:|---:|"
    )
    kinds = [(which, again) for again in (False, True) for which in (alone, fleet)]
    spent = {kind: Spent() for kind in kinds}
    for _ in range(ROUNDS):
        for which, again in kinds:
            spent[which, again].add(nodes, which, again)
    for (which, again), each in spent.items():
        cpu = " | ".join(f"{seconds / each.reads * 1000:.2f} ms" for seconds in each.cpu())
        proof.say(
            f"| {'one database' if which is alone else 'two replicas'} "
            f"| {'whether it changed (304)' if again else 'the newest page'} "
            f"| {each.reads / each.seconds:.0f} | {cpu} |"
        )
    proof.say(
        "\nCPU is that of one read. On one machine replicas bring no cores; what they bring is "
        "that the primary is not asked.\n"
    )


@dataclass
class Spent:
    reads: int = 0
    seconds: float = 0
    site: float = 0
    primary: float = 0
    replicas: float = 0

    def add(self, nodes: Sequence[Node], which: Site, again: bool) -> None:
        before, began = self._now(nodes, which), time.monotonic()
        with reading(which.port, ["/"], READERS, again=again) as seen:
            time.sleep(TURN)
        self.seconds += time.monotonic() - began
        self.reads += len(seen.times)
        after = self._now(nodes, which)
        self.site += after[0] - before[0]
        self.primary += after[1] - before[1]
        self.replicas += after[2] - before[2]

    def cpu(self) -> tuple[float, float, float]:
        return self.site, self.primary, self.replicas

    @staticmethod
    def _now(nodes: Sequence[Node], which: Site) -> tuple[float, float, float]:
        one, *replicas = (node.cpu_seconds() for node in nodes)
        return which.cpu_seconds(), one, sum(replicas)


def _publishing(proof: Proof, one: Node) -> None:
    before = position(one.ask("select pg_current_wal_lsn()::text"))
    with Publisher() as publisher:
        time.sleep(4)
    written = position(one.ask("select pg_current_wal_lsn()::text")) - before
    number = len(publisher.acknowledged)
    proof.say(
        f"A publish sends each standby {written / number / 1000:.0f} kB of write-ahead log (of "
        f"{number} publishes; whole pages, which follow a checkpoint, among them).\n"
    )


def _standby_lags(proof: Proof, two: Node, fleet: Site, unchecked: Site) -> None:
    two.ask("select pg_wal_replay_pause()")
    with reading(unchecked.port, PATHS, 2) as fooled, reading(fleet.port, PATHS, 2) as seen:
        time.sleep(6)
    two.ask("select pg_wal_replay_resume()")
    _told(proof, "A standby does not replay for 6 s, while publishing goes on", seen)
    proof.must(
        f"Control: with the rule switched off the same readers were led back {len(fooled.back)} "
        f"times in {len(fooled.times)} reads",
        len(fooled.back) > 0,
    )


def _standby_dies(proof: Proof, two: Node, fleet: Site, publisher: Publisher) -> None:
    with reading(fleet.port, PATHS, READERS) as seen:
        time.sleep(1)
        two.kill()
        time.sleep(4)
        two.start()
        time.sleep(8)
    _told(proof, "A standby is killed (SIGKILL), and started again after 4 s", seen)
    proof.must("publishing went on", publisher.longest_pause < 10)


def _primary_dies(
    proof: Proof, one: Node, two: Node, three: Node, fleet: Site, publisher: Publisher
) -> tuple[Node, Node]:
    """The primary and the standby from then on."""
    before = len(publisher.acknowledged)
    with reading(fleet.port, PATHS, READERS) as seen:
        time.sleep(1)
        one.kill()
        time.sleep(3)
        received = {
            node.name: node.ask("select pg_last_wal_receive_lsn()::text") for node in (two, three)
        }
        new, old = sorted(
            (two, three), key=lambda node: position(received[node.name]), reverse=True
        )
        new.ask("select pg_promote()")
        time.sleep(6)
    acknowledged = len(publisher.acknowledged) - before
    _told(
        proof,
        "The primary is killed (SIGKILL), and 3 s later the standby that has received most is "
        "promoted. Site, publisher and the other standby find it by the hosts in their addresses",
        seen,
    )
    proof.must(
        f"publishing goes on by itself: {acknowledged} publishes acknowledged around the change, "
        f"the longest pause {publisher.longest_pause:.1f} s",
        publisher.last_after(seconds=3),
    )
    return new, old


def _verified(proof: Proof, publisher: Publisher) -> None:
    connection.close()  # to a primary that has gone
    missing = lost(publisher.acknowledged)
    proof.must(
        f"{len(missing)} of {len(publisher.acknowledged)} acknowledged publishes are lost: each "
        "serial is on the new primary with its SHA-256",
        not missing and bool(publisher.acknowledged),
    )
    output = StringIO()
    call_command("verify_record", stdout=output)
    proof.must(
        "`verify_record`: " + " ".join(output.getvalue().split()), "whole" in output.getvalue()
    )


def _asynchronous(proof: Proof, one: Node, two: Node) -> None:
    """The controls. What the primary sends is stopped on its way, then the primary dies."""
    until(lambda: one.ask("select count(*) from pg_stat_replication") == 1)
    one.set("synchronous_commit", "remote_apply")
    one.set("synchronous_standby_names", "ANY 1 (two, three)")
    sender = one.ask("select pid from pg_stat_replication")
    os.kill(sender, signal.SIGSTOP)
    with Publisher() as careful:
        time.sleep(2)
        acknowledged = len(careful.acknowledged)
        one.set("synchronous_standby_names", "")
    proof.must(
        "Control: with a synchronous standby that cannot be reached nothing is acknowledged "
        f"({acknowledged} in 2 s)",
        acknowledged == 0,
    )
    with Publisher() as careless:
        time.sleep(2)
    one.kill()
    two.ask("select pg_promote()")
    connection.close()  # to a primary that has gone
    missing = lost(careless.acknowledged)
    proof.must(
        f"Control: with an asynchronous one {len(careless.acknowledged)} were acknowledged, and "
        f"{len(missing)} of them lost with the primary",
        bool(missing),
    )


def _told(proof: Proof, what: str, seen: Seen) -> None:
    proof.say(
        f"\n## {what}\n\n{len(seen.times)} reads, p50 {seen.milliseconds(0.5):.0f} ms, "
        f"p99 {seen.milliseconds(0.99):.0f} ms, longest {seen.milliseconds(1):.0f} ms; "
        f"{seen.private} of them for no shared cache, as some replica was behind.\n"
    )
    proof.must(f"{len(seen.failed)} failed reads {seen.failed[:3] or ''}".strip(), not seen.failed)
    proof.must(
        f"{len(seen.back)} readers saw a clock go back {seen.back[:3] or ''}".strip(), not seen.back
    )


def _fleet(homes: Sequence[Path]) -> tuple[Node, Node, Node]:
    """A primary with the demo record, and two standbys one of which must confirm each publish."""
    homes[0].mkdir(mode=0o711)
    nodes = [Node.at(home) for home in homes]
    one = nodes[0]
    one.start()
    os.environ |= _environment(url(*nodes), []) | {"CLAIMLINE_POOL": "0"}
    django.setup()
    call_command("migrate", verbosity=0)
    for command in ("load_gazetteer", "load_demo"):
        call_command(command)
    call_command("collectstatic", interactive=False, verbosity=0)
    connection.close()
    two, three = (standby(node, one, nodes) for node in nodes[1:])
    one.set("synchronous_commit", "remote_apply")
    one.set("synchronous_standby_names", "ANY 1 (two, three)")
    return one, two, three


def _stop(homes: Sequence[Path]) -> None:
    for home in homes:
        if home.exists():
            Node.at(home).server.stop()


def _environment(address: str, replicas: Sequence[Node]) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": address,
        "DATABASE_REPLICA_URLS": ",".join(map(url, replicas)),
        "CLAIMLINE_TLS": "off",
        "DEBUG": "off",
        "SECRET_KEY": "of no use to anyone",
    }


if __name__ == "__main__":
    sys.exit(main())
