from django.db import migrations, models

# Django gives each key of text a second index, for LIKE, which nobody asks of the record's ids.
# Every publication wrote them, at random places of theirs.
_DROP_SECOND_INDEXES = r"""
do $$
declare
    second regclass;
begin
    for second in
        select indexrelid from pg_index join pg_class on pg_class.oid = indexrelid
        where relname like '%\_like' and indrelid::regclass::text = any('{
            incidents_version, incidents_entry, incidents_entryclaim, incidents_entryclash,
            incidents_recordplace, incidents_recordactor, incidents_recordsource,
            incidents_recordformer, incidents_recordgone, incidents_recordterm,
            incidents_savedbitmaps
        }')
    loop
        execute 'drop index ' || second;
    end loop;
end $$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0025_control_and_kinds_from_an_index"),
    ]

    operations = [
        migrations.RunSQL(_DROP_SECOND_INDEXES, migrations.RunSQL.noop),
        migrations.RemoveIndex("entryclaim", "entry_claim_by_accused"),
        migrations.AddIndex(
            "entryclaim",
            models.Index(
                condition=models.Q(("accused", ""), _negated=True),
                fields=["accused", "known_at", "claim"],
                name="entry_claim_by_accused",
            ),
        ),
    ]
