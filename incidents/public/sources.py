"""The reports that the record rests on, and what each of them carries."""

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from incidents.public.addresses import moved
from incidents.public.answers import Answer, answers
from incidents.public.clock import from_the_record
from incidents.public.filters import Cursor, CursorField, IdsField, QueryForm
from incidents.public.page import render
from incidents.record.document import Document
from incidents.record.models import Entry, RecordSource, RecordSourceQuerySet, Version
from incidents.record.standing import origins, told

PAGE = 50
MOST_LINKED = 100  # reports that took from one


class SourcesForm(QueryForm):
    publisher = IdsField(required=False)
    after = CursorField(required=False, max_length=40)


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
    carried = _carried(source)
    links = row.details["links"]
    named = RecordSource.named({link["source"] for link in links})
    linking = RecordSource.objects.filter(linked__contains=[source]).order_by("published_at", "pk")
    context = {
        "row": row,
        "source": row.details,
        "carried": carried,
        "claim_count": sum(len(answers) for _, answers in carried),
        "origins": len(origins(answer.told for _, answers in carried for answer in answers)),
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


def _carried(source: str) -> list[tuple[Entry, list[Answer]]]:
    """Each incident that cites the source, with the claims that it carries, in its words."""
    entries = Entry.objects.filter(sources__contains=[source]).defer("search").newest("at")
    versions = Version.objects.in_bulk([entry.serial for entry in entries])
    return [
        (entry, _carried_for(source, cast(Document, versions[entry.serial].document)))
        for entry in entries
    ]


def _carried_for(source: str, document: Document) -> list[Answer]:
    carried = answers(document, told(document))
    for answer in carried:
        answer.carried = [report for report in answer.carried if report.source == source]
    return [answer for answer in carried if answer.carried]
