"""Which addresses are the desk's: every request is asked, by several middlewares."""

from functools import cache

from django.http import HttpRequest
from django.urls import reverse


@cache
def _address() -> str:
    return reverse("admin:index")


def is_of_the_desk(request: HttpRequest) -> bool:
    return request.path.startswith(_address())
