"""Guessing passwords is slowed down, and no name can be locked by guessing at it."""

import logging

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.test import Client, RequestFactory
from pytest_django import Settings
from pytest_django.asserts import assertContains

from accounts.throttle import origin
from config.origins import client_address
from incidents.tests.factories import make_editor

pytestmark = pytest.mark.django_db

LOGIN = "/admin/login/"
PASSWORD = "a long pass phrase"
HOME, ELSEWHERE = "192.0.2.1", "198.51.100.7"


@pytest.fixture(autouse=True)
def olena() -> User:
    user = make_editor("olena")
    user.set_password(PASSWORD)
    user.save()
    return user


def attempt(client: Client, password: str, address: str = HOME, name: str = "olena") -> int:
    typed = {"username": name, "password": password}
    return client.post(LOGIN, typed, REMOTE_ADDR=address).status_code


def test_five_wrong_passwords_lock_the_name_for_this_address_in_words(client: Client) -> None:
    assert [attempt(client, "wrong") for _ in range(5)] == [200, 200, 200, 200, 429]

    typed = {"username": "olena", "password": PASSWORD}
    locked = client.post(LOGIN, typed, REMOTE_ADDR=HOME)

    assertContains(locked, "Too many wrong passwords from where you are.", status_code=429)
    assertContains(locked, "Wait 15 minutes", status_code=429)
    assert locked.headers["Retry-After"] == "900"


def test_a_name_that_does_not_exist_is_answered_alike(client: Client) -> None:
    known = [attempt(client, "wrong") for _ in range(6)]

    assert [attempt(client, "wrong", name="nobody") for _ in range(6)] == known


def test_a_flood_from_many_addresses_does_not_lock_the_owner_out(client: Client) -> None:
    for number in range(100):
        attempt(Client(), "wrong", f"203.0.113.{number}")

    assert attempt(client, PASSWORD) == 302


def test_a_flood_from_the_owners_own_address_does_not_lock_a_browser_known_to_be_theirs(
    client: Client,
) -> None:
    attempt(client, PASSWORD)
    client.post("/admin/logout/")
    for _ in range(6):
        attempt(Client(), "wrong")
    assert attempt(Client(), PASSWORD) == 429

    assert attempt(client, PASSWORD) == 302


def test_a_known_browser_may_not_guess_for_ever_either_and_not_at_other_names(
    client: Client,
) -> None:
    attempt(client, PASSWORD)
    client.post("/admin/logout/")

    assert [attempt(client, "wrong") for _ in range(5)][-1] == 429
    assert [attempt(client, "wrong", name="ivan") for _ in range(5)][-1] == 429
    assert attempt(Client(), PASSWORD) == 302


def test_one_address_that_tries_many_names_is_slowed_down(client: Client) -> None:
    AccessAttempt.objects.bulk_create(
        AccessAttempt(username=f"name {n}", ip_address=own_origin(), failures_since_start=1)
        for n in range(50)
    )

    assert attempt(client, PASSWORD) == 429
    assert attempt(client, PASSWORD, ELSEWHERE) == 302


def own_origin() -> str:
    return origin(RequestFactory().post(LOGIN, REMOTE_ADDR=HOME))


def test_a_success_forgets_the_failures_before(client: Client) -> None:
    for _ in range(4):
        attempt(client, "wrong")
    attempt(client, PASSWORD)

    assert not AccessAttempt.objects.filter(username="olena").exists()


def test_neither_address_nor_browser_nor_password_is_kept(client: Client) -> None:
    client.post(
        LOGIN,
        {"username": "olena", "password": "wrong pass phrase"},
        REMOTE_ADDR=HOME,
        headers={"user-agent": "Firefox/130"},
    )

    kept = str(AccessAttempt.objects.values().get())
    assert HOME not in kept
    assert "Firefox" not in kept
    assert "wrong pass phrase" not in kept


@pytest.mark.parametrize("name", ["\0", "x" * 5000, "", "олена", "²", "a" * 255])
def test_no_name_is_an_error_of_ours(client: Client, name: str) -> None:
    assert attempt(client, "wrong", name=name) == 200


@pytest.mark.parametrize("cookie", ["", "junk", "a:b:c", "x" * 5000])
def test_a_forged_cookie_is_no_known_browser(client: Client, cookie: str) -> None:
    client.cookies["desk_browser"] = cookie

    assert [attempt(client, "wrong") for _ in range(5)][-1] == 429
    assert attempt(Client(), PASSWORD) == 429


def test_a_household_has_one_ipv6_network(client: Client) -> None:
    for number in range(5):
        attempt(client, "wrong", f"2001:db8::{number}")

    assert attempt(client, PASSWORD, "2001:db8::ffff") == 429
    assert attempt(client, PASSWORD, "2001:db8:0:1::1") == 302


def test_behind_a_proxy_the_header_that_is_named_tells_the_address(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.CLIENT_ADDRESS_HEADER = "X-Forwarded-For"
    forged = RequestFactory().get(LOGIN, headers={"x-forwarded-for": f"203.0.113.9, {HOME}"})

    assert client_address(forged) == HOME
    assert client_address(RequestFactory().get(LOGIN)) == "127.0.0.1"
    origin(forged)
    assert not caplog.text
    origin(RequestFactory().get(LOGIN))
    assert "X-Forwarded-For, which a request lacks" in caplog.text


def test_a_proxy_that_nobody_named_is_complained_of_and_not_believed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    request = RequestFactory().get(LOGIN, headers={"x-forwarded-for": HOME})
    with caplog.at_level(logging.ERROR):
        origin(request)

    assert client_address(request) == "127.0.0.1"
    assert "CLAIMLINE_CLIENT_ADDRESS_HEADER" in caplog.text
