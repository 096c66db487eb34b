"""The matrix of an incident's page, made from documents by hand: no database is asked."""

from itertools import combinations
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.public.matrix import Matrix, matrix
from incidents.record.document import Document
from incidents.record.standing import clashes, told
from incidents.vocabulary import Question

PRINTED = {"role": "", "figure": "", "channel": "", "scope": "", "lost_hedge": ""}


def citation(source: str = "S1", quote: str = "words", **printed: str) -> dict[str, Any]:
    return {"source": source, "snapshot": "hash", "quote": quote, "printed": PRINTED | printed}


def claim(key: str, side: str = "russia", **fields: Any) -> dict[str, Any]:
    """Its speaker is of `side`, and as many of one side are one speaker."""
    return {
        "id": key,
        "side": side,
        "question": "killed",
        "stance": "asserts",
        "text": key,
        "number": None,
        "control": None,
        "verification": None,
        "accused": None,
        "known_at": "2022-07-03T09:00:00Z",
        "citations": [citation()],
        "relations": [],
    } | fields


def people(low: int | None, high: int | None = None, qualifier: str = "exactly") -> dict[str, Any]:
    return {
        "low": low,
        "high": high,
        "qualifier": qualifier,
        "unit": "people",
        "group": "all",
        "basis": "cumulative",
        "subset_of": None,
    }


def of(*claims: dict[str, Any]) -> Matrix:
    return matrix(document(*claims), told(document(*claims)))


def document(*claims: dict[str, Any]) -> Document:
    sides = sorted({one["side"] for one in claims})
    snapshot = {"kind": "verbatim", "language": "en"}
    report = {"snapshots": {"hash": snapshot}, "published_at": "2022-07-03T18:30:00Z"}
    whole: dict[str, Any] = {
        "actors": {side: {"side": side, "name": side, "organisation": None} for side in sides},
        "statements": [
            {
                "speaker": side,
                "attribution": "named",
                "said_at": "2022-07-03T08:59:00Z",
                "said_precision": "minute",
                "zone": "UTC",
            }
            for side in sides
        ],
        "claims": [one | {"statement": sides.index(one["side"])} for one in claims],
        "sources": {
            one["source"]: report | {"published_precision": "minute", "zone": "UTC"}
            for each in claims
            for one in each["citations"]
        },
    }
    return whole  # type: ignore[return-value]


def clashes_of(shown: Matrix, question: str = "killed") -> list[tuple[str, str, list[str]]]:
    """Answer, what it is called, and those against it."""
    (row,) = [row for row in shown.rows if row.question == question]
    return [
        (clash.answer.claim["id"], clash.called, [a.claim["id"] for a in clash.against])
        for clash in row.clashes
    ]


def test_questions_that_nobody_answered_have_no_row() -> None:
    shown = of(claim("a", question="weapon"), claim("b", question="killed"))

    assert [row.question for row in shown.rows] == ["killed", "weapon"]
    assert of().rows == []


def test_rows_stand_in_the_order_of_the_vocabulary_whatever_was_said_first() -> None:
    keys = [question.value for question in Question]

    shown = of(*(claim(key, question=key) for key in reversed(keys)))

    assert [row.question for row in shown.rows] == keys


def test_every_side_has_a_column_but_the_unnamed_only_when_they_spoke() -> None:
    assert of().sides == ["russia", "ukraine", "other"]
    assert of(claim("a", "none")).sides == ["russia", "ukraine", "other", "none"]


def test_each_answer_stands_once_and_on_its_side() -> None:
    shown = of(claim("a"), claim("b", "ukraine"), claim("c", "ukraine", question="cause"))

    cells = {
        (row.question, side): [answer.claim["id"] for answer in answers]
        for row in shown.rows
        for side, answers in row.cells
        if answers
    }
    assert cells == {
        ("killed", "russia"): ["a"],
        ("killed", "ukraine"): ["b"],
        ("cause", "ukraine"): ["c"],
    }


