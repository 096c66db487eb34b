"""The sections of the site, as its navigation has them."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

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


def sections(path: str) -> list[Section]:
    """All of them; `path` is that of the page which is shown."""
    first = path.split("/")[1] if "/" in path else ""
    return [
        Section(str(label), address, _current(address, path, first in words))
        for name, (label, words) in _SECTIONS.items()
        for address in [reverse(name)]
    ]


def _current(address: str, path: str, within: bool) -> str:
    if address == path:
        return "page"
    return "true" if within else ""
