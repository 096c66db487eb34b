"""The difference between two versions as readers are told it. No database."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from incidents.public.differences import lines
from incidents.record.difference import difference
from incidents.record.document import Document
from incidents.tests.whole_document import document

Path = tuple[str | int, ...]


@pytest.fixture
def before() -> Document:
    return document()


@pytest.fixture
def after(before: Document) -> Document:
    return deepcopy(before)


def told(before: Document, after: Document) -> list[str]:
    titles = {"PARENT0000": "Attacks on Belgorod Oblast", "PARENT0001": "The war as a whole"}
    return [str(line) for line in lines(difference(before, after), titles)]


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("title", "Blasts", "Title: Explosions in Belgorod → Blasts"),
        (
            "summary",
            "",
            "Summary: Officials of both sides spoke of explosions. → nothing recorded",
        ),
        ("kind", "strike", "Kind: Explosion → Strike"),
        ("kind", "no_more", "Kind: Explosion → no_more"),
        ("precision", "day", "Time: 3 Jul 2022, about 03:00 → 3 Jul 2022"),
        (
            "earliest", "2022-07-02T21:00:00Z",
            "Time: 3 Jul 2022, about 03:00 → 3 Jul 2022, about 00:00",
        ),
        ("zone", "Europe/London", "Time: 3 Jul 2022, about 03:00 → 3 Jul 2022, about 01:00"),
        ("time_inferred", True, "Time, how it is known: as reported → inferred"),
        ("place", None, "Place: Belgorod → nothing recorded"),
        ("place_precision", "region", "Place, known to the: settlement → region"),
        ("place_note", "a market", "Place as reported: nothing recorded → a market"),
        ("parent", "PARENT0000", "Part of: nothing recorded → Attacks on Belgorod Oblast"),
        ("language", "uk", "Language: en → uk"),
    ],
)  # fmt: skip
def test_a_changed_field_of_the_incident_is_said_in_words(
    before: Document, after: Document, field: str, value: Any, expected: str
) -> None:
    after["incident"][field] = value  # type: ignore[literal-required]

    assert told(before, after) == [expected]


def test_a_time_that_reads_the_same_is_said_to_the_minute(
    before: Document, after: Document
) -> None:
    after["incident"]["latest"] = "2022-07-03T02:00:00Z"

    assert told(before, after) == [
        (
            "Time: 3 Jul 2022, 03:00 – 3 Jul 2022, 04:00 (Europe/Moscow) → "
            "3 Jul 2022, 03:00 – 3 Jul 2022, 05:00 (Europe/Moscow)"
        )
    ]


def test_another_place_of_the_same_name_is_said_with_what_it_lies_in(
    before: Document, after: Document
) -> None:
    after["places"]["VKRAINE000"] = deepcopy(after["places"]["C0NTRY0000"]) | {"name": "Ukraine"}
    after["places"]["BELGOR0D01"] = deepcopy(after["places"]["BELGOR0D00"])
    after["places"]["BELGOR0D01"]["path"] = ["VKRAINE000", "BELGOR0D01"]
    after["incident"]["place"] = "BELGOR0D01"

    assert told(before, after) == ["Place: Belgorod, Russia → Belgorod, Ukraine"]


def test_a_raised_toll_is_said_with_its_speaker(before: Document, after: Document) -> None:
    after["claims"][0]["text"] = "at least 5 killed"

    assert told(before, after) == [
        "Killed: at least 3 killed → at least 5 killed, Vyacheslav Gladkov"
    ]


def test_a_figure_edited_beside_the_words_is_said_too(before: Document, after: Document) -> None:
    assert after["claims"][0]["number"]
    after["claims"][0]["number"]["low"] = 5

    assert told(before, after) == [
        "Killed, figure: at least 3 people → at least 5 people, Vyacheslav Gladkov"
    ]


def test_a_figure_taken_away_leaves_nothing_recorded_and_no_zero(
    before: Document, after: Document
) -> None:
    after["claims"][0]["number"] = None

    assert told(before, after) == [
        "Killed, figure: at least 3 people → nothing recorded, Vyacheslav Gladkov"
    ]


def test_claims_that_came_and_went_are_said_with_stance_and_speaker(
    before: Document, after: Document
) -> None:
    after["claims"][1] = deepcopy(after["claims"][1])
    after["claims"][1]["id"] = "NEWCLAIM00"
    after["claims"][1]["stance"] = "denies"

    assert told(before, after) == [
        "New claim, Damage: houses hit (denies), Vyacheslav Gladkov",
        "Claim removed, Damage: houses hit, Vyacheslav Gladkov",
    ]


def test_only_a_claim_that_is_still_there_is_linked(before: Document, after: Document) -> None:
    after["claims"][0]["stance"] = "estimates"
    del after["claims"][1]

    assert [line.claim for line in lines(difference(before, after), {})] == ["", "CLAIM00001"]


def test_a_changed_status_of_a_place_names_place_and_side(
    before: Document, after: Document
) -> None:
    for one, status in ((before, "encircled"), (after, "full_control")):
        one["claims"][1]["control"] = {
            "status": status,
            "place": "BELGOR0D00",
            "side": "russia",
        }

    assert told(before, after) == [
        (
            "Damage, status: Belgorod: encircled (Russian side) → "
            "Belgorod: full control (Russian side), Vyacheslav Gladkov"
        )
    ]


def test_a_new_relation_says_what_it_relates_to(before: Document, after: Document) -> None:
    after["claims"][1]["relations"] = [
        {"kind": "disputes", "claim": "CLAIM00001"},
        {"kind": "repeats", "claim": "ELSEWHERE0"},
    ]

    assert told(before, after) == [
        (
            "Damage, relation to other claims: nothing recorded → disputes: at least 3 killed; "
            "repeats: a claim of another incident, Vyacheslav Gladkov"
        )
    ]


def test_a_moved_statement_is_said_once_on_the_clock_of_the_speaker(
    before: Document, after: Document
) -> None:
    after["statements"][0]["said_at"] = "2022-07-03T02:00:00Z"
    for claim in after["claims"]:
        claim["known_at"] = "2022-07-03T02:01:00Z"

    assert told(before, after) == [
        "Statement, time: 3 Jul 2022, 04:30 → 3 Jul 2022, 05:00, Vyacheslav Gladkov"
    ]


def test_a_claim_that_another_report_carries_says_which(before: Document, after: Document) -> None:
    after["sources"]["REP0RT0001"] = deepcopy(after["sources"]["REP0RT0000"])
    after["sources"]["REP0RT0001"]["title"] = "Explosions"
    citation = deepcopy(after["claims"][0]["citations"][0])
    citation["source"] = "REP0RT0001"
    after["claims"][0]["citations"].append(citation)

    assert told(before, after) == [
        "Killed, now cited from: Reuters: Explosions, Vyacheslav Gladkov",
        "New report: Reuters: Explosions",
    ]
    assert told(after, before) == [
        "Killed, no longer cited from: Reuters: Explosions, Vyacheslav Gladkov",
        "Report removed: Reuters: Explosions",
    ]


def test_other_words_from_the_same_report_are_quoted_before_and_after(
    before: Document, after: Document
) -> None:
    after["claims"][1]["citations"][0]["quote"] = "many houses"

    assert told(before, after) == [
        (
            "Damage, words cited from Reuters: Governor speaks of three killed: "
            "“houses hit” → “many houses”, Vyacheslav Gladkov"
        )
    ]


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("title", "Three dead", "Report: Reuters: Old title → Reuters: Three dead"),
        ("url", "", "Report, address: https://reuters.example/1 → nothing recorded"),
        (
            "published_at", "2022-07-03T06:00:00Z",
            "Report, published: 3 Jul 2022, 06:00 → 3 Jul 2022, 07:00",
        ),
        (
            "removed_at", "2023-01-01T12:00:00Z",
            "Report, gone from its address since: nothing recorded → 1 Jan 2023, 12:00 UTC",
        ),
    ],
)  # fmt: skip
def test_an_edited_report_says_what_of_it(
    before: Document, after: Document, field: str, value: str, expected: str
) -> None:
    for one in (before, after):
        one["sources"]["REP0RT0000"]["title"] = "Old title"
    after["sources"]["REP0RT0000"][field] = value  # type: ignore[literal-required]

    about = "" if field == "title" else ", Reuters: Old title"
    assert told(before, after) == [expected + about]


def test_a_place_and_a_speaker_renamed_or_moved_to_another_side_are_said(
    before: Document, after: Document
) -> None:
    after["places"]["BELGOR0D00"]["name"] = "Belgorod city"
    after["actors"]["GADK0V0000"]["side"] = "other"

    assert told(before, after) == [
        "Place renamed: Belgorod → Belgorod city",
        "Speaker or accused, side: Russian side → Third parties, Vyacheslav Gladkov",
    ]


def leaves(value: Any, path: Path = ()) -> Iterator[Path]:
    """The way to every word, number and empty place of a document."""
    children: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        children = list(value.items())
    elif isinstance(value, list):
        children = list(enumerate(value))
    if not children:
        yield path
    for key, child in children:
        yield from leaves(child, (*path, key))


# What only follows from the rest, what nobody sees, and ids that lead to something else.
SILENT = {"schema", "slug", "known_at", "clashes", "id", "statement", "path", "speaker", "source"}


def test_no_change_that_a_reader_can_see_is_silent() -> None:
    silent = []
    for path in (path for path in leaves(document()) if not SILENT & set(path)):
        *way, last = path
        changed: Any = document()
        part = changed
        for step in way:
            part = part[step]
        part[last] = other(part[last], last)
        if not told(document(), changed):
            silent.append(path)

    assert silent == []


def other(value: Any, field: str | int) -> Any:
    """Another value that the field could hold."""
    known = {
        "zone": "Europe/Kyiv",
        "place": None,
        "parent": "PARENT0001",
        "accused": "GADK0V0000",
        "organisation": "GADK0V0000",
        "subset_of": "CLAIM00002",
        "verification": "refuted",
        "control": {"status": "held", "place": "BELGOR0D00", "side": "russia"},
        "qualifier": "about",
        "hedges": ["reportedly"],
        "relations": [{"kind": "repeats", "claim": "CLAIM00001"}],
        "links": [{"kind": "quotes", "source": "REP0RT0000"}],
        "high": 9,
        "number": document()["claims"][0]["number"],
    }
    if field in known:
        return known[str(field)]
    if isinstance(value, str) and value.endswith("Z") and value[:2] == "20":
        return value.replace(":00Z", ":30Z")
    if value is None:
        return "2022-07-04T00:00:00Z" if str(field).endswith(("_at", "as_of")) else 1
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    return value + "x"
