"""A page from a template. Text from outside is text: controls that turn it around are shown."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

# https://www.unicode.org/reports/tr9/#Explicit_Directional_Formatting: marks, embeddings,
# overrides and isolates. Nothing in our templates needs one.
_DIRECTIONS = [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
_SHOWN = {code: f"[U+{code:04X}]" for code in _DIRECTIONS}
_HIDDEN = [chr(code) for code in _DIRECTIONS]


def render(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    return given(render_to_string(template, context, request), status)


def given(page: str, status: int = 200) -> HttpResponse:
    if any(map(page.__contains__, _HIDDEN)):
        # Slow, and hardly ever needed.
        page = page.translate(_SHOWN)
    return HttpResponse(page, status=status)
