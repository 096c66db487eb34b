"""Who speaks or is accused: persons, ministries, services, outlets, nobody in particular."""

from collections.abc import Iterable

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import TrigramSimilarity
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Max, Q

from incidents.models.spelling import Spelling
from incidents.names import fold
from incidents.vocabulary import ActorKind, Side
from sources.public_ids import new_id

_BODIES = """
with recursive body as (
    select * from incidents_actor where id = any(%s)
    union
    select actor.* from incidents_actor actor join body on actor.id = body.organisation_id
)
select body.*, array(
    select array[language, name] from incidents_actorname
    where actor_id = body.id order by language, name
) as spellings
from body
"""


class ActorQuerySet(models.QuerySet["Actor"]):
    def named_like(self, text: str) -> "ActorQuerySet":
        """Actors whose name in any language or transliteration resembles `text`, best first."""
        folded = fold(text)
        if not folded:
            return self.none()
        return (
            self.not_merged()
            .filter(
                Q(names__folded__trigram_word_similar=folded) | Q(names__folded__startswith=folded)
            )
            .annotate(likeness=Max(TrigramSimilarity("names__folded", folded)))
            .order_by("-likeness", "name", "pk")
        )

    def not_merged(self) -> "ActorQuerySet":
        return self.filter(merged_into=None)

    def with_bodies(self, actors: Iterable[int]) -> dict[int, "Actor"]:
        """The actors with these keys and all that they speak for, with their spellings: by key,
        and each with its organisation."""
        found = {actor.pk: actor for actor in self.raw(_BODIES, [list(actors)])}
        for actor in found.values():
            if actor.organisation_id is not None:
                actor.organisation = found[actor.organisation_id]
        return found


class Actor(models.Model):
    # Each a language (or "") and a name, of an actor that `with_bodies` gave.
    spellings: list[list[str]]

    public_id = models.CharField(max_length=10, unique=True, default=new_id, editable=False)
    name = models.CharField(max_length=200, help_text="The name shown to readers, in English.")
    kind = models.CharField(max_length=20, choices=ActorKind)
    side = models.CharField(
        max_length=8,
        choices=Side,
        help_text="For filters and layout only. “Unnamed” is for speakers of no known side.",
    )
    organisation = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="members",
        help_text="The body that it speaks for. Two speakers of one body count as one origin.",
        limit_choices_to={"merged_into": None},
    )
    role = models.CharField(
        max_length=200,
        blank=True,
        help_text="The usual role: “governor of Belgorod Oblast”. Each statement keeps its own.",
    )

    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
        editable=False,
        limit_choices_to={"merged_into": None},
    )

    objects = ActorQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        permissions = [("merge_actor", "Can merge actors")]
        constraints = [
            models.CheckConstraint(
                name="actor_side_known",
                condition=Q(side__in=["russia", "ukraine", "other", "none"]),
            ),
            models.CheckConstraint(
                name="actor_not_its_own_organisation",
                condition=Q(organisation=None) | ~Q(organisation=F("id")),
                violation_error_message="An actor cannot be its own organisation.",
            ),
            models.CheckConstraint(
                name="actor_not_merged_into_itself",
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        seen = {self.pk}
        above = self.organisation
        while above is not None:
            if above.pk in seen:
                raise ValidationError(
                    {"organisation": "This would make the organisations a circle."}
                )
            seen.add(above.pk)
            above = above.organisation


class ActorName(Spelling):
    actor = models.ForeignKey(Actor, models.CASCADE, related_name="names")

    class Meta:
        ordering = ["actor", "language", "name"]
        constraints = [models.UniqueConstraint("actor", "name", name="actor_name_once")]
        indexes = [GinIndex(OpClass("folded", "gin_trgm_ops"), name="actor_name_folded")]
