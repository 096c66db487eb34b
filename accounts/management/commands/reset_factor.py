from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.factor import reset
from rowlog.tracking import acting


class Command(BaseCommand):
    help = "Forget phone and recovery codes of an account, for whoever lost both."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        try:
            user = User.objects.get(username=username)
        except User.DoesNotExist:
            raise CommandError(f"There is no account {username}.") from None
        with acting(deed="reset_factor"):
            reset(user)
        self.stdout.write(f"{username} sets up another phone after the next login.")
