"""Whether somebody's words are recorded already, from another outlet: ten outlets that print one
post give one claim with ten citations."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from difflib import SequenceMatcher

from django.db.models import Prefetch, Q

from incidents.linking.spans import DAY, Span
from incidents.linking.surroundings import Reason
from incidents.models import Actor, Citation, Claim, Statement
from incidents.models.claims import ClaimQuerySet
from incidents.vocabulary import Qualifier, Question, Stance
from sources.models import Source, SourceLink
from sources.moments import Precision

MOST = 5
# Of these the likeliest are taken.
_LOOKED_AT = 200
# Where a report gives no time for the words, they are as old as this at the most.
_BEFORE_PRINT = 2 * DAY
# Answers in words are the same from here on, as difflib counts.
_SAME_WORDS = 0.6
_AFFIRMS = [Stance.ASSERTS, Stance.ESTIMATES]
# What they answer stands in fields of their own; the wording does not matter.
_ANSWERED_BY_FIELDS = {Question.CONTROL, Question.VERIFICATION, Question.RESPONSIBILITY}
_LINKED = {
    SourceLink.Kind.REPUBLISHES: "one of its reports and this one are linked: republished",
    SourceLink.Kind.CITES_SAME_ORIGIN: "one of its reports and this one cite the same origin",
}


@dataclass(frozen=True)
class Uttered:
    """A claim that may be the same utterance."""

    claim: Claim
    reasons: list[str]


def same_utterance(claim: Claim, source: Source | None = None) -> list[Uttered]:
    """At most five claims on record that may be the very one that `source` carries; best first.

    Of the same speaker, or of one who speaks for the same body; the same question and value; said
    within a day. `claim` and its statement may be unsaved. None without a speaker, or where neither
    the statement nor the source is dated. At most eight queries.
    """
    statement = claim.statement
    span = _span(statement, source)
    if statement.speaker is None or span is None:
        return []
    body = _body(claim)
    answers = _with_value_of(claim).exclude(pk=claim.pk)
    answers = answers.select_related("incident", "statement__speaker__organisation")
    answers = answers.prefetch_related(_CITATIONS).order_by("-pk")
    links = _links_of(source) if source else {}
    found = []
    dated, undated = answers.filter(statement__in=_said(body, span)), _undated(answers, body, span)
    for other in [*dated[:_LOOKED_AT], *undated[:_LOOKED_AT]]:
        reasons = [_speaker(statement, other), _value(claim, other), _day(span, other)]
        if all(reasons):
            weighed = [reason for reason in reasons if reason] + list(
                _carried(other, source, links)
            )
            found.append((other, weighed))
    found.sort(key=lambda one: (-sum(reason.weight for reason in one[1]), one[0].pk))
    return [Uttered(other, [reason.words for reason in why]) for other, why in found[:MOST]]


_CITATIONS = Prefetch(
    "citations",
    # The texts are long, and who printed the words is enough.
    Citation.objects.select_related("snapshot__source__publisher").defer("snapshot__text"),
)


def _span(statement: Statement, source: Source | None) -> Span | None:
    precision, zone = statement.said_precision, statement.zone
    if known := Span.known(statement.said_at, None, precision, zone):
        return known
    if source is None or source.published_at is None:
        return None
    return Span(source.published_at - _BEFORE_PRINT, source.published_at)


def _body(claim: Claim) -> list[int]:
    """Keys of all who speak for the body of the speaker."""
    assert claim.statement.speaker
    body = claim.statement.speaker.organisation_id or claim.statement.speaker.pk
    actors = Actor.objects.filter(Q(pk=body) | Q(organisation=body)).order_by()
    return list(actors.values_list("pk", flat=True))


def _with_value_of(claim: Claim) -> ClaimQuerySet:
    """The same question and stance, and the same answer as far as fields of their own hold it."""
    stances = _AFFIRMS if claim.stance in _AFFIRMS else [claim.stance]
    answers = Claim.objects.filter(question=claim.question, stance__in=stances)
    if claim.qualifier == Qualifier.VAGUE:
        answers = answers.filter(vague_word__iexact=claim.vague_word)
    elif figures := _figures(claim):
        low = Q(low__in=figures) | Q(low=None, high__isnull=False)
        high = Q(high__in=figures) | Q(high=None, low__isnull=False)
        answers = answers.filter(low, high)
    else:
        answers = answers.filter(qualifier="")
    return answers.filter(
        group=claim.group,
        basis=claim.basis,
        control_status=claim.control_status,
        control_place=claim.control_place,
        control_side=claim.control_side,
        verification=claim.verification,
        accused=claim.accused,
    )


def _figures(claim: Claim) -> set[int]:
    return {figure for figure in (claim.low, claim.high) if figure is not None}


def _said(body: list[int], span: Span) -> list[int]:
    """Keys of statements, roughly: what is kept with the precision of a year may be its first day.

    Asked for by themselves, for in a join PostgreSQL guesses badly which table is the smaller.
    """
    near = Q()
    for precisions, longest in (
        (Precision.values, timedelta(days=2)),
        ([Precision.WEEK, Precision.MONTH], timedelta(days=32)),
        ([Precision.YEAR], timedelta(days=367)),
    ):
        near |= Q(
            said_precision__in=precisions,
            said_at__range=(span.start - longest, span.end + DAY),
        )
    statements = Statement.objects.filter(near, speaker__in=body).order_by()
    return list(statements.values_list("pk", flat=True))


def _undated(answers: ClaimQuerySet, body: list[int], span: Span) -> ClaimQuerySet:
    """Claims of which no report says when they were said, printed while these words were new."""
    days = (span.start, span.end + _BEFORE_PRINT)
    sources = Source.objects.filter(published_at__range=days).order_by()
    printed = Citation.objects.filter(
        snapshot__source__in=list(sources.values_list("pk", flat=True)),
        claim__statement__said_at=None,
        claim__statement__speaker__in=body,
    )
    claims = printed.order_by().values_list("claim", flat=True)
    return answers.filter(pk__in=list(claims))


def _speaker(statement: Statement, other: Claim) -> Reason | None:
    speaker = other.statement.speaker
    assert speaker
    assert statement.speaker
    if speaker.pk == statement.speaker.pk:
        return Reason(3, "same speaker")
    return Reason(2, f"same body: {speaker.organisation or speaker}")


def _value(claim: Claim, other: Claim) -> Reason | None:
    if figures := _figures(claim):
        if figures != _figures(other):
            return None
        if claim.qualifier == other.qualifier:
            return Reason(3, "same figure")
        return Reason(2, f"same figure, there “{other.get_qualifier_display()}”")
    if claim.qualifier == Qualifier.VAGUE:
        return Reason(2, f"same word for the figure: “{other.vague_word}”")
    if claim.question in _ANSWERED_BY_FIELDS:
        return Reason(2, "same answer")
    likeness = SequenceMatcher(None, claim.text.casefold(), other.text.casefold()).ratio()
    return Reason(2 * likeness, "same answer in like words") if likeness >= _SAME_WORDS else None


def _day(span: Span, other: Claim) -> Reason | None:
    statement = other.statement
    its = Span.known(statement.said_at, None, statement.said_precision, statement.zone)
    if its is None:
        return Reason(1, "printed in the same days")
    if its.overlaps(span):
        return Reason(2, "same day" if span.length <= DAY >= its.length else "the times overlap")
    return Reason(1, "within a day") if its.apart(span) <= DAY else None


def _links_of(source: Source) -> dict[int, str]:
    """Kinds of link, by key of the source at the other end."""
    links = SourceLink.objects.filter(Q(source=source) | Q(target=source), kind__in=_LINKED)
    ends = links.order_by().values_list("source", "target", "kind")
    return {end: kind for one, other, kind in ends for end in (one, other) if end != source.pk}


def _carried(other: Claim, source: Source | None, links: dict[int, str]) -> Iterator[Reason]:
    carriers = {citation.snapshot.source_id for citation in other.citations.all()}
    if source and source.pk in carriers:
        yield Reason(1, "this very report is cited for it")
    for kind in sorted({links[one] for one in carriers if one in links}):
        yield Reason(2, _LINKED[SourceLink.Kind(kind)])
