"""The desk as a whole: the one admin site, and what all its pages have in common."""

from django.contrib import admin


class DeskSite(admin.AdminSite):
    site_header = "Claimline: the desk"
    site_title = "Claimline"
    index_title = "The desk"
