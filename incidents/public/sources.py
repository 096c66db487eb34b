"""The reports that the record rests on, and what each of them carries."""

from typing import cast

from django.db.models import Func, IntegerField, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse

from incidents.public.answers import Answer, answers
from incidents.public.clock import from_the_record
from incidents.public.filters import Cursor, CursorField, IdsField, QueryForm
from incidents.public.page import render
from incidents.record.document import Document
from incidents.record.models import Entry, EntryClaim, RecordSource, Version
from incidents.record.standing import told

PAGE = 50


class SourcesForm(QueryForm):
    publisher = IdsField(required=False)
    after = CursorField(required=False, max_length=40)


@from_the_record
def sources(request: HttpRequest) -> HttpResponse:
    form = SourcesForm(request.GET)
    rows = list(_rows(form)[: PAGE + 1]) if form.is_valid() else []
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    context = {
        "form": form,
        "rows": rows[:PAGE],
        "publisher": form.cleaned_data.get("publisher", []),
        "earlier": str(Cursor(last.published_at, last.id)) if last else "",
    }
    return render(request, "sources.html", context)


def _rows(form: SourcesForm) -> QuerySet[RecordSource]:
    carried = (
        EntryClaim.objects.filter(sources__contains=[OuterRef("pk")])
        .order_by()
        .annotate(number=Func("pk", function="count", output_field=IntegerField()))
        .values("number")
    )
    rows = RecordSource.objects.order_by("-published_at", "-id").annotate(
        claim_count=Subquery(carried)
    )
    if form.cleaned_data["publisher"]:
        rows = rows.filter(publisher__in=form.cleaned_data["publisher"])
    if (cursor := form.cleaned_data["after"]) is not None:
        rows = rows.before(cursor.moment, cursor.incident)
    return rows


@from_the_record
def source(request: HttpRequest, source: str) -> HttpResponse:
    row = RecordSource.objects.filter(pk=source).first()
    if row is None:
        raise Http404
    carried = _carried(source)
    links = row.details["links"]
    named = RecordSource.named({link["source"] for link in links})
    context = {
        "row": row,
        "source": row.details,
        "carried": carried,
        "claim_count": sum(len(answers) for _, answers in carried),
        "links": [
            (link["kind"], named[link["source"]]) for link in links if link["source"] in named
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
