"""The reports that the record rests on, and what each of them carries."""

from itertools import groupby

from django.db.models import Func, IntegerField, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse

from incidents.public.clock import from_the_record
from incidents.public.filters import Cursor, CursorField, IdsField, QueryForm
from incidents.public.page import render
from incidents.record.models import EntryClaim, RecordSource

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
    claims = EntryClaim.objects.filter(sources__contains=[source]).select_related("entry")
    carried = [
        (entry, list(group))
        for entry, group in groupby(
            claims.order_by("-entry__at", "entry", "known_at", "pk"), key=lambda one: one.entry
        )
    ]
    links = row.details["links"]
    named = RecordSource.named({link["source"] for link in links})
    context = {
        "row": row,
        "source": row.details,
        "carried": carried,
        "claim_count": sum(len(group) for _, group in carried),
        "links": [
            (link["kind"], named[link["source"]]) for link in links if link["source"] in named
        ],
    }
    return render(request, "source.html", context)
