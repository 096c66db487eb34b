"""The editors' screens, one module a screen. Importing them registers them with Django's admin."""

from incidents.admin import (
    actors,
    claims,
    incidents,
    places,
    rearrangements,
    reviewing,
    statements,
    versions,
)

__all__ = [
    "actors",
    "claims",
    "incidents",
    "places",
    "rearrangements",
    "reviewing",
    "statements",
    "versions",
]
