"""Who is logged in. Sessions of the desk only: readers have none."""

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django_otp.plugins.otp_static.models import StaticDevice


class DeskSession(AbstractBaseSession):
    """Django's session with what its owner needs to recognise it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="sessions"
    )
    # "Firefox on Linux"; no address.
    browser = models.CharField(max_length=60)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField(auto_now=True)

    class Meta(AbstractBaseSession.Meta):
        ordering = ["-seen_at", "session_key"]


class FirstPassword(models.Model):
    """That somebody else chose the password of a user; see accounts/first_passwords.py."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="first_password", editable=False
    )
    given_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["user"]

    def __str__(self) -> str:
        return f"the first password of {self.user}"


class RecoveryDevice(StaticDevice):  # type: ignore[misc]
    """What stands in for a lost phone. Its own tokens have no room for whole hashes."""

    class Meta:
        proxy = True

    def verify_token(self, token: str) -> bool:
        """Takes a hash, once."""
        if not self.verify_is_allowed()[0]:
            return False
        used, _ = RecoveryCode.objects.filter(device=self, hash=token).delete()
        if used:
            self.throttle_reset(commit=False)
            self.set_last_used_timestamp()
        else:
            self.throttle_increment()
        return bool(used)


class RecoveryCode(models.Model):
    """One that is left; of it the SHA-256 alone is known, in hexadecimal digits."""

    device = models.ForeignKey(RecoveryDevice, models.CASCADE, related_name="codes", editable=False)
    hash = models.CharField(max_length=64, editable=False)

    class Meta:
        ordering = ["device", "hash"]
        constraints = [
            models.UniqueConstraint("device", "hash", name="recovery_code_once"),
        ]

    def __str__(self) -> str:
        return f"a recovery code of {self.device.user}"


class Presence(models.Model):
    """An editor who had a page open a moment ago; see accounts/presence.py."""

    editor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="presences", editable=False
    )
    page = models.CharField(max_length=100, editable=False)
    seen_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["page", "editor"]
        constraints = [
            models.UniqueConstraint("page", "editor", name="presence_once"),
        ]

    def __str__(self) -> str:
        return f"{self.editor} at {self.page}"
