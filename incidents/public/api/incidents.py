"""Incidents as their newest version tells them."""

from http import HTTPStatus

from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse

from incidents.public.api.endpoint import Call, Listed
from incidents.public.api.forms import IncidentsForm
from incidents.public.chosen import first
from incidents.public.exported import Address, ExportedIncident, exported, exported_version
from incidents.public.filters import Filters
from incidents.public.problems import problem
from incidents.public.rows import NEEDED, Row, row_of, rows_of
from incidents.record.models import Facts, Version


class ApiIncident(ExportedIncident):
    api: Address
    versions: Address  # all of them, in the API


class IncidentList(Listed):
    incidents: list[ApiIncident]


def incidents(call: Call) -> IncidentList:
    """Incidents, newest first unless told otherwise, each with its claims and their sources.

    The parameters are those of the timeline: the query string of any of its pages works here. With
    `known`, standing, verification and claims are of that moment.
    """
    assert isinstance(call.form, IncidentsForm)
    clock = Version.objects.clock()
    filters = Filters.of(call.form)
    items, more = call.page(_listed(filters, call.limit + 1), filters.cursor)
    return {
        "record_clock": clock,
        "next": more,
        "incidents": [_incident(call, row) for row in rows_of(items, filters.known)],
    }


def _listed(filters: Filters, most: int) -> list[Facts]:
    """The first of the page, no more than so many."""
    needed = [*NEEDED, "incident", filters.sort_field]
    if not filters.ranked:
        chosen = first(filters, filters.sort_field, most, filters.values.get("after"))
        if chosen is not None:
            entries = filters.at_serials([one.serial for one in chosen])
            found = list(entries.newest(filters.sort_field).only(*needed))
            if len(found) == len(chosen):
                return found
            # Since this answer asked for the clock, one was published anew, or withdrawn.
    return list(filters.page().only(*needed)[:most])


def incident(call: Call, incident: str) -> ApiIncident | HttpResponse:
    """One incident, as it stands now or would have stood at a moment.

    The id of an incident that was merged into another leads there.
    """
    version = Version.objects.latest_of(incident)
    if version is None:
        raise Http404
    if version.kind == Version.Kind.MERGED:
        into = version.document["merged_into"]
        return HttpResponsePermanentRedirect(reverse("api-incident", args=[into]))
    if version.kind == Version.Kind.WITHDRAWN:
        return gone(call, version, version.note)
    return _incident(call, row_of(version, call.asked.get("known")))


def gone(call: Call, version: Version, detail: str) -> HttpResponse:
    """`version` is the one that tells of it."""
    more = {
        "version": exported_version(version, call.site),
        "versions": call.address("api-versions", incident=version.incident),
    }
    return problem(HTTPStatus.GONE, detail, more)


def _incident(call: Call, row: Row) -> ApiIncident:
    key = row.version.incident
    return {
        **exported(row, call.site),
        "api": call.address("api-incident", key),
        "versions": call.address("api-versions", incident=key),
    }
