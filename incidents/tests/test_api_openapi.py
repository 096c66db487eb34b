"""The OpenAPI document says of the API what the API does, and the docs page says the same."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import transaction
from django.http import QueryDict
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openapi_schema_validator import OAS31Validator, oas31_format_checker
from openapi_spec_validator import OpenAPIV31SpecValidator
from pytest_django import DjangoDbBlocker
from schemathesis import openapi
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from incidents.models import Incident
from incidents.public.api.endpoint import Endpoint
from incidents.public.api.endpoints import ENDPOINTS, document
from incidents.public.api.forms import MEANINGS, LimitField
from incidents.record.publish import merge, withdraw
from incidents.tests.api_reading import BASE, answer
from incidents.tests.by_wsgi import application
from incidents.tests.reading import attribute, find, one, text, tree
from incidents.tests.torture.addresses import known_parts

__all__ = ["application"]  # a fixture

pytestmark = pytest.mark.django_db

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module", autouse=True)
def gone(demo: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Of the demo, one incident is withdrawn and one merged."""
    with django_db_blocker.unblock(), transaction.atomic():
        gone, first, second, *_ = Incident.objects.filter(state=Incident.State.PUBLISHED)
        withdraw(gone, "Entered twice.")
        merge(first, second, "The same.")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def strict() -> dict[str, Any]:
    """The document, in which a member that is not described is an error."""
    strict = deepcopy(document())
    for schema in strict["components"]["schemas"].values():
        schema["additionalProperties"] = False
    return strict


def disagreements(strict: dict[str, Any], path: str, status: int, content: Any) -> list[str]:
    """Where an answer is not what the document says of it; `path` as in the document."""
    said = strict["paths"][path]["get"]["responses"][str(status)]
    if "$ref" in said:
        said = strict["components"]["responses"][said["$ref"].rpartition("/")[2]]
    (media,) = said["content"].values()
    whole = media["schema"] | {"components": strict["components"]}
    errors = OAS31Validator(whole, format_checker=oas31_format_checker).iter_errors(content)
    return [f"{error.json_path}: {error.message}" for error in errors]


def test_the_document_is_openapi(client: Client) -> None:
    found = answer(client, "/openapi.json")

    assert found["openapi"] == "3.1.0"
    assert list(OpenAPIV31SpecValidator(found).iter_errors()) == []
    assert len(found["paths"]) == len(ENDPOINTS)


@pytest.mark.parametrize("key", ["incidents", "claims", "sources", "places", "actors", "versions"])
def test_every_answer_of_the_demo_data_is_as_described(
    client: Client, strict: dict[str, Any], key: str
) -> None:
    whole = answer(client, f"/{key}/", limit=100)
    assert disagreements(strict, f"/{key}/", 200, whole) == []

    (path,) = (path for path in strict["paths"] if path.startswith(f"/{key}/{{"))
    for item in whole[key]:
        assert disagreements(strict, path, 200, answer(client, item["api"])) == []


@pytest.mark.parametrize("path", ["/", "/changes/", "/openapi.json"])
def test_the_rest_is_as_described_too(client: Client, strict: dict[str, Any], path: str) -> None:
    assert disagreements(strict, path, 200, answer(client, path)) == []


def test_errors_are_as_described(client: Client, strict: dict[str, Any]) -> None:
    withdrawn = Incident.objects.filter(state=Incident.State.WITHDRAWN)[0].public_id
    for path, asked, status in (
        ("/claims/", "/claims/?limit=x", 400),
        ("/incidents/{incident}/", "/incidents/0123456789/", 404),
        ("/incidents/{incident}/", f"/incidents/{withdrawn}/", 410),
    ):
        response = client.get(BASE + asked)
        assert response.status_code == status
        assert disagreements(strict, path, status, response.json()) == []


def test_a_member_that_is_not_described_would_be_noticed(
    client: Client, strict: dict[str, Any]
) -> None:
    root = answer(client, "/")
    root["links"]["more"] = root.pop("attribution")

    assert len(disagreements(strict, "/", 200, root)) == 2


@pytest.mark.parametrize(("endpoint", "path"), [*zip(ENDPOINTS, document()["paths"], strict=True)])
def test_every_parameter_of_every_form_is_described(endpoint: Endpoint, path: str) -> None:
    parameters = document()["paths"][path]["get"].get("parameters", [])

    described = {one["name"]: one for one in parameters if one["in"] == "query"}
    assert list(described) == list(endpoint.form(QueryDict()).fields)
    assert all(one["description"] == MEANINGS[name] for name, one in described.items())


def ask(application: WSGIHandler, path: str, examples: int) -> None:
    """Requests made from the document by schemathesis, the same at every run.

    Raises what is not as the document says. Half of the ids are of rows that are there.
    """
    schema = openapi.from_dict(document())
    schema.app = application
    known = known_parts()

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=schema[path]["GET"].as_strategy(), row=st.integers(0, 39))
    def asked(case: Any, row: int) -> None:
        for name in case.path_parameters or {}:
            if row < len(known[name]):
                case.path_parameters[name] = known[name][row]
        response = case.call(headers={"Accept-Encoding": "identity"})
        case.validate_response(response, checks=CHECKS)

    asked()


@pytest.mark.parametrize("path", document()["paths"])
def test_whatever_is_asked_the_answer_is_as_described(path: str, application: WSGIHandler) -> None:
    ask(application, path, examples=25)


@pytest.mark.torture
@pytest.mark.parametrize("path", document()["paths"])
def test_so_it_is_a_thousand_times(path: str, application: WSGIHandler) -> None:
    ask(application, path, examples=1_000)


def test_a_seeded_fault_is_caught(
    application: WSGIHandler, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(field: LimitField, value: Any) -> int:
        if value == "100":
            raise RuntimeError("seeded")
        return 50

    monkeypatch.setattr(LimitField, "clean", broken)

    with pytest.raises(FailureGroup, match="Server error"):
        ask(application, "/changes/", examples=25)


# For people


def test_the_docs_page_names_every_address_parameter_and_shape(client: Client) -> None:
    page = tree(client.get(f"{BASE}/docs/"))

    words = text(one(page, "main"))
    for path, said in document()["paths"].items():
        assert path in words
        section = one(page, "section", id=f"op-{said['get']['operationId']}")
        for parameter in said["get"].get("parameters", []):
            assert parameter["name"] in text(section)
    for name in document()["components"]["schemas"]:
        assert one(page, "section", id=name)


def test_no_link_within_the_docs_page_leads_nowhere(client: Client) -> None:
    page = tree(client.get(f"{BASE}/docs/"))

    targets = {attribute(element, "id") for element in find(page)}
    links = {attribute(link, "href") for link in find(one(page, "main"), "a")}
    assert {link[1:] for link in links if link.startswith("#")} <= targets
    for link in links:
        if link.startswith(BASE):
            assert client.get(link).status_code == 200


def test_every_page_leads_to_the_docs(client: Client) -> None:
    links = [attribute(link, "href") for link in find(one(tree(client.get("/")), "footer"), "a")]

    assert f"{BASE}/docs/" in links
