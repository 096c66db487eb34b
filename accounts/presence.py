"""Who has which page of the desk open: a courtesy to each other, forgotten within minutes."""

import re
from datetime import timedelta

from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.models import Presence

# A browser says every half minute that it is still there.
_GONE_AFTER = timedelta(minutes=2)
# Pages on which a row is edited: its form, and the annotation of a source.
_PAGE = re.compile(r"/admin/(\w+/\w+/\d{1,18}/change|annotate/\d{1,18})/")


def others_at(page: str, user: User | AnonymousUser) -> list[str] | None:
    """The names of the others who edit there; None where nothing is edited."""
    if not _PAGE.fullmatch(page):
        return None
    lately = Presence.objects.filter(page=page, seen_at__gte=timezone.now() - _GONE_AFTER)
    others = lately.exclude(editor=user.pk).select_related("editor").order_by("editor__username")
    return [one.editor.get_full_name() or one.editor.get_username() for one in others]


@require_POST
def present(request: HttpRequest) -> HttpResponse:
    """A page says that it is open, and is told who else has it open."""
    page = request.POST.get("page", "")
    if not _PAGE.fullmatch(page) or not isinstance(request.user, User):
        return JsonResponse({"detail": "Nothing is edited there."}, status=400)
    now = timezone.now()
    Presence.objects.filter(seen_at__lt=now - _GONE_AFTER).delete()
    Presence.objects.update_or_create(editor=request.user, page=page, defaults={"seen_at": now})
    return JsonResponse({"others": others_at(page, request.user)})
