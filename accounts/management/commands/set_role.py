from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.roles import Role, give


class Command(BaseCommand):
    help = "Give an account a role; a superuser becomes an ordinary account of that role."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("role", choices=Role.values)

    def handle(self, *args: Any, username: str, role: str, **options: Any) -> None:
        try:
            user = User.objects.get(username=username)
        except User.DoesNotExist:
            raise CommandError(f"There is no account {username}.") from None
        user.is_superuser = False
        user.is_active = True
        user.save(update_fields=["is_superuser", "is_active"])
        give(user, Role(role))
        self.stdout.write(f"The account {username} is {role} now.")
