"""The API described for people: a page made from the same document that programs read."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse

from incidents.public.api.endpoints import document
from incidents.public.api.schema import Schema, schema_of
from incidents.public.clock import from_the_record
from incidents.public.exported import Id
from incidents.public.page import render
from incidents.record.models import Version

ID_PATTERN = schema_of(Id, {})["pattern"]


@dataclass(frozen=True)
class Piece:
    """A part of what is said of a type; `shape` is the name of the one that it leads to, or ""."""

    text: str
    shape: str = ""


@dataclass(frozen=True)
class Words:
    """A part of a sentence, or what stands in it between backticks."""

    text: str
    is_code: bool


@dataclass(frozen=True)
class Member:
    """A parameter, or a property of a shape."""

    name: str
    type: list[Piece]
    note: list[Words]


@dataclass(frozen=True)
class Operation:
    id: str
    path: str
    summary: str
    description: list[Words]
    parameters: list[Member]
    answer: list[Piece]
    beside: list[tuple[str, list[Words]]]  # status and what it means

    @property
    def is_plain(self) -> bool:
        """Whether its address takes no id."""
        return "{" not in self.path


@dataclass(frozen=True)
class Shape:
    name: str
    description: list[Words]
    members: list[Member]


@from_the_record
def api_docs(request: HttpRequest) -> HttpResponse:
    described = document()
    context = {
        "about": described["info"]["description"],
        "base": described["servers"][0]["url"],
        "site": request.build_absolute_uri("/").removesuffix("/"),
        "operations": [_operation(path, get["get"]) for path, get in described["paths"].items()],
        "shapes": [_shape(*one) for one in described["components"]["schemas"].items()],
        "newest": Version.objects.defer("document").order_by("-serial").first(),
    }
    return render(request, "api_docs.html", context)


def _operation(path: str, get: dict[str, Any]) -> Operation:
    answers = get["responses"]
    return Operation(
        get["operationId"],
        path,
        get["summary"],
        _words(get.get("description", "")),
        [
            Member(one["name"], [*_type(one["schema"])], _words(one.get("description", "")))
            for one in get.get("parameters", [])
        ],
        [*_type(answers["200"]["content"]["application/json"]["schema"])],
        [(status, _words(said["description"])) for status, said in _beside(answers)],
    )


def _words(text: str) -> list[Words]:
    parts = enumerate(text.split("`"))
    return [Words(part, number % 2 == 1) for number, part in parts if part]


def _beside(answers: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The answers that this operation alone has."""
    return ((s, said) for s, said in answers.items() if s != "200" and "description" in said)


def _shape(name: str, schema: Schema) -> Shape:
    required = schema["required"]
    members = [
        Member(key, [*_type(one)], _words("" if key in required else "not always there"))
        for key, one in schema["properties"].items()
    ]
    return Shape(name, _words(schema.get("description", "")), members)


def _type(schema: Schema) -> Iterator[Piece]:
    """A schema in words, as far as ours go."""
    if "anyOf" in schema:
        for number, one in enumerate(schema["anyOf"]):
            yield from [Piece(" or ")] if number else []
            yield from _type(one)
    elif "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        yield Piece(name, name)
    elif schema.get("type") == "array":
        if "enum" in schema["items"]:
            yield Piece("any of " + ", ".join(schema["items"]["enum"]))
        else:
            yield Piece("list: ")
            yield from _type(schema["items"])
    elif words := schema.get("enum", schema.get("x-extensible-enum")):
        yield Piece("one of " + ", ".join(words) if len(words) > 1 else words[0])
    else:
        yield Piece(_plain(schema))


def _plain(schema: Schema) -> str:
    limits = [schema[key] for key in ("minimum", "maximum") if key in schema]
    span = f"{limits[0]} to {limits[1]}" if limits else ""
    usual = f"{schema['default']} unless told otherwise" if "default" in schema else ""
    kind = schema.get("format") or schema.get("type", "anything")
    said = "id" if schema.get("pattern") == ID_PATTERN else kind
    return ", ".join(filter(None, [said, span, usual]))
