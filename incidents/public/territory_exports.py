"""Who says who holds it, to take away: every filter of /territory/ as CSV and JSON.

All claims of the filter, those about the latest times first, written as they are read.
"""

from collections.abc import Iterator
from itertools import islice

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from incidents.public.clock import data_from_the_record
from incidents.public.control import control_claims
from incidents.public.exported import ExportedControlClaim, exported_control
from incidents.public.exports import CSV, about, answer, listed
from incidents.public.rows import BATCH
from incidents.public.spreadsheet import control_spreadsheet
from incidents.public.territory import Territory


@data_from_the_record
def territory_csv(request: HttpRequest) -> HttpResponseBase:
    def written(asked: Territory, site: str) -> Iterator[str]:
        return control_spreadsheet(_claims(asked, site))

    return answer(request, Territory.read(request.GET), "csv", CSV, written)


@data_from_the_record
def territory_json(request: HttpRequest) -> HttpResponseBase:
    def written(asked: Territory, site: str) -> Iterator[str]:
        yield from listed(about(asked, site), "claims", _claims(asked, site))

    return answer(request, Territory.read(request.GET), "json", "application/json", written)


def _claims(asked: Territory, site: str) -> Iterator[ExportedControlClaim]:
    """A page asked for with `after` is not looked at."""
    found = asked.claims().with_entries().order_by("-at", "-claim").iterator(chunk_size=BATCH)
    while batch := list(islice(found, BATCH)):
        for claim in reversed(control_claims(batch, asked.known)):
            yield exported_control(claim, asked.known, site)
