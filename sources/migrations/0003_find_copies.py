from typing import Any

from django.contrib.postgres.indexes import HashIndex
from django.db import migrations, models

from sources.intake.addresses import canonical
from sources.intake.copies import simhash


def fill(apps: Any, schema_editor: Any) -> None:
    """For the rows that are there. It changes nothing that triggers should count, log or refuse."""
    execute = schema_editor.execute
    for table in ("sources_source", "sources_snapshot"):
        execute(f"alter table {table} disable trigger user")
    sources = apps.get_model("sources", "Source").objects
    for pk, url in sources.exclude(url="").values_list("pk", "url").iterator():
        sources.filter(pk=pk).update(address_key=canonical(url))
    snapshots = apps.get_model("sources", "Snapshot").objects
    for pk, text in snapshots.values_list("pk", "text").iterator(chunk_size=200):
        snapshots.filter(pk=pk).update(simhash=simhash(text))
    for table in ("sources_source", "sources_snapshot"):
        execute(f"alter table {table} enable trigger user")


class Migration(migrations.Migration):
    """Keys by which the same address, the same text and near copies of a text are found."""

    dependencies = [("sources", "0002_snapshot_hash")]

    operations = [
        migrations.AddField(
            model_name="snapshot",
            name="simhash",
            field=models.BigIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="source",
            name="address_key",
            field=models.TextField(blank=True, editable=False),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="snapshot",
            index=models.Index(fields=["sha256"], name="snapshot_by_hash"),
        ),
        migrations.AddIndex(
            model_name="snapshot",
            index=models.Index(fields=["id"], include=["simhash"], name="snapshot_by_simhash"),
        ),
        migrations.AddIndex(
            model_name="source",
            index=HashIndex(fields=["address_key"], name="source_address_key"),
        ),
    ]
