"""What programs look for under a name that is the same on every site. Neither asks the database."""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from incidents.public.clock import today

_TEXT = "text/plain; charset=utf-8"
# RFC 9116 wants less than a year, so that somebody still answers.
_GOOD_FOR = timedelta(days=200)


@csrf_exempt
@require_safe
@cache_control(public=True, no_cache=True)
def robots(request: HttpRequest) -> HttpResponse:
    lines = (
        "User-agent: *",
        f"Disallow: {reverse('admin:index')}",
        "",
        f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}",
    )
    return _lines(*lines)


@csrf_exempt
@require_safe
@cache_control(public=True, no_cache=True)
def security(request: HttpRequest) -> HttpResponse:
    """Whom to tell of a hole (https://www.rfc-editor.org/rfc/rfc9116), where a contact is named."""
    if not settings.CONTACT_URL:
        raise Http404
    # The same text for a month.
    expires = datetime.combine(today().replace(day=1), time(), timezone.get_current_timezone())
    return _lines(
        f"Contact: {settings.CONTACT_URL}",
        f"Expires: {(expires + _GOOD_FOR).isoformat()}",
        f"Preferred-Languages: {', '.join(code for code, _ in settings.LANGUAGES)}",
        f"Canonical: {request.build_absolute_uri(reverse('security'))}",
    )


def _lines(*lines: str) -> HttpResponse:
    text = "".join(f"{line}\n" for line in lines)
    return HttpResponse(text, _TEXT, headers={"Content-Language": "en"})
