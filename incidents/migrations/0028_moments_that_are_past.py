import django.contrib.postgres.fields
import django.contrib.postgres.search
from django.db import migrations, models

# What both hold beside `known_until`.
COLUMNS = """
serial, number, kind, title, slug, language, standing, verification, earliest, latest, at, precision,
zone, first_day, last_day, parent, place, place_precision, places, sides, actors, origins, countered,
publishers, sources, questions, stances, killed_most, claim_count, report_count, strip, search,
changed_at, incident, known_from
"""

MOVE = f"""
set constraints all immediate;
insert into incidents_entrypast ({COLUMNS}, known_until)
select {COLUMNS}, known_until from incidents_entrymoment where known_until is not null;
update incidents_entry entry set known_from = last.known_from
from incidents_entrymoment last
where last.incident = entry.incident and last.known_until is null;
"""  # noqa: S608

# Without a condition: PostgreSQL takes the two apart and walks through the indexes of both.
VIEW = f"""
create view incidents_entrymoment as
select {COLUMNS}, null::timestamptz as known_until from incidents_entry
union all
select {COLUMNS}, known_until from incidents_entrypast
"""  # noqa: S608


def strings(length: int) -> models.Field:
    one = models.CharField(max_length=length)
    return django.contrib.postgres.fields.ArrayField(base_field=one, default=list, size=None)


def facts() -> list[tuple[str, models.Field]]:
    return [
        ("serial", models.BigIntegerField()),
        ("number", models.PositiveIntegerField()),
        ("kind", models.CharField(max_length=20)),
        ("title", models.CharField(max_length=200)),
        ("slug", models.CharField(max_length=80)),
        ("language", models.CharField(max_length=35)),
        ("standing", models.CharField(max_length=20)),
        ("verification", models.CharField(blank=True, max_length=20)),
        ("earliest", models.DateTimeField()),
        ("latest", models.DateTimeField()),
        ("at", models.DateTimeField()),
        ("precision", models.CharField(max_length=12)),
        ("zone", models.CharField(max_length=64)),
        ("first_day", models.DateField()),
        ("last_day", models.DateField()),
        ("parent", models.CharField(blank=True, max_length=10)),
        ("place", models.CharField(blank=True, max_length=10)),
        ("place_precision", models.CharField(max_length=12)),
        ("places", strings(10)),
        ("sides", strings(30)),
        ("actors", strings(10)),
        ("origins", strings(10)),
        ("countered", models.BooleanField()),
        ("publishers", strings(10)),
        ("sources", strings(10)),
        ("questions", strings(30)),
        ("stances", strings(30)),
        ("killed_most", models.BigIntegerField(null=True)),
        ("claim_count", models.PositiveIntegerField()),
        ("report_count", models.PositiveIntegerField()),
        ("strip", models.JSONField()),
        ("search", django.contrib.postgres.search.SearchVectorField()),
        ("changed_at", models.DateTimeField()),
        (
            "pk",
            models.CompositePrimaryKey(
                "incident",
                "known_from",
                blank=True,
                editable=False,
                primary_key=True,
                serialize=False,
            ),
        ),
        ("incident", models.CharField(max_length=10)),
        ("known_from", models.DateTimeField()),
    ]


class Migration(migrations.Migration):
    """A moment since which all has been known is the entry's own and not kept twice.

    `manage.py rebuild_record` should follow: it adds the moments at which one more report of a claim
    was printed.
    """

    dependencies = [("incidents", "0027_days_of_control_from_an_index")]

    operations = [
        migrations.CreateModel(
            name="EntryPast",
            fields=[*facts(), ("known_until", models.DateTimeField())],
            options={"ordering": ["-at", "-incident"], "abstract": False},
        ),
        migrations.AddField("entry", "known_from", models.DateTimeField(null=True)),
        migrations.RunSQL(MOVE),
        migrations.DeleteModel("EntryMoment"),
        migrations.CreateModel(
            name="EntryMoment",
            fields=[*facts(), ("known_until", models.DateTimeField(null=True))],
            options={"ordering": ["-at", "-incident"], "abstract": False, "managed": False},
        ),
        migrations.RunSQL(VIEW),
        migrations.AddIndex("entry", models.Index(models.F("known_from"), name="entry_known")),
        migrations.AddIndex(
            "entrypast",
            models.Index(models.F("known_from"), models.F("known_until"), name="entry_past_known"),
        ),
        migrations.AddIndex(
            "entrypast",
            models.Index(models.F("at"), models.F("incident"), name="entry_past_happened"),
        ),
    ]
