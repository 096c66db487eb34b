"""https://oembed.com/: from the address of an incident to the code that shows it in a frame."""

from typing import Any, cast
from urllib.parse import unquote, urlencode, urlsplit
from xml.etree import ElementTree as ET

from django import forms
from django.core.exceptions import ValidationError
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    JsonResponse,
    QueryDict,
)
from django.urls import Resolver404, resolve, reverse

from incidents.public.clock import data_from_the_record
from incidents.public.embed import HEIGHT, WIDTH, frame
from incidents.public.markup import shown
from incidents.public.problems import open_to_all
from incidents.record.models import Version

FORMATS = ("json", "xml")


class OembedForm(forms.Form):
    """Consumers may send other keys, as the specification lets them; these stand once."""

    url = forms.CharField(max_length=2_000)
    format = forms.CharField(required=False, max_length=20)
    maxwidth = forms.IntegerField(required=False, min_value=1)
    maxheight = forms.IntegerField(required=False, min_value=1)

    def clean(self) -> None:
        for key in self.fields:
            if len(cast(QueryDict, self.data).getlist(key)) > 1:
                self.add_error(key, ValidationError("It stands in the address more than once."))


@data_from_the_record
def oembed(request: HttpRequest) -> HttpResponse:
    form = OembedForm(request.GET)
    return open_to_all(_answer(request, form.cleaned_data) if form.is_valid() else _refusal(form))


def oembed_address(request: HttpRequest, url: str) -> str:
    return request.build_absolute_uri(f"{reverse('oembed')}?{urlencode({'url': url})}")


def _refusal(form: OembedForm) -> HttpResponse:
    lines = [f"{key}: {message}\n" for key, errors in form.errors.items() for message in errors]
    return HttpResponse("".join(lines), "text/plain; charset=utf-8", status=400)


def _answer(request: HttpRequest, asked: dict[str, Any]) -> HttpResponse:
    form = asked["format"] or "json"
    if form not in FORMATS:
        return HttpResponse("format: json or xml\n", "text/plain; charset=utf-8", status=501)
    version = Version.objects.latest_of(_incident(request, asked["url"]))
    if version is None or version.kind == Version.Kind.WITHDRAWN:
        raise Http404
    if version.kind == Version.Kind.MERGED:
        return _other(request, version.document["merged_into"])
    embedded = _embedded(request, version, asked)
    if form == "json":
        return JsonResponse(embedded)
    return HttpResponse(_xml(embedded), "text/xml; charset=utf-8")


def _incident(request: HttpRequest, url: str) -> str:
    """The id in the address of an incident on this site; Http404 for any other address."""
    try:
        parts = urlsplit(url)
        found = resolve(unquote(parts.path))
    except (ValueError, Resolver404) as error:
        raise Http404 from error
    ours = parts.scheme in ("http", "https") and parts.netloc.lower() == request.get_host().lower()
    if not ours or found.url_name not in ("incident", "incident-id"):
        raise Http404
    return str(found.kwargs["incident"])


def _other(request: HttpRequest, incident: str) -> HttpResponse:
    """The same question about another incident."""
    url = request.build_absolute_uri(reverse("incident-id", args=[incident]))
    query = urlencode({**request.GET.dict(), "url": url})
    return HttpResponsePermanentRedirect(f"{reverse('oembed')}?{query}")


def _embedded(request: HttpRequest, version: Version, asked: dict[str, Any]) -> dict[str, Any]:
    title = version.document["incident"]["title"]
    width = min(WIDTH, asked["maxwidth"] or WIDTH)
    height = min(HEIGHT, asked["maxheight"] or HEIGHT)
    return {
        "version": "1.0",
        "type": "rich",
        "title": shown(title),
        "provider_name": "Claimline",
        "provider_url": request.build_absolute_uri("/"),
        "html": frame(request, version.incident, title, width, height),
        "width": width,
        "height": height,
    }


def _xml(embedded: dict[str, Any]) -> bytes:
    root = ET.Element("oembed")
    for key, value in embedded.items():
        ET.SubElement(root, key).text = str(value)
    return cast(bytes, ET.tostring(root, encoding="utf-8", xml_declaration=True))
