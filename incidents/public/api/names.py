"""Names in many languages."""

from collections.abc import Iterable, Sequence
from typing import TypedDict


class Name(TypedDict):
    """`language` is null where the name is that of several, or it is not recorded."""

    language: str | None
    name: str


def names_of(names: Iterable[Sequence[str]]) -> list[Name]:
    """Of [language or "", name], as documents hold them."""
    return [{"language": language or None, "name": name} for language, name in names]
