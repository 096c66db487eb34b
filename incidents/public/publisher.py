"""A publisher: its reports in the record, for how many incidents, and whom they quote."""

from django.http import Http404, HttpRequest, HttpResponse

from incidents.public.addresses import moved, named
from incidents.public.clock import from_the_record
from incidents.public.page import render
from incidents.public.sources import PageForm, page_of
from incidents.record.models import RecordCount, RecordFormer, RecordSource


@from_the_record
def publisher(request: HttpRequest, publisher: str, slug: str = "") -> HttpResponse:
    reports = RecordSource.objects.filter(publisher=publisher)
    newest = reports.order_by("-serial").first() or _newest_of_today(publisher)
    if newest is None:
        raise Http404
    address = named("publisher", newest.publisher, newest.publisher_name)
    if request.path != address:
        return moved(request, address)
    form = PageForm(request.GET)
    rows, earlier = page_of(reports, form.cleaned_data["after"]) if form.is_valid() else ([], "")
    context = {
        "publisher": publisher,
        "name": newest.publisher_name,
        "country": newest.details["publisher"]["country"],
        "form": form,
        "rows": rows,
        "earlier": earlier,
        "reports": reports.count(),
        "incidents": RecordCount.objects.of(publisher)[RecordCount.What.REPORTED].get("", 0),
        "taken_from": reports.taken_from(),
    }
    return render(request, "publisher.html", context)


def _newest_of_today(publisher: str) -> RecordSource | None:
    """The newest report of what `publisher` was merged into."""
    now = RecordFormer.now_of([publisher]).values()
    return RecordSource.objects.filter(publisher__in=now).order_by("-serial").first()
