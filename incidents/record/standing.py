"""How the claims of one incident stand to one another: clashes and standing.

Pure functions over documents (record/document.py). The rules are those that /about/method/ prints.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from math import inf

from incidents.record.document import ActorDocument, ClaimDocument, ClashDocument, Document
from incidents.vocabulary import (
    Attribution,
    ControlStatus,
    Qualifier,
    Question,
    RelationKind,
    Side,
    Stance,
    Standing,
)

CONTRADICTS = "contradicts"
DIFFERS = "differs"
UNANSWERED = "unanswered"
REPORTS_DIFFER = "reports_differ"

_S = ControlStatus

# Which control statuses of one place exclude each other. "same": both are about one side;
# "other": about two different sides. Pairs have no order.
CONTROL_CONTRADICTIONS: frozenset[tuple[ControlStatus, ControlStatus, str]] = frozenset(
    {
        (_S.FULL_CONTROL, _S.UNDER_CONTROL_NOT_LIBERATED, "same"),
        (_S.FULL_CONTROL, _S.PARTIAL_CONTROL, "same"),
        (_S.FULL_CONTROL, _S.NOT_FULL_CONTROL, "same"),
        (_S.FULL_CONTROL, _S.CONTESTED, "same"),
        (_S.FULL_CONTROL, _S.ADVANCE, "same"),
        (_S.FULL_CONTROL, _S.WITHDRAWN, "same"),
        (_S.UNDER_CONTROL_NOT_LIBERATED, _S.CONTESTED, "same"),
        (_S.UNDER_CONTROL_NOT_LIBERATED, _S.WITHDRAWN, "same"),
        (_S.ENCIRCLED, _S.NOT_ENCIRCLED, "same"),
        (_S.HELD, _S.WITHDRAWN, "same"),
        (_S.RECAPTURED, _S.NOT_FULL_CONTROL, "same"),
        (_S.RECAPTURED, _S.WITHDRAWN, "same"),
        (_S.FULL_CONTROL, _S.FULL_CONTROL, "other"),
        (_S.FULL_CONTROL, _S.UNDER_CONTROL_NOT_LIBERATED, "other"),
        (_S.FULL_CONTROL, _S.PARTIAL_CONTROL, "other"),
        (_S.FULL_CONTROL, _S.CONTESTED, "other"),
        (_S.FULL_CONTROL, _S.HELD, "other"),
        (_S.FULL_CONTROL, _S.RECAPTURED, "other"),
        (_S.UNDER_CONTROL_NOT_LIBERATED, _S.UNDER_CONTROL_NOT_LIBERATED, "other"),
        (_S.UNDER_CONTROL_NOT_LIBERATED, _S.CONTESTED, "other"),
        (_S.UNDER_CONTROL_NOT_LIBERATED, _S.HELD, "other"),
        (_S.UNDER_CONTROL_NOT_LIBERATED, _S.RECAPTURED, "other"),
        (_S.RECAPTURED, _S.HELD, "other"),
        (_S.RECAPTURED, _S.RECAPTURED, "other"),
    }
)

AFFIRMS = {Stance.ASSERTS, Stance.ESTIMATES, Stance.PARTLY_ADMITS}
_NEGATIVE = {_S.NOT_FULL_CONTROL, _S.NOT_ENCIRCLED}
SILENT = {Stance.DECLINES_TO_COMMENT, Stance.CANNOT_CONFIRM}
_SUPERSEDING = {RelationKind.UPDATES, RelationKind.CORRECTS, RelationKind.RETRACTS}
_NO_ORIGIN = {Attribution.OUTLET_OWN_VOICE, Attribution.UNATTRIBUTED}
# Answers to these say nothing on whether the incident happened.
_BESIDE_THE_EVENT = {Question.VERIFICATION, Question.OUTLOOK, Question.CALL_FOR_ACTION}


@dataclass(frozen=True)
class Told:
    """A claim with its speaker."""

    claim: ClaimDocument
    speaker: str
    actor: ActorDocument
    attribution: str

    @property
    def side(self) -> str:
        return self.actor["side"]

    @property
    def organisation(self) -> str:
        return self.actor["organisation"] or self.speaker


def told(document: Document, known: str | None = None) -> list[Told]:
    """The claims with their speakers; with `known` (ISO 8601, UTC) those known by then, each with
    the reports printed by then."""
    statements = document["statements"]
    return [
        Told(
            claim if known is None else _printed_by(known, document, claim),
            statements[claim["statement"]]["speaker"],
            document["actors"][statements[claim["statement"]]["speaker"]],
            statements[claim["statement"]]["attribution"],
        )
        for claim in document["claims"]
        if known is None or claim["known_at"] <= known
    ]


def _printed_by(known: str, document: Document, claim: ClaimDocument) -> ClaimDocument:
    sources = document["sources"]
    return {
        **claim,
        "citations": [
            citation
            for citation in claim["citations"]
            if sources[citation["source"]]["published_at"] <= known
        ],
    }


def superseded(claims: Iterable[Told]) -> set[str]:
    """Ids of the claims that a later claim of the same speaker or body replaces."""
    return {
        relation["claim"]
        for one in claims
        for relation in one.claim["relations"]
        if relation["kind"] in _SUPERSEDING
    }


def control_contradicts(status: str, side: str, other_status: str, other_side: str) -> bool:
    a, b = ControlStatus(status), ControlStatus(other_status)
    whose = "same" if side == other_side else "other"
    return (a, b, whose) in CONTROL_CONTRADICTIONS or (b, a, whose) in CONTROL_CONTRADICTIONS


def interval(claim: ClaimDocument) -> tuple[float, float] | None:
    """The numbers that a figure leaves possible, both ends included; None where it names none.

    “About” leaves a tenth either way, “nearly” a tenth below and one at least.
    """
    number = claim["number"]
    if number is None or number["qualifier"] == Qualifier.VAGUE:
        return None
    low = -inf if number["low"] is None else float(number["low"])
    high = inf if number["high"] is None else float(number["high"])
    match number["qualifier"]:
        case Qualifier.MORE_THAN:
            return low + 1, inf
        case Qualifier.LESS_THAN:
            return -inf, high - 1
        case Qualifier.ABOUT:
            return low * 0.9, high * 1.1
        case Qualifier.NEARLY:
            return min(low * 0.9, low - 1), high - 1
    return low, high


def _comparable(a: ClaimDocument, b: ClaimDocument) -> bool:
    """Whether two figures count the same thing. What differs in scope is not compared."""
    x, y = a["number"], b["number"]
    if x is None or y is None or x["subset_of"] or y["subset_of"]:
        return False
    return (
        x["unit"] == y["unit"]
        and x["group"] == y["group"]
        and x["basis"] == y["basis"] == "cumulative"
    )


def _figures(a: Told, b: Told) -> str | None:
    first, second = interval(a.claim), interval(b.claim)
    if first is None or second is None or not _comparable(a.claim, b.claim):
        return None
    if first[1] < second[0] or second[1] < first[0]:
        return CONTRADICTS
    return DIFFERS if first != second and a.speaker != b.speaker else None


def contradict_on_control(a: Told, b: Told) -> bool:
    """Whether two claims on who holds one place, at one time, cannot both hold."""
    x, y = a.claim["control"], b.claim["control"]
    if x is None or y is None or x["place"] != y["place"] or _silent(a) or _silent(b):
        return False
    said_not = _says_not(a), _says_not(b)
    if not any(said_not):
        return control_contradicts(x["status"], x["side"], y["status"], y["side"])
    # Two who say that it is not so may both be right.
    return not all(said_not) and (x["status"], x["side"]) == (y["status"], y["side"])


def _silent(one: Told) -> bool:
    return one.claim["stance"] in SILENT


def _says_not(one: Told) -> bool:
    """Whether it denies a status that somebody may hold, rather than stating one that says not."""
    control = one.claim["control"]
    denies = one.claim["stance"] in (Stance.DENIES, Stance.DISPUTES)
    return denies and control is not None and control["status"] not in _NEGATIVE


def _silence(a: Told, b: Told) -> str | None:
    """One side affirms, another one declines to comment or cannot confirm."""
    stances = {a.claim["stance"], b.claim["stance"]}
    if a.side != b.side and stances & AFFIRMS and stances & SILENT:
        return UNANSWERED
    return None


def _related(a: Told, b: Told) -> str | None:
    if not (a.claim["relations"] or b.claim["relations"]):
        return None
    kinds = {r["kind"] for r in a.claim["relations"] if r["claim"] == b.claim["id"]}
    kinds |= {r["kind"] for r in b.claim["relations"] if r["claim"] == a.claim["id"]}
    if kinds & {RelationKind.DENIES, RelationKind.DISPUTES}:
        return CONTRADICTS
    other_account = kinds & {RelationKind.REFRAMES, RelationKind.NARROWS}
    return DIFFERS if other_account and a.speaker != b.speaker else None


def _between(a: Told, b: Told) -> str | None:
    related = _related(a, b)
    if related or a.claim["question"] != b.claim["question"]:
        return related
    if contradict_on_control(a, b):
        return CONTRADICTS
    return _figures(a, b) or _silence(a, b)


def _pairs(claims: list[Told]) -> Iterator[tuple[Told, Told, str]]:
    replaced = superseded(claims)
    current = [one for one in claims if one.claim["id"] not in replaced]
    for a, b in combinations(current, 2):
        if kind := _between(a, b):
            yield a, b, kind


def _printed_apart(claim: ClaimDocument) -> bool:
    """Whether its reports carry it in ways that exclude each other: inside or beside a figure."""
    scopes = {c["printed"]["scope"] for c in claim["citations"] if c["printed"]["scope"]}
    figures = {c["printed"]["figure"] for c in claim["citations"] if c["printed"]["figure"]}
    return len(scopes) > 1 or len(figures) > 1


def clashes(claims: list[Told]) -> list[ClashDocument]:
    """Every pair of claims that clash, and every claim that its reports carry differently.

    A pair on two questions (a cause that disputes a responsibility) is listed under both.
    """
    found: list[ClashDocument] = []
    for a, b, kind in _pairs(claims):
        ids = [a.claim["id"], b.claim["id"]]
        questions = dict.fromkeys((a.claim["question"], b.claim["question"]))
        found.extend({"question": q, "kind": kind, "claims": ids} for q in questions)
    for one in claims:
        if _printed_apart(one.claim):
            question = one.claim["question"]
            found.append(
                {"question": question, "kind": REPORTS_DIFFER, "claims": [one.claim["id"]]}
            )
    return found


def _acknowledged(claims: list[Told], actors: dict[str, ActorDocument]) -> bool:
    return any(
        one.claim["question"] == Question.RESPONSIBILITY
        and one.claim["stance"] in (Stance.ASSERTS, Stance.PARTLY_ADMITS)
        and (accused := one.claim["accused"]) is not None
        and one.side in (Side.RUSSIA, Side.UKRAINE)
        and actors[accused]["side"] == one.side
        for one in claims
    )


def origins(claims: Iterable[Told]) -> set[str]:
    """The bodies that speak: ten outlets that reprint one post are ten reports of one origin.

    Outlets in their own voice do not count, nor what nobody is named for.
    """
    return {one.organisation for one in claims if one.attribution not in _NO_ORIGIN}


def countered(claims: list[Told]) -> bool:
    """Whether some claim meets a counter-claim: of any side, or a denial of what nobody claims."""
    denied = any(one.claim["stance"] in (Stance.DENIES, Stance.DISPUTES) for one in claims)
    return denied or any(kind == CONTRADICTS for _, _, kind in _pairs(claims))


def _affirm_it(claims: list[Told]) -> Iterator[Told]:
    """Those that say that it happened."""
    for one in claims:
        beside = one.claim["question"] in _BESIDE_THE_EVENT
        if one.claim["stance"] in AFFIRMS and not beside:
            yield one


def standing(claims: list[Told], actors: dict[str, ActorDocument]) -> Standing:
    if not claims:
        return Standing.NO_CLAIMS
    if any(kind == CONTRADICTS and a.side != b.side for a, b, kind in _pairs(claims)):
        return Standing.CONTESTED
    if _acknowledged(claims, actors):
        return Standing.ACKNOWLEDGED
    if len(origins(_affirm_it(claims))) > 1:
        return Standing.SEVERAL_ORIGINS
    return Standing.ONE_ORIGIN


def latest_verification(claims: Iterable[Told]) -> Told | None:
    statements = [one for one in claims if one.claim["verification"]]
    return max(statements, key=lambda one: (one.claim["known_at"], one.claim["id"]), default=None)
