import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

# The read models are made anew from the versions by `manage.py rebuild_record`, which must follow:
# a new column cannot be filled for the old rows, and half a row would lie.
EMPTY = """
set constraints all immediate;
delete from incidents_entryclaim;
delete from incidents_entrymoment;
delete from incidents_entry;
"""


def ids() -> django.contrib.postgres.fields.ArrayField:
    return django.contrib.postgres.fields.ArrayField(
        models.CharField(max_length=10), default=list, size=None
    )


def facts(model: str) -> list[migrations.AddField]:
    return [
        migrations.AddField(
            model,
            "place_precision",
            models.CharField(default="", max_length=12),
            preserve_default=False,
        ),
        migrations.AddField(model, "origins", ids()),
        migrations.AddField(
            model, "countered", models.BooleanField(default=False), preserve_default=False
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [("incidents", "0002_guards")]

    operations = [
        migrations.RunSQL(EMPTY, migrations.RunSQL.noop),
        *facts("entry"),
        *facts("entrymoment"),
        migrations.AddField(
            "entryclaim",
            "accused",
            models.CharField(blank=True, max_length=10, default=""),
            preserve_default=False,
        ),
        migrations.AddField("entryclaim", "control_places", ids()),
        migrations.AddField(
            "entryclaim",
            "at",
            models.DateTimeField(default="2000-01-01T00:00Z"),
            preserve_default=False,
        ),
        migrations.AddField(
            "entryclaim",
            "at_precision",
            models.CharField(max_length=12, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            "entryclaim",
            "zone",
            models.CharField(max_length=64, default=""),
            preserve_default=False,
        ),
        migrations.AddIndex(
            "entryclaim", models.Index("speaker", "known_at", name="entry_claim_speaker")
        ),
        migrations.AddIndex(
            "entryclaim", models.Index("organisation", "known_at", name="entry_claim_organisation")
        ),
        migrations.AddIndex(
            "entryclaim", models.Index("accused", "known_at", name="entry_claim_accused")
        ),
        migrations.AddIndex(
            "entryclaim",
            django.contrib.postgres.indexes.GinIndex(
                "control_places", condition=~Q(control_status=""), name="entry_claim_control"
            ),
        ),
        migrations.CreateModel(
            "EntryClash",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("question", models.CharField(max_length=20)),
                ("kind", models.CharField(max_length=16)),
                ("claims", ids()),
                ("actors", ids()),
                (
                    "entry",
                    models.ForeignKey(
                        db_column="incident",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="clashes",
                        to="incidents.entry",
                    ),
                ),
            ],
            options={
                "ordering": ["entry", "id"],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex("actors", name="entry_clash_actors")
                ],
            },
        ),
    ]
