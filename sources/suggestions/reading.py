"""A text read: what the outlet says that others claim, as proposals for an editor."""

from dataclasses import replace
from datetime import datetime

from sources.suggestions.attribution import Attributions
from sources.suggestions.blame import admissions, blame, denials, silences
from sources.suggestions.causes import causes
from sources.suggestions.control import control
from sources.suggestions.dates import moments
from sources.suggestions.figures import Figure, figures
from sources.suggestions.figures import proposal as figure_proposal
from sources.suggestions.languages import LANGUAGES, language_of, lexicon
from sources.suggestions.marked import Marked
from sources.suggestions.noise import skipped
from sources.suggestions.places import Gazetteer, mentions, named
from sources.suggestions.proposals import Mention, Moment, Proposal, Reading, Span, Speaker
from sources.suggestions.tokens import sentences
from sources.suggestions.verification import verification

_OTHER = {"russia": "ukraine", "ukraine": "russia"}
_TAKEN = frozenset(["full_control", "recaptured", "advance", "entered", "held"])
# Code points; some 4,000 words. No report is longer, and reading takes time.
LONGEST = 24_000
_CLOSE = 40  # code points from a denial to what is denied
_BESIDE = 2  # tokens between a verb of speech and its time


def read(
    text: str,
    language: str | None = None,
    published: datetime | None = None,
    zone: str = "UTC",
    publisher: str = "",
    gazetteer: Gazetteer | None = None,
) -> Reading:
    """Proposals in order of place; `published` must know its zone.

    `publisher`: as the text may name its own outlet. Of a very long text only the beginning is
    read: Reading.read_to says how much.
    """
    text = text[:LONGEST]
    if language not in LANGUAGES:
        language = language_of(text)
    marks = [Marked(sentence, lexicon(language)) for sentence in sentences(text)]
    noise = skipped(marks)
    starts = {span.start for span in noise}
    report = [marked for marked in marks if marked.sentence.start not in starts]
    attributions = Attributions()
    for marked in report:
        attributions.read(marked)
    proposals: list[Proposal] = []
    places: list[Mention] = []
    dates: list[Moment] = []
    previous: list[Figure] = []
    named_here = [named(marked.sentence, gazetteer) if gazetteer else [] for marked in report]
    for index, (marked, here) in enumerate(zip(report, mentions(named_here), strict=True)):
        places += here
        when = moments(marked, published, zone) if published else []
        dates += [moment for _, moment in when]
        counted = figures(marked, previous)
        previous = counted or previous
        found = [figure_proposal(marked, one) for one in counted]
        found += control(marked, here)
        found += blame(marked) + admissions(marked) + silences(marked) + verification(marked)
        found += causes(marked)
        found += denials(marked, proposals[-4:] + found)
        found = _once(found)
        proposals += [
            _held(
                _dated(
                    replace(
                        one,
                        speaker=_speaker(marked, one, attributions, index, publisher),
                        hedges=_hedges(marked),
                        places=tuple(here),
                    ),
                    marked,
                    when,
                )
            )
            for one in found
        ]
    proposals.sort(key=lambda one: (one.span, one.question))
    return Reading(language, proposals, places, dates, noise, len(text))


def _once(found: list[Proposal]) -> list[Proposal]:
    """One outlook a sentence; no denial beside the claim of control that it consists of.

    Nor a weapon's model beside its number.
    """
    kept: list[Proposal] = []
    weapons = any(one.question in ("weapon", "interception") and one.number for one in found)
    for one in found:
        denied = one.stance == "asserts" and any(
            other.stance == "denies"
            and other.question == one.question
            and other.span.overlaps(one.span)
            for other in found
        )
        # “Denies targeting civilians” does not say what was targeted.
        if denied or (one.question == "target" and _told_by_denial(one, found)):
            continue
        if weapons and one.question == "weapon" and not one.number:
            continue
        admitted = one.question == "responsibility" and one.stance == "asserts"
        if admitted and any(
            other.stance == "partly_admits" and other.span.overlaps(one.span) for other in found
        ):
            continue
        again = one.question == "outlook" and any(other.question == "outlook" for other in kept)
        bare = one.stance == "denies" and one.question == "control" and not one.control
        if again and one.number:
            kept = [other for other in kept if other.question != "outlook"]
        elif again or (bare and any(o.control and o.stance == "denies" for o in found)):
            continue
        kept.append(one)
    return kept


