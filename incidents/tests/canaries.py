"""Text that attacks whoever reads it, in every field that an editor can write.

The fields are those that Django knows of, so a new one is filled too. Each holds as many of the
canaries as get past its validation and fit into it.
"""

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.contrib.auth.models import User
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from incidents.models import (
    Actor,
    ActorName,
    Claim,
    ClaimDraft,
    Incident,
    PlaceName,
    RemovedWords,
    SuggestionVerdict,
    WarningPassed,
)
from incidents.record import merging
from incidents.record.publish import merge, publish, withdraw
from incidents.record.review import ask, comment
from incidents.tests.factories import (
    at_work,
    make_actor,
    make_administrator,
    make_citation,
    make_claim,
    make_editor,
    make_incident,
    make_relation,
    make_snapshot,
    make_source,
)
from sources.models import Snapshot, Source, SourceLink

# A script of theirs would set it.
FLAG = "canary"
TEXTS = [
    f'"><img src=x onerror="window.{FLAG}=1">',
    f"</script><script>window.{FLAG}=1</script>",
    f"<svg/onload=window.{FLAG}=1>",
    "</textarea></title><b>",
    "{{7*7}}{% now 'Y' %}",
    "\u202eevil\u2066",
    "\u200bzero",
    "Гладкoв",
    f"javascript:window.{FLAG}=1",
]
LINKS = [
    f'https://paper.example/"><script>window.{FLAG}=1</script>#',
    "https://paper.example/%22onmouseover=%22alert(1)/'{{7*7}}",
]
REFUSED_LINKS = [
    f"javascript:window.{FLAG}=1",
    f"data:text/html,<script>window.{FLAG}=1</script>",
    "JaVaScRiPt://paper.example/%0aalert(1)",
    "vbscript:x",
    "//evil.example/",
]
# Where markup of any kind is refused: a code or the name of an account.
NO_TEXT = {
    "auth.user.email",
    *("sources.publisher.country", "sources.source.zone", "incidents.incident.zone"),
    *("incidents.statement.zone",),
}
# Written by the program, from what the database holds.
_DERIVED: dict[type[models.Model], list[str]] = {ActorName: ["folded"], PlaceName: ["folded"]}
_NOT_TYPED = {"sha256", "facts", "warning", "opened", "typed", "page", "username", "password"}


def desk_models() -> list[type[models.Model]]:
    """All that editors write."""
    ours = ("incidents.models.", "sources.models")
    return [one for one in apps.get_models() if one.__module__.startswith(ours)] + [User]


def text_fields(model: type[models.Model]) -> Iterator[models.Field[Any, Any]]:
    for field in model._meta.concrete_fields:
        texts = isinstance(field, models.CharField | models.TextField | ArrayField)
        if texts and field.editable and not field.choices and field.name not in _NOT_TYPED:
            yield field


def name_of(field: models.Field[Any, Any]) -> str:
    return f"{field.model._meta.label_lower}.{field.name}"


def accepted(field: models.Field[Any, Any], value: str) -> bool:
    try:
        field.clean(value, None)
    except ValidationError:
        return False
    return True


def canary(field: models.Field[Any, Any], number: int) -> Any:
    """What the field takes of the canaries, beginning with another one for each number; “” where it
    takes none."""
    inner = field.base_field if isinstance(field, ArrayField) else field
    is_link = isinstance(field, models.URLField)
    ours = LINKS if is_link else TEXTS
    turned = ours[number % len(ours) :] + ours[: number % len(ours)]
    found = ""
    for one in turned:
        longer = f"{found}{one}{number}" if is_link and not found else f"{found} {one}".strip()
        if (not is_link or not found) and accepted(inner, longer):
            found = longer
    if found and not is_link and accepted(inner, f"{found} {number}"):
        # Names of one kind stand once.
        found = f"{found} {number}"
    return [found] if isinstance(field, ArrayField) else found


