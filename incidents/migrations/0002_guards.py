from django.db import migrations

SEARCH = """
create text search configuration claimline (copy = russian);
-- The Russian configuration already stems ASCII words as English and other words as Russian.
alter text search configuration claimline
    alter mapping for word, hword, hword_part with unaccent, russian_stem;
"""

SEARCH_BACK = "drop text search configuration claimline"

EVIDENCE = """
create function claimline_quote_stands_in_snapshot() returns trigger language plpgsql as $$
begin
    if not exists (
        select from sources_snapshot
        where id = new.snapshot_id
          and char_length(new.quote) = new."end" - new.start
          and substr(text, new.start + 1, new."end" - new.start) = new.quote
    ) then
        raise check_violation using
            message = 'The quote is not what stands in the snapshot between start and end.',
            constraint = 'citation_quote_stands_in_snapshot';
    end if;
    return new;
end $$;

create trigger citation_quote_stands_in_snapshot
before insert or update on incidents_citation
for each row execute function claimline_quote_stands_in_snapshot();

create function claimline_cited_snapshot_stays() returns trigger language plpgsql as $$
begin
    if exists (select from incidents_citation where snapshot_id = old.id) then
        raise check_violation using
            message = 'A claim cites this snapshot: it cannot be changed any more.',
            constraint = 'snapshot_immutable_once_cited';
    end if;
    return new;
end $$;

create trigger snapshot_immutable_once_cited
before update on sources_snapshot
for each row when (old is distinct from new) execute function claimline_cited_snapshot_stays();
"""

EVIDENCE_BACK = """
drop trigger snapshot_immutable_once_cited on sources_snapshot;
drop trigger citation_quote_stands_in_snapshot on incidents_citation;
drop function claimline_cited_snapshot_stays();
drop function claimline_quote_stands_in_snapshot();
"""

RECORD = """
create function claimline_version_stays() returns trigger language plpgsql as $$
begin
    raise exception using
        errcode = 'restrict_violation',
        message = 'Published versions are neither changed nor deleted.';
end $$;

create trigger version_immutable
before update or delete on incidents_version
for each row execute function claimline_version_stays();
"""

RECORD_BACK = """
drop trigger version_immutable on incidents_version;
drop function claimline_version_stays();
"""

# Every change of what a document is made of counts the incident's revision up; publishing,
# withdrawing and merging are not changes.
REVISION = """
create function claimline_count_revision() returns trigger language plpgsql as $$
begin
    if (new.state, new.published_revision, new.merged_into_id)
        is not distinct from (old.state, old.published_revision, old.merged_into_id)
    then
        new.revision := old.revision + 1;
    else
        new.revision := old.revision;
    end if;
    return new;
end $$;

create trigger incident_count_revision
before update on incidents_incident
for each row when (old is distinct from new) execute function claimline_count_revision();

create function claimline_claim_changed() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' then
        update incidents_incident set revision = revision + 1 where id = old.incident_id;
    end if;
    if tg_op <> 'DELETE' and (tg_op = 'INSERT' or new.incident_id <> old.incident_id) then
        update incidents_incident set revision = revision + 1 where id = new.incident_id;
    end if;
    return null;
end $$;

create trigger claim_counts_revision
after insert or update or delete on incidents_claim
for each row execute function claimline_claim_changed();

create function claimline_part_of_claim_changed() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' then
        update incidents_incident set revision = revision + 1
        where id in (select incident_id from incidents_claim where id = old.claim_id);
    end if;
    if tg_op <> 'DELETE' and (tg_op = 'INSERT' or new.claim_id <> old.claim_id) then
        update incidents_incident set revision = revision + 1
        where id in (select incident_id from incidents_claim where id = new.claim_id);
    end if;
    return null;
end $$;

create trigger citation_counts_revision
after insert or update or delete on incidents_citation
for each row execute function claimline_part_of_claim_changed();

create trigger relation_counts_revision
after insert or update or delete on incidents_claimrelation
for each row execute function claimline_part_of_claim_changed();

create function claimline_statement_changed() returns trigger language plpgsql as $$
begin
    update incidents_incident set revision = revision + 1
    where id in (select incident_id from incidents_claim where statement_id = new.id);
    return null;
end $$;

create trigger statement_counts_revision
after update on incidents_statement
for each row when (old is distinct from new) execute function claimline_statement_changed();

create function claimline_source_changed() returns trigger language plpgsql as $$
begin
    update incidents_incident set revision = revision + 1
    where id in (
        select claim.incident_id
        from incidents_claim claim
        join incidents_citation citation on citation.claim_id = claim.id
        join sources_snapshot snapshot on snapshot.id = citation.snapshot_id
        where snapshot.source_id = new.id
    );
    return null;
end $$;

create trigger source_counts_revision
after update on sources_source
for each row when (old is distinct from new) execute function claimline_source_changed();
"""

REVISION_BACK = """
drop trigger source_counts_revision on sources_source;
drop trigger statement_counts_revision on incidents_statement;
drop trigger relation_counts_revision on incidents_claimrelation;
drop trigger citation_counts_revision on incidents_citation;
drop trigger claim_counts_revision on incidents_claim;
drop trigger incident_count_revision on incidents_incident;
drop function claimline_source_changed();
drop function claimline_statement_changed();
drop function claimline_part_of_claim_changed();
drop function claimline_claim_changed();
drop function claimline_count_revision();
"""


class Migration(migrations.Migration):
    """What rows of several tables must hold together, kept by the database itself."""

    dependencies = [("incidents", "0001_initial"), ("sources", "0002_snapshot_hash")]

    operations = [
        migrations.RunSQL(SEARCH, SEARCH_BACK),
        migrations.RunSQL(EVIDENCE, EVIDENCE_BACK),
        migrations.RunSQL(RECORD, RECORD_BACK),
        migrations.RunSQL(REVISION, REVISION_BACK),
    ]
