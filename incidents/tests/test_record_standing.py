"""The rules of record/standing.py, as /about/method/ prints them. No database."""

from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.record.document import (
    ActorDocument,
    CitationDocument,
    ClaimDocument,
    Document,
    NumberDocument,
    StatementDocument,
)
from incidents.record.standing import (
    Told,
    clashes,
    control_contradicts,
    countered,
    interval,
    latest_verification,
    origins,
    standing,
    superseded,
    told,
)
from incidents.record.strip import strip
from incidents.vocabulary import (
    Attribution,
    ControlStatus,
    Group,
    Qualifier,
    Question,
    RelationKind,
    Side,
    Stance,
    Verification,
)

# Both matrices are written out by hand: x where two statuses of one place exclude each other.
SHORT = {
    "FC": ControlStatus.FULL_CONTROL,
    "UC": ControlStatus.UNDER_CONTROL_NOT_LIBERATED,
    "PC": ControlStatus.PARTIAL_CONTROL,
    "CO": ControlStatus.CONTESTED,
    "EN": ControlStatus.ENCIRCLED,
    "AD": ControlStatus.ADVANCE,
    "ER": ControlStatus.ENTERED,
    "NF": ControlStatus.NOT_FULL_CONTROL,
    "NE": ControlStatus.NOT_ENCIRCLED,
    "HE": ControlStatus.HELD,
    "WI": ControlStatus.WITHDRAWN,
    "RE": ControlStatus.RECAPTURED,
    "AN": ControlStatus.ANNEXATION_DECLARED,
}
OF_ONE_SIDE = """
       FC UC PC CO EN AD ER NF NE HE WI RE AN
    FC  .  x  x  x  .  x  .  x  .  .  x  .  .
    UC  x  .  .  x  .  .  .  .  .  .  x  .  .
    PC  x  .  .  .  .  .  .  .  .  .  .  .  .
    CO  x  x  .  .  .  .  .  .  .  .  .  .  .
    EN  .  .  .  .  .  .  .  .  x  .  .  .  .
    AD  x  .  .  .  .  .  .  .  .  .  .  .  .
    ER  .  .  .  .  .  .  .  .  .  .  .  .  .
    NF  x  .  .  .  .  .  .  .  .  .  .  x  .
    NE  .  .  .  .  x  .  .  .  .  .  .  .  .
    HE  .  .  .  .  .  .  .  .  .  .  x  .  .
    WI  x  x  .  .  .  .  .  .  .  x  .  x  .
    RE  .  .  .  .  .  .  .  x  .  .  x  .  .
    AN  .  .  .  .  .  .  .  .  .  .  .  .  .
"""
OF_TWO_SIDES = """
       FC UC PC CO EN AD ER NF NE HE WI RE AN
    FC  x  x  x  x  .  .  .  .  .  x  .  x  .
    UC  x  x  .  x  .  .  .  .  .  x  .  x  .
    PC  x  .  .  .  .  .  .  .  .  .  .  .  .
    CO  x  x  .  .  .  .  .  .  .  .  .  .  .
    EN  .  .  .  .  .  .  .  .  .  .  .  .  .
    AD  .  .  .  .  .  .  .  .  .  .  .  .  .
    ER  .  .  .  .  .  .  .  .  .  .  .  .  .
    NF  .  .  .  .  .  .  .  .  .  .  .  .  .
    NE  .  .  .  .  .  .  .  .  .  .  .  .  .
    HE  x  x  .  .  .  .  .  .  .  .  .  x  .
    WI  .  .  .  .  .  .  .  .  .  .  .  .  .
    RE  x  x  .  .  .  .  .  .  .  x  .  x  .
    AN  .  .  .  .  .  .  .  .  .  .  .  .  .
"""


def pairs_of(matrix: str) -> dict[tuple[str, str], bool]:
    head, *lines = matrix.strip().splitlines()
    return {
        (line.split()[0], column): mark == "x"
        for line in lines
        for column, mark in zip(head.split(), line.split()[1:], strict=True)
    }


CONTROL = [
    (first, second, other_side, expected)
    for matrix, other_side in ((OF_ONE_SIDE, "russia"), (OF_TWO_SIDES, "ukraine"))
    for (first, second), expected in pairs_of(matrix).items()
]


