"""The matrix of an incident's page, made from documents by hand: no database is asked."""

import re
from itertools import combinations
from typing import Any

import pytest
from django.utils.safestring import SafeString
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.public.clashes import Clash
from incidents.public.matrix import Matrix, matrix
from incidents.record.standing import clashes, told
from incidents.tests.documents import citation, claim, document, people
from incidents.vocabulary import Question


def of(*claims: dict[str, Any]) -> Matrix:
    spoken = told(document(*claims))
    return matrix(document(*claims), spoken, clashes(spoken))


def clashes_on(shown: Matrix, question: str = "killed") -> list[Clash]:
    return next((row.clashes for row in shown.rows if row.question == question), [])


def words(clauses: list[SafeString]) -> str:
    return re.sub(r"<[^>]+>", "", "; ".join(clauses))


def sentences(shown: Matrix, question: str = "killed") -> list[str]:
    return [
        f"{clash.heading}: {words(clash.clauses)} | {words(clash.against)}"
        for clash in clashes_on(shown, question)
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
    numbers = [[report.number for report in answer.carried] for answer in shown.answers]
    assert numbers == [[1, 2], [2, 3]]


def test_what_a_report_changed_is_said_once_and_what_it_did_not_is_left_out() -> None:
    changed = citation(figure="3", lost_hedge="about")
    (answer,) = of(claim("a", citations=[changed, changed, citation(role="mayor")])).answers

    (report,) = answer.carried
    assert list(report.changes.values()) == [
        "Outlet S1 on the speaker: mayor",
        "Outlet S1 on the figure: 3",
        "Outlet S1 printed it without “about”",
    ]


def test_the_words_of_a_report_stand_with_their_translation_where_both_are_cited() -> None:
    both = [citation(quote="três"), citation(quote="three", snapshot="translated")]
    (answer,) = of(claim("a", citations=[*both, citation("S2")])).answers

    paired, single = answer.carried
    assert [(w.quote, w.language) for w in paired.originals] == [("três", "pt")]
    assert [(w.quote, w.language) for w in paired.translations] == [("three", "en")]
    assert single.translations == []


def test_an_update_replaces_its_target_which_then_clashes_with_nothing() -> None:
    update = {"kind": "updates", "claim": "a"}

    shown = of(
        claim("a", number=people(3, 3)),
        claim("b", number=people(5, 5), relations=[update]),
        claim("c", "ukraine", number=people(5, 5)),
    )

    assert [answer.replaced for answer in shown.answers] == [True, False, False]
    assert sentences(shown) == []


def test_one_answer_against_many_is_said_once() -> None:
    shown = of(
        claim("a", "russia", number=people(3, 3)),
        claim("b", "ukraine", number=people(5, 5)),
        claim("c", "other", number=people(5, 5)),
    )

    assert sentences(shown) == [
        "Contradiction: russia asserts “a” | ukraine asserts “b”; other asserts “c”"
    ]


def test_a_denial_is_told_after_what_it_denies_whichever_was_said_first() -> None:
    denial = {"stance": "denies", "relations": [{"kind": "denies", "claim": "b"}]}

    shown = of(claim("a", "ukraine", **denial), claim("b"))

    assert sentences(shown) == ["Contradiction: russia asserts “b” | ukraine denies this: “a”"]


def test_one_that_answers_many_is_said_once_after_them() -> None:
    silent = claim("silent", "ukraine", stance="declines_to_comment")

    shown = of(silent, claim("a"), claim("b", "other", stance="estimates"), claim("c"))

    (sentence,) = sentences(shown)
    asserted, _, answered = sentence.partition(" | ")
    assert asserted == "Left open: russia asserts “a”, “c”; other estimates “b”"
    assert answered == "ukraine declines to comment on this: “silent”"


@pytest.mark.parametrize(
    ("kind", "stance", "clause"),
    [
        ("denies", "denies", "Contradiction: russia asserts “b” | ukraine denies this: “a”"),
        ("disputes", "asserts", "Contradiction: russia asserts “b” | ukraine disputes this: “a”"),
        (
            "reframes",
            "asserts",
            "Different accounts: russia asserts “b” | ukraine gives another account: “a”",
        ),
        (
            "narrows",
            "asserts",
            "Different accounts: russia asserts “b” | ukraine narrows this: “a”",
        ),
        (
            "narrows",
            "cannot_confirm",
            "Different accounts: russia asserts “b” | ukraine cannot confirm this: “a”",
        ),
    ],
)
def test_each_way_to_answer_has_words_of_its_own(kind: str, stance: str, clause: str) -> None:
    relations = [{"kind": kind, "claim": "b"}]

    shown = of(claim("b"), claim("a", "ukraine", stance=stance, relations=relations))

    assert sentences(shown) == [clause]


def test_the_gravest_clashes_stand_first() -> None:
    shown = of(
        claim("a", "russia", number=people(3, 3)),
        claim("b", "ukraine", number=people(5, 5)),
        claim("c", "other", number=people(5, None, "at_least")),
        claim("d", "none", stance="cannot_confirm"),
    )

    kinds = [clash.kind for clash in clashes_on(shown)]
    assert list(dict.fromkeys(kinds)) == ["contradicts", "differs", "unanswered"]


def test_a_claim_that_only_its_reports_carry_differently_names_what_each_printed() -> None:
    shown = of(claim("a", citations=[citation(figure="3"), citation("S2", figure="5", role="x")]))

    (sentence,) = sentences(shown)
    asserted, _, carried = sentence.partition(" | ")
    assert asserted == "Reports differ: russia asserts “a”"
    assert carried == "Outlet S1 on the figure: 3; Outlet S2 on the figure: 5"


def test_a_figure_within_another_is_a_part_of_it_and_no_clash() -> None:
    part = people(5, 5) | {"subset_of": "whole"}

    shown = of(claim("whole", number=people(39, 39)), claim("part", "ukraine", number=part))

    whole, within = shown.answers
    assert within.part_of is whole
    assert whole.part_of is None
    assert sentences(shown) == []


def test_a_relation_is_told_from_both_ends_and_one_to_another_incident_has_no_other_end() -> None:
    relations = [{"kind": "denies", "claim": "b"}, {"kind": "repeats", "claim": "elsewhere"}]

    shown = of(claim("a", "ukraine", relations=relations), claim("b", text="3 killed"))

    a, b = shown.answers
    assert [(one.verb, one.claim, one.answer) for one in a.relations] == [
        ("Denies", "b", b),
        ("Repeats", "elsewhere", None),
    ]
    assert [(one.verb, one.answer) for one in b.relations] == [("Denied by", a)]


def test_a_relation_to_a_claim_that_was_not_yet_made_is_not_told() -> None:
    later = claim("b", known_at="2022-07-04T09:00:00Z")
    whole = document(claim("a", relations=[{"kind": "denies", "claim": "b"}]), later)

    (answer,) = matrix(whole, told(whole, "2022-07-03T12:00:00Z"), []).answers

    assert answer.relations == []


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
        sorted([clash.centre.claim["id"], other.claim["id"]])
        for clash in clashes_on(shown)
        for other in clash.others
    ]
    assert sorted(said) == expected
    assert len(said) <= len(list(combinations(claims, 2)))
