"""JSON Schema from what the code is typed by: answers from TypedDicts, parameters from form fields.

mypy holds the serialisers to the TypedDicts, so a schema made of these says what is sent. Metadata
of Annotated goes into the schema: a pair as keyword and value, a vocabulary as `x-extensible-enum`,
because a document of long ago may hold a word that is no more.
"""

from collections.abc import Iterable
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from django import forms
from django.db.models import TextChoices

from incidents.public.api.forms import IdField, LimitField
from incidents.public.exported import Id
from incidents.public.filters import CURSOR, CursorField, IdsField, MomentField, WordsField

Schema = dict[str, Any]

_SCALARS: dict[Any, Schema] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    NoneType: {"type": "null"},
    Any: {},
}


def schema_of(hint: Any, components: dict[str, Schema]) -> Schema:
    """The schema of a type hint. Each TypedDict goes into `components` once, and is referred to.

    TypeError for a type that no answer has had yet.
    """
    if hint in _SCALARS:
        return dict(_SCALARS[hint])
    args = get_args(hint)
    match get_origin(hint):
        case origin if origin is Annotated:
            return schema_of(args[0], components) | _metadata(args[1:])
        case origin if origin is NotRequired:
            return schema_of(args[0], components)
        case origin if origin in (Union, UnionType):
            return {"anyOf": [schema_of(one, components) for one in args]}
        case origin if origin is Literal:
            return {"enum": [*args]}
        case origin if origin is list:
            return {"type": "array", "items": schema_of(args[0], components)}
        case origin if origin is dict:
            return {"type": "object", "additionalProperties": schema_of(args[1], components)}
    if hasattr(hint, "__required_keys__"):
        return _component(hint, components)
    raise TypeError(f"No schema for {hint!r}.")


def _metadata(metadata: tuple[Any, ...]) -> Schema:
    found: Schema = {}
    for one in metadata:
        if isinstance(one, tuple):
            keyword, value = one
            found[keyword] = value
        elif issubclass(one, TextChoices):
            found["x-extensible-enum"] = [*one.values]
    return found


def _component(typed: Any, components: dict[str, Schema]) -> Schema:
    name = typed.__name__
    if name not in components:
        components[name] = {}  # before its members, which may lead back to it
        hints = get_type_hints(typed, include_extras=True)
        schema: Schema = {
            "type": "object",
            "properties": {key: schema_of(hint, components) for key, hint in hints.items()},
            "required": [key for key in hints if key in typed.__required_keys__],
        }
        if words := typed.__dict__.get("__doc__"):
            schema["description"] = " ".join(words.split())
        components[name] = schema
    return {"$ref": f"#/components/schemas/{name}"}


def parameter_schema(field: forms.Field) -> Schema:
    """TypeError for a field that no form of the API has had yet."""
    match field:
        case WordsField():
            return {"type": "array", "items": {"type": "string", "enum": _words(field)}}
        case IdsField():
            return {"type": "array", "items": schema_of(Id, {})}
        case IdField():
            return schema_of(Id, {})
        case forms.ChoiceField():
            return {"type": "string", "enum": _words(field)}
        case forms.DateField():
            return {"type": "string", "format": "date"}
        case LimitField():
            return _integer(field) | {"default": field.initial}
        case forms.IntegerField():
            return _integer(field)
        case MomentField():
            return {"anyOf": [{"type": "string", "format": one} for one in ("date", "date-time")]}
        case CursorField():
            return {"type": "string", "pattern": f"^{CURSOR.pattern}$"}
        case forms.CharField():
            return {"type": "string", "maxLength": field.max_length}
    raise TypeError(f"No schema for {field!r}.")


def _words(field: forms.ChoiceField) -> list[str]:
    return [str(value) for value, _ in cast(Iterable[tuple[str, str]], field.choices)]


def _integer(field: forms.IntegerField) -> Schema:
    return {"type": "integer", "minimum": field.min_value, "maximum": field.max_value}