def test_the_matrices_hold_every_pair_of_statuses() -> None:
    assert set(SHORT.values()) == set(ControlStatus)
    for matrix in (OF_ONE_SIDE, OF_TWO_SIDES):
        assert set(pairs_of(matrix)) == set(product(SHORT, SHORT))


@pytest.mark.parametrize(("first", "second", "other_side", "expected"), CONTROL)
def test_which_control_statuses_exclude_each_other(
    first: str, second: str, other_side: str, expected: bool
) -> None:
    a, b = SHORT[first].value, SHORT[second].value

    assert control_contradicts(a, "russia", b, other_side) is expected
    assert control_contradicts(b, other_side, a, "russia") is expected


@pytest.mark.parametrize(("first", "second", "other_side", "expected"), CONTROL)
def test_claims_on_who_holds_a_place_clash_as_the_matrix_says(
    first: str, second: str, other_side: str, expected: bool
) -> None:
    claims = [
        holds(SHORT[first], "russia"),
        holds(SHORT[second], other_side, speaker="Haidai", side="ukraine"),
    ]

    assert kinds(claims) == (["contradicts"] if expected else [])


def actor(side: str = "russia", organisation: str | None = None, name: str = "") -> ActorDocument:
    return {
        "name": name,
        "kind": "state_official",
        "side": side,
        "organisation": organisation,
        "names": [],
    }


def number(qualifier: str, figure: int | None = None, **fields: Any) -> NumberDocument:
    """The figure on the ends that the qualifier has."""
    whole: NumberDocument = {
        "low": None if qualifier in ("up_to", "less_than", "vague") else figure,
        "high": None if qualifier in ("at_least", "more_than", "vague") else figure,
        "qualifier": qualifier,
        "word": "dozens" if qualifier == "vague" else "",
        "unit": "people",
        "group": "all",
        "basis": "cumulative",
        "subset_of": None,
    }
    whole.update(fields)  # type: ignore[typeddict-item]
    return whole


def citation(scope: str = "", figure: str = "") -> CitationDocument:
    return {
        "source": "S",
        "snapshot": "0" * 64,
        "start": 0,
        "end": 5,
        "quote": "words",
        "printed": {
            "role": "",
            "figure": figure,
            "channel": "",
            "scope": scope,
            "lost_hedge": "",
        },
    }


def claims_that(
    key: str,
    speaker: str = "Gladkov",
    side: str = "russia",
    organisation: str | None = None,
    attribution: str = Attribution.NAMED,
    **fields: Any,
) -> Told:
    claim: ClaimDocument = {
        "id": key,
        "statement": 0,
        "question": Question.KILLED.value,
        "stance": Stance.ASSERTS.value,
        "text": "an answer",
        "number": None,
        "control": None,
        "verification": None,
        "accused": None,
        "hedges": [],
        "as_of": None,
        "as_of_precision": "day",
        "known_at": "2022-07-03T10:00:00Z",
        "citations": [],
        "relations": [],
    }
    claim.update(fields)  # type: ignore[typeddict-item]
    return Told(claim, speaker, actor(side, organisation, speaker), attribution)


def holds(status: str, whose: str, place: str = "P", **fields: Any) -> Told:
    return claims_that(
        f"{status} {whose} {fields.get('speaker', '')}",
        question=Question.CONTROL.value,
        control={"status": status, "place": place, "side": whose},
        **fields,
    )


def to(key: str, kind: str) -> list[dict[str, str]]:
    return [{"kind": kind, "claim": key}]


def kinds(claims: list[Told]) -> list[str]:
    return [clash["kind"] for clash in clashes(claims)]


def clash_sets(claims: list[Told]) -> set[tuple[str, str, frozenset[str]]]:
    return {(c["question"], c["kind"], frozenset(c["claims"])) for c in clashes(claims)}


def figures(a: NumberDocument, b: NumberDocument, speaker: str = "Syniehubov") -> list[str]:
    """How two figures clash, the second by `speaker` of the other side."""
    return kinds(
        [
            claims_that("A", number=a),
            claims_that("B", number=b, speaker=speaker, side="ukraine"),
        ]
    )


