"""Marks where a text has what a reader searches for."""

from django.utils.html import format_html, format_html_join

from incidents.record.search import Wanted


def highlighted(text: str, wanted: Wanted | None) -> str:
    """`text`, escaped where it has matches; the template escapes it otherwise."""
    spans = wanted.spans(text) if wanted else []
    if not spans:
        return text
    starts = [0, *(end for _, end, _ in spans)]
    pieces = zip(starts, spans, strict=False)
    parts = ((text[at:start], text[start:end]) for at, (start, end, _) in pieces)
    return format_html("{}{}", format_html_join("", "{}<mark>{}</mark>", parts), text[starts[-1] :])
