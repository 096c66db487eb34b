from django.apps import AppConfig


class RowLogConfig(AppConfig):
    name = "rowlog"
    verbose_name = "Log"
    default_auto_field = "django.db.models.BigAutoField"
