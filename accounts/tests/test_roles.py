"""Who may do what, and who gives whom which role."""

from collections.abc import Callable

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains

from accounts.roles import TABLE, Role, give, permissions_of, role_of
from accounts.tests.logging_in import log_in
from incidents.tests.admin_form import fill_in
from incidents.tests.factories import make_administrator, make_editor, make_reviewer
from incidents.tests.reading import html

pytestmark = pytest.mark.django_db

USERS = "/admin/auth/user/"


@pytest.fixture
def administrator(client: Client) -> Client:
    log_in(client, make_administrator())
    return client


def page_of(user: User) -> str:
    return f"{USERS}{user.pk}/change/"


def save(client: Client, user: User, **typed: str) -> str:
    """What the page says after the form of the account was sent with `typed`."""
    return html(fill_in(client, page_of(user), typed, follow=True))


def test_every_permission_in_the_table_is_one_that_exists() -> None:
    known = {
        f"{permission.content_type.app_label}.{permission.codename}"
        for permission in Permission.objects.select_related("content_type")
    }

    assert permissions_of(Role.ADMINISTRATOR) <= known


def test_each_role_may_do_more_than_the_one_before() -> None:
    editor, reviewer, administrator = map(permissions_of, TABLE)

    assert editor < reviewer < administrator
    assert "incidents.publish_incident" in reviewer - editor
    assert {"incidents.merge_incident", "auth.change_user"} <= administrator - reviewer


def test_nobody_writes_the_record_by_hand() -> None:
    record = {
        f"{verb}_{model._meta.model_name}"
        for model in apps.get_app_config("incidents").get_models()
        if model.__module__.startswith("incidents.record.")
        for verb in ("add", "change", "delete")
    }
    may = {permission.partition(".")[2] for permission in permissions_of(Role.ADMINISTRATOR)}

    assert record
    assert not record & may


def test_rights_that_the_database_lists_count_for_nothing() -> None:
    editor = make_editor()
    publishing = Permission.objects.get(codename="publish_incident")
    editor.user_permissions.add(publishing)
    editor.groups.get().permissions.add(publishing)

    assert not User.objects.get().has_perm("incidents.publish_incident")
    assert User.objects.get().has_perm("incidents.change_incident")


def test_a_group_of_another_name_is_no_role() -> None:
    user = User.objects.create_user("somebody")
    user.groups.add(Group.objects.create(name="Publishers"))

    assert role_of(user) is None
    assert user.get_all_permissions() == set()


def test_a_deactivated_account_may_do_nothing() -> None:
    editor = make_editor()
    editor.is_active = False

    assert editor.get_all_permissions() == set()


def test_a_superuser_may_do_everything() -> None:
    assert User.objects.create_superuser("root").has_perm("incidents.merge_incident")


def test_who_has_no_role_sees_nothing_but_a_message(client: Client) -> None:
    log_in(client, User.objects.create_user("viewer", is_staff=True))

    page = client.get("/admin/")
    assertContains(page, "You don’t have permission to view or edit anything.")
    assertNotContains(page, "Incident")
    assert client.get("/admin/incidents/incident/").status_code == 403


def test_an_administrator_makes_an_account_with_a_role(administrator: Client) -> None:
    form = administrator.get(f"{USERS}add/")
    assertContains(form, "Reviewer: also publishes and withdraws incidents")
    assertNotContains(form, "superuser")

    password = "a long pass phrase"
    typed = {"username": "olena", "role": "reviewer", "password1": password, "password2": password}
    administrator.post(f"{USERS}add/", typed)

    olena = User.objects.get(username="olena")
    assert role_of(olena) == Role.REVIEWER
    assert olena.is_staff
    assert not olena.is_superuser
    assert olena.check_password(password)


def test_an_account_without_a_role_is_not_made(administrator: Client) -> None:
    typed = {"username": "olena", "password1": "a long pass phrase", "role": "root"}

    response = administrator.post(f"{USERS}add/", typed)

    assert list(response.context["errors"])
    assert not User.objects.filter(username="olena").exists()


def test_a_role_is_changed_and_nothing_else_can_be_granted(administrator: Client) -> None:
    olena = make_editor("olena")

    said = save(administrator, olena, role="reviewer", is_superuser="on", user_permissions="1")

    assert "was changed successfully" in said
    olena = User.objects.get(username="olena")
    assert role_of(olena) == Role.REVIEWER
    assert not olena.is_superuser
    assert not olena.user_permissions.exists()


@pytest.mark.parametrize("typed", [{"role": "editor"}, {"is_active": ""}])
def test_administrators_do_not_take_their_own_role_by_mistake(
    administrator: Client, typed: dict[str, str]
) -> None:
    make_administrator("second")
    own = User.objects.get(username="administrator")

    assert "Ask another administrator" in save(administrator, own, **typed)

    own.refresh_from_db()
    assert (role_of(own), own.is_active) == (Role.ADMINISTRATOR, True)


def test_the_last_administrator_stays_one(client: Client) -> None:
    last = make_administrator()
    log_in(client, User.objects.create_superuser("root"))

    assert "This is the last administrator" in save(client, last, role="editor")
    make_administrator("second")
    assert "was changed successfully" in save(client, last, role="editor")


@pytest.mark.parametrize("make", [make_editor, make_reviewer])
def test_only_administrators_look_after_accounts(
    client: Client, make: Callable[[str], User]
) -> None:
    log_in(client, make("olena"))

    assert client.get(USERS).status_code == 403
    assert client.post(f"{USERS}add/", {"username": "ivan", "role": "editor"}).status_code == 403


def test_a_superuser_is_made_and_changed_by_command_line_only(administrator: Client) -> None:
    root = User.objects.create_superuser("root", password="a long pass phrase")

    assert administrator.post(page_of(root), {"username": "mine"}).status_code == 403
    password = {"password1": "another pass phrase", "password2": "another pass phrase"}
    assert administrator.post(f"{USERS}{root.pk}/password/", password).status_code == 403
    assert User.objects.get(username="root").check_password("a long pass phrase")


def test_who_may_have_done_something_is_not_deleted(administrator: Client) -> None:
    idle, busy = make_editor("idle"), make_editor("busy")
    log_in(Client(), busy)

    assert administrator.post(f"{USERS}{busy.pk}/delete/", {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [busy.pk]}
    asked = administrator.post(USERS, chosen)
    assertContains(asked, "your account doesn't have permission to delete")
    fill_in(administrator, f"{USERS}{idle.pk}/delete/", {"post": "yes"})

    assert set(User.objects.values_list("username", flat=True)) == {"administrator", "busy"}


def test_the_list_of_accounts_asks_no_more_for_more_of_them(
    administrator: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with CaptureQueriesContext(connection) as few:
        administrator.get(USERS)
    for number in range(8):
        make_reviewer(f"reviewer-{number}")

    with django_assert_num_queries(len(few)):
        assertContains(administrator.get(USERS), "reviewer-7")


def test_a_role_is_set_by_command_line_and_ends_a_superuser() -> None:
    root = User.objects.create_superuser("root", is_active=False)

    call_command("set_role", "root", "administrator")

    root = User.objects.get()
    assert (role_of(root), root.is_superuser, root.is_active) == (Role.ADMINISTRATOR, False, True)
    with pytest.raises(CommandError, match="no account nobody"):
        call_command("set_role", "nobody", "editor")


def test_a_user_has_one_role_at_a_time() -> None:
    user = make_administrator()

    give(user, Role.EDITOR)

    assert [group.name for group in user.groups.all()] == ["editor"]
