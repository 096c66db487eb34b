"""The versions of a synthetic record, batch by batch, each without its place in the chain."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random

from bench.chain import Made
from bench.documents import make
from bench.world import World
from incidents.record.document import SCHEMA, Document, Tombstone, canonical

UNTIL = date(2026, 11, 20)
BATCH = 500


@dataclass(frozen=True)
class Plan:
    """Everything that decides the record."""

    seed: int
    incidents: int
    until: date = UNTIL


@cache
def _world(plan: Plan) -> World:
    return World(plan.seed, plan.incidents, plan.until)


def versions(task: tuple[Plan, int]) -> list[Made]:
    """Those of one batch of incidents, in the order of publishing."""
    plan, batch = task
    random = Random(f"{plan.seed} batch {batch}")  # noqa: S311
    first = batch * BATCH
    last = min(first + BATCH, plan.incidents)
    return [one for n in range(first, last) for one in _versions_of(plan, random, n)]


def _versions_of(plan: Plan, random: Random, n: int) -> Iterator[Made]:
    """Mostly one. Of 32 incidents one was updated, of 256 one withdrawn for a while.

    Four of five incidents are published in the order in which they happened, the fifth afterwards.
    """
    world = _world(plan)
    share = n / plan.incidents
    document = make(world, random, share if n % 5 else share * random.random(), n)
    published = world.calendar.at(share) + timedelta(days=1)
    at = published.isoformat(timespec="microseconds")
    yield _made(document, 1, "published", "First publication.", at)
    if n % 32 != 31:
        return
    again = (published + timedelta(seconds=1)).isoformat(timespec="microseconds")
    summary = document["incident"]["summary"] + " Updated."
    updated: Document = {
        **document,
        "nonce": _nonce(random),
        "incident": {**document["incident"], "summary": summary},
    }
    if n % 256 != 255:
        yield _made(updated, 2, "updated", "The summary says more.", again)
        return
    known = document["incident"]
    tombstone: Tombstone = {
        "schema": SCHEMA,
        "nonce": _nonce(random),
        "incident": {"id": known["id"], "slug": known["slug"], "title": known["title"]},
    }
    yield _made(tombstone, 2, "withdrawn", "Published by mistake.", again)
    yield _made(updated, 3, "updated", "No mistake after all.", again)


def _nonce(random: Random) -> str:
    return f"{random.getrandbits(128):032x}"


def _made(document: Document | Tombstone, number: int, kind: str, note: str, at: str) -> Made:
    claims = [claim["id"] for claim in document.get("claims", [])]  # type: ignore[attr-defined]
    return Made(document["incident"]["id"], number, kind, note, claims, at, canonical(document))
