from django.db import migrations

from rowlog.tracking import logged

_OF_SOURCE = {"source_id": "sources.source"}


class Migration(migrations.Migration):
    """What is computed from other columns tells nobody anything in a history."""

    dependencies = [("sources", "0005_roles_permissions")]

    operations = [
        logged("sources.source", unlogged=["address_key"]),
        logged("sources.snapshot", _OF_SOURCE, unlogged=["simhash"], bulky=["text"]),
    ]
