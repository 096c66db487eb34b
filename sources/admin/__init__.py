"""The editors' screens for sources, one module a screen. Importing them registers them."""

from sources.admin import publishers, snapshots, sources

__all__ = ["publishers", "snapshots", "sources"]
