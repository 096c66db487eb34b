from django.db import migrations

# Every change of what a document is made of ends in an update of the incident's revision
# (0002_guards): whoever is at work then has touched it. django-pghistory says who that is in a
# setting of the session; nobody is known to be at work in a command or in psql.
TOUCH = """
create function claimline_incident_touched() returns trigger language plpgsql as $$
declare
    editor text :=
        nullif(current_setting('pghistory.context_metadata', true), '')::jsonb ->> 'user';
begin
    insert into incidents_touch (incident_id, by_id, at, unpublished)
    select new.id, id, clock_timestamp(), true from auth_user where id = editor::bigint
    on conflict (incident_id, by_id)
    do update set at = excluded.at, unpublished = excluded.unpublished;
    return null;
end $$;

create trigger incident_inserted_touches
after insert on incidents_incident
for each row execute function claimline_incident_touched();

create trigger incident_revised_touches
after update on incidents_incident
for each row when (old.revision <> new.revision) execute function claimline_incident_touched();
"""

TOUCH_BACK = """
drop trigger incident_revised_touches on incidents_incident;
drop trigger incident_inserted_touches on incidents_incident;
drop function claimline_incident_touched();
"""

COMMENT = """
create function claimline_comment_stays() returns trigger language plpgsql as $$
begin
    raise exception using
        errcode = 'restrict_violation', message = 'A comment stays as it was said.';
end $$;

create trigger comment_immutable
before update on incidents_comment
for each row execute function claimline_comment_stays();
"""

COMMENT_BACK = """
drop trigger comment_immutable on incidents_comment;
drop function claimline_comment_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0010_reviews_and_touches")]

    operations = [
        migrations.RunSQL(TOUCH, TOUCH_BACK),
        migrations.RunSQL(COMMENT, COMMENT_BACK),
    ]
