"""The second factor: codes from a phone, and recovery codes for when the phone is lost.

Kept by django-otp; these are the only functions that change it.
"""

from base64 import b32encode
from hashlib import sha256
from math import ceil
from secrets import token_hex
from typing import Any

import segno
from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_otp import verify_token
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import RecoveryCode, RecoveryDevice
from accounts.roles import Role, role_of

CODES = 10
# Without letters that are taken for others; 28 of them are 138 bits, so a plain hash will do.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_LENGTH = 28


class WrongCode(Exception):
    """Says what to do about it."""


def has_factor(user: User) -> bool:
    return bool(TOTPDevice.objects.filter(user=user, confirmed=True).exists())


def is_required(user: User) -> bool:
    """Of everybody, or where the operator lets editors go without, of those who decide."""
    may_go_without = not user.is_superuser and role_of(user) in (Role.EDITOR, None)
    return settings.EDITORS_FACTOR or not may_go_without


def is_missing(user: User | AnonymousUser) -> bool:
    """Whether the session of this user still lacks it: nobody remembers a device for them."""
    if not isinstance(user, User) or _is_verified(user):
        return False
    return is_required(user) or has_factor(user)


def _is_verified(user: Any) -> bool:
    # Set by django-otp's middleware.
    return bool(user.otp_device)


def new_key() -> str:
    """The secret of a phone to be: 40 hexadecimal digits."""
    return token_hex(20)


def new_phone(user: User, key: str) -> TOTPDevice:
    """Not saved. Its codes count while it shows them, and no longer."""
    return TOTPDevice(user=user, name="phone", key=key, tolerance=0)


def secret_in_words(key: str) -> str:
    """As typed into an app by hand: base32 in groups of four."""
    return _in_groups(b32encode(bytes.fromhex(key)).decode())


def address_of(user: User, key: str) -> str:
    """otpauth://…, what the app reads from the picture."""
    return str(new_phone(user, key).config_url)


def picture(address: str) -> dict[str, Any]:
    """The path of an SVG of unit squares, and the length of its side."""
    rows = [list(row) for row in segno.make(address, micro=False).matrix_iter(border=4)]
    dots = ((x, y) for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return {"side": len(rows), "path": "".join(f"M{x} {y}h1v1h-1z" for x, y in dots)}


@transaction.atomic
def enrol(user: User, key: str, code: str) -> TOTPDevice:
    """Take the phone that shows `code` for the user's only one; raises WrongCode."""
    User.objects.select_for_update().get(pk=user.pk)
    device = new_phone(user, key)
    if not device.verify_token(_tidy(code)):
        raise WrongCode("This is not the code of the moment. Is the clock of the phone right?")
    TOTPDevice.objects.filter(user=user).exclude(pk=device.pk).delete()
    return device


@transaction.atomic
def new_recovery_codes(user: User) -> list[str]:
    """Fresh codes in place of all earlier ones. Only their hashes are kept: show them now."""
    RecoveryDevice.objects.filter(user=user).delete()
    device = RecoveryDevice.objects.create(user=user, name="recovery codes")
    codes = [get_random_string(_LENGTH, _ALPHABET) for _ in range(CODES)]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(device=device, hash=_hash(code)) for code in codes
    )
    return [_in_groups(code) for code in codes]


def recovery_codes_left(user: User) -> int:
    return RecoveryCode.objects.filter(device__user=user).count()


def check_code(user: User, code: str) -> TOTPDevice | RecoveryDevice:
    """The device whose code it is; a recovery code is used up. Raises WrongCode."""
    typed = _tidy(code)
    if typed.isdecimal() and len(typed) == 6:
        device, token = TOTPDevice.objects.filter(user=user, confirmed=True).first(), typed
    else:
        device, token = RecoveryDevice.objects.filter(user=user).first(), _hash(typed)
    verified = device and verify_token(user, device.persistent_id, token)
    if verified is None:
        raise WrongCode(_reason(device))
    return verified


def _reason(device: TOTPDevice | RecoveryDevice | None) -> str:
    if device is not None:
        device.refresh_from_db()
        _, why = device.verify_is_allowed()
        if why:
            wait = max(1, ceil((why["locked_until"] - timezone.now()).total_seconds()))
            seconds = "a second" if wait == 1 else f"{wait} seconds"
            return f"This is not a valid code. Wait {seconds}, then try again."
    return "This is not a valid code. Each counts once, and only while the phone shows it."


@transaction.atomic
def reset(user: User) -> None:
    """Forget phone and recovery codes; where the role wants a factor, the user enrols anew."""
    TOTPDevice.objects.filter(user=user).delete()
    RecoveryDevice.objects.filter(user=user).delete()


def _tidy(code: str) -> str:
    return "".join(code.split()).replace("-", "").lower()


def _in_groups(letters: str) -> str:
    return " ".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def _hash(code: str) -> str:
    return sha256(code.encode(errors="replace")).hexdigest()
