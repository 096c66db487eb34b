"""What is answered while a database does not do its work: 503, and never a blank fault."""

import sys
from collections.abc import Callable
from http import HTTPStatus

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string

from config.desk import is_of_the_desk
from config.limits import ENDED
from config.replicas import PRIMARY, answers, is_away, leave_alone, replicas, sqlstate
from incidents.public import problems

RETRY_AFTER = "5"  # seconds
# Fields that are not for people to read.
_UNSEEN = ("csrfmiddlewaretoken", "_")


def server_error(request: HttpRequest) -> HttpResponse:
    """The handler of all that nothing else has caught."""
    fault = sys.exc_info()[1]
    if not isinstance(fault, (OperationalError, InterfaceError)):
        return problems.server_error(request)
    if sqlstate(fault) == ENDED:
        return problems.too_much(request)
    if replicas() and is_away(sqlstate(fault)):
        leave_alone(PRIMARY)
    return unavailable(request)


def no_waiting_for_the_primary(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """While the primary is known to be away the desk says so at once: a request that waited for it
    would keep readers waiting, whom the replicas answer."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not answers(PRIMARY) and is_of_the_desk(request):
            return unavailable(request)
        return get_response(request)

    return middleware


def unavailable(request: HttpRequest) -> HttpResponse:
    if is_of_the_desk(request):
        response = _desk(request)
    else:
        response = problems.server_error(request, HTTPStatus.SERVICE_UNAVAILABLE)
    response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    response.headers["Retry-After"] = RETRY_AFTER
    response.headers["Cache-Control"] = "no-store"
    return response


def _desk(request: HttpRequest) -> HttpResponse:
    """With all that was sent, as it was sent: the token too, so that nobody else's form is made
    good by sending it from here. Passwords and files are to be given again."""
    sent = [(name, value) for name, values in request.POST.lists() for value in values]
    if request.FILES or any("password" in name for name, _ in sent):
        sent = []
    typed = [(name, value) for name, value in sent if value and not name.startswith(_UNSEEN)]
    context = {"method": request.method, "sent": sent, "typed": typed}
    return HttpResponse(render_to_string("admin/unavailable.html", context))
