"""Two sites with the same public record: in one of them the desk holds much that nobody may see.

What readers see is made in both at the same moments, with the same ids and nonces; the desk of one
works before, between and after that. Words that were removed from the record differ in the two.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from itertools import count
from random import Random
from unittest.mock import patch

from django.contrib.auth.models import User
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import DeskSession
from incidents.models import (
    Actor,
    Claim,
    Incident,
    Place,
)
from incidents.record import merging
from incidents.record import publish as publishing
from incidents.record.gates import WISHES
from incidents.record.indexing import from_entries, save
from incidents.record.models import Version
from incidents.record.publish import merge, publish, withdraw
from incidents.record.redact import Order, find, mark_of_places, redact
from incidents.record.review import publish_as
from incidents.tests.factories import (
    at_work,
    make_actor,
    make_administrator,
    make_citation,
    make_claim,
    make_editor,
    make_incident,
    make_place,
    make_publisher,
    make_relation,
    make_reviewer,
    make_snapshot,
    make_source,
    make_statement,
)
from incidents.tests.torture.addresses import Known
from incidents.tests.torture.hidden import (
    CANARY,
    DAY,
    EACH,
    WORK,
    drafts,
    later_work,
    waiting,
    whereabouts,
)
from incidents.vocabulary import (
    ControlStatus,
    IncidentKind,
    Question,
    RelationKind,
    RemovalReason,
    Side,
)
from sources.models import Publisher, Snapshot, Source


@contextmanager
def by_chance(seed: int) -> Iterator[None]:
    """Ids, nonces and moments are the same whenever the block runs with this seed."""
    random = Random(seed)
    ticks = (WORK + timedelta(days=seed, seconds=number) for number in count())
    with ExitStack() as fixed:
        fixed.enter_context(patch("sources.public_ids.secrets.choice", random.choice))
        fixed.enter_context(
            patch.object(publishing, "token_hex", lambda size: random.randbytes(size).hex())
        )
        fixed.enter_context(patch.object(timezone, "now", lambda: next(ticks)))
        yield


def build(removed: str, desk: bool) -> Counter[str]:
    """A world upon the demo data; `removed` is the word that was taken from the record again.

    Returns what the desk holds besides, by kind.
    """
    hidden: Counter[str] = Counter()
    people = _people(CANARY if desk else "somebody")
    if desk:
        hidden += drafts(range(2 * EACH), people)
    with by_chance(1):
        _publish_all(removed, people)
    if desk:
        hidden += waiting(people)
    with by_chance(2):
        _change_all(removed, people)
    if desk:
        hidden += drafts(range(2 * EACH, 4 * EACH), people)
        hidden += later_work(people)
        hidden += whereabouts(people)
    save(from_entries())
    return hidden


def _people(name: str) -> list[User]:
    people = [make_editor(f"{name}author"), make_reviewer(f"{name}reviewer")]
    people.append(make_administrator(f"{name}administrator"))
    User.objects.update(email=f"desk@{name}.example", first_name=name, last_name=name)
    return people


# What readers see


def _publish_all(removed: str, people: list[User]) -> None:
    """Ordinary incidents, those that will be withdrawn, and those that will lose words."""
    author, reviewer, _ = people
    country = make_place("Otherland", kind="country")
    towns = [
        make_place(f"Town {n}", [f"Місто {n}"], parent=country, latitude=48 + n / 9, longitude=37.0)
        for n in range(8)
    ]
    speakers = [
        make_actor(f"Speaker {n}", [f"Речник {n}"], side=side)
        for n, side in enumerate((Side.RUSSIA, Side.UKRAINE, Side.NONE, Side.OTHER))
    ]
    papers = [make_publisher(name=f"Paper {n}") for n in range(6)]
    for n in range(3 * EACH):
        word = f"{removed} {n}" if n < EACH else f"word {n}"
        incident = make_incident(
            title=f"Strike reported near the {word} works",
            summary=f"The {word} was spoken of.",
            place=towns[n % len(towns)],
            place_note=f"{word} street",
            kind=IncidentKind.values[n % len(IncidentKind.values)],
            earliest=DAY + timedelta(hours=n),
            latest=DAY + timedelta(hours=n + 1),
        )
        _claims(n, word, incident, speakers, papers)
        with at_work(author):
            Incident.objects.filter(pk=incident.pk).update(place_precision="site")
        incident.refresh_from_db()
        reasons = dict.fromkeys(WISHES, f"{author.username} says so")
        publish_as(reviewer, incident, seen=incident.revision, reasons=reasons)


def _claims(
    n: int, word: str, incident: Incident, speakers: list[Actor], papers: list[Publisher]
) -> None:
    speaker = speakers[n % len(speakers)]
    source = make_source(
        title=f"Report {n} of the {word}",
        url=f"https://paper.example/{word.replace(' ', '-')}",
        publisher=papers[n % len(papers)],
    )
    text = f"At least {n} of the {word} were hit, {speaker} said."
    snapshot = make_snapshot(source=source, text=text)
    said = make_statement(speaker=speaker, role=f"head of the {word}", channel=f"{word} TV")
    killed = make_claim(
        incident=incident, statement=said, text=f"{n} at the {word}", low=n, cited=False
    )
    held = make_claim(
        incident=incident,
        statement=said,
        question=Question.CONTROL,
        control_status=list(ControlStatus)[n % len(ControlStatus)],
        control_place=incident.place,
        control_side=Side.UKRAINE,
        text=f"the {word} is held",
        cited=False,
    )
    for claim in (killed, held):
        make_citation(claim, text[: -len(" said.")], snapshot=snapshot)
    make_relation(held, killed, RelationKind.CORROBORATES)


def _ours() -> list[Incident]:
    """Those of the worlds' own that readers know, in the order in which they were made."""
    known = Version.objects.filter(note="First publication.").order_by("serial")
    ids = known.filter(published_at__year=WORK.year).values_list("incident", flat=True)
    rows = Incident.objects.in_bulk(list(ids), field_name="public_id")
    return [rows[one] for one in ids]


