"""What all pages of one language have around them: each piece rendered once and kept."""

from dataclasses import dataclass
from functools import lru_cache

from django.template.loader import render_to_string
from django.urls import get_script_prefix, reverse
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from incidents.public.fragments import with_gaps
from incidents.public.highlight import GAP

# By the name of the address that each leads to: its label, and the first words of the addresses
# that belong to it.
_SECTIONS: dict[str, tuple[Promise, set[str]]] = {
    "timeline": (_("Timeline"), {"", "incidents"}),
    "map": (_("Map"), {"map"}),
    "territory": (_("Territory"), {"territory", "places"}),
    "sources": (_("Sources"), {"sources", "publishers"}),
    "changes": (_("Changes"), {"changes"}),
    "method": (_("About"), {"about"}),
}


@dataclass(frozen=True)
class Section:
    """`current` is what aria-current says: “page”, “true” for a page within, or nothing."""

    label: str
    address: str
    current: str


def constant(template: str, **values: str) -> SafeString:
    """A template that follows from the language alone, but for `values` that it shows as they
    are."""
    pattern = _pattern(template, tuple(values), get_language(), get_script_prefix())
    return SafeString(pattern % {name: escape(value) for name, value in values.items()})


def views(path: str) -> SafeString:
    """The navigation of the page at `path`; of a page that may be anywhere without."""
    first = path.split("/")[1] if path else None
    view = next((name for name, (_label, words) in _SECTIONS.items() if first in words), "")
    is_page = bool(view) and reverse(view) == path
    return _views(view, is_page, get_language(), get_script_prefix())


def languages(back: str) -> SafeString:
    """The switch between languages, which leads `back` to an address; to the Referer without."""
    return constant("_languages.html", next=back)


@lru_cache
def _pattern(template: str, gaps: tuple[str, ...], _language: str | None, _prefix: str) -> str:
    """To be filled in by `%`."""
    html = render_to_string(template, {name: f"{GAP}{name}{GAP}" for name in gaps})
    return with_gaps(html)


@lru_cache
def _views(view: str, is_page: bool, _language: str | None, _prefix: str) -> SafeString:
    current = {view: "page" if is_page else "true"}
    sections = [
        Section(str(label), reverse(name), current.get(name, ""))
        for name, (label, _words) in _SECTIONS.items()
    ]
    return SafeString(render_to_string("_views.html", {"sections": sections}))
