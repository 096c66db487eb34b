from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils.crypto import get_random_string

from accounts import first_passwords
from accounts.factor import new_key, new_phone, new_recovery_codes
from accounts.roles import Role, give
from rowlog.tracking import acting


class Command(BaseCommand):
    help = (
        "Create an account for the desk; print its random password, this once. It opens the desk "
        f"to choose another one, within {first_passwords.DAYS} days."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", nargs="?", default="editor")
        parser.add_argument("--role", choices=Role.values, default=Role.EDITOR.value)
        parser.add_argument(
            "--factor",
            action="store_true",
            help="set up a second factor and print its otpauth:// address and recovery codes",
        )

    @transaction.atomic
    def handle(self, *args: Any, username: str, role: str, factor: bool, **options: Any) -> None:
        if User.objects.filter(username=username).exists():
            self.stdout.write(f"The account {username} exists; it stays as it is.")
            return
        password = get_random_string(20)
        with acting(deed="create_editor"):
            user = User.objects.create_user(username, password=password)
            give(user, Role(role))
            first_passwords.note(user)
            if factor:
                device = new_phone(user, new_key())
                device.save()
                self.stdout.write(f"Second factor of {username}: {device.config_url}")
                self.stdout.write(f"Recovery codes: {', '.join(new_recovery_codes(user))}")
        self.stdout.write(f"Account for /admin/: {username}, {role}, password: {password}")
