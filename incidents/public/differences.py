"""What a version changed, in words: the same on the changes, a version's page and a history."""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.public.difference_line import NOTHING, Line, line_of, ours
from incidents.public.differences_of_names import lies_in, names, report, sources
from incidents.public.naming import Name, name_of
from incidents.public.wording import figure, happened, moment, word
from incidents.record.difference import Difference
from incidents.record.document import (
    CitationDocument,
    ClaimDocument,
    Document,
    SourceDocument,
    StatementDocument,
)
from incidents.vocabulary import Stance

_INCIDENT = {
    "title": gettext_lazy("Title"),
    "summary": gettext_lazy("Summary"),
    "language": gettext_lazy("Language"),
    "kind": gettext_lazy("Kind"),
    "time": gettext_lazy("Time"),
    "time_inferred": gettext_lazy("Time, how it is known"),
    "place": gettext_lazy("Place"),
    "place_precision": gettext_lazy("Place, known to the"),
    "place_note": gettext_lazy("Place as reported"),
    "parent": gettext_lazy("Part of"),
    "standing": gettext_lazy("Standing"),
}
_CLAIM = {
    "number": gettext_lazy("%(question)s, figure"),
    "control": gettext_lazy("%(question)s, status"),
    "verification": gettext_lazy("%(question)s, outcome"),
    "accused": gettext_lazy("%(question)s, accused"),
    "stance": gettext_lazy("%(question)s, stance"),
    "question": gettext_lazy("%(question)s, question answered"),
    "hedges": gettext_lazy("%(question)s, hedges"),
    "as_of": gettext_lazy("%(question)s, as of"),
    "relations": gettext_lazy("%(question)s, relation to other claims"),
}
_STATEMENT = {
    "speaker": gettext_lazy("Statement, speaker"),
    "role": gettext_lazy("Statement, role of the speaker"),
    "channel": gettext_lazy("Statement, channel"),
    "attribution": gettext_lazy("Statement, attribution"),
    "relayed_by": gettext_lazy("Statement, relayed by"),
    "said": gettext_lazy("Statement, time"),
}


def lines(found: Difference, titles: Mapping[str, str]) -> list[Line]:
    """Empty only when nothing that readers can see differs. `titles`: of the incidents above."""
    return [
        *_incident(found, titles),
        *_claims(found),
        *_statements(found),
        *sources(found),
        *names(found),
    ]


def _incident(found: Difference, titles: Mapping[str, str]) -> Iterator[Line]:
    documents = (found.before, found.after)
    for facet in found.incident:
        before, after = (_of_incident(facet, one, titles) for one in documents)
        if before.text == after.text and facet == "time":
            before, after = (ours(_exactly(one)) for one in documents)
        if before.text == after.text and facet == "place":
            before, after = (ours(_path(one)) for one in documents)
        yield line_of(str(_INCIDENT[facet]), before, after)


def _of_incident(facet: str, document: Document, titles: Mapping[str, str]) -> Name:
    incident = document["incident"]
    match facet:
        case "title" | "summary" | "place_note":
            return Name(incident[facet], incident["language"])
        case "time":
            ends = incident["earliest"], incident["latest"]
            return ours(happened(*ends, incident["precision"], incident["zone"]))
        case "time_inferred":
            return ours(_("inferred") if incident["time_inferred"] else _("as reported"))
        case "place":
            place = incident["place"]
            return name_of(document["places"][place]) if place else NOTHING
        case "parent":
            return ours(titles[incident["parent"]] if incident["parent"] else "")
        case "standing":
            return ours(word(document["standing"], "standing"))
        case "kind" | "place_precision":
            return ours(word(incident[facet], facet))
    return ours(incident["language"])


def _exactly(document: Document) -> str:
    """To the minute, on the clock of the place: for times that read the same less precisely."""
    incident = document["incident"]
    ends = (moment(incident[end], "minute", incident["zone"]) for end in ("earliest", "latest"))
    return f"{' – '.join(ends)} ({incident['zone']})"


def _path(document: Document) -> str:
    """The place with all that it lies in: for places of the same name."""
    place = document["incident"]["place"]
    return lies_in(document, document["places"][place]["path"]) if place else ""


def _claims(found: Difference) -> Iterator[Line]:
    old = {claim["id"]: claim for claim in found.before["claims"]}
    new = {claim["id"]: claim for claim in found.after["claims"]}
    for key in found.claims.added:
        what = _("New claim, %(question)s") % {"question": _question(new[key])}
        says, who = _says(found.after, new[key]), _speaker(found.after, new[key])
        yield Line(what, NOTHING, says, who, key)
    for key in found.claims.removed:
        what = _("Claim removed, %(question)s") % {"question": _question(old[key])}
        says, who = _says(found.before, old[key]), _speaker(found.before, old[key])
        yield Line(what, says, NOTHING, who)
    for key, facets in found.claims.edited.items():
        for facet in facets:
            yield from _edited(found, old[key], new[key], facet)


