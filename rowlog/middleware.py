"""Tells the log who sends a form of the desk, from which address, and the reason they gave."""

from collections.abc import Callable

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse

from config.desk import is_of_the_desk
from rowlog.tracking import acting

# The field that every change form of the desk ends with (templates/admin/submit_line.html).
REASON = "_reason"
_SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")


def who_and_why(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Public requests pass untouched, and so does reading: neither changes the desk."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method in _SAFE or not is_of_the_desk(request):
            return get_response(request)
        user = request.user if isinstance(request.user, User) else None
        reason = request.POST.get(REASON, "").strip()[:1000]
        with acting(user=user, reason=reason, address=request.path):
            return get_response(request)

    return middleware
