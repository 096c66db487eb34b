"""Sessions of the desk: Django's engine on a table of our own, and how they are ended."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models import DeskSession
from config.desk import is_of_the_desk

# How late "last seen" may be: a row is written this often at most, in seconds.
SEEN_EVERY = 300

# For so long after giving it nobody is asked for the password again, in seconds.
LATELY = 900

_STARTED, _BROWSER, _SEEN, _GIVEN = "started", "browser", "seen", "given"
# In this order: Edge and Opera call themselves Chrome too, and Chrome Safari.
_BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome",
             "Safari": "Safari"}  # fmt: skip
_SYSTEMS = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows",
            "Mac OS": "Mac", "Linux": "Linux"}  # fmt: skip


class SessionStore(DatabaseStore):
    """What `SESSION_ENGINE` names."""

    @classmethod
    def get_model_class(cls) -> type[DeskSession]:
        return DeskSession

    def create_model_instance(self, data: dict[str, Any]) -> DeskSession:
        session: Any = super().create_model_instance(data)
        session.user_id = data.get(SESSION_KEY)
        session.browser = data.get(_BROWSER, "")
        session.started_at = parse_datetime(data.get(_STARTED, "")) or timezone.now()
        return session  # type: ignore[no-any-return]


def describe(request: HttpRequest) -> None:
    """Note, at a login, what the owner will know the session by."""
    agent = request.headers.get("User-Agent", "")
    request.session[_BROWSER] = browser_in_words(agent)
    request.session[_STARTED] = timezone.now().isoformat()
    request.session[_SEEN] = int(timezone.now().timestamp())
    note_password(request)
    # Django gives a new id only to who was not logged in before.
    request.session.cycle_key()
    SessionStore.clear_expired()


def note_password(request: HttpRequest) -> None:
    """It was given now."""
    request.session[_GIVEN] = int(timezone.now().timestamp())


def gave_password_lately(request: HttpRequest) -> bool:
    given: int = request.session.get(_GIVEN, 0)
    return timezone.now().timestamp() - given <= LATELY


def browser_in_words(agent: str) -> str:
    """ "Firefox on Linux", of a User-Agent header."""
    browser = next((name for mark, name in _BROWSERS.items() if f"{mark}/" in agent), "")
    system = next((name for mark, name in _SYSTEMS.items() if mark in agent), "")
    return " on ".join(filter(None, [browser or "Another browser", system]))


def keep_alive(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """On the desk, end a session that is too old, and begin anew the time that idle ones have."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if is_of_the_desk(request) and SESSION_KEY in request.session:
            now = timezone.now()
            started = parse_datetime(request.session.get(_STARTED, ""))
            seen = request.session.get(_SEEN, now.timestamp())
            if started and now - started > settings.SESSION_LONGEST:
                request.session.flush()
            elif now.timestamp() - seen > SEEN_EVERY:
                request.session[_SEEN] = int(now.timestamp())
        return get_response(request)

    return middleware


def handle(session: DeskSession) -> str:
    """Names it on a page: the key itself would open it."""
    return sha256(session.session_key.encode()).hexdigest()[:20]


def open_sessions(user: User) -> list[DeskSession]:
    return list(DeskSession.objects.filter(user=user, expire_date__gt=timezone.now()))


def end(user: User, wanted: str) -> bool:
    """End the one of that handle; whether there was one."""
    keys = [one.session_key for one in open_sessions(user) if handle(one) == wanted]
    return DeskSession.objects.filter(session_key__in=keys).delete()[0] > 0


def end_all(user: User, but: str | None = None) -> int:
    """End the sessions of the user, all or all but one; how many there were."""
    ended, _ = DeskSession.objects.filter(user=user).exclude(session_key=but or "").delete()
    return ended
