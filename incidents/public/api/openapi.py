"""The API described by OpenAPI 3.1, made from the rows of endpoints.py."""

import re
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from inspect import getdoc
from typing import Any, get_args, get_type_hints

from django.http import HttpResponse, QueryDict

from incidents.public.api.endpoint import PREFIX, Endpoint
from incidents.public.api.forms import MEANINGS, MOST_SERIAL
from incidents.public.api.schema import Schema, parameter_schema, schema_of
from incidents.public.exported import Id
from incidents.public.problems import Problem

VERSION = "1.0.0"
ABOUT = (
    "Who claimed what about reported strikes and territorial changes, with the words that each"
    " claim rests on. It records; it does not rule on what is true. Figures are claims: none is"
    " given without its speaker and its time, and what is not known is null, never zero. Times are"
    " ISO 8601 in UTC, each with the precision at which it is known. Ids and addresses are"
    " permanent. All of it may be read by anyone, from any origin, without a key."
)

_IN_PATH = re.compile(r"<(\w+):(\w+)>")
_PATH_SCHEMAS = {
    "id": schema_of(Id, {}),
    "int": {"type": "integer", "minimum": 0, "maximum": MOST_SERIAL},
}


def openapi_document(endpoints: Iterable[Endpoint]) -> dict[str, Any]:
    components: dict[str, Schema] = {}
    problem = schema_of(Problem, components)
    paths = {
        "/" + _IN_PATH.sub(r"{\2}", endpoint.path): {"get": _operation(endpoint, components)}
        for endpoint in endpoints
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Claimline", "version": VERSION, "description": ABOUT},
        "servers": [{"url": f"/{PREFIX.rstrip('/')}"}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(components.items())),
            "responses": {
                "Problem": {
                    "description": "What is wrong, by RFC 9457.",
                    "content": {"application/problem+json": {"schema": problem}},
                },
                "Unchanged": {
                    "description": "Nothing was published since the answer with this ETag."
                },
            },
        },
    }


def _operation(endpoint: Endpoint, components: dict[str, Schema]) -> dict[str, Any]:
    summary, _, description = (getdoc(endpoint.view) or "").partition("\n\n")
    operation = {
        "operationId": endpoint.name.removeprefix("api-"),
        "summary": summary,
        "description": " ".join(description.split()),
        "parameters": [*_in_path(endpoint), *_in_query(endpoint)],
        "responses": _responses(endpoint, schema_of(answer_of(endpoint), components)),
    }
    return {key: value for key, value in operation.items() if value}


def answer_of(endpoint: Endpoint) -> Any:
    """The type of what becomes JSON; beside it a view may answer with an HttpResponse."""
    hint = get_type_hints(endpoint.view, include_extras=True)["return"]
    args = get_args(hint)
    return args[0] if HttpResponse in args else hint


def _in_path(endpoint: Endpoint) -> Iterator[dict[str, Any]]:
    for kind, name in _IN_PATH.findall(endpoint.path):
        schema = _PATH_SCHEMAS[kind]
        yield {"name": name, "in": "path", "required": True, "schema": schema}


def _in_query(endpoint: Endpoint) -> Iterator[dict[str, Any]]:
    for name, field in endpoint.form(QueryDict()).fields.items():
        schema = parameter_schema(field)
        parameter: Schema = {
            "name": name,
            "in": "query",
            "description": MEANINGS[name],
            "schema": schema,
        }
        if schema.get("type") == "array":
            # Several times in the address: any of these.
            parameter |= {"style": "form", "explode": True}
        yield parameter


def _responses(endpoint: Endpoint, schema: Schema) -> dict[str, Any]:
    refused = {"$ref": "#/components/responses/Problem"}
    usual: dict[str, Any] = {
        "200": {
            "description": "As asked.",
            "headers": {"ETag": {"schema": {"type": "string"}}},
            "content": {"application/json": {"schema": schema}},
        },
        "304": {"$ref": "#/components/responses/Unchanged"},
        "400": refused,
    }
    if "<" in endpoint.path:
        usual["404"] = refused
    for status, words in endpoint.also:
        usual[str(status.value)] = {"description": words}
        if status >= HTTPStatus.BAD_REQUEST:
            content = {"application/problem+json": {"schema": {"$ref": _PROBLEM}}}
            usual[str(status.value)] |= {"content": content}
    return usual | {"default": refused}


_PROBLEM = "#/components/schemas/Problem"
