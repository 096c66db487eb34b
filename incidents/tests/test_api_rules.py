"""What holds for every address of the API: errors, caches, other origins, cost."""

import json
from http import HTTPStatus
from typing import NoReturn

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from incidents.public.api.endpoints import ENDPOINTS
from incidents.record.models import VersionQuerySet
from incidents.tests.api_reading import BASE, answer, listed, pages, problem

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]

LISTS = ("incidents", "claims", "sources", "places", "actors", "versions", "changes")
PLAIN = tuple(f"/{one.path}" for one in ENDPOINTS if "<" not in one.path)


def identity(item: dict[str, object]) -> object:
    return item.get("id") or item["serial"]


# Pages


@pytest.mark.parametrize("key", LISTS)
def test_pages_of_any_size_hold_the_same_items_in_the_same_order(client: Client, key: str) -> None:
    whole = [identity(item) for item in answer(client, f"/{key}/", limit=100)[key]]

    assert len(set(whole)) == len(whole)
    assert len(whole) > 3
    small = [identity(item) for item in listed(client, f"/{key}/", limit=7)]
    assert small[: len(whole)] == whole


@pytest.mark.parametrize("key", LISTS)
def test_the_next_page_is_asked_for_with_the_same_parameters(client: Client, key: str) -> None:
    first = answer(client, f"/{key}/", limit=2)

    assert first["next"].startswith(f"http://testserver{BASE}/{key}/?limit=2&")
    assert all(len(page[key]) <= 2 for page in pages(client, f"/{key}/", limit=2))


@pytest.mark.parametrize("key", LISTS)
def test_every_item_leads_to_its_page_and_to_itself(client: Client, key: str) -> None:
    item = answer(client, f"/{key}/", limit=1)[key][0]

    assert client.get(item["url"], follow=True).status_code == HTTPStatus.OK
    assert identity(answer(client, item["api"])) == identity(item)


# Errors


@pytest.mark.parametrize("key", LISTS)
@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=x", "limit"),
        ("limit=1&limit=2", "limit"),
        ("limit=" + "9" * 5_000, "limit"),
        ("limit=%00", "limit"),
        ("nonsense=1", None),
        ("%00=1", None),
    ],
)
def test_what_cannot_be_read_is_refused_by_name_and_without_rows(
    client: Client, key: str, query: str, parameter: str | None
) -> None:
    found = problem(client, f"/{key}/?{query[:3_000]}", 400)

    assert [error["parameter"] for error in found["errors"]] == [parameter]
    assert key not in found


@pytest.mark.parametrize("cursor", ["x", "%00", "0_x", "9" * 30, "999999999999999999_0123456789"])
@pytest.mark.parametrize("key", LISTS[:-1])
def test_a_damaged_cursor_is_refused(client: Client, key: str, cursor: str) -> None:
    found = problem(client, f"/{key}/?after={cursor}", 400)

    assert [error["parameter"] for error in found["errors"]] == ["after"]


@settings(max_examples=40, deadline=None)
@given(
    query=st.dictionaries(
        st.text(max_size=8)
        | st.sampled_from(["after", "since", "q", "known", "limit", "actor", "from"]),
        st.text(max_size=20),
        max_size=3,
    ),
    key=st.sampled_from(LISTS),
)
def test_no_query_string_breaks_a_list(query: dict[str, str], key: str) -> None:
    response = Client().get(f"{BASE}/{key}/", query)

    assert response.status_code in (HTTPStatus.OK, HTTPStatus.BAD_REQUEST)
    assert (key in response.json()) == (response.status_code == HTTPStatus.OK)


@pytest.mark.parametrize(
    "path",
    ["/nothing/", "/incidents/0123456789/", "/incidents/short/", "/claims/0123456789/",
     "/sources/0123456789/", "/places/0123456789/", "/actors/0123456789/", "/versions/0/",
     "/versions/99999999999999999999/", "/versions/-1/", "/%00/", "/versions/" + "9" * 5_000 + "/"],
)  # fmt: skip
def test_what_is_not_there_is_said_in_json(client: Client, path: str) -> None:
    assert problem(client, path, 404)["title"] == "Not Found"


def test_too_many_parameters_are_refused_in_json(client: Client) -> None:
    assert problem(client, "/claims/?" + "q=a&" * 1_001, 400)["title"] == "Bad Request"


def test_a_fault_of_ours_is_said_in_json_without_its_cause(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def now(self: VersionQuerySet) -> NoReturn:
        raise RuntimeError("secret-host")

    monkeypatch.setattr(VersionQuerySet, "now", now)

    found = problem(Client(raise_request_exception=False), "/claims/", 500)

    assert "secret-host" not in json.dumps(found)
    assert "secret-host" in caplog.text


@pytest.mark.parametrize("path", PLAIN)
@pytest.mark.parametrize("verb", ["post", "put", "patch", "delete", "trace"])
def test_nothing_can_be_sent(path: str, verb: str) -> None:
    response = getattr(Client(enforce_csrf_checks=True), verb)(BASE + path)

    assert response.status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert response["Allow"] == "GET, HEAD, OPTIONS"
    assert response.json()["status"] == HTTPStatus.METHOD_NOT_ALLOWED


def test_errors_are_in_english_for_every_reader(client: Client) -> None:
    headers = {"Accept-Language": "uk"}

    response = client.get(f"{BASE}/claims/?limit=x", headers=headers)

    assert response.json()["errors"][0]["detail"] == "Enter a whole number."


# Other origins


@pytest.mark.parametrize("path", [*PLAIN, "/nothing/", "/claims/?limit=x"])
def test_scripts_of_any_site_may_read_answers_and_errors(client: Client, path: str) -> None:
    assert client.get(BASE + path)["Access-Control-Allow-Origin"] == "*"


def test_a_preflight_allows_reading_and_costs_no_query(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        response = client.options(
            f"{BASE}/claims/",
            headers={
                "Origin": "https://elsewhere.example",
                "Access-Control-Request-Method": "GET",
                "Access-Control-Request-Headers": "if-none-match",
            },
        )

    assert response.status_code == HTTPStatus.NO_CONTENT
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert response["Access-Control-Allow-Headers"] == "*"


# Caches


@pytest.mark.parametrize("path", PLAIN)
def test_what_did_not_change_is_answered_with_304_after_one_query(
    client: Client, path: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    tag = client.get(BASE + path)["ETag"]

    with django_assert_num_queries(1):
        response = client.get(BASE + path, headers={"If-None-Match": tag})

    assert response.status_code == HTTPStatus.NOT_MODIFIED
    assert response["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("path", PLAIN)
def test_head_is_answered_like_get_without_the_content(client: Client, path: str) -> None:
    got, head = client.get(BASE + path), client.head(BASE + path)

    assert head.status_code == got.status_code == HTTPStatus.OK
    assert head["ETag"] == got["ETag"]
    assert head.content == b""


# Cost


@pytest.mark.parametrize("key", LISTS)
def test_the_longest_page_costs_no_more_than_a_handful_of_queries(
    client: Client, key: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(4):
        answer(client, f"/{key}/", limit=100)


@pytest.mark.parametrize("key", LISTS[:-1])
def test_an_item_costs_no_more_than_three_queries(
    client: Client, key: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    item = answer(client, f"/{key}/", limit=1)[key][0]

    with django_assert_max_num_queries(3):
        answer(client, item["api"])
