"""Who may do what on the desk: one table, and the backend that answers by it.

A role is kept as the group of its name. What the database lists for groups and users (Django's own
permission screens) counts for nothing, so that no right is left over that nobody sees.
"""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, Group, User
from django.db import models, transaction
from django.db.models import prefetch_related_objects


class Role(models.TextChoices):
    EDITOR = "editor", "Editor"
    REVIEWER = "reviewer", "Reviewer"
    ADMINISTRATOR = "administrator", "Administrator"


# Verbs, and the models that they may be done to. Each role may also do what stands above it.
TABLE: dict[Role, dict[str, list[str]]] = {
    Role.EDITOR: {
        # The screens refuse to delete what readers have seen.
        "view add change delete": [
            "sources.publisher",
            "sources.source",
            "sources.snapshot",
            "sources.sourcelink",
            "incidents.place",
            "incidents.placename",
            "incidents.actor",
            "incidents.actorname",
            "incidents.incident",
            "incidents.statement",
            "incidents.claim",
            "incidents.citation",
            "incidents.claimrelation",
        ],
        "view": ["incidents.version", "incidents.rearrangement", "rowlog.change"],
    },
    Role.REVIEWER: {
        "publish": ["incidents.incident"],
    },
    Role.ADMINISTRATOR: {
        "view add change delete": ["auth.user"],
        "merge": [
            "incidents.incident",
            "incidents.actor",
            "incidents.place",
            "sources.source",
            "sources.publisher",
        ],
        "redact": ["incidents.version"],
    },
}

# In the words of whoever gives the role.
DUTIES = {
    Role.EDITOR: "enters sources, statements, claims and drafts of incidents; publishes nothing",
    Role.REVIEWER: "also publishes and withdraws incidents",
    Role.ADMINISTRATOR: "also merges, redacts and looks after accounts",
}


def permissions_of(role: Role) -> set[str]:
    """What it may do, as "app.verb_model"."""
    ranks = list(TABLE)
    may: set[str] = set()
    for rank in ranks[: ranks.index(role) + 1]:
        for verbs, names in TABLE[rank].items():
            for app, _, model in (name.partition(".") for name in names):
                may |= {f"{app}.{verb}_{model}" for verb in verbs.split()}
    return may


def role_of(user: User) -> Role | None:
    """The highest, should somebody have given two."""
    # Kept with the user, as each request asks more than once.
    prefetch_related_objects([user], "groups")
    held = {group.name for group in user.groups.all()}
    return next((role for role in reversed(TABLE) if role in held), None)


@transaction.atomic
def give(user: User, role: Role) -> None:
    """Make it the one role of the user, and let the user in."""
    group, _ = Group.objects.get_or_create(name=role)
    user.groups.set([group])
    user.is_staff = True
    user.save(update_fields=["is_staff"])


class RoleBackend(ModelBackend):
    """Checks passwords as Django does, and answers for permissions by the table above."""

    def get_user_permissions(
        self, user_obj: AbstractBaseUser | AnonymousUser, obj: Any = None
    ) -> set[str]:
        return set()

    def get_group_permissions(
        self, user_obj: AbstractBaseUser | AnonymousUser, obj: Any = None
    ) -> set[str]:
        if not isinstance(user_obj, User) or not user_obj.is_active or obj is not None:
            return set()
        if user_obj.is_superuser:
            return super().get_group_permissions(user_obj)
        role = role_of(user_obj)
        return permissions_of(role) if role else set()
