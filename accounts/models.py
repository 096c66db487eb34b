"""Who is logged in. Sessions of the desk only: readers have none."""

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models


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