def test_figures_that_no_count_can_satisfy_contradict() -> None:
    assert figures(number("at_least", 3), number("exactly", 2)) == ["contradicts"]
    assert figures(number("up_to", 2), number("more_than", 2)) == ["contradicts"]
    assert figures(number("less_than", 3), number("exactly", 3)) == ["contradicts"]
    assert figures(number("between", low=3, high=5), number("exactly", 6)) == ["contradicts"]
    assert figures(number("exactly", 2), number("exactly", 7), "Gladkov") == ["contradicts"]


def test_other_figures_by_somebody_else_differ() -> None:
    assert figures(number("at_least", 19), number("exactly", 21)) == ["differs"]
    assert figures(number("at_least", 19), number("at_least", 21)) == ["differs"]
    assert figures(number("about", 108), number("exactly", 108)) == ["differs"]


def test_other_figures_that_fit_and_come_from_the_same_speaker_do_not_clash() -> None:
    assert figures(number("at_least", 19), number("exactly", 21), "Gladkov") == []
    assert figures(number("about", 108), number("exactly", 108), "Gladkov") == []


@pytest.mark.parametrize("qualifier", sorted(set(Qualifier.values) - {"vague"}))
@pytest.mark.parametrize("figure", [1, 5, 9, 10, 108])
def test_the_same_figure_by_somebody_else_is_no_clash(qualifier: str, figure: int) -> None:
    same = number(qualifier, figure)

    assert figures(same, same) == []


def test_about_leaves_a_tenth_either_way() -> None:
    assert figures(number("about", 100), number("exactly", 110)) == ["differs"]
    assert figures(number("about", 100), number("exactly", 111)) == ["contradicts"]
    assert figures(number("about", 100), number("exactly", 89)) == ["contradicts"]


def test_nearly_is_below_the_figure_by_a_tenth_and_by_one_at_least() -> None:
    assert interval(claims_that("A", number=number("nearly", 40)).claim) == (36, 39)
    assert interval(claims_that("A", number=number("nearly", 5)).claim) == (4, 4)
    assert figures(number("nearly", 40), number("exactly", 40)) == ["contradicts"]
    assert figures(number("nearly", 5), number("exactly", 4)) == []


def test_a_vague_number_is_compared_with_nothing() -> None:
    assert figures(number("vague"), number("exactly", 2)) == []
    assert interval(claims_that("A", number=number("vague")).claim) is None


