from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.factor import is_required


def give_password(client: Client, user: User) -> None:
    """As one who has just given it, and nothing else."""
    client.force_login(user)
    session = client.session
    session["given"] = int(timezone.now().timestamp())
    session.save()


def log_in(client: Client, user: User) -> None:
    """As one who has given both the password and, where the role wants it, the second factor."""
    give_password(client, user)
    if is_required(user):
        device, _ = TOTPDevice.objects.get_or_create(user=user, name="phone")
        session = client.session
        session[DEVICE_ID_SESSION_KEY] = device.persistent_id
        session.save()
