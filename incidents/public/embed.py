"""An incident for other sites to show in a frame: no script, and every link opens a new tab."""

from csp.constants import NONE
from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.clickjacking import xframe_options_exempt

from incidents.public.clock import from_the_record
from incidents.public.markup import shown
from incidents.public.page import render
from incidents.record.models import Entry, RecordPlace, Version

# In CSS pixels; a frame of any size will do.
WIDTH, HEIGHT = 640, 420


def frame(request: HttpRequest, incident: str, title: str, width: int, height: int) -> str:
    """The code by which another site shows the incident."""
    return format_html(
        '<iframe src="{}" width="{}" height="{}" title="{}" loading="lazy"></iframe>',
        request.build_absolute_uri(reverse("embed", args=[incident])),
        width,
        height,
        shown(f"Claimline: {title}"),
    )


# Outside of from_the_record, so that a 304 does not take the leave back.
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"], "script-src": [NONE], "connect-src": [NONE]})
@from_the_record
def embed(request: HttpRequest, incident: str) -> HttpResponse:
    """The newest version: no frame on another site goes on showing what was withdrawn."""
    entry = Entry.objects.defer("search").filter(pk=incident).first()
    if entry is None:
        return _gone(request, incident)
    named = RecordPlace.named(set(entry.places))
    context = {
        "entry": entry,
        "places": [named[key] for key in reversed(entry.places) if key in named],
    }
    return render(request, "embed.html", context)


def _gone(request: HttpRequest, incident: str) -> HttpResponse:
    version = Version.objects.latest_of(incident)
    if version is None:
        raise Http404
    if version.kind == Version.Kind.MERGED:
        into = version.document["merged_into"]
        return HttpResponsePermanentRedirect(reverse("embed", args=[into]))
    return render(request, "embed.html", {"tombstone": version}, status=410)
