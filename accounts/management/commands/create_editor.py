from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandParser
from django.utils.crypto import get_random_string

from accounts.roles import Role, give
from rowlog.tracking import acting


class Command(BaseCommand):
    help = "Create an account for the desk; print its random password, this once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", nargs="?", default="editor")
        parser.add_argument("--role", choices=Role.values, default=Role.EDITOR.value)

    def handle(self, *args: Any, username: str, role: str, **options: Any) -> None:
        if User.objects.filter(username=username).exists():
            self.stdout.write(f"The account {username} exists; it stays as it is.")
            return
        password = get_random_string(20)
        with acting(deed="create_editor"):
            give(User.objects.create_user(username, password=password), Role(role))
        self.stdout.write(f"Account for /admin/: {username}, {role}, password: {password}")
