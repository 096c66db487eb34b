from django.db import migrations


class Migration(migrations.Migration):
    """The hash that readers are shown is the hash of the text, whoever wrote the row."""

    dependencies = [("sources", "0001_initial")]

    operations = [
        migrations.RunSQL(
            """
            alter table sources_snapshot add constraint snapshot_hash_of_text
            check (sha256 = encode(sha256(convert_to(text, 'UTF8')), 'hex'))
            """,
            "alter table sources_snapshot drop constraint snapshot_hash_of_text",
        )
    ]
