"""Marks where a text has what a reader searches for."""

from collections.abc import Sequence
from html import escape
from typing import Final, TypeAlias

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from incidents.record.search import Span, Wanted

# Stands in no text: PostgreSQL keeps none that has it.
GAP = "\0"
TEXT = "text:"


class Open:
    """In the place of what is searched for, where that is not known yet: see cards.Card."""


OPEN: Final = Open()
Looked: TypeAlias = Wanted | Open | None


def highlighted(text: str, wanted: Looked) -> str:
    """`text`, escaped where it has matches; the template escapes it otherwise."""
    if isinstance(wanted, Open):
        return SafeString(f"{GAP}{TEXT}{escape(text)}{GAP}")
    spans = wanted.spans(text) if wanted else []
    return marked_at(text, spans) if spans else text


def marked_at(text: str, spans: Sequence[Span]) -> SafeString:
    """With at least one span."""
    starts = [0, *(end for _, end, _ in spans)]
    pieces = zip(starts, spans, strict=False)
    parts = ((text[at:start], text[start:end]) for at, (start, end, _) in pieces)
    return format_html("{}{}", format_html_join("", "{}<mark>{}</mark>", parts), text[starts[-1] :])
