"""Sessions are listed, and ended: one's own by oneself, others' by administrators."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts import sessions
from accounts.models import DeskSession
from accounts.tests.logging_in import give_code, log_in
from incidents.tests.admin_form import fill_in
from incidents.tests.factories import make_administrator, make_editor

pytestmark = pytest.mark.django_db

PASSWORD = "a long pass phrase"
ACCOUNT, END, AGAIN = (f"/admin/account/{page}" for page in ("", "end/", "again/"))
PHONE = "Mozilla/5.0 (Android 14; Mobile; rv:130.0) Gecko/130.0 Firefox/130.0"


@pytest.fixture
def olena() -> User:
    user = make_editor("olena")
    user.set_password(PASSWORD)
    user.save()
    return user


def logged_in(agent: str = "") -> Client:
    """Olena in another browser."""
    client = Client(headers={"user-agent": agent})
    client.post("/admin/login/", {"username": "olena", "password": PASSWORD})
    give_code(client, User.objects.get(username="olena"))
    return client


def is_in(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


def handle_of(client: Client) -> str:
    return sessions.handle(DeskSession.objects.get(session_key=client.session.session_key))


def test_each_sees_where_they_are_logged_in_and_no_session_key(olena: User) -> None:
    here, phone = logged_in(), logged_in(PHONE)
    log_in(Client(), make_editor("other"))

    page = here.get(ACCOUNT)

    assertContains(page, "Firefox on Android")
    assertContains(page, "This one", count=1)
    assertContains(page, ">End</button>", count=1)
    assertNotContains(page, str(phone.session.session_key))
    assertNotContains(page, "127.0.0.1")


def test_one_session_is_ended_and_the_others_stay(olena: User) -> None:
    here, phone = logged_in(), logged_in(PHONE)

    here.post(END, {"session": handle_of(phone)})

    assert is_in(here)
    assert not is_in(phone)


def test_all_others_are_ended_at_once(olena: User) -> None:
    here, phone, library = logged_in(), logged_in(PHONE), logged_in()

    here.post(END)

    assert [is_in(one) for one in (here, phone, library)] == [True, False, False]


@pytest.mark.parametrize("junk", ["\0", "x" * 5000, "zzz"])
def test_what_is_no_session_is_said(olena: User, junk: str) -> None:
    response = logged_in().post(END, {"session": junk}, follow=True)

    assertContains(response, "There is no such session")


def test_nobody_ends_the_session_of_another(olena: User) -> None:
    other = Client()
    log_in(other, make_editor("other"))

    logged_in().post(END, {"session": handle_of(other)})

    assert is_in(other)


def test_an_administrator_ends_all_sessions_of_somebody(olena: User, client: Client) -> None:
    here = logged_in()
    log_in(client, make_administrator())

    client.post(f"/admin/auth/user/{olena.pk}/end-sessions/")

    assert not is_in(here)
    assert is_in(client)


@pytest.mark.parametrize("typed", [{"role": "reviewer"}, {"is_active": ""}])
def test_another_role_or_none_ends_the_sessions(
    olena: User, client: Client, typed: dict[str, str]
) -> None:
    here = logged_in()
    log_in(client, make_administrator())

    fill_in(client, f"/admin/auth/user/{olena.pk}/change/", typed)

    assert not DeskSession.objects.filter(user=olena).exists()
    assert not is_in(here)


def test_another_name_does_not(olena: User, client: Client) -> None:
    here = logged_in()
    log_in(client, make_administrator())

    fill_in(client, f"/admin/auth/user/{olena.pk}/change/", {"first_name": "Olena"})

    assert User.objects.get(username="olena").first_name == "Olena"
    assert is_in(here)


def test_a_new_password_ends_the_other_sessions(olena: User) -> None:
    here, phone = logged_in(), logged_in(PHONE)
    new = "another pass phrase"

    here.post(
        "/admin/password_change/",
        {"old_password": PASSWORD, "new_password1": new, "new_password2": new},
    )

    assert is_in(here)
    assert not is_in(phone)
    assert DeskSession.objects.filter(user=olena).count() == 1


def test_a_password_that_an_administrator_sets_ends_them_too(olena: User, client: Client) -> None:
    here = logged_in()
    log_in(client, make_administrator())
    typed = {"password1": "another pass phrase", "password2": "another pass phrase"}

    client.post(f"/admin/auth/user/{olena.pk}/password/", typed | {"usable_password": "true"})

    assert not is_in(here)
    assert is_in(client)


def test_a_login_has_a_session_id_of_its_own(olena: User) -> None:
    client = logged_in()
    before = client.session.session_key

    client.post("/admin/login/", {"username": "olena", "password": PASSWORD})

    assert client.session.session_key != before
    assert DeskSession.objects.filter(user=olena).count() == 1


def test_a_session_lasts_while_something_is_done_and_says_when_it_was_last(olena: User) -> None:
    client = logged_in()
    early = timezone.now() + timedelta(minutes=1)
    session = client.session
    session["seen"] = 0
    session.save()
    DeskSession.objects.update(expire_date=early, seen_at=early - timedelta(hours=1))

    response = client.get("/admin/")

    held = DeskSession.objects.get(user=olena)
    assert held.expire_date > early
    assert held.seen_at > early - timedelta(minutes=2)
    assert settings.SESSION_COOKIE_NAME in response.cookies


def test_looking_again_at_once_writes_nothing(olena: User) -> None:
    client = logged_in()
    client.get("/admin/")
    seen = DeskSession.objects.get().seen_at

    assert settings.SESSION_COOKIE_NAME not in client.get("/admin/").cookies
    assert DeskSession.objects.get().seen_at == seen


def test_an_idle_session_ends(olena: User) -> None:
    client = logged_in()
    DeskSession.objects.update(expire_date=timezone.now() - timedelta(seconds=1))

    assert not is_in(client)
    logged_in()
    assert DeskSession.objects.count() == 1


def test_a_session_ends_a_week_after_the_login_whatever_is_done(olena: User) -> None:
    client = logged_in()
    session = client.session
    session["started"] = (timezone.now() - timedelta(days=7, seconds=-60)).isoformat()
    session.save()
    assert is_in(client)

    session = client.session
    session["started"] = (timezone.now() - timedelta(days=7, seconds=60)).isoformat()
    session.save()

    assert not is_in(client)
    assert not DeskSession.objects.filter(user=olena).exists()


def left_open(client: Client) -> None:
    session = client.session
    session["given"] -= sessions.LATELY + 1
    session.save()


def test_in_a_session_that_was_left_open_the_password_is_asked_for_before_others_are_ended(
    olena: User,
) -> None:
    here, phone = logged_in(), logged_in(PHONE)
    left_open(here)

    refused = here.post(END, {"session": handle_of(phone)})
    assert refused.headers["Location"] == f"{AGAIN}?next=%2Fadmin%2Faccount%2F"
    assert is_in(phone)

    given = here.post(refused.headers["Location"], {"password": PASSWORD})
    assert given.headers["Location"] == ACCOUNT
    here.post(END, {"session": handle_of(phone)})
    assert not is_in(phone)


def test_a_wrong_password_opens_nothing_and_is_counted_as_at_the_login(olena: User) -> None:
    here, phone = logged_in(), logged_in(PHONE)
    left_open(here)

    for _ in range(5):
        wrong = here.post(AGAIN, {"password": "wrong"})
        assert "This is not your password" in wrong.content.decode()
    late = here.post(AGAIN, {"password": PASSWORD})

    assert (wrong.status_code, late.status_code) == (429, 429)
    assert "wrong too often lately" in late.content.decode()
    here.post(END, {"session": handle_of(phone)})
    assert is_in(phone)


def test_the_password_leads_to_no_other_host(olena: User) -> None:
    client = logged_in()

    response = client.post(f"{AGAIN}?next=https://evil.example/", {"password": PASSWORD})

    assert response.headers["Location"] == "/admin/"


def test_messages_are_in_no_cookie(olena: User) -> None:
    client = logged_in()

    client.post(END, {"session": "no such"})

    assert "messages" not in client.cookies
    assertContains(client.get(ACCOUNT), "There is no such session")


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(olena: User) -> None:
    cookies = logged_in().cookies

    for cookie in (cookies[settings.SESSION_COOKIE_NAME], cookies[settings.CSRF_COOKIE_NAME]):
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert cookies[settings.SESSION_COOKIE_NAME]["max-age"] == 12 * 3600


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("", "Another browser"),
        ("curl/8.0", "Another browser"),
        ("Mozilla/5.0 (X11; Linux x86_64) … Chrome/130.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) … Chrome/130.0 Safari/537.36 Edg/130.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) … Safari/604", "Safari on iPhone"),
    ],
)
def test_a_browser_is_told_in_words(agent: str, words: str) -> None:
    assert sessions.browser_in_words(agent) == words
