from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp import models
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.factor import is_required, new_key, new_phone


def give_password(client: Client, user: User) -> None:
    """As one who has just given it, and nothing else."""
    client.force_login(user)
    session = client.session
    session["given"] = int(timezone.now().timestamp())
    session.save()


def log_in(client: Client, user: User) -> None:
    """As one who has given both the password and, where it is wanted, the second factor."""
    give_password(client, user)
    if is_required(user):
        give_code(client, user)


def give_code(client: Client, user: User) -> None:
    """As one who has just given it, after the password."""
    device = TOTPDevice.objects.filter(user=user).first() or new_phone(user, new_key())
    device.save()
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()


def code_of(key: str, later: int = 0) -> str:
    """What a phone with this secret shows now, or so many steps of 30 seconds later."""
    phone = TOTP(bytes.fromhex(key), drift=later)
    phone.time = models.time.time()
    return f"{phone.token():06}"
