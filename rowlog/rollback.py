"""Everything that one account did since a moment, undone; what others did stays.

It goes by columns: one that somebody else has set since is theirs. A row that the account made
goes, unless somebody else has worked on it or on what would go with it; one that it deleted comes
back.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from django.contrib.admin.utils import NestedObjects
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import Error, connection, models, transaction
from django.db.models import ProtectedError, RestrictedError

from rowlog.models import Change
from rowlog.reading import called, model_of
from rowlog.restore import Step, do, replaced, step_to, wholes

Key: TypeAlias = tuple[type[models.Model], int]
# What is done instead of deleting a row, or why it stays; None where it may go.
Instead: TypeAlias = Callable[[models.Model], Step | str | None]

WORKED_ON = "Somebody else has worked on it since."
PART = "It is a part of what stays."


@dataclass(frozen=True)
class Left:
    """A row that is to be looked at by hand."""

    model: type[models.Model]
    pk: int
    name: str
    why: str


@dataclass
class _Row:
    """What the account did to a row, as far as nobody else did something about it since."""

    first: int  # change
    name: str = ""
    made: bool = False
    # With its columns, where it is gone.
    deleted: dict[str, Any] | None = None
    # By column: what it held before.
    before: dict[str, Any] = field(default_factory=dict)
    # Somebody else's.
    worked_on: bool = False

    def take(self, change: Change, *, own: bool) -> None:
        self.name = called(change.row) or self.name
        self.worked_on = self.worked_on or (self.made and not own)
        match change.operation:
            case Change.Operation.INSERT:
                self.made, self.deleted, self.before = own, None, {}
            case Change.Operation.DELETE:
                self.deleted = dict(change.row) if own else None
                self.made = self.made and own
            case Change.Operation.UPDATE if own:
                self.before = dict(replaced(change)) | self.before
            case Change.Operation.UPDATE:
                for column in change.before or {}:
                    self.before.pop(column, None)


@dataclass
class Rollback:
    """`done` and `left` after `carry_out`; `changes` is how many of the account's are undone by it
    or left."""

    rows: dict[Key, _Row]
    changes: int
    instead: Instead
    done: list[Step] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    # Rows that the account made.
    _staying: set[Key] = field(default_factory=set)

    def carry_out(self) -> None:
        """In a transaction. What refers to a row that is not back yet waits for the next turn."""
        waiting = dict(self.rows)
        while True:
            errors = {}
            for key, row in waiting.items():
                if (error := self._undo(key, row)) is not None:
                    errors[key] = error
                if row.made and key[0]._base_manager.filter(pk=key[1]).exists():
                    self._staying.add(key)
                else:
                    self._staying.discard(key)
            if len(errors) == len(waiting):
                break
            waiting = {key: waiting[key] for key in errors}
        self.left += [
            Left(*key, self.rows[key].name, errors[key]) for key in sorted(errors, key=str)
        ]

    def _undo(self, key: Key, row: _Row) -> str | None:
        """Why it cannot be, yet or at all."""
        step = self._step(key, row)
        if step is None or isinstance(step, str):
            return step
        try:
            with transaction.atomic():
                do(step)
                connection.check_constraints()
        except (ProtectedError, RestrictedError):
            return "It is in use."
        except ValidationError as error:
            return " ".join(error.messages)
        except ObjectDoesNotExist:
            return "What it referred to is gone."
        except Error as error:
            return str(error).partition("\n")[0]
        self.done.append(step)
        return None

    def _step(self, key: Key, row: _Row) -> Step | str | None:
        """None where nothing is to be done; or why it is not done."""
        model, pk = key
        now = model._base_manager.filter(pk=pk).first()
        if not row.made:
            if row.deleted is not None:
                return step_to(model, now, row.deleted | row.before)
            return step_to(model, now, row.before) if now else None
        if now is None:
            return None
        if row.worked_on:
            return WORKED_ON
        if not self._staying.isdisjoint(wholes(now)):
            return PART
        if (instead := self.instead(now)) is not None:
            return instead
        if other := self._going_with(now):
            return f"With it would go “{other}”, which is somebody else’s."
        return step_to(model, now, None)

    def _going_with(self, row: models.Model) -> models.Model | None:
        """The first of somebody else's that the database would delete with it."""
        found = NestedObjects(using="default")
        found.collect([row])
        for model, rows in found.data.items():
            for one in rows:
                ours = self.rows.get((model, one.pk))
                if ours is not None and ours.made and not ours.worked_on:
                    continue
                if one != row and Change.objects.of(model, one.pk).exists():
                    return one
        return None


def rollback(
    user_name: str,
    since: datetime,
    deeds: Collection[str],
    apps: Iterable[str],
    instead: Instead,
) -> Rollback:
    """What there is to undo in tables of these `apps`, but for what it did by one of `deeds`.

    Of deleted accounts too: the log knows names.
    """
    of_apps = models.Q()
    for app in apps:
        of_apps |= models.Q(model__startswith=f"{app}.")
    changes = Change.objects.filter(of_apps, row_id__isnull=False)
    own = changes.filter(user_name=user_name, at__gte=since).exclude(deed__in=deeds)
    first = own.aggregate(first=models.Min("id"))["first"]
    touched: dict[str, set[int | None]] = {}
    for name, pk in own.values_list("model", "row_id"):
        touched.setdefault(name, set()).add(pk)
    rows: dict[Key, _Row] = {}
    number = 0
    for name, keys in touched.items():
        later = changes.filter(model=name, row_id__in=keys, id__gte=first)
        for change in later.order_by("id").iterator(500):
            by_it = change.user_name == user_name and change.at >= since
            model = model_of(change)
            if model is None or change.row_id is None or (by_it and change.deed in deeds):
                continue
            number += by_it
            key = model, change.row_id
            if key in rows or by_it:
                row = rows.setdefault(key, _Row(change.pk))
                row.take(change, own=by_it)
    # What came first may have parts, which go and stay with it.
    in_order = dict(sorted(rows.items(), key=lambda one: one[1].first))
    return Rollback(in_order, number, instead)
