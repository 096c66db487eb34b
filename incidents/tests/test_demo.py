"""The demo data, loaded and published, held against the annotation of the five reports.

data/annotation_facts.json holds the annotation's facts, without a sentence of the reports or of
the annotation itself: incidents with their parents; of each origin (one utterance on one point,
however many reports carry it) its incident, claimants, question, stance, figure, control status
and how often each report carries it; conflict sets as positions, each a list of origins. Keys are
the annotation's. Its words were mapped onto ours (incidents/vocabulary.py) when the file was made:

* type → question: event, background, alert → other; evacuated → evacuation; intercept →
  interception; forecast → outlook; verification_note → verification; injured, counted in people in
  hospital → hospitalised; no_comment → responsibility, of the health ministry → killed; denial →
  the question denied (target, control or outlook); control with the status loss_possible →
  outlook. Where two reports give one origin two types, the first counts, and so with incidents.
* stance: could_not_verify → cannot_confirm; no_comment → declines_to_comment; concedes →
  partly_admits.
* control status: grey_zone, losing_ground → contested; approaching → advance; entrenched →
  entered; not_captured → not_full_control; liberated → full_control if by Russia, else recaptured.
* figure: a vague one has neither low nor high; “exactly” from 1 to 2 is between; children,
  civilians and troops (combatants) are groups; a figure that only one of two reports counts in
  another has no subset_of.
* claimant: “publisher” is the report's own voice, or whoever its words come from. Where reports
  name only the government and the ministry of Yuriy Sak, he was added, as the origin's key has it.
"""

import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from pytest_django import DjangoDbBlocker

import incidents.demo
from incidents.demo.files import Demo, read_folder
from incidents.management.commands.load_gazetteer import FILE, Row, load_names, load_places, read
from incidents.models import Claim, Incident, Version
from incidents.record.document import Document
from incidents.record.standing import REPORTS_DIFFER, clashes, told
from incidents.vocabulary import RelationKind
from sources.public_ids import derived_id

FACTS = json.loads((Path(__file__).parent / "data" / "annotation_facts.json").read_text())
FOLDER = Path(incidents.demo.__path__[0])
SHARED_WORDS = 8

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]


