"""What a program finds in the API."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.test import Client

BASE = "/api/v1"


def answer(client: Client, path: str, **query: Any) -> Any:
    """The JSON of an answer that has what was asked for. `path` may be an absolute address."""
    local = urlsplit(path)
    address = local.path if local.path.startswith(BASE) else BASE + local.path
    response = client.get(f"{address}?{local.query}" if local.query else address, query)
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "application/json"
    return response.json()


def problem(client: Client, path: str, status: int, **query: Any) -> Any:
    """The JSON of an answer that has not."""
    response = client.get(BASE + path, query)
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    found = response.json()
    assert found["status"] == status
    return found


def pages(client: Client, path: str, **query: Any) -> Iterator[Any]:
    page = answer(client, path, **query)
    yield page
    while page["next"]:
        page = answer(client, page["next"])
        yield page


def listed(client: Client, path: str, **query: Any) -> list[Any]:
    """The items of all pages of a list, whose key is the last part of its path."""
    key = path.strip("/")
    return [item for page in pages(client, path, **query) for item in page[key]]
