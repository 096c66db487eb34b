"""Names of places and actors: in the reader's language where the record has one."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.html import format_html
from django.utils.translation import get_language

from incidents.public.highlight import Looked, highlighted
from incidents.record.models import RecordActor, RecordPlace

# The name that a place or an actor has before any other is the one for readers of English.
MAIN = "en"


class Name(NamedTuple):
    text: str
    language: str  # empty where it is the page's own


def name_of(named: Mapping[str, Any] | RecordPlace | RecordActor) -> Name:
    """Of a row of the record, or of whatever in a document has a `name` and other `names`."""
    main, details = (
        (named["name"], named) if isinstance(named, Mapping) else (named.name, named.details)
    )
    wanted = get_language()
    if wanted == MAIN:
        return Name(main, "")
    translated = (name for language, name in details["names"] if language == wanted)
    return next((Name(name, "") for name in translated), Name(main, MAIN))


def marked(named: Mapping[str, Any] | RecordPlace | RecordActor, wanted: Looked = None) -> str:
    """The name for a page, marked with its language where that is not the page's.

    What of it is searched for is marked too.
    """
    name = name_of(named)
    text = highlighted(name.text, wanted)
    if name.language:
        return format_html('<span lang="{}">{}</span>', name.language, text)
    return text
