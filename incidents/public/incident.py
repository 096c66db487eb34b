"""An incident's page, now and in each of its versions; its history; the address of a claim."""

from datetime import date, datetime
from typing import Any, TypeAlias, cast

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from incidents.public.addresses import moved
from incidents.public.clock import data_from_the_record, from_the_record, today
from incidents.public.fragments import fragment
from incidents.public.frame import languages
from incidents.public.inset import drawn
from incidents.public.kept import Kept
from incidents.public.known import KnownForm, iso, steps
from incidents.public.linked_data import data_block
from incidents.public.matrix import matrix
from incidents.public.page import given, render
from incidents.public.problems import open_to_all
from incidents.public.related import related
from incidents.public.revisions import Revision, revisions
from incidents.public.takeaway import address, take_away
from incidents.public.toll import toll
from incidents.record.document import Document
from incidents.record.models import EntryClaim, Version
from incidents.record.standing import clashes, latest_verification, origins, standing, told

# Of HTML, in this process: some three hundred pages.
MOST_BYTES = 16_000_000

# Stands in no text: PostgreSQL keeps none that has it.
_GAP = "\0"

# Of the version its serial, its hash, and that which it has since words were removed; language,
# site, path, and the day, which the citation names.
Key: TypeAlias = tuple[int, str, str, str | None, str, str, date]

# Pages of the newest versions, but for the addresses of the other languages, what is related and
# the link to that, which stands between two gaps.
_kept: Kept[Key, list[str]] = Kept(MOST_BYTES)


@from_the_record
def incident(request: HttpRequest, incident: str, slug: str = "") -> HttpResponse:
    version = Version.objects.latest_of(incident)
    if version is None:
        raise Http404
    if version.kind == Version.Kind.MERGED:
        into = version.document["merged_into"]
        return HttpResponsePermanentRedirect(reverse("incident-id", kwargs={"incident": into}))
    if version.kind == Version.Kind.WITHDRAWN:
        return render(request, "withdrawn.html", {"version": version}, status=410)
    if slug != version.document["incident"]["slug"]:
        return moved(request, address(version))
    return _page(request, version, latest=version)


@from_the_record
def version(request: HttpRequest, incident: str, number: int) -> HttpResponse:
    """One version for ever. A number that was a withdrawal or merger has no page of its own."""
    asked = Version.objects.numbered(incident, number)
    latest = Version.objects.latest_of(incident)
    if asked is None or latest is None:
        raise Http404
    if not asked.is_live:
        return HttpResponseRedirect(reverse("history", kwargs={"incident": incident}))
    (revision,) = revisions([asked], Version.objects.before([asked]))
    return _page(request, asked, latest, revision)


@data_from_the_record
def version_document(request: HttpRequest, incident: str, number: int) -> HttpResponse:
    """The very bytes whose SHA-256 is the version's hash, withdrawals and mergers too."""
    asked = Version.objects.numbered(incident, number)
    if asked is None:
        raise Http404
    return open_to_all(HttpResponse(asked.canonical(), content_type="application/json"))


def _page(
    request: HttpRequest, version: Version, latest: Version, revision: Revision | None = None
) -> HttpResponse:
    """`revision` is what the version changed, where the page is that version's own."""
    form = KnownForm(request.GET)
    known: datetime | None = form.cleaned_data["known"] if form.is_valid() else None
    frozen = known is None and not form.errors
    key = _key(request, version) if frozen and revision is None else None
    pieces = _kept.get(key) if key else None
    if pieces is None:
        context = _context(request, version, latest, form, known) | {"revision": revision}
        pieces = render_to_string("incident.html", context, request).split(_GAP)
        if key:
            _kept.put(key, pieces, sum(map(len, pieces)))
    groups = related(cast(Document, version.document))
    head, top, link, body, foot = pieces
    return given(
        "".join(
            [
                head,
                languages(request.get_full_path()),
                top,
                link if groups else "",
                body,
                fragment("_related.html", related=groups) if groups else "",
                foot,
            ]
        )
    )


def _key(request: HttpRequest, version: Version) -> Key:
    removed = version.removed["sha256"] if version.removed else ""
    site = request.build_absolute_uri("/")
    state = version.serial, version.sha256, removed
    return *state, get_language(), site, request.path, today()


def _context(
    request: HttpRequest,
    version: Version,
    latest: Version,
    form: KnownForm,
    known: datetime | None,
) -> dict[str, Any]:
    """All that follows from the versions, the moment asked for, the site and the day."""
    document = cast(Document, version.document)
    cut = iso(known) if known else None
    # An unreadable moment shows the error and no claims, never silently all of them.
    claims = [] if form.errors else told(document, cut)
    frozen = known is None and not form.errors
    shown = matrix(document, claims, document["clashes"] if frozen else clashes(claims))
    verified = latest_verification(claims)
    place = document["incident"]["place"]
    return {
        "gap": _GAP,
        "version": version,
        "latest": latest,
        "is_latest": version.serial == latest.serial,
        "document": document,
        "incident": document["incident"],
        "standing": document["standing"] if frozen else standing(claims, document["actors"]).value,
        "matrix": shown,
        "toll": toll(shown.answers),
        "places": [(key, document["places"][key]) for key in document["places"][place]["path"]]
        if place
        else [],
        "inset": drawn(place, document["places"][place], document["incident"]["place_precision"])
        if place
        else "",
        "sources": [
            (number, key, document["sources"][key]) for key, number in shown.reports.items()
        ],
        "verification": next((a for a in shown.answers if a.told is verified), None),
        "speakers": len({one.speaker for one in claims}),
        "origins": len(origins(claims)),
        "known": known,
        "known_error": _unreadable(form),
        "steps": steps(document, cut),
        "path": request.path,
        "takeaway": take_away(request, version, latest),
        # Programs shall not take what was, or was known, for what is.
        "linked_data": data_block(document, claims, request.build_absolute_uri("/").rstrip("/"))
        if frozen and version.serial == latest.serial
        else "",
    }


def _unreadable(form: KnownForm) -> str:
    """What is wrong with the moment asked for, if anything is."""
    messages = form.errors.get("known")
    return (
        _("As known at: %(message)s No claim is shown.") % {"message": messages[0]}
        if messages
        else ""
    )


@from_the_record
def history(request: HttpRequest, incident: str) -> HttpResponse:
    versions = list(Version.objects.filter(incident=incident).order_by("-number"))
    if not versions:
        raise Http404
    context = {"revisions": revisions(versions, versions), "latest": versions[0]}
    return render(request, "history.html", context)


@from_the_record
def claim(request: HttpRequest, claim: str) -> HttpResponse:
    """A claim's own address: to its words on the incident's page, or in the last version it had."""
    live = EntryClaim.objects.select_related("entry").filter(pk=claim).first()
    if live is not None:
        kwargs = {"incident": live.entry.incident, "slug": live.entry.slug}
        return HttpResponseRedirect(reverse("incident", kwargs=kwargs) + f"#c-{claim}")
    last = Version.objects.filter(claims__contains=[claim]).order_by("-serial").first()
    if last is None:
        raise Http404
    address = reverse("version", kwargs={"incident": last.incident, "number": last.number})
    return HttpResponseRedirect(f"{address}#c-{claim}")