@pytest.fixture(scope="module")
def demo() -> Demo:
    return read_folder(FOLDER)


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker, demo: Demo) -> Iterator[None]:
    """The demo data with the places it needs, for this module only: rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        rows = _rows(demo)
        load_places(rows)
        load_names(rows)
        call_command("load_demo", verbosity=0)
        yield
        transaction.set_rollback(True)


def _rows(demo: Demo) -> list[Row]:
    """What the demo uses of the gazetteer, larger places first."""
    rows = read(FILE)
    by_id = {row.geonames_id: row for row in rows}
    codes = {place.region or place.country for place in demo.places.values()} - {""}
    needed = {place.geonames for place in demo.places.values() if place.geonames}
    needed |= {row.geonames_id for row in rows if row.iso_code in codes}
    waiting = list(needed)
    while waiting:
        if (parent := by_id[waiting.pop()].parent) and parent not in needed:
            needed.add(parent)
            waiting.append(parent)
    return [row for row in rows if row.geonames_id in needed]


def claims_by_origin() -> dict[str, Claim]:
    """Every claim of the desk; one that stands for no origin is under its public id."""
    names = {derived_id("demo", "claim", origin): origin for origin in FACTS["origins"]}
    claims = Claim.objects.select_related("incident", "statement__speaker", "subset_of")
    return {names.get(claim.public_id, claim.public_id): claim for claim in claims}


def figure_of(claim: Claim) -> dict[str, Any] | None:
    keys = {derived_id("demo", "claim", origin): origin for origin in FACTS["origins"]}
    return (
        {
            "low": claim.low,
            "high": claim.high,
            "qualifier": claim.qualifier,
            "group": claim.group,
            "subset_of": keys[claim.subset_of.public_id] if claim.subset_of else "",
        }
        if claim.qualifier
        else None
    )


def speaker_id(claim: Claim) -> str:
    assert claim.statement.speaker
    return claim.statement.speaker.public_id


def document_of(incident: str) -> Document:
    version = Version.objects.latest_of(derived_id("demo", "incident", incident))
    assert version, f"{incident} is not public"
    document: Document = version.document
    return document


def test_the_facts_are_all_there() -> None:
    citations = [n for origin in FACTS["origins"].values() for n in origin["citations"].values()]

    assert len(FACTS["incidents"]) == 21
    assert len(FACTS["origins"]) == 159
    assert sum(citations) == 187
    assert len(FACTS["conflicts"]) == 11


def test_every_incident_is_public_under_its_parent() -> None:
    documents = {key: document_of(key)["incident"] for key in FACTS["incidents"]}

    assert Incident.objects.published().count() == len(FACTS["incidents"])
    for key, parent in FACTS["incidents"].items():
        assert documents[key]["parent"] == (
            derived_id("demo", "incident", parent) if parent else None
        )


def test_there_is_one_claim_an_origin_and_no_other() -> None:
    expected = {derived_id("demo", "claim", origin) for origin in FACTS["origins"]}
    claims = [claim for version in Version.objects.all() for claim in version.claims]

    assert sorted(claims) == sorted(expected)


def test_claims_answer_the_questions_of_their_origins() -> None:
    found = {
        origin: (claim.incident.public_id, claim.question, claim.stance, claim.control_status)
        for origin, claim in claims_by_origin().items()
    }

    assert found == {
        origin: (
            derived_id("demo", "incident", facts["incident"]),
            facts["question"],
            facts["stance"],
            facts["control"],
        )
        for origin, facts in FACTS["origins"].items()
    }


def test_claims_have_the_figures_of_their_origins() -> None:
    found = {origin: figure_of(claim) for origin, claim in claims_by_origin().items()}

    assert found == {origin: facts["figure"] for origin, facts in FACTS["origins"].items()}


def test_claims_are_said_by_their_claimants() -> None:
    claimants = {
        origin: {derived_id("demo", "actor", key) for key in facts["claimants"]}
        for origin, facts in FACTS["origins"].items()
        if "publisher" not in facts["claimants"]
    }
    others = [
        (origin, claim.statement.speaker)
        for origin, claim in claims_by_origin().items()
        if origin in claimants and speaker_id(claim) not in claimants[origin]
    ]

    assert len(claimants) > 100
    assert others == []


def test_claims_are_cited_from_every_report_that_carries_them() -> None:
    found = {
        origin: Counter(
            citation.snapshot.source.public_id
            for citation in claim.citations.select_related("snapshot__source")
        )
        for origin, claim in claims_by_origin().items()
    }
    expected = {
        origin: Counter(
            {derived_id("demo", "source", key): n for key, n in facts["citations"].items()}
        )
        for origin, facts in FACTS["origins"].items()
    }

    assert {origin for origin in found if not expected[origin] <= found[origin]} == set()
    assert {o for o in found if found[o].keys() != expected[o].keys()} == set()


@pytest.mark.parametrize("conflict", FACTS["conflicts"], ids=lambda conflict: conflict["topic"])
def test_a_conflict_shows_as_a_clash(conflict: dict[str, Any]) -> None:
    positions = [
        {derived_id("demo", "claim", origin) for origin in position}
        for position in conflict["positions"]
    ]
    found = [clash for key in conflict["incidents"] for clash in clashes(told(document_of(key)))]

    assert any(
        any(a in one and b in other for one in positions for other in positions if one != other)
        for clash in found
        if clash["kind"] != REPORTS_DIFFER
        for a, b in (clash["claims"], clash["claims"][::-1])
    ) or any(
        clash["claims"][0] in position
        for clash in found
        if clash["kind"] == REPORTS_DIFFER
        for position in positions
    )


def test_every_relation_of_the_files_is_public(demo: Demo) -> None:
    public = {
        (claim["id"], relation["kind"], relation["claim"])
        for version in Version.objects.all()
        for claim in version.document["claims"]
        for relation in claim["relations"]
    }

    for claim in demo.claims.values():
        for relation in claim.relations:
            ends = [derived_id("demo", "claim", key) for key in (claim.key, relation.to)]
            assert (ends[0], RelationKind(relation.kind), ends[1]) in public, (claim.key, relation)


def test_loading_again_changes_nothing() -> None:
    before = [(one.pk, one.revision) for one in Incident.objects.order_by("pk")]
    clock = Version.objects.clock()

    call_command("load_demo", verbosity=0)

    assert [(one.pk, one.revision) for one in Incident.objects.order_by("pk")] == before
    assert Version.objects.clock() == clock == len(FACTS["incidents"])


def test_loading_again_keeps_what_an_editor_changed() -> None:
    claims = claims_by_origin()
    changed, deleted = claims["gladkov-20220703-killed-3"], claims["only:s000-c05"]
    changed.text = "three or more killed"
    changed.save()
    deleted.delete()

    call_command("load_demo", verbosity=0)

    changed.refresh_from_db()
    assert changed.text == "three or more killed"
    assert "only:s000-c05" not in claims_by_origin()


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def runs(text: str) -> set[tuple[str, ...]]:
    found = words(text)
    return {tuple(found[i : i + SHARED_WORDS]) for i in range(len(found) - SHARED_WORDS + 1)}


def test_the_words_are_our_own(demo: Demo) -> None:
    folder = settings.BASE_DIR / os.environ.get("CLAIMLINE_REPORTS", "../shared/reports")
    reports = sorted(folder.glob("*.txt"))
    if not reports:
        pytest.skip(f"no reports in {folder}: set CLAIMLINE_REPORTS to the folder that has them")
    theirs = set().union(*(runs(report.read_text(encoding="utf-8")) for report in reports))
    ours = [source.precis for source in demo.sources.values()]
    ours += [f"{incident.title}. {incident.summary}" for incident in demo.incidents.values()]
    ours += [claim.text for claim in demo.claims.values()]

    assert theirs
    assert [" ".join(run) for text in ours for run in runs(text) & theirs] == []
