from django.db import migrations

from rowlog.tracking import logged

_OF_USER = {"user_id": "auth.user"}
_OF_GROUP = {"group_id": "auth.group"}


class Migration(migrations.Migration):
    """Who may do what, and since when: Django's own tables of accounts and roles in the log."""

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("rowlog", "0002_triggers"),
    ]

    operations = [
        logged("auth.user", unlogged=["last_login"], secret=["password"]),
        logged("auth.user_groups", _OF_USER),
        logged("auth.user_user_permissions", _OF_USER),
        logged("auth.group"),
        logged("auth.group_permissions", _OF_GROUP),
    ]
