"""How to cite the record, under which licence it is, and how to have it corrected."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from incidents.public.citing import version_address
from incidents.public.clock import from_the_record, today
from incidents.public.meanings import VERSION_KINDS
from incidents.public.page import render
from incidents.record.models import Entry, Version


@from_the_record
def about(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(reverse("method"))


@from_the_record
def cite(request: HttpRequest) -> HttpResponse:
    """With the incident that changed last as the example, where there is one."""
    newest = Entry.objects.newest("changed_at").values("serial")[:1]
    version = Version.objects.filter(serial__in=newest).first()
    context = {
        "version": version,
        "version_address": version_address(request, version) if version else "",
        "today": today(),
    }
    return render(request, "cite.html", context)


@from_the_record
def licence(request: HttpRequest) -> HttpResponse:
    context = {"licence": settings.LICENCE, "licence_url": settings.LICENCE_URL}
    return render(request, "licence.html", context)


@from_the_record
def corrections(request: HttpRequest) -> HttpResponse:
    corrected = "?" + urlencode({"change": Version.Kind.CORRECTED})
    shown = (Version.Kind.UPDATED, Version.Kind.CORRECTED, Version.Kind.WITHDRAWN)
    context = {
        "contact": settings.CONTACT,
        "contact_url": settings.CONTACT_URL,
        "kinds": [(kind.label, VERSION_KINDS[kind]) for kind in shown],
        "corrected_url": reverse("changes") + corrected,
        "feed_url": reverse("changes-atom") + corrected,
    }
    return render(request, "corrections.html", context)