def _edited(
    found: Difference, old: ClaimDocument, new: ClaimDocument, facet: str
) -> Iterator[Line]:
    if facet == "citations":
        yield from _citations(found, old, new)
        return
    question = _question(new)
    what = question if facet == "text" else str(_CLAIM[facet]) % {"question": question}
    before, after = _of_claim(facet, found.before, old), _of_claim(facet, found.after, new)
    yield line_of(what, before, after, _speaker(found.after, new), new["id"])


def _question(claim: ClaimDocument) -> str:
    return word(claim["question"], "question")


def _speaker(document: Document, claim: ClaimDocument) -> Name:
    return _speaks(document, document["statements"][claim["statement"]])


def _speaks(document: Document, statement: StatementDocument) -> Name:
    return name_of(document["actors"][statement["speaker"]])


def _text(document: Document, claim: ClaimDocument) -> Name:
    return Name(claim["text"], document["incident"]["language"])


def _says(document: Document, claim: ClaimDocument) -> Name:
    """What is claimed; that somebody denies it or cannot confirm it is no detail of it."""
    text = _text(document, claim)
    if claim["stance"] == Stance.ASSERTS:
        return text
    return text._replace(text=f"{text.text} ({word(claim['stance'], 'stance')})")


def _of_claim(facet: str, document: Document, claim: ClaimDocument) -> Name:
    match facet:
        case "number":
            return ours(figure(claim["number"]) if claim["number"] else "")
        case "control":
            return ours(_control(document, claim))
        case "accused":
            accused = claim["accused"]
            return name_of(document["actors"][accused]) if accused else NOTHING
        case "verification" | "stance" | "question":
            value = claim[facet]
            return ours(word(value, facet) if value else "")
        case "hedges":
            return Name(", ".join(claim["hedges"]), document["incident"]["language"])
        case "as_of":
            as_of, precision = claim["as_of"], claim["as_of_precision"]
            zone = document["statements"][claim["statement"]]["zone"]
            return ours(moment(as_of, precision, zone) if as_of else "")
        case "relations":
            return ours("; ".join(_relations(document, claim)))
    return _text(document, claim)


def _control(document: Document, claim: ClaimDocument) -> str:
    control = claim["control"]
    if control is None:
        return ""
    place = name_of(document["places"][control["place"]]).text
    return f"{place}: {word(control['status'], 'control')} ({word(control['side'], 'side')})"


def _relations(document: Document, claim: ClaimDocument) -> Iterator[str]:
    texts = {one["id"]: one["text"] for one in document["claims"]}
    for relation in claim["relations"]:
        text = texts.get(relation["claim"], _("a claim of another incident"))
        yield f"{word(relation['kind'], 'relation')}: {text}"


def _citations(found: Difference, old: ClaimDocument, new: ClaimDocument) -> Iterator[Line]:
    """Reports that now carry it or no longer do, and what else one of them is now quoted with."""
    who, question = _speaker(found.after, new), {"question": _question(new)}
    before, after = _by_source(old), _by_source(new)
    for key in dict.fromkeys([*after, *before]):
        was, now = before.get(key, []), after.get(key, [])
        source = (found.after if now else found.before)["sources"][key]
        title = report(source)
        if not was:
            what = _("%(question)s, now cited from") % question
            yield Line(what, NOTHING, title, who, new["id"])
        elif not now:
            what = _("%(question)s, no longer cited from") % question
            yield Line(what, title, NOTHING, who, new["id"])
        elif was != now:
            words = {**question, "report": title.text}
            what = _("%(question)s, words cited from %(report)s") % words
            yield line_of(what, _quotes(source, was), _quotes(source, now), who, new["id"])


def _by_source(claim: ClaimDocument) -> dict[str, list[CitationDocument]]:
    cited: dict[str, list[CitationDocument]] = {}
    for citation in claim["citations"]:
        cited.setdefault(citation["source"], []).append(citation)
    return cited


def _quotes(source: SourceDocument, citations: list[CitationDocument]) -> Name:
    return Name(" … ".join(f"“{one['quote']}”" for one in citations), source["language"])


def _statements(found: Difference) -> Iterator[Line]:
    for (was, now), facets in found.statements.items():
        old, new = found.before["statements"][was], found.after["statements"][now]
        for facet in facets:
            before = _of_statement(facet, found.before, old)
            after = _of_statement(facet, found.after, new)
            if before.text == after.text and facet == "said":
                before, after = (ours(_said(one, "minute")) for one in (old, new))
            about = NOTHING if facet == "speaker" else _speaks(found.after, new)
            yield line_of(str(_STATEMENT[facet]), before, after, about)


def _of_statement(facet: str, document: Document, statement: StatementDocument) -> Name:
    match facet:
        case "speaker":
            return _speaks(document, statement)
        case "attribution":
            return ours(word(statement["attribution"], "attribution"))
        case "said":
            return ours(_said(statement, statement["said_precision"]))
    return Name(str(dict(statement)[facet]), document["incident"]["language"])


def _said(statement: StatementDocument, precision: str) -> str:
    if statement["said_at"] is None:
        return ""
    words = moment(statement["said_at"], precision, statement["zone"])
    return _("%(when)s (inferred)") % {"when": words} if statement["said_inferred"] else words
