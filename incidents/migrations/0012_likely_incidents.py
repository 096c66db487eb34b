import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
from django.db import migrations, models

SPAN = """
create function claimline_span(earliest timestamptz, latest timestamptz, "precision" text)
returns tstzrange language sql immutable parallel safe as $$
    -- The clock of UTC, for an interval of months or days added to a timestamptz asks the session's.
    select tstzrange(
        earliest,
        greatest(latest, (earliest at time zone 'UTC' + case "precision"
            when 'minute' then interval '1 minute'
            when 'hour' then interval '1 hour'
            when 'part_of_day' then interval '6 hours'
            when 'week' then interval '7 days'
            when 'month' then interval '1 month'
            when 'year' then interval '1 year'
            else interval '1 day'
        end) at time zone 'UTC'),
        '[]'
    )
$$;
"""

SPAN_BACK = "drop function claimline_span(timestamptz, timestamptz, text)"


class Migration(migrations.Migration):
    """What finds an incident by place and time, a place by where it is, a statement by speaker."""

    dependencies = [("incidents", "0011_who_touched_it")]

    operations = [
        migrations.RunSQL(SPAN, SPAN_BACK),
        migrations.AddIndex(
            model_name="incident",
            index=django.contrib.postgres.indexes.GistIndex(
                models.F("place"),
                models.Func(
                    models.F("earliest"),
                    models.F("latest"),
                    models.F("precision"),
                    function="claimline_span",
                    output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField(),
                ),
                name="incident_place_span",
            ),
        ),
        migrations.AddIndex(
            model_name="place",
            index=models.Index(
                models.F("latitude"), models.F("longitude"), name="place_coordinates"
            ),
        ),
        migrations.AddIndex(
            model_name="statement",
            index=models.Index(models.F("speaker"), models.F("said_at"), name="statement_spoken"),
        ),
    ]
