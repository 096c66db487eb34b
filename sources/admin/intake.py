"""Adding a source by its text: paste or upload, correct what was read, settle copies, save.

Nothing is kept on the server between the pages: the form carries what was read.
"""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import DataError, IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods, require_POST

from sources.admin.duplicates import duplicates
from sources.admin.intake_forms import CarriedField, CorrectionForm, DuplicatesForm, PasteForm
from sources.admin.proposals import hints_of, propose
from sources.intake.apart import read_apart
from sources.intake.copies import marked, runs, shared
from sources.intake.reading import Unreadable
from sources.models import Publisher, Snapshot, Source, SourceLink

TEMPLATES = "admin/sources/source/intake"
# More names than anybody looks through.
MOST_NAMES = 2000
REFUSED = "Nothing is saved: somebody saved the same meanwhile. Send it again to see what."
TAKEN = "Another source has this very address: say below that it is the same, or correct this one."


def routes() -> list[URLPattern]:
    view = admin.site.admin_view
    return [
        path("intake/", view(paste), name="sources_source_intake"),
        path("intake/correct/", view(correct), name="sources_source_correct"),
        path("intake/beside/<int:pk>/", view(beside), name="sources_source_beside"),
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def paste(request: HttpRequest) -> HttpResponse:
    """The first page; what is sent from it is read, and the second page shown."""
    _check_permission(request)
    form = PasteForm(request.POST, request.FILES) if request.method == "POST" else PasteForm()
    if form.is_valid():
        try:
            reading = read_apart(form.content(), form.cleaned_data["url"])
        except Unreadable as error:
            form.add_error("file" if form.cleaned_data["file"] else "text", str(error))
        else:
            proposal = propose(reading, form.cleaned_data["url"])
            carried = hints_of(proposal, reading)
            correction = CorrectionForm.proposing(proposal, reading.text, carried)
            copies = _copies(request, proposal.source.url, reading.text)
            return _correction_page(request, correction, copies, carried)
    context = {"title": "Add a source", "form": form}
    return _page(request, "paste", context)


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest) -> HttpResponse:
    """Saves what the second page sends, or shows it again with what is left to do."""
    _check_permission(request)
    if request.method != "POST":
        return HttpResponseRedirect(reverse("admin:sources_source_intake"))
    form = CorrectionForm(request.POST)
    complete = form.is_valid()
    data = form.cleaned_data
    copies = _copies(request, data.get("url", ""), data.get("text", ""), request.POST)
    if complete and copies.is_valid():
        _check_new(request, form, copies)
        if form.is_valid() and (source := _saved(request, form, copies)):
            messages.success(request, f"The text of “{source}” is captured.")
            return HttpResponseRedirect(reverse("annotate", args=[source.pk]))
    carried = CarriedField().clean(request.POST.get("carried"))
    return _correction_page(request, form, copies, carried)


@require_POST
def beside(request: HttpRequest, pk: int) -> HttpResponse:
    """The text that is being added, beside one that is there; nothing is saved."""
    _check_permission(request)
    snapshot = get_object_or_404(Snapshot.objects.select_related("source__publisher"), pk=pk)
    text = request.POST.get("text", "").replace("\r\n", "\n").replace("\0", "").strip()
    context = {
        "title": "Side by side",
        "snapshot": snapshot,
        "share": round(100 * shared(runs(text), runs(snapshot.text))),
        "new": marked(text, snapshot.text),
        "old": marked(snapshot.text, text),
    }
    return _page(request, "beside", context)


def _check_permission(request: HttpRequest) -> None:
    if not request.user.has_perms(["sources.add_source", "sources.add_snapshot"]):
        raise PermissionDenied


def _copies(request: HttpRequest, url: str, text: str, data: Any = None) -> DuplicatesForm:
    may_link = request.user.has_perm("sources.add_sourcelink")
    return DuplicatesForm(data, found=duplicates(url, text), may_link=may_link)


def _check_new(request: HttpRequest, form: CorrectionForm, copies: DuplicatesForm) -> None:
    """What matters only where a source or a publisher is added."""
    if copies.same():
        return
    url = form.cleaned_data["url"]
    if url and Source.objects.filter(url=url).exists():
        form.add_error("url", TAKEN)
    if form.cleaned_data["publisher"] is None and not request.user.has_perm(
        "sources.add_publisher"
    ):
        form.add_error("publisher_name", "You may not add publishers.")


def _saved(request: HttpRequest, form: CorrectionForm, copies: DuplicatesForm) -> Source | None:
    """The source that the text now belongs to; None, and an error, where it could not be saved."""
    try:
        with transaction.atomic():
            source = copies.same() or _new_source(request, form)
            data = form.cleaned_data
            language = data["text_language"] or data["language"]
            snapshot = Snapshot.objects.create(
                source=source, kind=data["kind"], language=language, text=data["text"]
            )
            _log(request, snapshot)
            for kind, other, leads_here in copies.links():
                ends = (other, source) if leads_here else (source, other)
                link, _ = SourceLink.objects.get_or_create(
                    source=ends[0], kind=kind, target=ends[1]
                )
                _log(request, link)
            return source
    except (IntegrityError, DataError):
        form.add_error(None, REFUSED)
        return None


def _new_source(request: HttpRequest, form: CorrectionForm) -> Source:
    data = form.cleaned_data
    source: Source = form.save(commit=False)
    source.url = data["url"]
    if data["publisher"] is None:
        source.publisher = Publisher.objects.create(
            name=data["publisher_name"], homepage=data["homepage"], language=data["language"]
        )
        _log(request, source.publisher)
    else:
        source.publisher = data["publisher"]
    source.save()
    _log(request, source)
    return source


def _log(request: HttpRequest, row: Any) -> None:
    admin.site.get_model_admin(Source).log_addition(request, row, [{"added": {}}])


def _correction_page(
    request: HttpRequest, form: CorrectionForm, copies: DuplicatesForm, carried: dict[str, Any]
) -> HttpResponse:
    context = {
        "title": "Add a source: correct and save",
        "form": form,
        "groups": form.groups(carried["hints"]),
        "copies": copies,
        "carried": carried,
        "names": Publisher.objects.values_list("name", flat=True)[:MOST_NAMES],
    }
    return _page(request, "correct", context)


def _page(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    context |= {**admin.site.each_context(request), "opts": Source._meta}
    return TemplateResponse(request, f"{TEMPLATES}/{name}.html", context)
