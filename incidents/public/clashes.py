"""Who says what against whom, in words: the clashes of a document, gathered into sentences."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from incidents.public.answers import Answer
from incidents.public.naming import marked
from incidents.record.document import ClashDocument
from incidents.record.standing import CONTRADICTS, DIFFERS, REPORTS_DIFFER, SILENT, UNANSWERED
from incidents.vocabulary import RelationKind, Stance

# What heads the sentences, gravest first.
_HEADINGS = {
    CONTRADICTS: _("Contradiction"),
    DIFFERS: _("Different accounts"),
    REPORTS_DIFFER: _("Reports differ"),
    UNANSWERED: _("Left open"),
}
# How one claim answers others that stand before it in the sentence; the first that holds counts.
_ANSWERS = {
    RelationKind.DENIES.value: _("{who} denies this: {what}"),
    RelationKind.DISPUTES.value: _("{who} disputes this: {what}"),
    Stance.DECLINES_TO_COMMENT.value: _("{who} declines to comment on this: {what}"),
    Stance.CANNOT_CONFIRM.value: _("{who} cannot confirm this: {what}"),
    RelationKind.REFRAMES.value: _("{who} gives another account: {what}"),
    RelationKind.NARROWS.value: _("{who} narrows this: {what}"),
}
_SAYS = {
    Stance.ASSERTS.value: _("{who} asserts {what}"),
    Stance.ESTIMATES.value: _("{who} estimates {what}"),
    Stance.DENIES.value: _("{who} denies: {what}"),
    Stance.DISPUTES.value: _("{who} disputes: {what}"),
    Stance.PARTLY_ADMITS.value: _("{who} partly admits {what}"),
    Stance.CANNOT_CONFIRM.value: _("{who} cannot confirm: {what}"),
    Stance.DECLINES_TO_COMMENT.value: _("{who} declines to comment: {what}"),
    Stance.RETRACTS.value: _("{who} retracts: {what}"),
}


@dataclass(frozen=True)
class Pair:
    """Two claims that clash; `manner` is how `other` answers `one`, "" where it does not."""

    one: str
    other: str
    manner: str


@dataclass
class Clash:
    """A claim and those that clash with it in one way: first who is answered, then who answers."""

    kind: str
    centre: Answer
    others: list[Answer]
    first: list[tuple[Answer, str]]  # each with its manner
    then: list[tuple[Answer, str]]

    @property
    def heading(self) -> str:
        return str(_HEADINGS[self.kind])

    @property
    def clauses(self) -> list[SafeString]:
        return _clauses(self.first)

    @property
    def against(self) -> list[SafeString]:
        if self.kind != REPORTS_DIFFER:
            return _clauses(self.then)
        # What the clash is about (record/standing.py, _printed_apart).
        return [
            report.changes[what]
            for report in self.centre.carried
            for what in ("figure", "scope")
            if what in report.changes
        ]


def clashes_on(question: str, found: list[ClashDocument], answers: list[Answer]) -> list[Clash]:
    """The clashes on one question, each pair once, around the claims that have the most."""
    by_id = {answer.claim["id"]: answer for answer in answers}
    gathered = []
    for kind in _HEADINGS:
        claims = [c["claims"] for c in found if c["question"] == question and c["kind"] == kind]
        pairs = [_pair(by_id[ids[0]], by_id[ids[1]]) for ids in claims if len(ids) == 2]
        gathered += [_clash(kind, centre, star, by_id) for centre, star in _stars(pairs)]
        alone = [by_id[ids[0]] for ids in claims if len(ids) == 1]
        gathered += [Clash(kind, answer, [], [(answer, "")], []) for answer in alone]
    return gathered


def _pair(a: Answer, b: Answer) -> Pair:
    ways = [*((way, b, a) for way in _ways(a, b)), *((way, a, b) for way in _ways(b, a))]
    if not ways:
        return Pair(a.claim["id"], b.claim["id"], "")
    manner, one, other = min(ways, key=lambda way: list(_ANSWERS).index(way[0]))
    return Pair(one.claim["id"], other.claim["id"], manner)


def _ways(answer: Answer, other: Answer) -> list[str]:
    """How `answer` answers `other`: by relations, or by saying nothing on it."""
    ways = [r["kind"] for r in answer.claim["relations"] if r["claim"] == other.claim["id"]]
    if answer.claim["stance"] in SILENT:
        ways.append(answer.claim["stance"])
    return [way for way in ways if way in _ANSWERS]


def _stars(pairs: list[Pair]) -> Iterator[tuple[str, list[Pair]]]:
    """Every pair once, in as few stars as is easy: around a claim that others answer, or around one
    that answers others, all in one manner."""
    left = pairs
    while left:
        stars: dict[tuple[str, str], list[Pair]] = defaultdict(list)
        for pair in left:
            stars[pair.one, ""].append(pair)
            stars[pair.other, pair.manner].append(pair)
        (centre, _manner), star = max(stars.items(), key=lambda item: len(item[1]))
        yield centre, star
        left = [pair for pair in left if pair not in star]


def _clash(kind: str, centre: str, star: list[Pair], by_id: dict[str, Answer]) -> Clash:
    others = [by_id[pair.other if pair.one == centre else pair.one] for pair in star]
    whole = by_id[centre]
    if star[0].one == centre or not star[0].manner:
        manners = [pair.manner for pair in star]
        return Clash(kind, whole, others, [(whole, "")], list(zip(others, manners, strict=True)))
    first = [(answer, "") for answer in others]
    return Clash(kind, whole, others, first, [(whole, star[0].manner)])


def _clauses(said: list[tuple[Answer, str]]) -> list[SafeString]:
    """A clause a speaker, with all that they say in one manner."""
    gathered: dict[tuple[str, str, str], list[Answer]] = defaultdict(list)
    for answer, manner in said:
        gathered[answer.told.speaker, answer.claim["stance"], manner].append(answer)
    return [
        format_html(
            str(_ANSWERS[manner] if manner else _SAYS[stance]),
            who=marked(answers[0].told.actor),
            what=format_html_join(", ", '“<a href="#c-{}" lang="{}">{}</a>”', map(_link, answers)),
        )
        for (_speaker, stance, manner), answers in gathered.items()
    ]


def _link(answer: Answer) -> tuple[str, str, str]:
    return answer.claim["id"], answer.language, answer.claim["text"]
