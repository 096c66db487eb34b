"""The counts of the record: each a sum over its entries, kept by adding what an entry changes."""

from django.db import connection

from incidents.record.models import RecordCount

# Rows of: of, what, value, number. The other read models say it all, so that one incident can be
# counted alone, before it is projected anew and after. {of_one}: nothing, or which incident.
_COUNTED = """
select "of", what, value, sum(number) as number from (
    select speaker as "of", 'speaks' as what, question as value, count(*) as number
    from incidents_entryclaim where true {of_one} group by 1, 3
    union all
    select organisation, 'speaks', question, count(*)
    from incidents_entryclaim where organisation not in ('', speaker) {of_one} group by 1, 3
    union all
    select accused, 'accused', question, count(*)
    from incidents_entryclaim
    where accused not in ('', speaker, organisation) {of_one} group by 1, 3
    union all
    select organisation, 'spoken_for', speaker, count(*)
    from incidents_entryclaim where organisation not in ('', speaker) {of_one} group by 1, 3
    union all
    select actor,
        case
            when earlier and later then 'own'
            when not ordered then 'beside'
            when earlier then 'others'
            else 'them'
        end,
        case when earlier then speakers[2] else speakers[1] end,
        count(*)
    from incidents_entryclash, unnest(actors) actor, lateral (
        select actor in (speakers[1], bodies[1]) as earlier,
            actor in (speakers[2], bodies[2]) as later
    ) of_actor
    where kind = 'contradicts' {of_one} group by 1, 2, 3
    union all
    select above, 'incidents', coalesce(places[level + 1], ''), count(*)
    from incidents_entry, unnest(places) with ordinality path (above, level)
    where true {of_one} group by 1, 3
    union all
    select above, 'control', coalesce(control_places[level + 1], ''), count(*)
    from incidents_entryclaim, unnest(control_places) with ordinality path (above, level)
    where control_status <> '' {of_one} group by 1, 3
    union all
    select publisher, 'reported', '', count(*)
    from incidents_entry, unnest(publishers) publisher where true {of_one} group by 1
) part group by 1, 2, 3
"""
_ALL = _COUNTED.format(of_one="")
OF_ONE = _COUNTED.format(of_one="and incident = %(incident)s")

_RECOUNT = f'insert into incidents_recordcount ("of", what, value, number) {_ALL}'
_ADD = f"""
insert into incidents_recordcount as held ("of", what, value, number)
select "of", what, value, sum(number) from (
    {OF_ONE}
    union all
    select "of", what, value, -number
    from json_to_recordset(%(before)s::json)
        before ("of" text, what text, value text, number bigint)
) counted group by 1, 2, 3 having sum(number) <> 0
on conflict ("of", what, value) do update set number = held.number + excluded.number
returning "of", number
"""  # noqa: S608
_DROP_EMPTY = 'delete from incidents_recordcount where number = 0 and "of" = any(%s)'
_WRONG = f"""
with counted as ({_ALL}), held as (select "of", what, value, number from incidents_recordcount)
(select * from counted except select * from held)
union all
(select * from held except select * from counted)
limit 1
"""  # noqa: S608

Count = tuple[str, str, str, int]


def add(incident: str, before: str | None) -> None:
    """Let the counts of the incident change from `before`, rows of OF_ONE as JSON if there were
    any, to what the read models hold now."""
    with connection.cursor() as cursor:
        cursor.execute(_ADD, {"incident": incident, "before": before})
        if empty := [of for of, number in cursor.fetchall() if number == 0]:
            cursor.execute(_DROP_EMPTY, [empty])


def recount() -> None:
    """All counts anew."""
    RecordCount.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(_RECOUNT)


def wrong_count() -> Count | None:
    """The first count that is not what the entries give, as held or as it should be."""
    with connection.cursor() as cursor:
        cursor.execute(_WRONG)
        found: Count | None = cursor.fetchone()
        return found
