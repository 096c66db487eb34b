import re
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command

from accounts.roles import Role, role_of

pytestmark = pytest.mark.django_db


def create_editor(*arguments: str) -> str:
    output = StringIO()
    call_command("create_editor", *arguments, stdout=output)
    return output.getvalue()


def printed_password(output: str) -> str:
    found = re.search(r"password: (\S{20})$", output.strip())
    assert found
    return found[1]


def test_the_printed_password_opens_the_admin_account() -> None:
    password = printed_password(create_editor())

    user = User.objects.get()

    assert user.check_password(password)
    assert user.is_staff
    assert role_of(user) == Role.EDITOR


def test_an_account_of_another_role_is_made_on_request() -> None:
    create_editor("olena", "--role", "administrator")

    olena = User.objects.get()
    assert role_of(olena) == Role.ADMINISTRATOR
    assert not olena.is_superuser


def test_a_second_run_prints_no_password_and_changes_none() -> None:
    password = printed_password(create_editor())

    second = create_editor()

    assert "password:" not in second
    assert User.objects.get().check_password(password)


def test_two_accounts_get_different_passwords() -> None:
    assert printed_password(create_editor("olena")) != printed_password(create_editor("ivan"))
