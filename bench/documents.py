"""Invented incidents, as the documents that publishing would freeze (record/freeze.py)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bench.chance import Skewed, numbered_id
from bench.words import (
    ARMS,
    CLAIMS,
    LANGUAGES,
    QUOTES,
    SHARES,
    SUMMARIES,
    THINGS,
    TITLES,
    listed,
)
from bench.world import Report, Where, World, iso, spoken_for
from incidents.record.document import (
    SCHEMA,
    CitationDocument,
    ClaimDocument,
    ControlDocument,
    Document,
    IncidentDocument,
    NumberDocument,
    PrintedDocument,
    StatementDocument,
)
from incidents.record.freeze import slug_of
from incidents.record.standing import clashes, standing, told
from sources.moments import end_of

_ARMS = {language: Skewed(listed(ARMS[language])) for language in LANGUAGES}
_THINGS = {language: Skewed(listed(THINGS[language]), 0.8) for language in LANGUAGES}
_KINDS = Skewed(
    listed(
        """strike|air_attack|explosion|interception|territorial_change|ground_assault|evacuation
        other|building_collapse|detention_or_trial|protest|assassination"""
    )
)
_OTHER_SIDE = {"ukraine": "russia", "russia": "ukraine"}
_NOT_PRINTED: PrintedDocument = {
    "role": "",
    "figure": "",
    "channel": "",
    "scope": "",
    "lost_hedge": "",
}


class Part(NamedTuple):
    """A claim to be made: by whom, and what it says no to, if anything."""

    question: str
    stance: str
    side: str  # of the speaker; "own" and "enemy" as seen from the place
    denies: int | None = None  # index of the claim that it answers
    later: bool = False


_TOLL = Part("killed", "asserts", "own")
_HURT = Part("injured", "asserts", "own")
_DAMAGE = Part("damage", "asserts", "own")
_DOWNED = Part("interception", "asserts", "own")
_BLAME = Part("responsibility", "asserts", "own")
_NO = Part("responsibility", "denies", "enemy", 0, later=True)
_LOOKED = Part("verification", "asserts", "other", later=True)
# What the claims of an incident are; the first are drawn most.
_PLOTS = Skewed(
    [
        (_DAMAGE, _HURT, Part("weapon", "asserts", "own")),
        (_TOLL, _HURT, _DAMAGE),
        (_BLAME, _TOLL, Part("responsibility", "denies", "enemy", 0)),
        (_DAMAGE, _DOWNED),
        (_TOLL, Part("killed", "estimates", "other", later=True), _DAMAGE, _HURT),
        (_DAMAGE, _LOOKED),
        (_BLAME, _TOLL, _DAMAGE, _NO),
        (_TOLL, _HURT, _DAMAGE, _LOOKED),
        (
            Part("interception", "asserts", "own"),
            Part("interception", "estimates", "enemy"),
            _DAMAGE,
        ),
        (Part("responsibility", "asserts", "enemy"), _TOLL),
        (Part("damage", "cannot_confirm", "other"), _DAMAGE, _TOLL),
    ],
    0.6,
)
_CONTROL_PLOTS = Skewed(
    [
        (Part("control", "asserts", "enemy"), Part("control", "denies", "own", 0)),
        (Part("control", "asserts", "enemy"), Part("control", "asserts", "other", later=True)),
        (Part("control", "asserts", "enemy"), Part("control", "asserts", "own"), _DAMAGE, _LOOKED),
        (Part("control", "asserts", "own"), _TOLL, _DAMAGE),
    ],
    0.5,
)
_STATUSES = Skewed(
    listed("full_control|advance|contested|held|partial_control|entered|recaptured|withdrawn")
)
_FOUND = Skewed(listed("could_not_verify|geolocated|verified|partly_verified|under_investigation"))
_QUALIFIERS = Skewed(listed("exactly|at_least|about|more_than|vague"))
_FIGURES = Skewed([*range(1, 200)], 1.3)


@dataclass(frozen=True)
class Scene:
    """What the texts of one incident share."""

    random: Random
    world: World
    where: Where
    language: str
    words: dict[str, str]
    reports: list[Report]
    began: datetime
    said: datetime
    precision: str  # of when it was said

    def say(self, forms: Mapping[str, Sequence[str]], **words: str) -> str:
        return self.random.choice(forms[self.language]).format(**self.words, **words)


def make(world: World, random: Random, share: float, number: int) -> Document:
    """The incident with this number, of the time by which `share` of all had happened."""
    scene = _scene(world, random, share)
    kind = _KINDS.draw(random)
    plot = (_CONTROL_PLOTS if kind == "territorial_change" else _PLOTS).draw(random)
    statements: list[StatementDocument] = []
    claims: list[ClaimDocument] = []
    for part in plot:
        speaker = _speaker(scene, part)
        statements.append(_statement(scene, part, speaker))
        key = numbered_id(8 * number + len(statements))
        claims.append(_claim(scene, part, key, statements[-1], claims))
    cited = {citation["source"] for claim in claims for citation in claim["citations"]}
    named = [actor for one in statements for actor in spoken_for(world, one["speaker"])]
    named += [actor for c in claims if c["accused"] for actor in spoken_for(world, c["accused"])]
    document: Document = {
        "schema": SCHEMA,
        "nonce": f"{random.getrandbits(128):032x}",
        "incident": _incident(scene, kind, number),
        "places": {place: world.places[place] for place in scene.where.path},
        "actors": {actor: world.actors[actor] for actor in named},
        "statements": statements,
        "claims": claims,
        "sources": {one.id: one.details for one in scene.reports if one.id in cited},
        "standing": "",
        "clashes": [],
    }
    spoken = told(document)
    document["standing"] = standing(spoken, document["actors"]).value
    document["clashes"] = clashes(spoken)
    return document


def _scene(world: World, random: Random, share: float) -> Scene:
    (language,) = random.choices(LANGUAGES, SHARES)
    where = world.where.draw(random)
    began = world.calendar.at(share)
    first = int(share * (world.sources - 1))
    # Every 50th report is a digest, that many incidents of its time cite.
    numbers = {min(first + int(random.expovariate(0.2)), world.sources - 1)}
    if random.random() < 0.3:
        numbers.add(first - first % 50)
    if random.random() < 0.3:
        numbers.add(min(first + random.randrange(400), world.sources - 1))
    reports = [world.report(number) for number in sorted(numbers)]
    words = {
        "place": where.name,
        "region": where.region,
        "arms": _ARMS[language].draw(random),
        "thing": _THINGS[language].draw(random),
        "street": world.surnames.draw(random),
    }
    # Mostly only the day is told: what is printed on it is known with it.
    said, precision = max(reports[0].at, began), "minute"
    if random.random() < 0.75:
        last = max(reports[-1].at, began).astimezone(ZoneInfo(where.zone))
        said, precision = last.replace(hour=0, minute=0), "day"
    return Scene(random, world, where, language, words, reports, began, said, precision)


def _incident(scene: Scene, kind: str, number: int) -> IncidentDocument:
    title = scene.say(TITLES)
    title = title[0].upper() + title[1:]
    random = scene.random
    precision, length = random.choice([("minute", 0), ("hour", 60), ("hour", 60), ("day", 1440)])
    return {
        "id": numbered_id(8 * number),
        "slug": slug_of(title),
        "kind": kind,
        "title": title,
        "summary": scene.say(SUMMARIES),
        "language": scene.language,
        "earliest": iso(scene.began),
        "latest": iso(scene.began + timedelta(minutes=length)),
        "precision": precision,
        "zone": scene.where.zone,
        "time_inferred": random.random() < 0.2,
        "place": scene.where.id,
        "place_precision": random.choice(["settlement", "settlement", "street", "site"]),
        "place_note": "",
        "parent": None,
    }


def _speaker(scene: Scene, part: Part) -> str:
    own = scene.where.side
    side = {"own": own, "enemy": _OTHER_SIDE[own]}.get(part.side, part.side)
    return scene.world.speakers[side].draw(scene.random)


def _statement(scene: Scene, part: Part, speaker: str) -> StatementDocument:
    told_when = part.later or scene.precision == "day" or scene.random.random() < 0.7
    voice = scene.world.actors[speaker]["kind"] in ("media", "eyewitness")
    return {
        "speaker": speaker,
        "role": "",
        "channel": scene.random.choice(["", "", "Telegram", "briefing"]),
        "attribution": "outlet_own_voice" if voice else "named",
        "relayed_by": "",
        "said_at": iso(_said(scene, part)) if told_when else None,
        "said_precision": scene.precision,
        "zone": scene.where.zone,
        "said_inferred": False,
    }


def _said(scene: Scene, part: Part) -> datetime:
    """What comes later in an incident comes a day after the rest."""
    return scene.said + timedelta(days=1 if part.later else 0)


def _claim(
    scene: Scene,
    part: Part,
    key: str,
    statement: StatementDocument,
    before: list[ClaimDocument],
) -> ClaimDocument:
    random = scene.random
    figure = _figure(random) if part.question in ("killed", "injured", "interception") else None
    text = scene.say(
        {scene.language: CLAIMS[scene.language][part.question]},
        figure=(figure["word"] or str(figure["low"])) if figure else "",
    )[:300]
    body = scene.world.actors[statement["speaker"]]["name"]
    quote = scene.random.choice(QUOTES[scene.language]).format(text=text, body=body)
    accuses = part.question == "responsibility" and part.stance == "asserts"
    enemy = _OTHER_SIDE[scene.where.side]
    return {
        "id": key,
        "statement": len(before),
        "question": part.question,
        "stance": part.stance,
        "text": text,
        "number": figure,
        "control": _control(scene, part, before) if part.question == "control" else None,
        "verification": _FOUND.draw(random) if part.question == "verification" else None,
        "accused": scene.world.speakers[enemy].draw(random) if accuses else None,
        "hedges": [],
        "as_of": None,
        "as_of_precision": "day",
        "known_at": iso(end_of(_said(scene, part), scene.precision, scene.where.zone)),
        "citations": [_citation(random, one, quote) for one in _cited(scene, statement, before)],
        "relations": [{"kind": "denies", "claim": before[part.denies]["id"]}]
        if part.denies is not None
        else [],
    }


def _control(scene: Scene, part: Part, before: list[ClaimDocument]) -> ControlDocument | None:
    if part.denies is not None:
        return before[part.denies]["control"]
    own = scene.where.side
    return {
        "status": _STATUSES.draw(scene.random),
        "place": scene.where.id,
        "side": own if part.side == "own" else _OTHER_SIDE[own],
    }


def _figure(random: Random) -> NumberDocument:
    qualifier = _QUALIFIERS.draw(random)
    low = None if qualifier == "vague" else _FIGURES.draw(random)
    return {
        "low": low,
        "high": low if qualifier == "exactly" else None,
        "qualifier": qualifier,
        "word": "" if low is not None else random.choice(["dozens", "several", "десятки"]),
        "unit": "people",
        "group": "all",
        "basis": "cumulative",
        "subset_of": None,
    }


def _cited(scene: Scene, statement: StatementDocument, before: list[ClaimDocument]) -> list[Report]:
    """The first claim by every report, each further one by one of them: by the earliest where only
    that tells when it was known."""
    if not before:
        return scene.reports
    return [scene.random.choice(scene.reports) if statement["said_at"] else scene.reports[0]]


def _citation(random: Random, report: Report, quote: str) -> CitationDocument:
    start = random.randrange(3_000)
    return {
        "source": report.id,
        "snapshot": report.snapshot,
        "start": start,
        "end": start + len(quote),
        "quote": quote,
        "printed": {**_NOT_PRINTED},
    }