@pytest.mark.parametrize(
    "other",
    [
        {"subset_of": "X"},
        {"unit": "houses"},
        {"group": "children"},
        {"basis": "additional"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_figures_that_count_other_things_are_not_compared(other: dict[str, Any]) -> None:
    assert figures(number("exactly", 2), number("exactly", 3)) == ["contradicts"]
    assert figures(number("exactly", 2), number("exactly", 3, **other)) == []
    assert figures(number("exactly", 2, **other), number("exactly", 3)) == []


def test_two_figures_that_are_each_in_addition_are_not_compared() -> None:
    more = {"basis": "additional"}

    assert figures(number("exactly", 2, **more), number("exactly", 3, **more)) == []


def test_figures_on_two_questions_are_not_compared() -> None:
    killed = claims_that("A", number=number("exactly", 2))
    injured = claims_that("B", number=number("exactly", 9), question="injured", side="ukraine")

    assert clashes([killed, injured]) == []


@pytest.mark.parametrize("kind", ["updates", "corrects", "retracts"])
def test_a_figure_that_a_later_claim_replaces_is_not_compared(kind: str) -> None:
    old = claims_that("old", number=number("exactly", 2))
    new = claims_that("new", number=number("exactly", 7), relations=to("old", kind))
    other = claims_that("other", number=number("exactly", 7), speaker="Mayor", side="ukraine")

    assert superseded([old, new, other]) == {"old"}
    assert clashes([old, new, other]) == []
    assert standing([old, new, other], {}) == "several_origins"


@pytest.mark.parametrize(
    "kind", sorted(set(RelationKind.values) - {"updates", "corrects", "retracts"})
)
def test_no_other_relation_replaces_a_claim(kind: str) -> None:
    old = claims_that("old", number=number("exactly", 2))
    new = claims_that("new", relations=to("old", kind))

    assert superseded([old, new]) == set()


@pytest.mark.parametrize(
    ("relation", "kind"),
    [
        ("denies", ["contradicts"]),
        ("disputes", ["contradicts"]),
        ("reframes", ["differs"]),
        ("narrows", ["differs"]),
        ("repeats", []),
        ("corroborates", []),
        ("part_of", []),
    ],
)
def test_what_a_relation_says_of_two_claims(relation: str, kind: list[str]) -> None:
    claim = claims_that("A", question="cause")
    answer = claims_that(
        "B", question="cause", side="ukraine", speaker="Mayor", relations=to("A", relation)
    )

    assert kinds([claim, answer]) == kind
    assert kinds([answer, claim]) == kind


def test_a_relation_across_two_questions_is_a_clash_on_both() -> None:
    claim = claims_that("A", question="responsibility")
    answer = claims_that("B", question="cause", side="ukraine", relations=to("A", "disputes"))

    assert clash_sets([claim, answer]) == {
        ("responsibility", "contradicts", frozenset("AB")),
        ("cause", "contradicts", frozenset("AB")),
    }


def test_a_recorded_denial_weighs_more_than_figures_that_would_only_differ() -> None:
    claim = claims_that("A", number=number("at_least", 19))
    answer = claims_that(
        "B", number=number("exactly", 21), side="ukraine", relations=to("A", "denies")
    )

    assert kinds([claim, answer]) == ["contradicts"]


@pytest.mark.parametrize("silence", ["declines_to_comment", "cannot_confirm"])
@pytest.mark.parametrize("affirmed", ["asserts", "estimates", "partly_admits"])
def test_silence_of_another_side_leaves_a_claim_unanswered_and_nothing_contested(
    silence: str, affirmed: str
) -> None:
    claim = claims_that("A", question="responsibility", stance=affirmed)
    answer = claims_that("B", question="responsibility", stance=silence, side="ukraine")

    assert kinds([claim, answer]) == ["unanswered"]
    assert standing([claim, answer], {}) == "one_origin"


def test_silence_of_ones_own_side_or_on_another_question_is_no_clash() -> None:
    claim = claims_that("A", question="responsibility")

    for other in (
        claims_that("B", question="responsibility", stance="cannot_confirm"),
        claims_that("B", question="cause", stance="cannot_confirm", side="ukraine"),
    ):
        assert clashes([claim, other]) == []


def test_two_silences_are_no_clash() -> None:
    both = [
        claims_that("A", stance="cannot_confirm"),
        claims_that("B", stance="declines_to_comment", side="ukraine"),
    ]

    assert clashes(both) == []


def test_who_denies_a_status_contradicts_who_holds_it_and_nobody_else() -> None:
    held = holds("full_control", "russia")
    denied = holds("full_control", "russia", side="ukraine", stance="denies", speaker="Sak")
    not_full = holds("not_full_control", "russia", side="ukraine", stance="denies", speaker="Sak")

    assert kinds([held, denied]) == ["contradicts"]
    assert kinds([held, not_full]) == ["contradicts"]
    for other in (
        holds("not_full_control", "russia", speaker="Gaidai"),
        holds("full_control", "russia", stance="disputes", speaker="Gaidai"),
        holds("full_control", "ukraine", speaker="Gaidai"),
    ):
        assert kinds([other, denied]) == []


@pytest.mark.parametrize("stance", ["cannot_confirm", "declines_to_comment"])
def test_who_does_not_answer_on_control_contradicts_nobody(stance: str) -> None:
    held = holds("full_control", "russia")
    silent = holds("not_full_control", "russia", side="ukraine", stance=stance, speaker="Sak")

    assert kinds([held, silent]) == ["unanswered"]


def test_control_of_two_places_is_not_compared() -> None:
    claims = [
        holds("full_control", "russia", place="P"),
        holds("full_control", "ukraine", place="Q", side="ukraine"),
    ]

    assert clashes(claims) == []


@pytest.mark.parametrize("how", ["scope", "figure"])
def test_one_claim_that_its_reports_carry_in_two_ways_is_a_clash_of_reports(how: str) -> None:
    in_two_ways = [citation(**{how: "among the 39"}), citation(**{how: "besides the 39"})]
    apart = claims_that("A", citations=in_two_ways)
    alike = claims_that("B", citations=[in_two_ways[0], in_two_ways[0], citation()])

    assert clash_sets([apart, alike]) == {("killed", "reports_differ", frozenset("A"))}
    assert standing([apart], {}) == "one_origin"


def test_an_incident_without_claims_says_so() -> None:
    assert standing([], {}) == "no_claims"


def test_a_contradiction_of_two_sides_makes_it_contested() -> None:
    assert standing(contradiction("russia", "ukraine"), {}) == "contested"
    assert standing(contradiction("russia", "other"), {}) == "contested"


def test_a_contradiction_within_one_side_does_not() -> None:
    assert standing(contradiction("russia", "russia"), {}) == "several_origins"


def contradiction(side: str, other: str) -> list[Told]:
    return [
        claims_that("A", number=number("exactly", 2), side=side),
        claims_that("B", number=number("exactly", 7), side=other, speaker="Mayor"),
    ]


def test_a_difference_does_not_make_it_contested() -> None:
    claims = [
        claims_that("A", number=number("at_least", 19)),
        claims_that("B", number=number("exactly", 21), side="ukraine", speaker="Mayor"),
    ]

    assert kinds(claims) == ["differs"]
    assert standing(claims, {}) == "several_origins"


def admission(stance: str = "asserts", side: str = "ukraine", **fields: Any) -> Told:
    defaults = {"question": "responsibility", "accused": "AFU", "speaker": "SBU"}
    return claims_that("admission", stance=stance, side=side, **defaults | fields)


ACTORS = {"AFU": actor("ukraine"), "VKS": actor("russia"), "PMC": actor("other")}


@pytest.mark.parametrize("stance", ["asserts", "partly_admits"])
def test_the_accused_side_that_says_it_did_it_has_acknowledged(stance: str) -> None:
    assert standing([admission(stance)], ACTORS) == "acknowledged"


@pytest.mark.parametrize(
    "claim",
    [
        admission("denies"),
        admission("estimates"),
        admission("cannot_confirm"),
        admission(side="russia"),
        admission(accused="VKS"),
        admission(accused=None),
        admission(side="other", accused="PMC"),
        admission(question="cause", accused=None),
    ],
)
def test_nothing_else_is_an_acknowledgement(claim: Told) -> None:
    assert standing([claim], ACTORS) == "one_origin"


def test_contested_comes_before_acknowledged_and_that_before_several_origins() -> None:
    origins = [claims_that("A"), claims_that("B", speaker="Mayor")]
    contested = contradiction("russia", "ukraine")

    assert standing(origins, ACTORS) == "several_origins"
    assert standing([*origins, admission()], ACTORS) == "acknowledged"
    assert standing([*contested, admission()], ACTORS) == "contested"


def test_several_origins_are_of_different_organisations() -> None:
    minister = claims_that("A", speaker="Minister", organisation="MoD")
    spokesman = claims_that("B", speaker="Spokesman", organisation="MoD")
    ministry = claims_that("C", speaker="MoD")
    mayor = claims_that("D", speaker="Mayor", organisation="City")

    assert standing([minister, spokesman, ministry], {}) == "one_origin"
    assert standing([minister, mayor], {}) == "several_origins"


@pytest.mark.parametrize(
    "other",
    [
        {"attribution": "outlet_own_voice"},
        {"attribution": "unattributed"},
        {"stance": "denies"},
        {"stance": "cannot_confirm"},
        {"stance": "declines_to_comment"},
        {"question": "verification", "verification": "could_not_verify"},
        {"question": "outlook"},
        {"question": "call_for_action"},
    ],
    ids=lambda other: "-".join(other.values()),
)
def test_who_does_not_say_that_it_happened_is_no_origin(other: dict[str, Any]) -> None:
    governor, outlet = claims_that("A"), claims_that("B", speaker="Outlet", side="other", **other)

    assert standing([governor, outlet], {}) == "one_origin"
    assert standing([governor, claims_that("B", speaker="Outlet")], {}) == "several_origins"


def test_an_origin_is_a_body_however_many_of_its_people_speak_and_whatever_they_say() -> None:
    minister = claims_that("A", speaker="Minister", organisation="MoD")
    ministry = claims_that("B", speaker="MoD", stance="denies")
    mayor = claims_that("C", speaker="Mayor", stance="declines_to_comment")

    assert origins([minister, ministry, mayor]) == {"MoD", "Mayor"}


@pytest.mark.parametrize("attribution", ["outlet_own_voice", "unattributed"])
def test_an_outlet_in_its_own_voice_and_a_nobody_are_no_origin(attribution: str) -> None:
    assert origins([claims_that("A", speaker="Outlet", attribution=attribution)]) == set()


def test_a_denial_is_a_counter_claim_and_so_is_a_contradiction_on_one_side() -> None:
    claim = claims_that("A")

    assert not countered([claim, claims_that("B", speaker="Mayor")])
    assert not countered([claim, claims_that("B", speaker="Mayor", stance="cannot_confirm")])
    assert countered([claim, claims_that("B", speaker="Mayor", stance="denies")])
    assert countered([claim, claims_that("B", speaker="Mayor", stance="disputes")])
    assert countered(contradiction("russia", "russia"))


def document_of(claims: list[Told]) -> Document:
    """A document with these claims, each in a statement of its own."""
    statements: list[StatementDocument] = [
        {
            "speaker": one.speaker,
            "role": "",
            "channel": "",
            "attribution": one.attribution,
            "relayed_by": "",
            "said_at": "2022-07-03T09:00:00Z",
            "said_precision": "day",
            "zone": "UTC",
            "said_inferred": False,
        }
        for one in claims
    ]
    for index, one in enumerate(claims):
        one.claim["statement"] = index
    return {
        "schema": 1,
        "incident": {
            "id": "I",
            "slug": "incident",
            "kind": "strike",
            "title": "A strike",
            "summary": "",
            "language": "en",
            "earliest": "2022-07-03T00:00:00Z",
            "latest": "2022-07-03T01:00:00Z",
            "precision": "hour",
            "zone": "UTC",
            "time_inferred": False,
            "place": None,
            "place_precision": "settlement",
            "place_note": "",
            "parent": None,
        },
        "places": {},
        "actors": {one.speaker: one.actor for one in claims},
        "statements": statements,
        "claims": [one.claim for one in claims],
        "sources": {},
        "standing": "",
        "clashes": [],
    }


def test_what_was_known_by_a_moment_leaves_later_claims_out() -> None:
    early = claims_that("A", number=number("exactly", 2), known_at="2022-07-03T10:00:00Z")
    late = claims_that(
        "B",
        number=number("exactly", 7),
        speaker="Mayor",
        side="ukraine",
        known_at="2022-07-03T12:00:00Z",
    )
    document = document_of([early, late])

    for known, expected in (
        ("2022-07-03T09:59:59Z", "no_claims"),
        ("2022-07-03T10:00:00Z", "one_origin"),
        ("2022-07-03T11:59:59Z", "one_origin"),
        ("2022-07-03T12:00:00Z", "contested"),
        (None, "contested"),
    ):
        assert standing(told(document, known), document["actors"]) == expected


def test_a_figure_stands_until_its_update_is_known() -> None:
    old = claims_that("old", number=number("exactly", 2))
    new = claims_that(
        "new",
        number=number("exactly", 7),
        relations=to("old", "updates"),
        known_at="2022-07-03T12:00:00Z",
    )
    document = document_of([old, new])

    assert superseded(told(document, "2022-07-03T11:00:00Z")) == set()
    assert superseded(told(document)) == {"old"}


def test_the_latest_verification_is_the_last_that_was_known() -> None:
    first = verified("A", "could_not_verify", "2022-07-03T12:00:00Z")
    second = verified("B", "geolocated", "2022-07-05T12:00:00Z")

    assert latest_verification([second, first, claims_that("C")]) is second
    assert latest_verification([claims_that("C")]) is None


def verified(key: str, result: str, known_at: str) -> Told:
    return claims_that(
        key, question="verification", verification=result, known_at=known_at, speaker="Outlet"
    )


def test_a_line_of_the_strip_shows_its_gravest_clash() -> None:
    claims = [
        claims_that("A", number=number("at_least", 19), speaker="Russian one"),
        claims_that("B", number=number("at_least", 21), speaker="Russian two"),
        claims_that("C", number=number("exactly", 2), speaker="Mayor", side="ukraine"),
        claims_that("D", stance="cannot_confirm", speaker="Outlet", side="other"),
    ]

    (line,) = strip(document_of(claims), claims)

    assert line["clash"] == "contradicts"
    assert {answer["claim"]: answer["clash"] for answer in line["answers"]} == {
        "A": "contradicts",
        "B": "contradicts",
        "C": "contradicts",
        "D": "unanswered",
    }


def test_the_gravest_clash_of_a_line_may_be_one_of_the_last_side() -> None:
    claims = [
        claims_that("A", number=number("at_least", 19), speaker="Russian one"),
        claims_that("B", number=number("at_least", 21), speaker="Russian two"),
        claims_that("C", number=number("exactly", 21), speaker="Mayor", side="ukraine"),
        claims_that("D", number=number("exactly", 22), speaker="Outlet", side="other"),
    ]

    (line,) = strip(document_of(claims), claims)

    assert [answer["clash"] for answer in line["answers"]] == [
        "differs", "differs", "contradicts", "contradicts",
    ]  # fmt: skip
    assert line["clash"] == "contradicts"


NUMBERS = st.one_of(
    st.none(),
    st.builds(
        lambda qualifier, figure, group, basis, subset_of: number(
            qualifier, figure, group=group, basis=basis, subset_of=subset_of
        ),
        st.sampled_from(Qualifier.values),
        st.integers(0, 10**18),
        st.sampled_from(Group.values),
        st.sampled_from(["cumulative", "additional"]),
        st.sampled_from([None, "C0"]),
    ),
)
CONTROLS = st.fixed_dictionaries(
    {
        "status": st.sampled_from(ControlStatus.values),
        "place": st.sampled_from(["P", "Q"]),
        "side": st.sampled_from(Side.values),
    }
)
SPEAKERS = [
    (f"{side} {n}", side, organisation)
    for side in Side.values
    for n, organisation in enumerate([None, "Body"])
]


@st.composite
def several_claims(draw: st.DrawFn) -> list[Told]:
    keys = [f"C{n}" for n in range(draw(st.integers(0, 6)))]
    return [draw(one_claim(key, keys)) for key in keys]


@st.composite
def one_claim(draw: st.DrawFn, key: str, keys: list[str]) -> Told:
    speaker, side, organisation = draw(st.sampled_from(SPEAKERS))
    question = draw(st.sampled_from(Question.values))
    relation = st.fixed_dictionaries(
        {"kind": st.sampled_from(RelationKind.values), "claim": st.sampled_from([*keys, "gone"])}
    )
    return claims_that(
        key,
        speaker,
        side,
        organisation,
        draw(st.sampled_from(Attribution.values)),
        question=question,
        stance=draw(st.sampled_from(Stance.values)),
        number=draw(NUMBERS),
        control=draw(CONTROLS) if question == "control" else None,
        verification=draw(st.sampled_from(Verification.values))
        if question == "verification"
        else None,
        accused=draw(st.sampled_from([None, *ACTORS])),
        known_at=f"2022-07-0{draw(st.integers(1, 9))}T10:00:00Z",
        relations=draw(st.lists(relation, max_size=2)),
        citations=[
            citation(scope, "") for scope in draw(st.lists(st.sampled_from("ab "), max_size=2))
        ],
    )


@settings(deadline=None)
@given(several_claims(), st.randoms())
def test_whatever_is_claimed_in_whatever_order_gives_the_same_standing_and_clashes(
    claims: list[Told], random: Any
) -> None:
    shuffled = list(claims)
    random.shuffle(shuffled)

    assert standing(shuffled, ACTORS) == standing(claims, ACTORS)
    assert clash_sets(shuffled) == clash_sets(claims)


@settings(deadline=None)
@given(several_claims())
def test_every_claim_of_a_clash_is_one_of_those_told_and_not_replaced(claims: list[Told]) -> None:
    replaced = superseded(claims)

    for clash in clashes(claims):
        assert set(clash["claims"]) <= {one.claim["id"] for one in claims}
        if clash["kind"] != "reports_differ":
            assert not set(clash["claims"]) & replaced
            assert len(set(clash["claims"])) == 2


@settings(deadline=None)
@given(several_claims())
def test_a_strip_of_whatever_is_claimed_holds_each_current_claim_once(claims: list[Told]) -> None:
    lines = strip(document_of(claims), claims)
    shown = [answer["claim"] for line in lines for answer in line["answers"]]

    assert len(shown) == len(set(shown))
    assert not set(shown) & superseded(claims)
    current = [
        one
        for one in claims
        if one.claim["id"] not in superseded(claims)
        and one.claim["question"] not in ("other", "call_for_action")
    ]
    assert len(shown) + sum(line["more"] for line in lines) == len(current)
