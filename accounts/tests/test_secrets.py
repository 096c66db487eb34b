"""What nobody learns of the desk's secrets by asking its lists for rows: letter by letter, a filter
in the address would tell all of a password's hash."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest
from django.test import Client, RequestFactory

from accounts.admin import UserAdmin
from accounts.site import ChoicesView
from accounts.tests.logging_in import log_in
from incidents.models import Incident
from incidents.tests.factories import make_administrator, make_editor, make_published
from rowlog.models import Change

pytestmark = pytest.mark.django_db

SECRETS = {
    "auth.User": ["password"],
    "accounts.DeskSession": ["pk", "session_key", "session_data"],
    "otp_totp.TOTPDevice": ["key"],
    "accounts.RecoveryCode": ["hash"],
}
ASKED = ("", "__startswith", "__regex", "__gt", "__in", "__contains", "__isnull")
MOST = 5  # models in a row


autocomplete = ChoicesView.as_view(admin_site=admin.site)


def by(user: User, query: dict[str, Any] | None = None) -> HttpRequest:
    request = RequestFactory().get("/", query)
    request.user = user
    return request


def ways(model: type[Model], met: tuple[type[Model], ...] = ()) -> Iterator[str]:
    """Every path of lookups from a model to a secret, over relations in both directions."""
    met = (*met, model)
    yield from SECRETS.get(model._meta.label, ())
    relations = [field for field in model._meta.get_fields() if field.is_relation]
    for field in relations if len(met) < MOST else ():
        other = field.related_model
        if isinstance(other, type) and other not in met:
            yield from (f"{field.name}__{way}" for way in ways(other, met))


def told() -> set[str]:
    """The lookups of secrets that a list would answer to a superuser."""
    request = by(User(is_superuser=True))
    return {
        f"{model._meta.label}: {way}{asked}"
        for model, screen in admin.site._registry.items()
        for way in ways(model)
        for asked in ASKED
        if screen.lookup_allowed(way + asked, "a", request)
    }


@pytest.fixture
def administrator(client: Client) -> Client:
    log_in(client, make_administrator())
    return client


def test_every_secret_is_one_that_exists_and_there_are_many_ways_to_them() -> None:
    for label, names in SECRETS.items():
        for name in set(names) - {"pk"}:
            assert apps.get_model(label)._meta.get_field(name)
    assert len({way for model in admin.site._registry for way in ways(model)}) > 100


def test_no_list_can_be_asked_for_rows_by_a_secret() -> None:
    assert told() == set()


def test_stock_django_would_tell_the_keys_of_sessions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(UserAdmin, "withheld", ())

    assert "auth.User: sessions__session_key__startswith" in told()


@pytest.mark.parametrize(
    "query",
    [
        "sessions__session_key__startswith=a",
        "sessions__pk__regex=^a",
        "sessions=a",
        "password__startswith=pbkdf2",
        "totpdevice__key__startswith=a",
        "staticdevice__codes__hash__startswith=a",
        "_to_field=password",
        "_to_field=email",
    ],
)
def test_the_list_of_accounts_answers_no_such_question(administrator: Client, query: str) -> None:
    assert administrator.get(f"/admin/auth/user/?{query}").status_code == 400


def test_no_list_hands_out_rows_by_anything_but_their_keys() -> None:
    request = by(User(is_superuser=True))
    for model, screen in admin.site._registry.items():
        for field in model._meta.concrete_fields:
            assert screen.to_field_allowed(request, field.name) is field.primary_key, field


@pytest.mark.parametrize("lookup", ["row__email__startswith", "before__email", "row__icontains"])
def test_the_log_tells_editors_nothing_of_accounts(client: Client, lookup: str) -> None:
    make_administrator("olena")
    User.objects.filter(username="olena").update(email="olena@desk.example")
    assert Change.objects.filter(row__email__startswith="olena@").exists()
    log_in(client, make_editor())

    assert client.get(f"/admin/rowlog/change/?{lookup}=olena").status_code == 400


def offered(user: User, field: Any) -> int:
    """The status with which autocomplete answers for a field, or for the far end of a relation."""
    names = {"app_label": field.model._meta.app_label, "model_name": field.model._meta.model_name}
    try:
        return autocomplete(by(user, {**names, "field_name": field.name, "term": "a"})).status_code
    except PermissionDenied:
        return 403


def test_autocomplete_offers_editors_no_accounts_and_fails_for_no_field() -> None:
    editor = make_editor()
    make_published()
    models = apps.get_models(include_auto_created=True)

    fields = [field for model in models for field in model._meta.get_fields(include_hidden=True)]
    answers = {field: offered(editor, field) for field in fields}

    assert set(answers.values()) == {200, 403}
    assert User not in {field.related_model for field in fields if answers[field] == 200}


def test_stock_django_fails_at_the_far_end_of_a_relation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ChoicesView, "process_request", AutocompleteJsonView.process_request)

    with pytest.raises(AttributeError):
        offered(make_editor(), Incident._meta.get_field("claims"))
