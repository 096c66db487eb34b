"""A page of what filters ask for: the whole of it, or the part that a script swaps in."""

from typing import Any
from urllib.parse import parse_qsl

from django.http import HttpRequest, HttpResponse

from incidents.public.clock import wants_part
from incidents.public.filters import Asked, Form
from incidents.public.page import render


def strays(request: HttpRequest, asked: Asked[Form], address: str) -> bool:
    """Whether a whole page was asked for elsewhere than at `address`, which is the one of its
    state. How letters are encoded is the browser's matter."""
    if wants_part(request) or asked.errors:
        return False
    return _pairs(request.META["QUERY_STRING"]) != _pairs(address.partition("?")[2])


def _pairs(query: str) -> list[tuple[str, str]]:
    return parse_qsl(query, keep_blank_values=True)


def answered(
    request: HttpRequest, asked: Asked[Form], address: str, context: dict[str, Any]
) -> HttpResponse:
    """By the templates that are named after the view."""
    view = context["view"]
    if not wants_part(request):
        return render(request, f"{view}.html", context)
    response = render(request, f"_{view}.html", context)
    # An address that cannot be read stays as it is, or a reload would show something else.
    response["HX-Push-Url"] = request.get_full_path() if asked.errors else address
    return response
