"""What the forms of a claim start with: a suggestion, or words that an editor chose."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from incidents.admin.annotate.suggestions import Suggestion
from incidents.linking.likely import Reported
from incidents.models import Place, Statement
from incidents.vocabulary import (
    Attribution,
    ControlStatus,
    IncidentKind,
    Qualifier,
    Question,
    Verification,
)
from sources.models import Snapshot
from sources.moments import end_of
from sources.suggestions.proposals import Number, Span
from sources.suggestions.tokens import sentences

_ANSWER = 300  # characters of Claim.text
_DONE_TO_PEOPLE = {
    Question.KILLED: "killed",
    Question.INJURED: "injured",
    Question.MISSING: "missing",
    Question.TRAPPED: "trapped",
    Question.HOSPITALISED: "in hospital",
    Question.RESCUED: "rescued",
    Question.EVACUATION: "evacuated",
}
# What each question is asked of, for the most part. The editor corrects it.
_KINDS = {
    **dict.fromkeys([*_DONE_TO_PEOPLE, Question.DAMAGE], IncidentKind.EXPLOSION),
    **dict.fromkeys([Question.CAUSE, Question.WEAPON, Question.TARGET], IncidentKind.EXPLOSION),
    Question.CONTROL: IncidentKind.TERRITORIAL_CHANGE,
    Question.MOVEMENT: IncidentKind.GROUND_ASSAULT,
    Question.INTERCEPTION: IncidentKind.INTERCEPTION,
    Question.LEGAL: IncidentKind.DETENTION_OR_TRIAL,
    Question.EVACUATION: IncidentKind.EVACUATION,
}
# “on his Telegram channel”, «в своём Telegram-канале»: the text's words begin before the channel.
_BEFORE_CHANNEL = re.compile(
    r"^(?:(?:on|in|at|via|during|to|в|во|на|у|через|a|an|the|his|her|its|their|сво\w+) )+", re.I
)

Values = dict[str, Any]


@dataclass
class Prefilled:
    """First values of each part of the form, by the names of its fields."""

    words: Values
    claim: Values = field(default_factory=dict)
    statement: Values = field(default_factory=dict)
    reported: Reported = field(default_factory=Reported)
    # The statement of this report that the same speaker seems to be making.
    same_statement: Statement | None = None


def trimmed(text: str, span: Span) -> Span | None:
    """The span without white space at its ends; None where nothing is left, or it is no span."""
    if not 0 <= span.start < span.end <= len(text):
        return None
    words = span.of(text)
    start = span.start + len(words) - len(words.lstrip())
    return Span(start, start + len(words.strip())) if words.strip() else None


def from_words(snapshot: Snapshot, span: Span, found: Iterable[Suggestion]) -> Prefilled:
    """The words chosen, with what is suggested in them or, failing that, in their sentence."""
    words = _words(snapshot, span)
    suggestion = _nearest(found, span) or _nearest(found, _sentence(snapshot.text, span))
    if suggestion is None:
        return Prefilled(words, statement={"zone": snapshot.source.zone})
    filled = from_suggestion(snapshot, suggestion, found)
    filled.words = words
    return filled


def from_suggestion(
    snapshot: Snapshot, suggestion: Suggestion, found: Iterable[Suggestion]
) -> Prefilled:
    return Prefilled(
        _words(snapshot, suggestion.proposal.span),
        _claim(suggestion),
        _statement(snapshot, suggestion),
        _reported(snapshot, suggestion),
        _same_statement(suggestion, found),
    )


def _words(snapshot: Snapshot, span: Span) -> Values:
    return {"quote": span.of(snapshot.text), "start": span.start, "end": span.end}


def _nearest(found: Iterable[Suggestion], span: Span) -> Suggestion | None:
    return next((one for one in found if one.proposal.span.overlaps(span)), None)


def _sentence(text: str, span: Span) -> Span:
    around = [one for one in sentences(text) if one.start < span.end and span.start < one.end]
    return Span(around[0].start, around[-1].end) if around else span


def _claim(suggestion: Suggestion) -> Values:
    proposal = suggestion.proposal
    values: Values = {
        "question": proposal.question,
        "stance": proposal.stance,
        "text": answer(suggestion),
        "hedges": list(proposal.hedges),
        "verification": proposal.verification,
    }
    if number := proposal.number:
        values |= {
            "low": number.low,
            "high": number.high,
            "qualifier": number.qualifier,
            "vague_word": number.word,
            "unit": number.unit,
            "group": number.group,
        }
    if control := proposal.control:
        place = _place_at(suggestion, control.place)
        values |= {
            "control_status": control.status,
            "control_side": control.side,
            "control_place": place and place.pk,
        }
    return values


def _place_at(suggestion: Suggestion, span: Span | None) -> Place | None:
    by_key = {str(place.pk): place for place in suggestion.places}
    keys = [one.key for one in suggestion.proposal.places if one.span == span]
    return by_key.get(keys[0]) if keys else None


def answer(suggestion: Suggestion) -> str:
    """A draft of the answer in a few words, in English; else the words of the report."""
    proposal = suggestion.proposal
    if proposal.number:
        return _counted(proposal.question, proposal.number)[:_ANSWER]
    if proposal.control:
        place = _place_at(suggestion, proposal.control.place)
        status = ControlStatus(proposal.control.status).label
        return f"{place.name}: {status}" if place else str(status)
    if proposal.verification:
        return str(Verification(proposal.verification).label)
    return suggestion.quote[:_ANSWER]


def _counted(question: str, number: Number) -> str:
    low, high = number.low, number.high
    if number.qualifier == Qualifier.VAGUE:
        amount = number.word.lower()
    elif number.qualifier == Qualifier.BETWEEN:
        amount = f"between {low} and {high}"
    elif number.qualifier == Qualifier.EXACTLY:
        amount = str(low)
    else:
        amount = f"{Qualifier(number.qualifier).label} {low if low is not None else high}"
    done = _DONE_TO_PEOPLE.get(Question(question), "")
    unit = "" if done and number.unit == "people" else number.unit
    group = number.group if unit == "" and number.group != "all" else ""
    return " ".join(filter(None, [amount, group, unit, done]))


def _statement(snapshot: Snapshot, suggestion: Suggestion) -> Values:
    speaker, said = suggestion.proposal.speaker, suggestion.proposal.said
    values: Values = {
        "speaker": suggestion.speaker and suggestion.speaker.pk,
        "attribution": Attribution.OUTLET_OWN_VOICE,
        "zone": said.zone if said else snapshot.source.zone,
    }
    if speaker:
        values |= {
            "role": speaker.role,
            "channel": _BEFORE_CHANNEL.sub("", speaker.channel),
            "attribution": speaker.attribution,
            "relayed_by": speaker.relayed_by,
        }
    if said:
        values |= {
            "said_at": said.at,
            "said_precision": said.precision,
            "said_inferred": said.inferred,
        }
    return values


def _reported(snapshot: Snapshot, suggestion: Suggestion) -> Reported:
    """What happened, as far as the sentence tells."""
    proposal = suggestion.proposal
    kind = _KINDS.get(Question(proposal.question), "")
    places = tuple(suggestion.places)
    happened = proposal.happened
    if happened is None:
        return Reported(kind, places, zone=snapshot.source.zone)
    end = end_of(happened.at, happened.precision, happened.zone)
    return Reported(kind, places, happened.at, end, happened.precision, happened.zone)


def _same_statement(suggestion: Suggestion, found: Iterable[Suggestion]) -> Statement | None:
    """Of the last suggestion before it that the same speaker made and that became a claim."""
    speaker = suggestion.proposal.speaker
    known: Statement | None = None
    for one in found:
        if one is suggestion:
            break
        other = one.proposal.speaker
        same = bool(speaker and other) and _identity(speaker) == _identity(other)
        if same and one.verdict and one.verdict.claim:
            known = one.verdict.claim.statement
    return known


def _identity(speaker: Any) -> tuple[str, str, str]:
    return speaker.name, speaker.role, speaker.channel
