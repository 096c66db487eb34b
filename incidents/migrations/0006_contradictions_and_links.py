import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models


def ids() -> django.contrib.postgres.fields.ArrayField:
    return django.contrib.postgres.fields.ArrayField(
        models.CharField(max_length=10), default=list, size=None
    )


class Migration(migrations.Migration):
    """Filled by `manage.py rebuild_record`, which must follow."""

    dependencies = [("incidents", "0005_parts_of_an_incident")]

    operations = [
        migrations.RunSQL("delete from incidents_entryclash", migrations.RunSQL.noop),
        migrations.RemoveField("entryclash", "question"),
        migrations.AddField(
            "entryclash",
            "questions",
            django.contrib.postgres.fields.ArrayField(
                models.CharField(max_length=30), default=list, size=None
            ),
        ),
        migrations.AddField(
            "entryclash", "ordered", models.BooleanField(default=True), preserve_default=False
        ),
        migrations.AddField("entryclash", "speakers", ids()),
        migrations.AddField("entryclash", "bodies", ids()),
        migrations.AddField("recordsource", "linked", ids()),
        migrations.AddIndex(
            "recordsource",
            models.Index("publisher", "published_at", "id", name="record_source_publisher"),
        ),
        migrations.AddIndex(
            "recordsource",
            django.contrib.postgres.indexes.GinIndex("linked", name="record_source_linked"),
        ),
    ]
