from django.contrib.auth.models import User
from django.test import Client


def log_in(client: Client, user: User) -> None:
    """As one who has given both the password and, where the role wants it, the second factor."""
    client.force_login(user)
