import django.contrib.postgres.indexes
from django.db import migrations, models

# The read models are made anew by `manage.py rebuild_record`, which must follow: what they hold is
# indexed by words that nobody looks for any more.
EMPTY = """
set constraints all immediate;
delete from incidents_entryclash;
delete from incidents_entryclaim;
delete from incidents_entrymoment;
delete from incidents_entry;
delete from incidents_recordplace;
delete from incidents_recordactor;
delete from incidents_recordsource;
"""

CONFIG = """
create text search configuration claimline (copy = russian);
alter text search configuration claimline
    alter mapping for word, hword, hword_part with unaccent, russian_stem;
"""


def folded(model: str) -> list[migrations.operations.base.Operation]:
    return [
        migrations.AddField(model, "folded", models.TextField(default=""), preserve_default=False),
        migrations.AddIndex(
            model,
            django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass("folded", "gin_trgm_ops"),
                name=f"{model}_folded",
            ),
        ),
    ]


class Migration(migrations.Migration):
    """Entries are searched by terms (incidents/terms.py), names by their folded spellings."""

    dependencies = [("incidents", "0003_origins_and_clashes")]

    operations = [
        migrations.RunSQL(EMPTY, migrations.RunSQL.noop),
        migrations.RunSQL("drop text search configuration claimline", CONFIG),
        *folded("recordplace"),
        *folded("recordactor"),
    ]
