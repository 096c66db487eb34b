"""The reports that the record rests on, and what each of them carries."""

from dataclasses import dataclass
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy

from incidents.public.addresses import moved
from incidents.public.answers import Answer, answers
from incidents.public.clock import from_the_record
from incidents.public.filters import Cursor, CursorField, IdsField, QueryForm
from incidents.public.page import render
from incidents.record.document import Document
from incidents.record.models import (
    Entry,
    EntryClaim,
    EntryQuerySet,
    RecordSource,
    RecordSourceQuerySet,
    Version,
)
from incidents.record.standing import origins, told

PAGE = 50
INCIDENTS = 20  # on a page of what one report carries
MOST_LINKED = 100  # reports that took from one


class PageForm(QueryForm):
    after = CursorField(label=gettext_lazy("Page"), required=False, max_length=40)


class SourcesForm(PageForm):
    publisher = IdsField(label=gettext_lazy("Reported by"), required=False)


@dataclass(frozen=True)
class Carried:
    """What a report carries: a page of the incidents that cite it, each with the claims in the
    report's words, and how many there are on all pages."""

    page: list[tuple[Entry, list[Answer]]]
    earlier: str
    incidents: int
    claims: int
    origins: int | None = None  # counted where they are all on one page


@from_the_record
def sources(request: HttpRequest) -> HttpResponse:
    form = SourcesForm(request.GET)
    rows: list[RecordSource] = []
    earlier = ""
    if form.is_valid():
        asked = form.cleaned_data["publisher"]
        every = RecordSource.objects.filter(publisher__in=asked) if asked else RecordSource.objects
        rows, earlier = page_of(every.all(), form.cleaned_data["after"])
    context = {
        "form": form,
        "rows": rows,
        "publisher": form.cleaned_data.get("publisher", []),
        "earlier": earlier,
    }
    return render(request, "sources.html", context)


def page_of(rows: RecordSourceQuerySet, after: Cursor | None) -> tuple[list[RecordSource], str]:
    """The page after the cursor, newest first; and the cursor of the next, "" where none is."""
    if after is not None:
        rows = rows.before(after.moment, after.incident)
    found = list(rows.order_by("-published_at", "-id").with_claim_count()[: PAGE + 1])
    if len(found) <= PAGE:
        return found, ""
    last = found[PAGE - 1]
    return found[:PAGE], str(Cursor(last.published_at, last.id))


@from_the_record
def source(request: HttpRequest, source: str) -> HttpResponse:
    row = RecordSource.known_as(source)
    if row is None:
        raise Http404
    if row.id != source:
        return moved(request, reverse("source", args=[row.id]))
    form = PageForm(request.GET)
    links = row.details["links"]
    named = RecordSource.named({link["source"] for link in links})
    linking = RecordSource.objects.linking_to(source)
    context = {
        "row": row,
        "source": row.details,
        "form": form,
        "carried": _carried(source, form),
        "links": [
            (link["kind"], named[link["source"]]) for link in links if link["source"] in named
        ],
        "linked_by": [
            (link["kind"], other)
            for other in linking[:MOST_LINKED]
            for link in other.details["links"]
            if link["source"] == source
        ],
    }
    return render(request, "source.html", context)


def _carried(source: str, form: PageForm) -> Carried:
    citing = Entry.objects.filter(sources__contains=[source]).defer("search", "strip")
    after = form.cleaned_data["after"] if form.is_valid() else None
    entries, earlier = ([], "") if form.errors else _entries_of(citing, after)
    versions = Version.objects.in_bulk([entry.serial for entry in entries])
    page = [
        (entry, _carried_for(source, cast(Document, versions[entry.serial].document)))
        for entry in entries
    ]
    if form.errors or after or earlier:
        claims = EntryClaim.objects.citing([source]).count()
        return Carried(page, earlier, citing.count(), claims)
    claims_in_all = [answer.told for _, answers in page for answer in answers]
    return Carried(page, earlier, len(page), len(claims_in_all), len(origins(claims_in_all)))


def _entries_of(citing: EntryQuerySet, after: Cursor | None) -> tuple[list[Entry], str]:
    """As page_of."""
    if after is not None:
        citing = citing.after("at", after.moment, after.incident)
    found = list(citing.newest("at")[: INCIDENTS + 1])
    if len(found) <= INCIDENTS:
        return found, ""
    last = found[INCIDENTS - 1]
    return found[:INCIDENTS], str(Cursor(last.at, last.incident))


def _carried_for(source: str, document: Document) -> list[Answer]:
    carried = answers(document, told(document))
    for answer in carried:
        answer.carried = [report for report in answer.carried if report.source == source]
    return [answer for answer in carried if answer.carried]
