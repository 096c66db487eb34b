"""The annotation screen. A page a request: script asks for the same page and takes what changed."""

from http import HTTPStatus
from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import DataError, IntegrityError, transaction
from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods, require_POST

from incidents.admin.annotate import verbs
from incidents.admin.annotate.annotation import Annotation
from incidents.admin.annotate.screen import LOOK, Screen
from incidents.models import Claim, ClaimDraft, SuggestionVerdict
from sources.admin.opened import Overtaken
from sources.models import Source

GONE = "What you had open is gone. Below is what you typed, as a new claim: check it, then save."
REFUSED = "Nothing is saved: the database refused it. Perhaps the claim has these words already."
ALREADY = "Somebody has dealt with that suggestion already: see the list."
LEANT_ON = "Another claim or relation leans on this claim: change that first."

Verdict = SuggestionVerdict.Verdict


@require_http_methods(["GET", "HEAD", "POST"])
def annotate(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows the text with what the query string opens; POST saves the claim that is open."""
    screen = _screen(request, pk)
    if request.method == "POST":
        return _save(request, screen)
    if screen.asked.get("draft") and screen.draft:
        return _show_draft(request, screen.draft)
    return _page(request, screen, screen.annotation())


@require_POST
def judge(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept, reject, or take back the rejection of, one suggestion."""
    screen = _screen(request, pk)
    _require(screen.may_change)
    suggestion = screen.opened_suggestion
    if screen.snapshot is None or suggestion is None:
        messages.error(request, "That suggestion is no longer made of this text.")
    elif request.POST.get("verdict") == "accept" and suggestion.looked_at:
        messages.warning(request, ALREADY)
    elif request.POST.get("verdict") == "accept":
        return _accept(request, screen)
    elif request.POST.get("verdict") == "reject":
        verbs.judge(screen.snapshot, suggestion, Verdict.REJECTED, _editor(request))
    elif request.POST.get("verdict") == "restore":
        verbs.take_back(screen.snapshot, suggestion)
    return HttpResponseRedirect(screen.address() + "#suggestions")


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    screen = _screen(request, pk)
    _require(screen.may_remove)
    if screen.to_remove is None:
        messages.error(request, "That claim no longer rests on words of this text.")
    else:
        try:
            messages.success(request, verbs.remove(screen.to_remove))
        except ProtectedError:
            messages.error(request, LEANT_ON)
    return HttpResponseRedirect(screen.address())


@require_POST
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what is typed, or throw it away; nothing is checked."""
    screen = _screen(request, pk)
    _require(screen.may_change)
    typed = request.POST.copy()
    typed.pop("csrfmiddlewaretoken", None)
    if screen.snapshot is None:
        return HttpResponse(status=HTTPStatus.NOT_FOUND)
    if "discard" in typed:
        if screen.draft:
            screen.draft.delete()
        return HttpResponseRedirect(screen.address())
    sent, opened = typed.urlencode(), request.GET.urlencode()
    if len(sent) > ClaimDraft.LONGEST or len(opened) > ClaimDraft.LONGEST_ADDRESS:
        return HttpResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    ClaimDraft.objects.keep(screen.snapshot, _editor(request), opened, sent)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _screen(request: HttpRequest, pk: int, query: QueryDict | None = None) -> Screen:
    source = get_object_or_404(Source.objects.select_related("publisher"), pk=pk)
    _require(_editor(request).has_perms(LOOK))
    return Screen(source, _editor(request), query or request.GET)


def _editor(request: HttpRequest) -> User:
    # The admin site lets nobody else in.
    return cast(User, request.user)


def _require(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied


def _page(
    request: HttpRequest,
    screen: Screen,
    annotation: Annotation | None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    context = screen.context(request, annotation)
    return TemplateResponse(request, "admin/annotate/page.html", context, status=status)


def _show_draft(request: HttpRequest, kept: ClaimDraft) -> HttpResponse:
    """What was typed, open again; as a new claim where what it was about is gone."""
    typed = QueryDict(kept.typed)
    pk = kept.snapshot.source_id
    screen = _screen(request, pk, QueryDict(kept.opened))
    annotation = screen.annotation(typed, unchecked=True)
    if annotation is None:
        messages.warning(request, GONE)
        screen = _screen(request, pk, _as_new(screen))
        annotation = screen.annotation(typed, unchecked=True)
    return _page(request, screen, annotation)


def _as_new(screen: Screen) -> QueryDict:
    return QueryDict(f"snapshot={screen.snapshot.pk if screen.snapshot else ''}&new=1")


def _save(request: HttpRequest, screen: Screen) -> HttpResponse:
    _require(screen.may_change)
    annotation = screen.annotation(request.POST)
    if annotation is None:
        messages.error(request, GONE)
        screen = _screen(request, screen.source.pk, _as_new(screen))
        annotation = screen.annotation(request.POST, unchecked=True)
        return _page(request, screen, annotation)
    return _saved(request, screen, annotation) or _page(request, screen, annotation)


def _accept(request: HttpRequest, screen: Screen) -> HttpResponse:
    """Save the suggestion as it stands, or open it with what is lacking marked."""
    proposed = screen.annotation()
    assert proposed  # whoever asks has seen to the snapshot, the suggestion and the right
    sent = proposed.as_sent()
    if screen.opened_suggestion and screen.incident_for(screen.opened_suggestion) is None:
        # Only an incident that the card named.
        sent["where-likely"] = ""
    annotation = screen.annotation(sent)
    assert annotation
    annotation.require_speaker()
    return _saved(request, screen, annotation) or _page(request, screen, annotation)


def _saved(request: HttpRequest, screen: Screen, annotation: Annotation) -> HttpResponse | None:
    """The way on, if the claim could be saved; else the errors stand in the form."""
    if not annotation.is_valid() or annotation.offer(request.POST.get("seen", "")):
        return None
    try:
        with transaction.atomic():
            claim = annotation.save()
            _conclude(screen, annotation, claim)
    except Overtaken:
        annotation.overtake()
        return _page(request, screen, annotation, HTTPStatus.CONFLICT)
    except (IntegrityError, DataError):
        annotation.refuse(REFUSED)
        return None
    messages.success(request, f"Saved: “{claim}”.")
    return HttpResponseRedirect(screen.address() + f"#citation-{annotation.citation.pk}")


def _conclude(screen: Screen, annotation: Annotation, claim: Claim) -> None:
    """The suggestion has its verdict, and nothing is left of the draft."""
    snapshot = annotation.citation.snapshot
    if suggestion := screen.opened_suggestion:
        verdict = Verdict.CHANGED if annotation.differs else Verdict.ACCEPTED
        verbs.judge(snapshot, suggestion, verdict, screen.user, claim)
    ClaimDraft.objects.filter(
        snapshot=snapshot, by=screen.user, opened=screen.query.urlencode()
    ).delete()
