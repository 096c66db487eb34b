"""Incidents that resemble a new one: shown before it is saved."""

from collections.abc import Iterable
from typing import Any

from incidents.linking.likely import Likely, similar_incidents
from incidents.models import Incident

_COMPARED = ("kind", "place", "earliest", "latest", "precision", "zone")


def similar_to(typed: dict[str, Any]) -> list[Likely]:
    """As similar_incidents, of what a form holds so far: invalid fields may be missing."""
    return similar_incidents(Incident(**{name: typed[name] for name in _COMPARED if name in typed}))


def unseen(similar: Iterable[Likely], seen: str) -> bool:
    """Whether one of them is not among the keys in `seen`, with commas between them."""
    return not {str(one.incident.pk) for one in similar} <= set(seen.split(","))