def _change_all(removed: str, people: list[User]) -> None:
    """Withdraw some, merge some, publish some anew, and remove the words."""
    *_, administrator = people
    ours = _ours()
    with at_work(administrator):
        for incident in ours[EACH : 2 * EACH]:
            withdraw(incident, "It was entered twice.")
        for incident in ours[2 * EACH : 2 * EACH + 10]:
            Incident.objects.filter(pk=incident.pk).update(summary="Seen anew.")
            publish(incident, "The summary is better.")
        merge(ours[-1], ours[-2], "It is the same.")
        first, second = Actor.objects.filter(name__in=["Speaker 2", "Speaker 3"]).order_by("name")
        merging.merge(second, first, "One person.", administrator)
        order = Order(f"{removed}*", RemovalReason.SAFETY)
        redact(order, administrator, mark_of_places(find(order)), "For safety.")


def ids_of_the_desk() -> Known:
    """Public ids, by part of an address, published or not."""
    models = (Incident, Claim, Actor, Place, Source, Publisher)
    return {
        str(one._meta.model_name): list(
            one._default_manager.order_by("-pk").values_list("public_id", flat=True)
        )
        for one in models
    }


def secrets() -> set[str]:
    """Keys of what the desk knows, each so rare that it stands nowhere by chance."""
    ids = {key for keys in ids_of_the_desk().values() for key in keys}
    hashes = Snapshot.objects.values_list("sha256", flat=True)
    sessions = DeskSession.objects.values_list("session_key", flat=True)
    return {*ids, *hashes, *sessions, *TOTPDevice.objects.values_list("key", flat=True)}


def removed_hashes(removed: str) -> dict[str, str]:
    """Hashes that vouch for words that were removed, and what stands for each in both worlds."""
    versions = Version.objects.filter(published_at__year=WORK.year).order_by("serial")
    texts = Snapshot.objects.filter(text__contains=removed).order_by("pk")
    return {
        **{one.sha256: f"version {one.serial}" for one in versions},
        **{one.removed["sha256"]: f"{one.serial} anew" for one in versions if one.removed},
        **{sha256: f"text {n}" for n, sha256 in enumerate(texts.values_list("sha256", flat=True))},
    }
