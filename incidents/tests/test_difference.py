"""What the record says that differs between two versions. No database."""

from copy import deepcopy
from typing import Any

import pytest

from incidents.record.difference import (
    ACTOR,
    CLAIM,
    INCIDENT,
    PLACE,
    SOURCE,
    STATEMENT,
    Compared,
    Facets,
    difference,
)
from incidents.record.document import (
    ActorDocument,
    ClaimDocument,
    Document,
    IncidentDocument,
    PlaceDocument,
    SourceDocument,
    StatementDocument,
)
from incidents.tests.whole_document import document

SAME = Compared([], [], {})


@pytest.fixture
def before() -> Document:
    return document()


@pytest.fixture
def after(before: Document) -> Document:
    return deepcopy(before)


def test_a_document_does_not_differ_from_itself(before: Document, after: Document) -> None:
    found = difference(before, after)

    assert found.incident == []
    assert found.statements == {}
    assert found.claims == found.sources == found.places == found.actors == SAME


@pytest.mark.parametrize(
    ("shape", "facets", "following"),
    [
        (IncidentDocument, INCIDENT, {"id", "slug"}),
        (ClaimDocument, CLAIM, {"id", "statement", "known_at"}),
        (StatementDocument, STATEMENT, set()),
        (SourceDocument, SOURCE, {"formerly"}),
        (PlaceDocument, PLACE, {"formerly"}),
        (ActorDocument, ACTOR, {"formerly"}),
    ],
)
def test_every_field_of_a_document_belongs_to_a_facet_or_follows_from_one(
    shape: Any, facets: Facets, following: set[str]
) -> None:
    covered = {field for fields in facets.values() for field in fields}

    assert covered | following == set(shape.__annotations__)
    assert not covered & following


def test_fields_that_readers_take_for_one_thing_are_one_facet(
    before: Document, after: Document
) -> None:
    after["incident"]["earliest"] = "2022-07-02T23:00:00Z"
    after["incident"]["precision"] = "day"

    assert difference(before, after).incident == ["time"]


def test_claims_that_came_went_and_were_edited_are_told_apart(
    before: Document, after: Document
) -> None:
    after["claims"][0]["stance"] = "denies"
    after["claims"][1]["id"] = "NEWCLAIM00"

    found = difference(before, after).claims

    assert found == Compared(["NEWCLAIM00"], ["CLAIM00002"], {"CLAIM00001": ["stance"]})


def test_a_statement_is_told_once_for_all_its_claims(before: Document, after: Document) -> None:
    after["statements"][0]["channel"] = "Facebook"

    found = difference(before, after)

    assert found.statements == {(0, 0): ["channel"]}
    assert found.claims == SAME


def test_an_earlier_statement_shifts_the_index_of_the_others_and_changes_none(
    before: Document, after: Document
) -> None:
    first = deepcopy(after["claims"][0]) | {"id": "EARLIER000"}
    after["statements"].insert(0, deepcopy(after["statements"][0]))
    for claim in after["claims"]:
        claim["statement"] += 1
    after["claims"].insert(0, first)

    found = difference(before, after)

    assert found.claims == Compared(["EARLIER000"], [], {})
    assert found.statements == {}


def test_a_changed_standing_counts_among_what_changed_of_the_incident(
    before: Document, after: Document
) -> None:
    after["standing"] = "contested"

    assert difference(before, after).incident == ["standing"]


def test_a_field_that_an_older_document_lacks_is_one_that_came(
    before: Document, after: Document
) -> None:
    del before["incident"]["time_inferred"]  # type: ignore[misc]

    assert difference(before, after).incident == ["time_inferred"]
