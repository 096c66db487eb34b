from django.db import migrations

from rowlog.tracking import logged


class Migration(migrations.Migration):
    dependencies = [("sources", "0003_find_copies"), ("rowlog", "0002_triggers")]

    operations = [
        logged("sources.publisher"),
        logged("sources.source"),
        logged("sources.snapshot", {"source_id": "sources.source"}, bulky=["text"]),
        logged("sources.sourcelink", {"source_id": "sources.source"}),
    ]
