"""The editors' screens, one module a screen. Importing them registers them with Django's admin."""

from django.contrib import admin

from incidents.admin import accounts, actors, claims, incidents, places, statements, versions

__all__ = ["accounts", "actors", "claims", "incidents", "places", "statements", "versions"]

admin.site.site_header = "Claimline: the desk"
admin.site.site_title = "Claimline"
admin.site.index_title = "The desk"