def test_reports_are_numbered_in_the_order_in_which_claims_cite_them() -> None:
    shown = of(
        claim("a", citations=[citation("S2"), citation("S1"), citation("S2")]),
        claim("b", citations=[citation("S3"), citation("S1")]),
    )

    assert shown.reports == {"S2": 1, "S1": 2, "S3": 3}
    assert [answer.numbers for answer in shown.answers] == [[1, 2], [2, 3]]


def test_what_a_report_changed_is_listed_and_what_it_did_not_is_left_out() -> None:
    (answer,) = of(claim("a", citations=[citation(figure="3", lost_hedge="about")])).answers

    (evidence,) = answer.evidence
    assert [words for _, words in evidence.printed] == ["3", "about"]


def test_an_update_replaces_its_target_which_then_clashes_with_nothing() -> None:
    update = {"kind": "updates", "claim": "a"}

    shown = of(
        claim("a", number=people(3, 3)),
        claim("b", number=people(5, 5), relations=[update]),
        claim("c", "ukraine", number=people(5, 5)),
    )

    assert [answer.replaced for answer in shown.answers] == [True, False, False]
    assert clashes_of(shown) == []


def test_one_answer_against_many_is_said_once() -> None:
    shown = of(
        claim("a", "russia", number=people(3, 3)),
        claim("b", "ukraine", number=people(5, 5)),
        claim("c", "other", number=people(5, 5)),
    )

    assert clashes_of(shown) == [("a", "is contradicted by", ["b", "c"])]


def test_what_was_claimed_is_named_before_who_kept_silent_on_it() -> None:
    for silence in ("declines_to_comment", "cannot_confirm"):
        shown = of(claim("silent", stance=silence), claim("claimed", "ukraine"))

        assert clashes_of(shown) == [("claimed", "meets no answer from", ["silent"])]


def test_the_gravest_clashes_stand_first() -> None:
    shown = of(
        claim("a", "russia", number=people(3, 3)),
        claim("b", "ukraine", number=people(5, 5)),
        claim("c", "other", number=people(5, None, "at_least")),
        claim("d", "none", stance="cannot_confirm"),
    )

    kinds = [called for _, called, _ in clashes_of(shown)]
    assert kinds == sorted(
        kinds, key=["is contradicted by", "differs from", "meets no answer from"].index
    )
    assert len(set(kinds)) == 3


def test_a_claim_that_only_its_reports_carry_differently_stands_alone() -> None:
    shown = of(claim("a", citations=[citation(figure="3"), citation("S2", figure="5")]))

    assert clashes_of(shown) == [("a", "is carried differently by its reports", [])]


def test_a_relation_to_a_claim_that_is_not_shown_names_only_its_id() -> None:
    relations = [{"kind": "denies", "claim": "b"}, {"kind": "repeats", "claim": "elsewhere"}]

    shown = of(claim("a", "ukraine", relations=relations), claim("b", text="3 killed"))

    (first, _) = shown.answers
    assert first.relations == [("denies", "b", "russia: 3 killed"), ("repeats", "elsewhere", "")]


SIDES = st.sampled_from(["russia", "ukraine", "other", "none"])
FIGURES = st.one_of(
    st.none(),
    st.integers(0, 4).map(lambda n: people(n, n)),
    st.integers(0, 4).map(lambda n: people(n, None, "at_least")),
)
STANCES = st.sampled_from(["asserts", "estimates", "denies", "cannot_confirm"])


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(st.tuples(SIDES, FIGURES, STANCES), max_size=7))
def test_every_pair_that_clashes_is_said_exactly_once(drawn: list[tuple[str, Any, str]]) -> None:
    claims = [
        claim(str(n), side, number=number, stance=stance)
        for n, (side, number, stance) in enumerate(drawn)
    ]
    expected = sorted(sorted(one["claims"]) for one in clashes(told(document(*claims))))

    shown = of(*claims)

    said = [
        sorted([answer, other])
        for answer, _, against in (clashes_of(shown) if claims else [])
        for other in against
    ]
    assert sorted(said) == expected
    assert len(said) <= len(list(combinations(claims, 2)))
