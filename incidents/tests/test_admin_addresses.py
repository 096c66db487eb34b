"""Every list and form of the admin answers whatever stands in the address."""

from urllib.parse import parse_qs

import pytest
from django.contrib import admin
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from accounts.roles import TABLE, Role
from accounts.tests.logging_in import log_in
from incidents.admin.checklist import change_url
from incidents.record.publish import publish
from incidents.tests.factories import (
    make_administrator,
    make_claim,
    make_editor,
    make_incident,
    make_relation,
)

pytestmark = pytest.mark.django_db

SCREENS = sorted(
    f"/admin/{model._meta.app_label}/{model._meta.model_name}/" for model in admin.site._registry
)
HOSTILE = [
    "q=%00",
    "q=%27%22%5C",
    "p=99999999999999999999",
    "p=-1",
    "p=%00",
    "o=zzz",
    "o=99999999999999999999",
    "o=-1.%00",
    "all=%00",
    "e=1",
    "lacking=%00",
    "state__exact=%00",
    "kind__exact=%00",
    "language=%00",
    "name=%00",
    "username=%00",
    "earliest__year=10000",
    "earliest__year=9999",
    "earliest__year=99999999999999999999",
    "published_at__year=9999&published_at__month=12&published_at__day=31",
    "said_at__year=0",
    "id=99999999999999999999",
    "id__in=99999999999999999999",
    "id__in=%00",
    "title__range=a",
    "name__range=several",
    "_to_field=%00",
    "zzz__zzz=1",
]
# A redirect drops the value and says so; 400 is Django's answer to a field that is no filter.
ANSWERS = (200, 302, 400)


@pytest.fixture
def editor(client: Client) -> Client:
    log_in(client, make_administrator())
    claim = make_claim()
    make_relation(claim, make_claim(incident=claim.incident))
    publish(claim.incident)
    return client


@pytest.mark.parametrize("screen", SCREENS)
def test_every_list_shows_its_rows(editor: Client, screen: str) -> None:
    assert editor.get(screen).status_code == 200


@pytest.mark.parametrize("screen", SCREENS)
def test_no_address_of_a_list_is_an_error_of_ours(editor: Client, screen: str) -> None:
    answers = {query: editor.get(f"{screen}?{query}").status_code for query in HOSTILE}

    assert {query: code for query, code in answers.items() if code not in ANSWERS} == {}


def test_a_dropped_value_is_said(editor: Client) -> None:
    response = editor.get("/admin/incidents/incident/?state__exact=%00", follow=True)

    assertContains(response, "cannot be looked up; it was dropped")


@pytest.mark.parametrize("screen", SCREENS)
def test_a_row_that_does_not_exist_leads_back(editor: Client, screen: str) -> None:
    for pk in ["%00", "abc", "0", "99999999999999999999"]:
        assert editor.get(f"{screen}{pk}/change/").status_code in (302, 403), pk


@pytest.mark.parametrize("query", ["place=abc", "place=%00", "earliest=%00", "zzz=1", "parent=9"])
def test_a_form_survives_any_value_offered_by_the_address(editor: Client, query: str) -> None:
    (name,) = parse_qs(query)

    response = editor.get(f"/admin/incidents/incident/add/?{query}")

    assertContains(response, 'name="title"')
    assert name not in response.context["adminform"].form.initial or name == "parent"


def test_a_form_takes_good_values_from_the_address(editor: Client) -> None:
    place = make_incident().place
    assert place

    response = editor.get("/admin/incidents/incident/add/", {"place": place.pk})

    assertContains(response, f'<option value="{place.pk}" selected>')


def test_who_may_only_look_can_look_at_everything(
    editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        TABLE, Role.EDITOR, {"view": [model._meta.label_lower for model in admin.site._registry]}
    )
    log_in(editor, make_editor("viewer"))

    for model in admin.site._registry:
        row = model._default_manager.first()
        if row is not None:
            response = editor.get(change_url(row))
            assertNotContains(response, 'name="_save"')


def test_the_record_can_be_read_but_not_written(editor: Client) -> None:
    page = "/admin/incidents/version/1/change/"

    assertContains(editor.get(page), "&quot;schema&quot;: 2")
    assert editor.post(page, {"note": "Rewritten"}).status_code == 403
    assert editor.get("/admin/incidents/version/add/").status_code == 403
    assert editor.post("/admin/incidents/version/1/delete/", {"post": "yes"}).status_code == 403