def _told_by_denial(one: Proposal, found: list[Proposal]) -> bool:
    return one.stance == "asserts" and any(
        other.stance in ("denies", "disputes") and 0 <= one.span.start - other.span.start <= _CLOSE
        for other in found
    )


def _speaker(
    marked: Marked, one: Proposal, attributions: Attributions, index: int, publisher: str
) -> Speaker | None:
    token = next((at for at, token in enumerate(marked.tokens) if token.end > one.span.start), 0)
    end = next(
        (at for at, token in enumerate(marked.tokens) if token.start >= one.span.end),
        len(marked.tokens),
    )
    if one.verification == "could_not_verify":
        # The outlet's own, unless it says that another one tried.
        active = not marked.covered("link", "be") & set(range(token, token + 3))
        subject = attributions.subject(index, token, end) if active else None
        if not subject and marked.covered("link", "that") & set(range(token - 2, token)):
            return attributions.at(index, token)  # he said that he could not confirm it
        media = subject if subject and subject.attribution == "second_hand" else None
        return None if media and _is(media, publisher) else media
    if one.verification in ("verified", "geolocated"):
        return attributions.subject(index, token, end) or attributions.at(index, token)
    participle = marked.lexicon.english and marked.low(token).endswith("ing")
    denies = one.stance in ("denies", "disputes") and not one.control and not participle
    if denies and token not in marked.covered("speech", "says"):
        # “Said that its forces were not responsible”
        return attributions.at(index, token) or attributions.subject(index, token, end)
    if denies or one.stance in ("declines_to_comment", "partly_admits"):
        return attributions.subject(index, token, end) or attributions.at(index, token)
    speaker = attributions.at(index, token)
    return None if speaker and _is(speaker, publisher) else speaker


def _held(one: Proposal) -> Proposal:
    """Whoever says “we took it” speaks of their own side, and of the other by “the enemy”."""
    control, side = one.control, one.speaker.side if one.speaker else "none"
    if control and control.side == "enemy":
        return replace(one, control=replace(control, side=_OTHER.get(side, "")))
    if control and not control.side and control.status in _TAKEN:
        return replace(one, control=replace(control, side=side if side in _OTHER else ""))
    return one


def _hedges(marked: Marked) -> tuple[str, ...]:
    """Words of the sentence that keep its teller from vouching for it."""
    hits = marked.hits("link", "hearsay")
    return tuple(marked.words(hit.start, hit.end) for hit in hits)


def _dated(one: Proposal, marked: Marked, when: list[tuple[int, Moment]]) -> Proposal:
    """A time next to a verb of speech is when it was said; the nearest other, when it happened."""
    says = [hit.start for hit in marked.hits("speech", "says")]
    said = [moment for at, moment in when if any(abs(at - verb) <= _BESIDE for verb in says)]
    other = [moment for _, moment in when if moment not in said]
    return replace(
        one,
        said=said[0] if said else None,
        happened=min(other, key=lambda moment: _apart(moment.span, one.span), default=None),
    )


def _apart(one: Span, other: Span) -> int:
    return max(one.start - other.end, other.start - one.end, 0)


def _is(speaker: Speaker, publisher: str) -> bool:
    """Whether the outlet speaks of itself: “The Herald could not verify”."""
    named = speaker.role.casefold().removeprefix("the ")
    return bool(named) and named in publisher.casefold()
