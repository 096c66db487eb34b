"""Slows down whoever guesses passwords, without locking out the owner of the name guessed at.

django-axes counts failures by the pair of name and origin. An origin is an address or, where the
owner has logged in before, the browser itself: others who guess from the same address do not count
there. What is kept of either is a keyed hash, in the place where axes expects an address.
"""

import logging
from hashlib import sha256
from ipaddress import IPv6Address
from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.models import User
from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import get_random_string, salted_hmac

from accounts import first_passwords
from config.origins import misnamed, network

# An address may fail this many times more often than one name from it.
NAMES = 10

_BROWSER = "desk_browser"
_HALF_A_YEAR = 15_552_000

log = logging.getLogger(__name__)


class LoginThrottle(AxesDatabaseHandler):  # type: ignore[misc]
    """Locks one name from one origin, and an origin that tries many names."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        recent = AccessAttempt.objects.filter(
            ip_address=request.axes_ip_address,  # type: ignore[attr-defined]
            attempt_time__gte=get_cool_off_threshold(request),
        )
        of_all_names: int = recent.aggregate(all=Sum("failures_since_start"))["all"] or 0
        return max(int(super().get_failures(request, credentials)), of_all_names // NAMES)

    def user_login_failed(
        self,
        sender: Any,
        credentials: dict[str, Any],
        request: HttpRequest | None = None,
        **kwargs: Any,
    ) -> None:
        # Of no use, and not ours to keep.
        vars(request).update(axes_user_agent="", axes_http_accept="", axes_path_info="")
        super().user_login_failed(sender, credentials, request, **kwargs)


class LoginForm(AdminAuthenticationForm):
    def clean_username(self) -> str:
        """Django tells browsers how long it may be, and believes them."""
        username: str = self.cleaned_data["username"]
        if len(username) > (User._meta.get_field("username").max_length or 0):
            raise super().get_invalid_login_error()
        return username

    def confirm_login_allowed(self, user: User) -> None:
        super().confirm_login_allowed(user)
        if first_passwords.has_expired(user):
            raise ValidationError(
                "This first password was not used in time. Ask an administrator for another."
            )

    def get_invalid_login_error(self) -> ValidationError:
        if getattr(self.request, "axes_locked_out", False):
            minutes = settings.AXES_COOLOFF_TIME.total_seconds() // 60
            return ValidationError(
                f"Too many wrong passwords from where you are. Wait {minutes:.0f} minutes, or log "
                "in with a browser that you have used here before."
            )
        return super().get_invalid_login_error()


def refused(request: HttpRequest, page: HttpResponse, credentials: Any) -> HttpResponse:
    """The login page with its message, under the status that tells programs to wait."""
    page.status_code = 429
    page.headers["Retry-After"] = f"{settings.AXES_COOLOFF_TIME.total_seconds():.0f}"
    return page


def origin(request: HttpRequest) -> str:
    """Where an attempt comes from, hashed into the form of a private IPv6 address."""
    if fault := misnamed(request):
        log.error(fault)
    where = _known_browser(request) or network(request)
    digest = salted_hmac(__name__, where, algorithm="sha256").digest()
    return str(IPv6Address(b"\xfd" + digest[:15]))


def remember_browser(response: HttpResponse, username: str) -> None:
    """Let attempts at this name from this browser be counted apart; it opens nothing by itself."""
    response.set_signed_cookie(
        settings.COOKIE_PREFIX + _BROWSER,
        f"{_name_hash(username)}.{get_random_string(22)}",
        salt=_BROWSER,
        max_age=_HALF_A_YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _known_browser(request: HttpRequest) -> str | None:
    try:
        name = settings.COOKIE_PREFIX + _BROWSER
        browser = request.get_signed_cookie(name, salt=_BROWSER, max_age=_HALF_A_YEAR)
    except (KeyError, signing.BadSignature):
        return None
    of_whom = _name_hash(request.POST.get("username", ""))
    return browser if browser and browser.startswith(f"{of_whom}.") else None


def _name_hash(username: str) -> str:
    return sha256(username.encode(errors="replace")).hexdigest()
