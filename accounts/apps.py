from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class AccountsConfig(AppConfig):
    name = "accounts"


class DeskConfig(AdminConfig):
    """Django's admin as the desk: every screen is registered with our own site."""

    default_site = "accounts.site.DeskSite"
