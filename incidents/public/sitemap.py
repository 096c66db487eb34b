"""The sitemap: every live incident once, for search engines (https://www.sitemaps.org/).

It has a page for each MOST serials of the record. So no page can hold more incidents, nothing is
counted, and an incident stands where its newest version does: what is published changes the last
page, and takes lines away from the others.
"""

from collections.abc import Iterator

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from incidents.public.addresses import of_incident
from incidents.public.asked import clock
from incidents.public.clock import data_from_the_record
from incidents.public.downloads import begin, let_connections_go
from incidents.public.exports import later
from incidents.public.known import iso
from incidents.record.models import Entry

# As many as a page may have.
MOST = 50_000
# Rows in memory at a time.
BATCH = 5_000

_XML = "application/xml; charset=utf-8"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


@data_from_the_record
def sitemap(request: HttpRequest) -> HttpResponse:
    """The pages that have an incident."""
    lines = [_HEAD, f'<sitemapindex xmlns="{_NAMESPACE}">\n']
    for page, changed_at in Entry.objects.newest_of_each(MOST, clock().serial):
        address = request.build_absolute_uri(reverse("sitemap-page", args=[page + 1]))
        lines.append(
            f"<sitemap><loc>{address}</loc><lastmod>{iso(changed_at)}</lastmod></sitemap>\n"
        )
    return HttpResponse("".join([*lines, "</sitemapindex>\n"]), _XML)


@data_from_the_record
def sitemap_page(request: HttpRequest, number: int) -> HttpResponseBase:
    first = (number - 1) * MOST + 1
    if not 0 < first <= clock().serial:
        raise Http404
    site = request.build_absolute_uri("/").removesuffix("/")
    written = _page(site, range(first, first + MOST))
    parts = () if request.method == "HEAD" else begin(request, written)
    if parts is None:
        return later("xml")
    return StreamingHttpResponse(parts, content_type=_XML)


def _page(site: str, serials: range) -> Iterator[str]:
    yield f'{_HEAD}<urlset xmlns="{_NAMESPACE}">\n'
    while rows := Entry.objects.addresses(serials, BATCH):
        # Whoever is slow to take them keeps no connection from others.
        let_connections_go()
        for _, incident, slug, changed_at in rows:
            address = site + of_incident(incident, slug)
            yield f"<url><loc>{address}</loc><lastmod>{iso(changed_at)}</lastmod></url>\n"
        serials = range(rows[-1][0] + 1, serials.stop)
    yield "</urlset>\n"
