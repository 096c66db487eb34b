"""Whole answers, kept compressed for as long as the record stays as it is.

What a page's ETag stands for is all that the page follows from: a browser that has it gets 304, and
whoever else asks gets the same bytes, without a list, a count or a template.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import NamedTuple, TypeAlias

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import re_accepts_gzip
from django.views.decorators.gzip import gzip_page

from config.origins import origin
from incidents.public import room
from incidents.public.asked import clock
from incidents.public.kept import Kept
from incidents.public.problems import too_much
from incidents.record.models import Clock

View: TypeAlias = Callable[..., HttpResponseBase]
# ETag, address, compressed or not.
Key: TypeAlias = tuple[Clock, str, str, bool]


class Answer(NamedTuple):
    content: bytes
    headers: dict[str, str]


ANSWERS: Kept[Key, Answer] = Kept(settings.READY_ANSWERS)


def ready(view: View) -> View:
    """`view`, asked once for each answer that is a page: not for what streams, nor for errors.

    To be asked with the ETag that the answer will have, before the request.
    """
    compressed = gzip_page(view)

    @wraps(view)
    def answered(
        etag: str, request: HttpRequest, *args: object, **kwargs: object
    ) -> HttpResponseBase:
        zipped = bool(re_accepts_gzip.search(request.headers.get("Accept-Encoding", "")))
        # The clock besides its ETag, as a serial may come again in a restored database.
        key = clock(), etag, request.build_absolute_uri(), zipped
        if answer := ANSWERS.get(key):
            return HttpResponse(answer.content, headers=answer.headers)
        if not request.GET:
            response = compressed(request, *args, **kwargs)
        else:
            with room.ROOM.entered(origin(request)) as free:
                response = compressed(request, *args, **kwargs) if free else too_much(request)
        if isinstance(response, HttpResponse) and response.status_code == HTTPStatus.OK:
            answer = Answer(response.content, dict(response.headers))
            ANSWERS.put(key, answer, sum(map(len, (answer.content, *key[1:3]))))
        return response

    return answered
