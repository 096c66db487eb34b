"""What a version changed in the reports, places and actors that it names, in words."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.public.difference_line import NOTHING, Line, line_of, ours
from incidents.public.naming import MAIN, Name, name_of
from incidents.public.wording import moment, utc, word
from incidents.record.difference import Difference
from incidents.record.document import ActorDocument, Document, PlaceDocument, SourceDocument

_SOURCE = {
    "title": gettext_lazy("Report"),
    "url": gettext_lazy("Report, address"),
    "archive_url": gettext_lazy("Report, archived copy"),
    "language": gettext_lazy("Report, language"),
    "published": gettext_lazy("Report, published"),
    "modified_at": gettext_lazy("Report, changed by its publisher"),
    "accessed_at": gettext_lazy("Report, read by us"),
    "removed_at": gettext_lazy("Report, gone from its address since"),
    "snapshots": gettext_lazy("Report, texts captured"),
    "links": gettext_lazy("Report, relation to other reports"),
}
_PLACE = {
    "name": gettext_lazy("Place renamed"),
    "kind": gettext_lazy("Place, kind"),
    "path": gettext_lazy("Place, lies in"),
    "point": gettext_lazy("Place, coordinates"),
    "names": gettext_lazy("Place, spellings"),
}
_ACTOR = {
    "name": gettext_lazy("Speaker or accused renamed"),
    "kind": gettext_lazy("Speaker or accused, kind"),
    "side": gettext_lazy("Speaker or accused, side"),
    "organisation": gettext_lazy("Speaker or accused, organisation"),
    "names": gettext_lazy("Speaker or accused, spellings"),
}


def sources(found: Difference) -> Iterator[Line]:
    old, new = found.before["sources"], found.after["sources"]
    for key in found.sources.added:
        yield Line(_("New report"), NOTHING, report(new[key]))
    for key in found.sources.removed:
        yield Line(_("Report removed"), report(old[key]), NOTHING)
    for key, facets in found.sources.edited.items():
        for facet in facets:
            before, after = _of_source(facet, old[key]), _of_source(facet, new[key])
            about = NOTHING if facet == "title" else report(new[key])
            yield line_of(str(_SOURCE[facet]), before, after, about)


def _of_source(facet: str, source: SourceDocument) -> Name:
    match facet:
        case "title":
            return report(source)
        case "published":
            at, precision = source["published_at"], source["published_precision"]
            return ours(moment(at, precision, source["zone"]))
        case "modified_at" | "accessed_at" | "removed_at":
            then = source[facet]
            return ours(utc(then) if then else "")
        case "snapshots":
            texts = source["snapshots"].values()
            return ours(", ".join(word(text["kind"], "snapshot") for text in texts))
        case "links":
            return ours(", ".join(word(link["kind"], "source_link") for link in source["links"]))
    return ours(str(dict(source)[facet]))


def names(found: Difference) -> Iterator[Line]:
    """Places and actors that both versions name, but not the same way."""
    documents = (found.before, found.after)
    for key, facets in found.places.edited.items():
        for facet in facets:
            before, after = (_of_place(facet, one, one["places"][key]) for one in documents)
            about = NOTHING if facet == "name" else name_of(found.after["places"][key])
            yield line_of(str(_PLACE[facet]), before, after, about)
    for key, facets in found.actors.edited.items():
        for facet in facets:
            before, after = (_of_actor(facet, one, one["actors"][key]) for one in documents)
            about = NOTHING if facet == "name" else name_of(found.after["actors"][key])
            yield line_of(str(_ACTOR[facet]), before, after, about)


def _of_place(facet: str, document: Document, place: PlaceDocument) -> Name:
    match facet:
        case "name":
            return Name(place["name"], MAIN)
        case "kind":
            return ours(word(place["kind"], "place_kind"))
        case "path":
            return ours(lies_in(document, place["path"][:-1]))
        case "point":
            latitude, longitude = place["latitude"], place["longitude"]
            return ours("" if latitude is None else f"{latitude}, {longitude}")
    return ours(_spellings(place["names"]))


def _of_actor(facet: str, document: Document, actor: ActorDocument) -> Name:
    match facet:
        case "name":
            return Name(actor["name"], MAIN)
        case "kind":
            return ours(word(actor["kind"], "actor_kind"))
        case "side":
            return ours(word(actor["side"], "side"))
        case "organisation":
            body = actor["organisation"]
            return name_of(document["actors"][body]) if body else NOTHING
    return ours(_spellings(actor["names"]))


def _spellings(names: list[list[str]]) -> str:
    return ", ".join(name for _language, name in names)


def report(source: SourceDocument) -> Name:
    return Name(f"{source['publisher']['name']}: {source['title']}", source["language"])


def lies_in(document: Document, path: list[str]) -> str:
    return ", ".join(name_of(document["places"][key]).text for key in reversed(path))
