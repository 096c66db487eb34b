"""Programs that ask over plain http are refused, and not sent on to https as people are.

A redirect would hide the mistake: they would go on to send what they send where others can read it.
"""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from incidents.public import problems


def no_programs(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    def middleware(request: HttpRequest) -> HttpResponseBase:
        unsafe = settings.SECURE_SSL_REDIRECT and not request.is_secure()
        if unsafe and problems.is_for_programs(request):
            return problems.problem(HTTPStatus.FORBIDDEN, "Ask over https, here and from now on.")
        return get_response(request)

    return middleware
