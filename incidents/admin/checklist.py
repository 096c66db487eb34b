"""What stands before publishing an incident, passed or not, with the way to where it is mended."""

from dataclasses import dataclass, field

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import DateTimeField, Field, Model, TextChoices
from django.forms import BoundField
from django.urls import reverse

from incidents.models import Incident, WarningPassed
from incidents.record.gates import GATES, WISHES, Blocker, Caution, Gates
from incidents.record.review import OWN_WORK, is_own_work, passed


@dataclass(frozen=True)
class Obstacle:
    message: str
    url: str


class State(TextChoices):
    MET = "met", "Done"
    BLOCKS = "blocks", "Blocks"
    WARNS = "warns", "Warning"
    ANSWERED = "answered", "Answered for"


@dataclass
class Item:
    """A line of the list. `reason` is the field to answer the warning in, where a form has one."""

    label: str
    state: State = State.MET
    faults: list[Obstacle] = field(default_factory=list)
    caution: Caution | None = None
    answered: WarningPassed | None = None
    reason: BoundField | None = None


def checklist(
    incident: Incident, found: Gates, editor: User, on_its_own_page: bool = False
) -> list[Item]:
    """Blockers, then four eyes, then warnings: those too that are met or answered for.

    On the incident's own page its fields are addressed by their anchor alone, so that following
    one keeps what was typed.
    """
    here = incident if on_its_own_page else None
    items = [_gate(key, label, found.blockers, here) for key, label in GATES.items()]
    if settings.FOUR_EYES:
        items.append(_four_eyes(incident, editor))
    return items + _wishes(incident, found, here)


def _gate(key: str, label: str, blockers: list[Blocker], here: Incident | None) -> Item:
    faults = [Obstacle(one.message, _address(one, here)) for one in blockers if one.gate == key]
    return Item(label, State.BLOCKS if faults else State.MET, faults)


def _four_eyes(incident: Incident, editor: User) -> Item:
    label = "Somebody else has worked on it or approved it"
    if not is_own_work(incident, editor):
        return Item(label)
    url = reverse("admin:incidents_incident_review", args=[incident.pk])
    return Item(label, State.BLOCKS, [Obstacle(OWN_WORK, url)])


def _wishes(incident: Incident, found: Gates, here: Incident | None) -> list[Item]:
    answers = passed(incident)
    raised = {caution.warning: caution for caution in found.cautions}
    items = []
    for key, label in WISHES.items():
        caution = raised.get(key)
        if caution is None:
            items.append(Item(label))
            continue
        answer = answers.get((key, caution.facts))
        fault = Obstacle(caution.message, _address(caution, here))
        state = State.ANSWERED if answer else State.WARNS
        items.append(Item(label, state, [fault], caution, answer))
    return items


def field_obstacles(incident: Incident, found: Gates) -> dict[str, str]:
    """The messages about fields of the incident itself, by the name of the field."""
    return {
        blocker.field: blocker.message for blocker in found.blockers if blocker.object == incident
    }


def _address(fault: Blocker | Caution, here: Incident | None) -> str:
    anchor = f"#{_anchor(fault.object, fault.field)}"
    return anchor if fault.object == here else change_url(fault.object) + anchor


def _anchor(row: Model, name: str) -> str:
    """The id that Django's admin gives to the first input of a field, or to an inline."""
    field = row._meta.get_field(name)
    if not isinstance(field, Field):
        return f"{name}-group"
    return f"id_{name}_0" if isinstance(field, DateTimeField) else f"id_{name}"


def change_url(row: Model) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
