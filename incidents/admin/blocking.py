"""What blocks publishing, with the way to where it can be mended."""

from dataclasses import dataclass

from django.db.models import DateTimeField, Field, Model
from django.urls import reverse

from incidents.models import Incident
from incidents.record.gates import Blocker, blockers


@dataclass(frozen=True)
class Obstacle:
    message: str
    url: str


def obstacles(incident: Incident, on_its_own_page: bool = False) -> list[Obstacle]:
    """In words, each with the address of the field that it is about.

    On the incident's own page its fields are addressed by their anchor alone, so that following
    one keeps what was typed.
    """
    return [
        Obstacle(blocker.message, _address(blocker, incident if on_its_own_page else None))
        for blocker in blockers(incident)
    ]


def field_obstacles(incident: Incident) -> dict[str, str]:
    """The messages about fields of the incident itself, by the name of the field."""
    return {
        blocker.field: blocker.message
        for blocker in blockers(incident)
        if blocker.object == incident
    }


def _address(blocker: Blocker, here: Incident | None) -> str:
    anchor = f"#{_anchor(blocker.object, blocker.field)}"
    return anchor if blocker.object == here else change_url(blocker.object) + anchor


def _anchor(row: Model, name: str) -> str:
    """The id that Django's admin gives to the first input of a field, or to an inline."""
    field = row._meta.get_field(name)
    if not isinstance(field, Field):
        return f"{name}-group"
    return f"id_{name}_0" if isinstance(field, DateTimeField) else f"id_{name}"


def change_url(row: Model) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
