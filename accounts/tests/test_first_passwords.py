"""Passwords that somebody else chose: they open one page, to choose another, and for a week."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django.asserts import assertContains, assertRedirects

from accounts.models import FirstPassword
from accounts.tests.logging_in import give_code, log_in
from accounts.tests.test_create_editor import create_editor, printed_password
from incidents.tests.factories import make_administrator, make_editor
from incidents.tests.reading import Response

pytestmark = pytest.mark.django_db

LOGIN, OWN, LIST = "/admin/login/", "/admin/own-password/", "/admin/incidents/incident/"
CHOSEN = "purple kettle under snow"


def password_given(client: Client, username: str, password: str) -> Response:
    return client.post(LOGIN, {"username": username, "password": password})


def choose(client: Client, old: str, new: str) -> Response:
    sent = {"old_password": old, "new_password1": new, "new_password2": new}
    return client.post(f"{OWN}?next={LIST}", sent)


@pytest.fixture
def first(client: Client) -> str:
    """The password that was printed for olena, with which she has logged in, code and all."""
    printed = printed_password(create_editor("olena"))
    password_given(client, "olena", printed)
    give_code(client, User.objects.get())
    return printed


@pytest.mark.usefixtures("first")
def test_a_printed_password_opens_no_page_of_the_desk(client: Client) -> None:
    for page in ("/admin/", LIST, "/admin/account/", "/admin/password_change/", "/admin/jsi18n/"):
        assert client.get(page).headers["Location"].startswith(f"{OWN}?next=/admin/"), page
    assert client.post("/admin/account/codes/").status_code == 302


def test_who_has_chosen_another_is_in_and_the_printed_one_is_void(
    client: Client, first: str
) -> None:
    assertContains(client.get(OWN), "Somebody else knows")

    assertRedirects(choose(client, first, CHOSEN), LIST)

    assert not FirstPassword.objects.exists()
    assert password_given(Client(), "olena", first).status_code == 200
    later = Client()
    assert password_given(later, "olena", CHOSEN).status_code == 302
    give_code(later, User.objects.get())
    assert later.get(LIST).status_code == 200
    assertRedirects(later.get(OWN), "/admin/")


@pytest.mark.parametrize("new", ["", "short", "claimline-claimline"])
def test_it_gives_way_to_none_that_is_worse(client: Client, first: str, new: str) -> None:
    assert choose(client, first, new).status_code == 200
    assert client.get(LIST).status_code == 302


def test_it_cannot_be_chosen_again_and_must_be_known(client: Client, first: str) -> None:
    assertContains(choose(client, first, first), "the one that you were given")
    assert choose(client, "guessed", CHOSEN).status_code == 200

    assert User.objects.get().check_password(first)


def test_without_the_second_factor_it_is_not_changed(client: Client) -> None:
    printed = printed_password(create_editor("olena"))
    password_given(client, "olena", printed)

    assert choose(client, printed, CHOSEN).headers["Location"].startswith("/admin/factor/")
    assert User.objects.get().check_password(printed)


def test_after_a_week_it_opens_nothing() -> None:
    printed = printed_password(create_editor("olena"))
    held = FirstPassword.objects.get()
    held.given_at -= timedelta(days=6, hours=23)
    held.save()
    assert password_given(Client(), "olena", printed).status_code == 302

    held.given_at -= timedelta(hours=2)
    held.save()

    assertContains(password_given(Client(), "olena", printed), "was not used in time")


def test_those_that_administrators_set_are_first_ones_too(client: Client) -> None:
    administrator, olena = make_administrator(), make_editor("olena")
    log_in(client, administrator)
    twice = {"password1": CHOSEN, "password2": CHOSEN, "usable_password": "true"}

    client.post("/admin/auth/user/add/", {"username": "ivan", "role": "editor", **twice})
    client.post(f"/admin/auth/user/{olena.pk}/password/", twice)
    client.post(f"/admin/auth/user/{administrator.pk}/password/", twice)

    first = FirstPassword.objects.values_list("user__username", flat=True)
    assert sorted(first) == ["ivan", "olena"]
