"""The history of a row on the desk, and the way back to an earlier state of it."""

from typing import Any, TypeAlias

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import DataError, IntegrityError, models
from django.db.models import ProtectedError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from rowlog.models import Change, ChangeQuerySet
from rowlog.reading import Act, Reader, acts_of, called, moment
from rowlog.restore import NeverWas, Step, carry_out, steps
from rowlog.tracking import acting

PAGE = 25
CHANGED_MEANWHILE = (
    "It was changed after you opened this page, so nothing is restored yet. Below is what would be "
    "restored now."
)
# What a step does, by its permission.
_DOES = {"add": "Adds again", "change": "Changes", "delete": "Takes away"}

Screen: TypeAlias = "ModelAdmin[Any]"


def history(screen: Screen, request: HttpRequest, object_id: str) -> HttpResponse:
    """Who changed the row and its parts, when and why; also of a row that is deleted."""
    pk, row = _row(screen, request, object_id)
    if not screen.has_view_or_change_permission(request, row):
        raise PermissionDenied
    changes = Change.objects.of(screen.model, pk)
    page = Paginator(changes.acts(), PAGE).get_page(request.GET.get("p"))
    if row is None and not page.object_list:
        raise Http404
    shown = changes.filter(act__in=[act["act"] for act in page.object_list])
    acts = acts_of(screen.admin_site, request, shown)
    context = {
        "title": f"History of “{row or _last_name(acts, screen.model, pk)}”",
        "acts": acts,
        "page": page,
        "pages": page.paginator.get_elided_page_range(page.number),
        "may_restore": _may_restore(screen, request, row),
        # Before it there was nothing to go back to.
        "brought": [act.first.pk for act in acts if act.brings(screen.model, pk)],
    }
    return _page(screen, request, "history", pk, row, context)


def restore(screen: Screen, request: HttpRequest, object_id: str, change: int) -> HttpResponse:
    """GET shows what going back to before `change` would do; POST does it, as a new change."""
    pk, row = _row(screen, request, object_id)
    if not _may_restore(screen, request, row):
        raise PermissionDenied
    changes = Change.objects.of(screen.model, pk)
    first = changes.filter(pk=change).first()
    if first is None:
        raise Http404
    newest = changes.latest("pk").pk
    planned, errors = _planned(screen, changes.filter(pk__gte=change))
    if request.method == "POST" and not errors:
        if request.POST.get("seen") != str(newest):
            errors = [CHANGED_MEANWHILE]
        elif not (errors := _carry_out(request, planned, first)):
            messages.success(request, f"It is as it was before {moment(first.at)}.")
            return HttpResponseRedirect(_address(screen, "change", pk))
    context = {
        "title": f"Restore “{row or 'what was deleted'}” as it was before {moment(first.at)}",
        "rows": _in_words(screen, request, planned),
        "errors": errors,
        "seen": newest,
    }
    return _page(screen, request, "restore", pk, row, context, 409 if errors else 200)


def _row(screen: Screen, request: HttpRequest, object_id: str) -> tuple[Any, models.Model | None]:
    try:
        pk = screen.model._meta.pk.to_python(unquote(object_id))
    except ValidationError:
        raise Http404 from None
    return pk, screen.get_object(request, object_id)


def _last_name(acts: list[Act], model: type[models.Model], pk: Any) -> str:
    rows = (row for act in acts for row in act.rows)
    own = (row.name for row in rows if row.change.is_of(model, pk))
    return next(own, str(pk))


def _may_restore(screen: Screen, request: HttpRequest, row: models.Model | None) -> bool:
    if not getattr(screen, "restorable", False):
        return False
    if row is None:
        return screen.has_add_permission(request)
    return screen.has_change_permission(request, row)


def _planned(screen: Screen, changes: ChangeQuerySet) -> tuple[list[Step], list[str]]:
    """What is to be done, or why nothing can be."""
    try:
        return steps(screen.model, changes), []
    except NeverWas:
        raise Http404 from None
    except ValidationError as error:
        return [], error.messages


def _carry_out(request: HttpRequest, planned: list[Step], first: Change) -> list[str]:
    """Why it cannot be done; empty when it is."""
    for step in planned:
        meta = step.row._meta
        if not request.user.has_perm(f"{meta.app_label}.{step.verb}_{meta.model_name}"):
            return [f"You may not {step.verb} a {meta.verbose_name}, which this would need."]
    acting(deed=f"restore as before {moment(first.at)}")
    try:
        carry_out(planned)
    except ValidationError as error:
        return error.messages
    except ObjectDoesNotExist:
        return ["What it referred to is deleted: restore that first."]
    except ProtectedError:
        return ["What came later is in use elsewhere, so it cannot be taken away."]
    except (IntegrityError, DataError) as error:
        return [f"The database refuses it: {_first_line(error)}"]
    return []


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def _in_words(screen: Screen, request: HttpRequest, planned: list[Step]) -> list[dict[str, Any]]:
    held = [
        (type(step.row), column, value)
        for step in planned
        for column, pair in step.columns.items()
        for value in pair
    ]
    reader = Reader(screen.admin_site, request, held)
    return [
        {
            "does": _DOES[step.verb],
            "kind": step.row._meta.verbose_name,
            "name": called(step.row.__dict__) or f"number {step.row.pk}",
            "differences": reader.compared(type(step.row), step.columns),
        }
        for step in planned
    ]


def _address(screen: Screen, name: str, pk: Any) -> str:
    opts = screen.opts
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{name}", args=[quote(pk)])


def _page(
    screen: Screen,
    request: HttpRequest,
    template: str,
    pk: Any,
    row: models.Model | None,
    context: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    whole = {
        **screen.admin_site.each_context(request),
        "opts": screen.opts,
        "pk": pk,
        "row": row,
        "back": _address(screen, "change", pk) if row else None,
        "history": _address(screen, "history", pk),
        "media": screen.media,
        **context,
    }
    return TemplateResponse(request, f"admin/rowlog/{template}.html", whole, status=status)
