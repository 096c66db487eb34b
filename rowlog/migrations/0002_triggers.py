from django.db import migrations

# Who and why is what rowlog.tracking.acting() has told django-pghistory, which sets both variables
# before each statement. Without them (psql, a shell) the transaction is the act, and nobody is known.
WRITE = """
create procedure rowlog_write(
    operation text, model text, row_id bigint, about text[], row_ jsonb, before jsonb
) language plpgsql as $$
declare
    told constant jsonb :=
        coalesce(nullif(current_setting('pghistory.context_metadata', true), ''), '{}');
    act constant text := nullif(current_setting('pghistory.context_id', true), '');
begin
    insert into rowlog_change (
        at, act, operation, model, row_id, about, "row", before,
        user_id, user_name, deed, reason, address
    ) values (
        clock_timestamp(),
        coalesce(act, md5(pg_current_xact_id()::text || now()::text))::uuid,
        operation, model, row_id, about, row_, before,
        (told ->> 'user')::bigint,
        coalesce(told ->> 'name', ''),
        coalesce(told ->> 'deed', ''),
        coalesce(told ->> 'reason', ''),
        coalesce(told ->> 'address', '')
    );
end $$;
"""

WRITE_BACK = "drop procedure rowlog_write"

# Its argument is made by rowlog.tracking.logged().
RECORD = """
create function rowlog_record() returns trigger language plpgsql as $$
declare
    options constant jsonb := tg_argv[0];
    model constant text := options ->> 'model';
    unlogged constant text[] := array(select jsonb_array_elements_text(options -> 'unlogged'));
    secret constant text[] := array(select jsonb_array_elements_text(options -> 'secret'));
    bulky constant text[] := array(select jsonb_array_elements_text(options -> 'bulky'));
    old_row jsonb;
    new_row jsonb;
    row_ jsonb;
    before jsonb;
    about text[];
begin
    if current_setting('rowlog.rows', true) = 'off' then
        return null;
    end if;
    if tg_op <> 'INSERT' then
        old_row := to_jsonb(old) - unlogged;
    end if;
    if tg_op <> 'DELETE' then
        new_row := to_jsonb(new) - unlogged;
    end if;
    if tg_op = 'UPDATE' then
        select jsonb_object_agg(key, case when key = any (secret) then 'null' else value end)
        into before
        from jsonb_each(old_row)
        where new_row -> key is distinct from value;
        if before is null then
            return null;
        end if;
    end if;
    -- What the table still holds is not kept twice.
    row_ := case when tg_op = 'DELETE' then old_row else new_row - bulky end - secret;
    select array_agg(distinct key) into about from (
        select model || ':' || (row_ ->> 'id')
        union all
        select value || ':' || coalesce(old_row ->> key, '') from jsonb_each_text(options -> 'within')
        union all
        select value || ':' || coalesce(new_row ->> key, '') from jsonb_each_text(options -> 'within')
    ) as keys (key)
    where key not like '%:';
    call rowlog_write(lower(tg_op), model, (row_ ->> 'id')::bigint, about, row_, before);
    return null;
end $$;
"""

RECORD_BACK = "drop function rowlog_record()"

STAYS = """
create function rowlog_stays() returns trigger language plpgsql as $$
begin
    raise exception using
        errcode = 'restrict_violation',
        message = 'What the log says is neither changed nor deleted.';
end $$;

create trigger rowlog_append_only
before update or delete on rowlog_change
for each row execute function rowlog_stays();
"""

STAYS_BACK = """
drop trigger rowlog_append_only on rowlog_change;
drop function rowlog_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("rowlog", "0001_initial")]

    operations = [
        migrations.RunSQL(WRITE, WRITE_BACK),
        migrations.RunSQL(RECORD, RECORD_BACK),
        migrations.RunSQL(STAYS, STAYS_BACK),
    ]
