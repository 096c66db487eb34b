"""What the desk holds and no reader may learn of: rows of every kind, a canary in every text."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.test import Client

from accounts.models import Presence
from accounts.tests.logging_in import log_in
from incidents.models import (
    Actor,
    ActorName,
    Citation,
    Claim,
    ClaimDraft,
    ClaimRelation,
    Incident,
    Place,
    PlaceName,
    RemovedWords,
    Statement,
    SuggestionVerdict,
)
from incidents.record import merging
from incidents.record.models import EntryClaim, RecordSource
from incidents.record.publish import merge
from incidents.record.review import approve, ask, comment, send_back
from incidents.tests.factories import (
    at_work,
    make_actor,
    make_citation,
    make_claim,
    make_incident,
    make_place,
    make_publisher,
    make_relation,
    make_snapshot,
    make_source,
    make_statement,
)
from incidents.vocabulary import (
    ControlStatus,
    IncidentKind,
    Question,
    RelationKind,
    Side,
    Stance,
    Verification,
)
from sources.models import Publisher, Source, SourceLink

# In every text that is hidden, in letters of both kinds.
CANARY, KANAREIKA = "Zqxcanary", "Жщканарейка"
HIDDEN = f"{CANARY} {KANAREIKA}"
ADDRESS = "203.0.113.77"

# How many of each there are.
EACH = 50
DAY = datetime(2022, 8, 1, tzinfo=UTC)
WORK = datetime(2022, 9, 1, 8, tzinfo=UTC)


def drafts(numbers: range, people: list[User]) -> Counter[str]:
    """Never published, with publishers, sources, speakers and places of their own; some merged."""
    author, reviewer, administrator = people
    country = Place.objects.filter(kind="country").order_by("name")[0]
    before: Incident | None = None
    for n in numbers:
        with at_work(author):
            incident = make_incident(
                title=f"{HIDDEN} draft {n}",
                summary=f"{HIDDEN} summary",
                place=make_place(
                    f"{CANARY} town {n}", [f"{KANAREIKA} {n}"], parent=country,
                    latitude=48.5, longitude=37.5,
                ),
                place_note=f"{HIDDEN} street",
                kind=IncidentKind.values[n % len(IncidentKind.values)],
                earliest=DAY + timedelta(hours=n),
                latest=DAY + timedelta(hours=n + 1),
                parent=before,
            )  # fmt: skip
            claim = _hidden_claim(n, incident)
        incident.refresh_from_db()
        if n % 5 == 0:
            comment(incident, author, f"{HIDDEN} comment")
        elif n % 5 == 1 and before:
            merge(incident, before, f"{HIDDEN} note")
            continue
        elif n % 5 == 2:
            actor = claim.statement.speaker
            assert actor
            twin = make_actor(f"{HIDDEN} twin {n}")
            merging.merge(twin, actor, f"{HIDDEN} reason", administrator)
        elif n % 5 == 3:
            ask(incident, author, seen=incident.revision, request=f"{HIDDEN} request")
            send_back(incident, reviewer, answer=f"{HIDDEN} answer")
        before = incident
    return Counter(drafts=len(numbers))


def _hidden_claim(n: int, incident: Incident) -> Claim:
    publisher = make_publisher(name=f"{HIDDEN} Post {n} {incident.public_id}")
    source = make_source(
        title=f"{HIDDEN} report",
        publisher=publisher,
        url=f"https://{CANARY}.example/{incident.public_id}",
        archive_url=f"https://archive.example/{CANARY}",
    )
    speaker = make_actor(f"{HIDDEN} speaker {n}", [f"{HIDDEN} alias"], side=Side.OTHER)
    question = Question.values[n % len(Question.values)]
    claim = make_claim(
        incident=incident,
        statement=make_statement(
            speaker=speaker, role=f"{HIDDEN} role", channel=f"{HIDDEN} TV", relayed_by=HIDDEN
        ),
        question=question,
        stance=Stance.values[n % len(Stance.values)],
        qualifier="at_least",
        low=987_654,
        unit=f"{CANARY} units",
        text=f"{HIDDEN} answer",
        hedges=[HIDDEN],
        cited=False,
        **_besides(question, incident, speaker),
    )
    snapshot = make_snapshot(source=source, text=f"{HIDDEN} words stand in {HIDDEN} text {n}.")
    make_citation(claim, f"{HIDDEN} words", snapshot=snapshot, printed_role=HIDDEN)
    return claim


def _besides(question: str, incident: Incident, speaker: Actor) -> dict[str, Any]:
    """What a claim on that question has and no other may have."""
    match question:
        case Question.CONTROL:
            status = ControlStatus.CONTESTED
            return {"control_status": status, "control_place": incident.place, "control_side": ""}
        case Question.VERIFICATION:
            return {"verification": Verification.REFUTED}
        case Question.RESPONSIBILITY:
            return {"accused": speaker}
        case _:
            return {}


def waiting(people: list[User]) -> Counter[str]:
    """What is to be public later: asked for and approved, but not published."""
    author, reviewer, _ = people
    known = list(Claim.objects.filter(public_id__in=EntryClaim.objects.values("claim"))[:EACH])
    for n in range(EACH):
        with at_work(author):
            incident = make_incident(
                title=f"{HIDDEN} embargo {n}", kind=IncidentKind.ASSASSINATION,
                place=Place.objects.get(name="Town 1"),
            )  # fmt: skip
            claim = _hidden_claim(n, incident)
            if n % 2:
                # Beside what readers know of the same speaker and report.
                make_relation(claim, known[n], RelationKind.REPEATS)
        incident.refresh_from_db()
        ask(incident, author, seen=incident.revision, request=f"{HIDDEN} not before Monday")
        approve(incident, reviewer, seen=incident.revision, answer=f"{HIDDEN} not yet")
    return Counter({"approved, not published": EACH})


def later_work(people: list[User]) -> Counter[str]:
    """Whatever readers know is changed on the desk, in every text and every figure."""
    author = people[0]
    published = list(Incident.objects.published().order_by("pk"))
    withdrawn = list(Incident.objects.filter(state=Incident.State.WITHDRAWN).order_by("pk"))
    public = set(EntryClaim.objects.values_list("claim", flat=True))
    hidden = Claim.objects.filter(incident__state=Incident.State.DRAFT)[0]
    with at_work(author):
        for n, incident in enumerate([*published, *withdrawn]):
            for claim in incident.claims.filter(public_id__in=public).order_by("pk"):
                make_citation(claim, f"{HIDDEN} quote {claim.pk}")
                ClaimRelation.objects.create(claim=claim, target=hidden, kind="disputes")
            _hidden_claim(n, incident)
            ask_or_not = Incident.objects.get(pk=incident.pk)
            comment(ask_or_not, author, f"{HIDDEN} comment")
            if n % 3 == 0:
                ask(ask_or_not, author, seen=ask_or_not.revision, request=f"{HIDDEN} look")
        Incident.objects.exclude(state=Incident.State.DRAFT).update(
            title=f"{HIDDEN} title", summary=HIDDEN, place_note=HIDDEN, kind="protest",
            earliest=DAY, latest=DAY, place=Place.objects.filter(name__startswith=CANARY)[0],
        )  # fmt: skip
        Claim.objects.update(text=f"{HIDDEN} text", hedges=[HIDDEN], stance="retracts")
        Claim.objects.filter(qualifier="at_least").update(low=987_654, unit=f"{CANARY} units")
        Statement.objects.update(role=HIDDEN, channel=HIDDEN, relayed_by=HIDDEN)
        Citation.objects.update(printed_role=HIDDEN, printed_scope=HIDDEN, lost_hedge=HIDDEN)
        Actor.objects.update(name=f"{HIDDEN} name", role=HIDDEN, side=Side.OTHER)
        Place.objects.exclude(kind="country").update(
            name=f"{HIDDEN} place", latitude=1, longitude=2
        )
        for actor in Actor.objects.all():
            ActorName.objects.create(actor=actor, name=f"{HIDDEN} {actor.pk}")
        for place in Place.objects.all()[:EACH]:
            PlaceName.objects.create(place=place, name=f"{HIDDEN} place {place.pk}")
    sources = _about_sources(people)
    return sources + Counter(
        {"edits of published": len(published), "edits of withdrawn": len(withdrawn)}
    )


def _about_sources(people: list[User]) -> Counter[str]:
    """Reports that no claim rests on, texts of public ones, suggestions, and what was typed."""
    author = people[0]
    known = list(Source.objects.filter(public_id__in=RecordSource.objects.values("pk")))
    with at_work(author):
        for n in range(EACH):
            unseen = make_source(
                title=f"{HIDDEN} unread {n}",
                publisher=known[n].publisher,
                url=f"https://{CANARY}.example/unread/{n}",
            )
            SourceLink.objects.create(source=known[n], kind="quotes", target=unseen)
            snapshot = make_snapshot(source=known[n], text=f"{HIDDEN} later text {n}")
            SuggestionVerdict.objects.create(
                snapshot=snapshot, start=0, end=5, question="killed", by=author,
                verdict="rejected", proposal={"text": HIDDEN},
            )  # fmt: skip
            ClaimDraft.objects.create(snapshot=snapshot, by=author, opened=str(n), typed=HIDDEN)
        for source in known:
            Source.objects.filter(pk=source.pk).update(
                title=f"{HIDDEN} headline", url=f"https://{CANARY}.example/moved/{source.pk}",
                archive_url=f"https://{CANARY}.example/a", removed_at=DAY + timedelta(days=40),
            )  # fmt: skip
        for publisher in Publisher.objects.exclude(name__startswith=CANARY):
            Publisher.objects.filter(pk=publisher.pk).update(
                name=f"{HIDDEN} paper {publisher.pk}", homepage=f"https://{CANARY}.example/"
            )
    return Counter({"unread reports": EACH, "texts of reports": EACH})


def whereabouts(people: list[User]) -> Counter[str]:
    """Who works here, and from where."""
    for n, person in enumerate(people):
        client = Client(REMOTE_ADDR=ADDRESS, HTTP_USER_AGENT=f"{CANARY} browser")
        log_in(client, person)
        Presence.objects.create(editor=person, page=f"/admin/{CANARY}/{n}", seen_at=WORK)
        AccessAttempt.objects.create(
            username=person.username, ip_address=ADDRESS, user_agent=CANARY, failures_since_start=1
        )
    RemovedWords.objects.create(words=f"{CANARY} forbidden", reason="safety", note=HIDDEN, at=WORK)
    return Counter()