def fill(rows: Iterable[models.Model]) -> set[str]:
    """The names of the fields that now hold a canary."""
    filled = set()
    for row in rows:
        values = {field.name: canary(field, row.pk) for field in text_fields(type(row))}
        values = {name: value for name, value in values.items() if value not in ("", [""])}
        # Texts and quotes stand on each other to the letter, and were made so.
        there = {name for name in values if _is_canary(getattr(row, name))}
        filled |= {f"{row._meta.label_lower}.{name}" for name in there}
        values = {name: value for name, value in values.items() if name not in there}
        if isinstance(row, Claim):
            values = {name: value for name, value in values.items() if _may_have(row, name)}
        for name, value in values.items():
            setattr(row, name, value)
        if values:
            row.save(update_fields=[*values, *_DERIVED.get(type(row), [])])
        filled |= {f"{row._meta.label_lower}.{name}" for name in values}
    return filled


def _is_canary(value: object) -> bool:
    return any(one in str(value) for one in (*TEXTS, *LINKS))


def _may_have(claim: Claim, name: str) -> bool:
    return name not in ("unit", "vague_word") or bool(getattr(claim, name))


def infest() -> User:
    """Rows of every model, full of canaries: public, withdrawn, merged, and on the desk alone.

    Returns the administrator who did it.
    """
    editor, administrator = make_editor(), make_administrator()
    with at_work(editor):
        public, withdrawn, merged, draft = (_incident(n) for n in range(4))
        SourceLink.objects.create(
            source=Source.objects.all()[0], kind="quotes", target=Source.objects.all()[1]
        )
    filled = _fill_all()
    for incident in (public, withdrawn, merged):
        incident.refresh_from_db()
        publish(incident)
    note = " ".join(TEXTS)
    with at_work(administrator):
        withdraw(withdrawn, note)
        merge(merged, public, note)
        Incident.objects.filter(pk=public.pk).update(place_note=f"{TEXTS[0]} {TEXTS[5]}")
        publish(public, note)
    _deskwork(draft, editor, administrator)
    filled |= _fill_all()
    every = {name_of(field) for model in desk_models() for field in text_fields(model)}
    assert every - filled == NO_TEXT, (every - filled) ^ NO_TEXT
    return administrator


def _fill_all() -> set[str]:
    return {name for model in desk_models() for name in fill(model._default_manager.order_by("pk"))}


def _incident(n: int) -> Incident:
    """With a claim of each shape that has a text of its own."""
    incident = make_incident()
    words = " ".join(TEXTS)
    snapshot = make_snapshot(
        source=make_source(), text=f"{words}\n{n}\nThree were killed.", language=TEXTS[2]
    )
    vague = {"qualifier": "vague", "vague_word": "some", "unit": "people"}
    shapes: list[dict[str, Any]] = [
        {},
        vague,
        {"question": "responsibility", "accused": Actor.objects.first()},
        {"question": "control", "control_status": "contested", "control_side": "ukraine"},
    ]
    shapes[-1]["control_place"] = incident.place
    claims = [make_claim(incident=incident, cited=False, **shape) for shape in shapes]
    for claim in claims:
        make_citation(claim, words, snapshot=snapshot)
    make_relation(claims[0], claims[1])
    return incident


def _deskwork(draft: Incident, editor: User, administrator: User) -> None:
    note = " ".join(TEXTS)
    snapshot = Snapshot.objects.all()[0]
    comment(draft, editor, note)
    draft.refresh_from_db()
    ask(draft, editor, seen=draft.revision, request=note)
    WarningPassed.objects.create(
        incident=draft, warning="no_place", facts="0" * 64, reason=note, by=editor
    )
    RemovedWords.objects.create(
        words="nothing", reason="safety", by=administrator, at=timezone.now()
    )
    SuggestionVerdict.objects.create(
        snapshot=snapshot, start=0, end=5, question="killed", by=editor, verdict="rejected",
        proposal={},
    )  # fmt: skip
    typed = urlencode({"words-quote": note, "answer-text": note})
    ClaimDraft.objects.create(snapshot=snapshot, by=administrator, typed=typed)
    twins = [make_actor() for _ in range(2)]
    merging.merge(twins[0], twins[1], note, administrator)
