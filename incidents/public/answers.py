"""What an incident's page shows of each claim: speaker, time, relations, and who carried it how."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from incidents.record.document import (
    CitationDocument,
    ClaimDocument,
    Document,
    SourceDocument,
    StatementDocument,
)
from incidents.record.facts import about
from incidents.record.standing import Told, origins, superseded
from incidents.record.strip import When, when
from incidents.vocabulary import RelationKind


@dataclass
class Words:
    quote: str
    language: str
    kind: str


@dataclass
class Carried:
    """How one report carries a claim: its words, and what it changed, in sentences."""

    number: int  # of the report on this page
    source: str
    publisher: str
    when: When
    originals: list[Words]  # in the report's own language
    translations: list[Words]  # and in any other
    changes: dict[str, SafeString]  # by what was changed


@dataclass
class Relation:
    """How a claim stands to another, in a verb; `answer` is None for one of another incident."""

    verb: str
    claim: str
    answer: "Answer | None"


@dataclass
class Answer:
    told: Told
    claim: ClaimDocument
    statement: StatementDocument
    language: str
    carried: list[Carried]
    when: When
    about: When
    replaced: bool  # by a later claim of the same speaker or body
    relations: list[Relation]  # from this claim and to it
    part_of: "Answer | None" = None  # whose figure contains this one

    @property
    def origins(self) -> int:
        return len(origins([self.told]))


_CHANGES = {
    "role": _("{outlet} on the speaker: {words}"),
    "figure": _("{outlet} on the figure: {words}"),
    "channel": _("{outlet} on the channel: {words}"),
    "scope": _("{outlet} on what is counted: {words}"),
    "lost_hedge": _("{outlet} printed it without “{words}”"),
}

# As said of the claim that answers, and of the claim that is answered.
_VERBS = {
    RelationKind.DENIES.value: (_("Denies"), _("Denied by")),
    RelationKind.DISPUTES.value: (_("Disputes"), _("Disputed by")),
    RelationKind.UPDATES.value: (_("Updates"), _("Updated by")),
    RelationKind.CORRECTS.value: (_("Corrects"), _("Corrected by")),
    RelationKind.RETRACTS.value: (_("Retracts"), _("Retracted by")),
    RelationKind.REPEATS.value: (_("Repeats"), _("Repeated by")),
    RelationKind.CORROBORATES.value: (_("Corroborates"), _("Corroborated by")),
    RelationKind.NARROWS.value: (_("Narrows"), _("Narrowed by")),
    RelationKind.REFRAMES.value: (
        _("Gives another account than"),
        _("Another account is given by"),
    ),
    RelationKind.PART_OF.value: (_("Is part of"), _("Includes")),
}


def numbered(claims: Iterable[Told]) -> dict[str, int]:
    """The number of each report on the page, in the order in which claims cite them."""
    sources = [citation["source"] for one in claims for citation in one.claim["citations"]]
    return {source: number for number, source in enumerate(dict.fromkeys(sources), start=1)}


def answers(document: Document, claims: list[Told]) -> list[Answer]:
    numbers = numbered(claims)
    replaced = superseded(claims)
    made = {
        one.claim["id"]: Answer(
            told=one,
            claim=one.claim,
            statement=document["statements"][one.claim["statement"]],
            language=document["incident"]["language"],
            carried=_carried(document, one.claim, numbers),
            when=when(document, one.claim),
            about=about(document, one.claim),
            replaced=one.claim["id"] in replaced,
            relations=[],
        )
        for one in claims
    }
    for answer in made.values():
        number = answer.claim["number"]
        answer.part_of = made.get(number["subset_of"] or "") if number else None
    _relate(made, {claim["id"] for claim in document["claims"]} - made.keys())
    return list(made.values())


def _relate(answers: dict[str, Answer], hidden: set[str]) -> None:
    """Tell both ends of each relation, but for relations to claims that are `hidden`."""
    for key, answer in answers.items():
        for relation in answer.claim["relations"]:
            active, passive = _VERBS[relation["kind"]]
            other = answers.get(relation["claim"])
            if relation["claim"] not in hidden:
                answer.relations.append(Relation(str(active), relation["claim"], other))
            if other:
                other.relations.append(Relation(str(passive), key, answer))


def _carried(document: Document, claim: ClaimDocument, numbers: dict[str, int]) -> list[Carried]:
    by_source: dict[str, list[CitationDocument]] = defaultdict(list)
    for citation in claim["citations"]:
        by_source[citation["source"]].append(citation)
    return [
        _report(document["sources"][source], source, numbers[source], citations)
        for source, citations in sorted(by_source.items(), key=lambda item: numbers[item[0]])
    ]


def _report(
    source: SourceDocument, key: str, number: int, citations: list[CitationDocument]
) -> Carried:
    words = [Words(c["quote"], **source["snapshots"][c["snapshot"]]) for c in citations]
    return Carried(
        number=number,
        source=key,
        publisher=source["publisher"]["name"],
        when={
            "at": source["published_at"],
            "precision": source["published_precision"],
            "zone": source["zone"],
            "printed": False,
        },
        originals=[one for one in words if one.language == source["language"]],
        translations=[one for one in words if one.language != source["language"]],
        changes=_changes(source["publisher"]["name"], citations),
    )


def _changes(outlet: str, citations: list[CitationDocument]) -> dict[str, SafeString]:
    """One sentence for each thing changed, however many passages of the report change it."""
    changes = {}
    for key, sentence in _CHANGES.items():
        printed = dict.fromkeys(str(dict(c["printed"])[key]) for c in citations)
        if words := "; ".join(one for one in printed if one):
            changes[key] = format_html(str(sentence), outlet=outlet, words=words)
    return changes
