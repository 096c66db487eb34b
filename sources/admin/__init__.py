"""The editors' screens for sources, one module a screen. Importing them registers them."""

from sources.admin import log, publishers, snapshots, sources

__all__ = ["log", "publishers", "snapshots", "sources"]
