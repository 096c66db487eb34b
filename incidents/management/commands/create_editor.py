from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandParser
from django.utils.crypto import get_random_string

from rowlog.tracking import acting


class Command(BaseCommand):
    help = "Create an account for the admin; print its random password, this once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", nargs="?", default="editor")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        if User.objects.filter(username=username).exists():
            self.stdout.write(f"The account {username} exists; its password stays as it is.")
            return
        password = get_random_string(20)
        with acting(deed="create_editor"):
            User.objects.create_superuser(username=username, password=password)
        self.stdout.write(f"Account for /admin/: {username}, password: {password}")
