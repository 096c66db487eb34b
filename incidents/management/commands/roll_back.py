from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models import DeskSession
from incidents.record.taking_back import (
    REARRANGING,
    instead_of_deleting,
    take_back,
    unpublished,
)
from rowlog.models import Change
from rowlog.reading import called
from rowlog.restore import Step
from rowlog.rollback import rollback
from rowlog.tracking import acting

APPS = ("sources", "incidents")
NOTE = "Changes made from an account in the wrong hands were taken back."
_DOES = {"add": "comes back", "change": "changes back", "delete": "goes"}


class Command(BaseCommand):
    help = (
        "Undo everything that one account did since a moment; what others did stays. Shows what it "
        "would do; with --apply it does so, deactivates the account and ends its sessions."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument(
            "--since", required=True, metavar="2026-11-22T03:00Z", help="a moment with its zone"
        )
        parser.add_argument("--note", default=NOTE, help="what readers are told in new versions")
        parser.add_argument("--apply", action="store_true", help="do it, not only show it")

    def handle(
        self, *args: Any, username: str, since: str, note: str, apply: bool, **options: Any
    ) -> None:
        moment = _moment(since)
        if not Change.objects.filter(user_name=username, at__gte=moment).exists():
            raise CommandError(f"The log knows nothing that {username} did since {since}.")
        if apply:
            # First, or it goes on meanwhile.
            User.objects.filter(username=username).update(is_active=False)
            DeskSession.objects.filter(user__username=username).delete()
        with transaction.atomic(), acting(deed=f"roll back {username}", reason=note):
            self._roll_back(username, moment, note)
            transaction.set_rollback(not apply)
        if not apply:
            self.stdout.write("Nothing is done yet: --apply does it.")

    def _roll_back(self, username: str, since: datetime, note: str) -> None:
        before = unpublished()
        found = rollback(username, since, REARRANGING, APPS, instead_of_deleting)
        found.carry_out()
        outcomes = list(take_back(username, since, note, unpublished() - before))
        for step in found.done:
            self.stdout.write(_told(step))
        for outcome in outcomes:
            self.stdout.write(f"“{outcome.incident}”: {outcome.how}. {outcome.why}".rstrip())
        for left in found.left:
            kind = left.model._meta.verbose_name
            self.stdout.write(f"By hand: {kind} {left.pk} “{left.name}”. {left.why}")
        elsewhere = _elsewhere(username, since)
        for model, number in elsewhere.items():
            self.stdout.write(f"By hand: {number} changes of {model}. See the log of the desk.")
        self.stdout.write(
            f"{found.changes} changes by {username}: {len(found.done)} rows undone, "
            f"{len(found.left)} left; {len(outcomes)} incidents before readers."
        )


def _moment(text: str) -> datetime:
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None or timezone.is_naive(moment):
        raise CommandError(
            f"--since takes a moment with its zone, 2026-11-22T03:00Z, not {text!r}."
        )
    return moment


def _told(step: Step) -> str:
    kind = step.row._meta.verbose_name
    name = called(step.row.__dict__) or "without a name"
    columns = ", ".join(
        f"{column} {_short(now)} → {_short(then)}" for column, (now, then) in step.columns.items()
    )
    told = f"The {kind} “{name}” {_DOES[step.verb]}"
    return f"{told}: {columns}" if columns and step.verb == "change" else told


def _short(value: object) -> str:
    text = "nothing" if value in (None, "") else str(value)
    return text if len(text) <= 60 else f"{text[:59]}…"


def _elsewhere(username: str, since: datetime) -> dict[str, int]:
    """Accounts, roles and second factors: by table, how many changes."""
    found: dict[str, int] = {}
    rows = Change.objects.filter(user_name=username, at__gte=since).values_list("model", flat=True)
    for model in rows:
        if not model.startswith(tuple(f"{app}." for app in APPS)):
            found[model] = found.get(model, 0) + 1
    return found
