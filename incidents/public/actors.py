"""An actor: everything that it claimed, and what contradicts what it claimed. Counts, no score."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from incidents.public.addresses import moved, named
from incidents.public.answers import Answer, answers
from incidents.public.clock import from_the_record
from incidents.public.filters import Cursor, CursorField, IdsField, QueryForm, WordsField
from incidents.public.naming import name_of
from incidents.public.page import render
from incidents.record.document import Document
from incidents.record.models import (
    Entry,
    EntryClaim,
    EntryClash,
    RecordActor,
    RecordCount,
    Version,
)
from incidents.record.standing import told
from incidents.vocabulary import Question

PAGE = 50
MOST = 20  # others in the table of contradictions, and people who speak for a body

WAYS = {
    "others": _("Others later contradicted what they claimed"),
    "them": _("They contradicted what others had claimed"),
    "beside": _("They and others contradict each other, nobody can say who spoke first"),
    "own": _("Their own claims contradict each other"),
}


class ClaimsForm(QueryForm):
    question = WordsField(label=_("Question"), required=False, choices=Question)
    role = forms.ChoiceField(
        label=_("Role"), required=False, choices=[("speaker", ""), ("accused", "")]
    )
    after = CursorField(label=_("Page"), required=False, max_length=40)


class ContradictionsForm(QueryForm):
    way = forms.ChoiceField(label=_("Way"), required=False, choices=list(WAYS.items()))
    other = IdsField(label=_("Other speaker"), required=False)
    before = forms.IntegerField(label=_("Page"), required=False, min_value=1, max_value=2**63 - 1)


@dataclass(frozen=True)
class Claimed:
    """A claim with its words, and the incident that it is about."""

    entry: Entry
    answer: Answer


@dataclass(frozen=True)
class Against:
    """How often another speaker contradicted the actor later, and the actor the other."""

    other: RecordActor
    numbers: list[tuple[str, int]]  # by way


@from_the_record
def actor(request: HttpRequest, actor: str, slug: str = "") -> HttpResponse:
    row = _actor(actor)
    address = named("actor", row.id, row.name)
    if request.path != address:
        return moved(request, address)
    form = ClaimsForm(request.GET)
    claims = list(_claims(form, actor)) if form.is_valid() else []
    last = claims[PAGE - 1] if len(claims) > PAGE else None
    counts = RecordCount.objects.of(actor)
    spoken = counts[RecordCount.What.SPEAKS]
    speakers = dict(list(counts[RecordCount.What.SPOKEN_FOR].items())[:MOST])
    contradictions = {way: counts[way] for way in WAYS}
    others = _most(contradictions)
    names = RecordActor.named({*speakers, *others, row.details["organisation"] or ""})
    context = {
        "row": row,
        "name": name_of(row).text,
        "organisation": names.get(row.details["organisation"] or ""),
        "people": [(names[key], number) for key, number in speakers.items() if key in names],
        "form": form,
        "questions": [(one, spoken[one.value]) for one in Question if one.value in spoken],
        "claim_count": sum(spoken.values()),
        "accused_count": sum(counts[RecordCount.What.ACCUSED].values()),
        "claimed": _claimed(claims[:PAGE]),
        "earlier": str(Cursor(last.known_at, last.claim)) if last else "",
        "ways": _ways(contradictions),
        "against": _against(contradictions, others, names),
    }
    return render(request, "actor.html", context)


@from_the_record
def contradictions(request: HttpRequest, actor: str, slug: str = "") -> HttpResponse:
    """Every pair of claims that contradict each other, one of them by the actor."""
    row = _actor(actor)
    address = named("actor-contradictions", row.id, row.name)
    if request.path != address:
        return moved(request, address)
    form = ContradictionsForm(request.GET)
    pairs = list(_pairs(form, actor)[: PAGE + 1]) if form.is_valid() else []
    claims = EntryClaim.objects.select_related("entry").in_bulk(
        [claim for pair in pairs[:PAGE] for claim in pair.claims]
    )
    by_id = {one.answer.claim["id"]: one for one in _claimed(list(claims.values()))}
    context = {
        "row": row,
        "name": name_of(row).text,
        "form": form,
        "way": WAYS.get(form.cleaned_data.get("way", "")),
        "others": RecordActor.named(set(form.cleaned_data.get("other", []))).values(),
        "pairs": [[by_id[claim] for claim in pair.claims] for pair in pairs[:PAGE]],
        "earlier": pairs[PAGE - 1].pk if len(pairs) > PAGE else None,
    }
    return render(request, "contradictions.html", context)


def _actor(actor: str) -> RecordActor:
    row = RecordActor.known_as(actor)
    if row is None:
        raise Http404
    return row


def _claims(form: ClaimsForm, actor: str) -> QuerySet[EntryClaim]:
    """What the actor claimed, or is accused in; what was known last comes first.

    One more than the page shows where a page follows.
    """
    asked = form.cleaned_data
    claims = EntryClaim.objects.select_related("entry")
    if asked["question"]:
        claims = claims.filter(question__in=asked["question"])
    if asked["after"]:
        claims = claims.before(asked["after"].moment, asked["after"].incident)
    if asked["role"] == "accused":
        return claims.accusing(actor).order_by("-known_at", "-claim")[: PAGE + 1]
    return claims.newest_by(actor, PAGE + 1)


def _claimed(claims: list[EntryClaim]) -> list[Claimed]:
    """These claims in their order, with their words from the documents that hold them."""
    versions = Version.objects.in_bulk({claim.entry.serial for claim in claims})
    made = {
        answer.claim["id"]: answer
        for version in versions.values()
        for document in [cast(Document, version.document)]
        for answer in answers(document, told(document))
    }
    return [Claimed(claim.entry, made[claim.claim]) for claim in claims]


def _pairs(form: ContradictionsForm, actor: str) -> QuerySet[EntryClash]:
    """What was published last comes first."""
    asked = form.cleaned_data
    pairs = EntryClash.objects.contradictions_of(actor, asked["way"]).order_by("-pk")
    if asked["other"]:
        pairs = pairs.filter(actors__overlap=asked["other"])
    if asked["before"]:
        pairs = pairs.filter(pk__lt=asked["before"])
    return pairs


def _ways(contradictions: Mapping[str, Mapping[str, int]]) -> list[tuple[str, str, int]]:
    """Way, its words and its number, for each way that there is."""
    return [
        (way, str(WAYS[way]), sum(by_other.values()))
        for way, by_other in contradictions.items()
        if by_other
    ]


def _most(contradictions: Mapping[str, Mapping[str, int]]) -> list[str]:
    """The other speakers, those of the most contradictions first."""
    numbers = Counter[str]()
    for way, by_other in contradictions.items():
        if way != "own":
            numbers.update(by_other)
    return sorted(numbers, key=lambda other: (-numbers[other], other))[:MOST]


def _against(
    contradictions: Mapping[str, Mapping[str, int]],
    others: list[str],
    names: dict[str, RecordActor],
) -> list[Against]:
    ways = [way for way in WAYS if way != "own"]
    return [
        Against(names[key], [(way, contradictions[way].get(key, 0)) for way in ways])
        for key in others
        if key in names
    ]
