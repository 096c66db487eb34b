"""Passwords that their owners did not choose: a command printed them, or an administrator set them.

They open one page, on which another one is chosen, and for a week only.
"""

from datetime import timedelta

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import FirstPassword

DAYS = 7

_FIRST = "first password"


def note(user: User) -> None:
    """Somebody else knows the password that the user has now."""
    FirstPassword.objects.update_or_create(user=user, defaults={"given_at": timezone.now()})


def has_expired(user: User) -> bool:
    oldest = timezone.now() - timedelta(days=DAYS)
    return FirstPassword.objects.filter(user=user, given_at__lt=oldest).exists()


def remember(request: HttpRequest) -> None:
    """Note, at a login, whether it was by such a password: who gets another is logged out."""
    request.session[_FIRST] = FirstPassword.objects.filter(user=request.user.pk).exists()


def was_given(request: HttpRequest) -> bool:
    """Whether this session began with one that is not changed yet."""
    return bool(request.session.get(_FIRST))


def forget(request: HttpRequest) -> None:
    """The user has chosen another one."""
    FirstPassword.objects.filter(user=request.user.pk).delete()
    request.session.pop(_FIRST, None)
