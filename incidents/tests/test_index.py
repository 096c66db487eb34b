"""The bitmaps follow the record clock: each count is of the record as it is now."""

from datetime import UTC, datetime, timedelta
from threading import Event
from time import sleep
from typing import NoReturn

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from incidents.models import Incident
from incidents.public import grouping, index, tallying
from incidents.public.filters import Filters
from incidents.public.index import current
from incidents.record import indexing
from incidents.record.bitmaps import Bitmaps
from incidents.record.indexing import Indexed, from_entries
from incidents.record.models import Entry
from incidents.record.publish import merge, publish, withdraw
from incidents.tests.factories import (
    make_citation,
    make_claim,
    make_incident,
    make_published,
    make_snapshot,
    make_source,
    make_statement,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bitmaps")]


def now() -> Bitmaps:
    bitmaps = current()
    assert bitmaps is not None
    return bitmaps


def counted() -> int:
    """How many incidents are counted; the same number by SQL, and of each kind."""
    filters = Filters.read(QueryDict())
    from_memory, by_sql = tallying.numbers(filters, [now()]), grouping.numbers(filters)
    assert from_memory.balance == by_sql.balance
    assert from_memory.facets["kind"] == by_sql.facets["kind"]
    return from_memory.balance.incidents


def test_what_was_published_updated_withdrawn_or_merged_is_in_the_next_count() -> None:
    assert counted() == 0
    one = make_published()
    assert counted() == 1
    two = make_published(place=one.place)
    assert counted() == 2
    Incident.objects.filter(pk=one.pk).update(kind="protest")
    publish(one, "It was a protest.")
    assert counted() == 2
    withdraw(one, "Under review.")
    assert counted() == 1
    publish(one, "The review is done.")
    assert counted() == 2
    merge(one, two, "The same.")
    assert counted() == 1


def test_nothing_of_a_withdrawn_incident_is_counted() -> None:
    incident = make_published()
    now()

    withdraw(incident, "Under review.")

    bitmaps = now()
    assert not bitmaps.alive
    for field in bitmaps.fields:
        assert bitmaps.counts(bitmaps.alive, field) == {}


def test_what_a_request_holds_stays_as_it_is_while_another_catches_up() -> None:
    incident = make_published()
    before = now()
    numbers = tallying.numbers(Filters.read(QueryDict()), [before])

    withdraw(incident, "Under review.")
    make_published(place=incident.place, kind="protest")
    now()

    assert tallying.numbers(Filters.read(QueryDict()), [before]) == numbers


def test_a_serial_that_was_rolled_back_and_given_again_is_read_anew() -> None:
    make_published()
    with transaction.atomic():
        make_published(kind="strike")
        assert counted() == 2
        transaction.set_rollback(True)
    assert counted() == 1

    with transaction.atomic():
        make_published(kind="strike")
        assert counted() == 2
        transaction.set_rollback(True)
    make_published(kind="protest")
    assert counted() == 2


def test_a_rebuild_is_in_the_next_count() -> None:
    make_published()
    assert counted() == 1
    # As if an older release had written another kind.
    Entry.objects.update(kind="protest")
    assert now().counts(now().alive, "kind") == {"explosion": 1}

    call_command("rebuild_record", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("update incidents_entry set kind = 'protest'")

    assert now().counts(now().alive, "kind") == {"protest": 1}


def test_an_answer_without_news_costs_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    make_published()
    now()

    with django_assert_num_queries(1):
        now()


def test_a_record_of_many_versions_is_read_in_a_thread_and_sql_answers_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_published()
    monkeypatch.setattr(index, "AT_ONCE", 0)
    started: list[str] = []
    monkeypatch.setattr(index.Index, "read_in_a_thread", lambda _: started.append("read"))

    assert current() is None
    assert started == ["read"]


def test_an_answer_waits_a_moment_for_what_a_thread_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    make_published()
    read = from_entries()

    def slowly() -> Indexed:
        sleep(0.1)
        return read

    monkeypatch.setattr(index, "AT_ONCE", 0)
    monkeypatch.setattr(index, "from_saved", slowly)
    # Its connection sees nothing of what this test does.
    monkeypatch.setattr(index, "caught_up", lambda indexed: indexed)

    assert len(now().alive) == 1


def test_after_that_numbers_are_for_later(cold: Event) -> None:
    make_published()

    assert current() is None
    assert index.is_awaited()
    assert Filters.read(QueryDict()).awaits_numbers
    assert not Filters.read(QueryDict("kind=bogus")).awaits_numbers


def test_where_reading_failed_sql_counts_while_it_is_tried_again(
    cold: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_published()
    failed = Event()

    def fail() -> NoReturn:
        failed.set()
        raise MemoryError

    with monkeypatch.context() as first:
        first.setattr(index, "from_saved", fail)
        first.setattr(index, "PATIENCE", 2.0)
        assert current() is None
    assert failed.is_set()

    filters = Filters.read(QueryDict())
    assert filters.parts is None
    assert not filters.awaits_numbers


def counted_at(known: str) -> tuple[int, int, int]:
    """Incidents and claims that were known then, and publishers; by SQL as many."""
    filters = Filters.read(QueryDict(f"known={known}"))
    assert filters.parts is not None
    from_memory, by_sql = tallying.numbers(filters, filters.parts), grouping.numbers(filters)
    assert from_memory.balance == by_sql.balance
    assert from_memory.facets["publisher"] == by_sql.facets["publisher"]
    assert from_memory.days == by_sql.days
    balance, publishers = from_memory.balance, by_sql.facets["publisher"]
    return balance.incidents, balance.claims, len(publishers)


def test_at_a_moment_what_was_known_then_is_counted_and_listed(client: Client) -> None:
    two_claims = make_published(title="Two claims")
    said = make_statement(said_at=datetime(2022, 7, 3, 12, tzinfo=UTC))
    printed_then = make_source(published_at=datetime(2022, 7, 3, 12, 30, tzinfo=UTC))
    claim = make_claim(incident=two_claims, statement=said, cited=False)
    make_citation(claim, snapshot=make_snapshot(source=printed_then))
    publish(two_claims, "Another claim.")
    make_published(place=two_claims.place, title="One claim")

    assert counted_at("2022-07-03T09:59Z") == (0, 0, 0)
    assert counted_at("2022-07-03T10:00Z") == (2, 2, 0)
    assert counted_at("2022-07-03T12:30Z") == (2, 2, 0)
    assert counted_at("2022-07-03T12:31Z") == (2, 3, 1)
    assert counted_at("2022-07-03T18:29Z") == (2, 3, 1)
    # Of both another report was printed at 18:30.
    assert counted_at("2022-07-03T18:30Z") == (2, 3, 3)
    page = client.get("/?known=2022-07-03T12:29Z").content.decode()
    assert "Two claims" in page
    assert "One claim" in page


def test_at_a_moment_what_was_printed_by_then_is_found() -> None:
    incident = make_incident()
    for hour, words in ((12, "First quoted"), (15, "Then quoted"), (18, "Later quoted")):
        at = datetime(2022, 7, 3, hour, tzinfo=UTC)
        claim = make_claim(incident=incident, statement=make_statement(said_at=at), cited=False)
        report = make_source(published_at=at)
        make_citation(claim, words, snapshot=make_snapshot(source=report, text=words))
    late = make_source(published_at=datetime(2022, 7, 5, tzinfo=UTC))
    make_citation(claim, "At last", snapshot=make_snapshot(source=late, text="At last"))
    publish(incident)

    for words, hours in {
        "explosions": [13, 16, 19, 99],
        "then": [16, 19, 99],
        '"first quoted"': [13, 16, 19, 99],
        "quoted -then": [13],
        "first or last": [13, 16, 19, 99],
        "last": [99],
        "-later": [13, 16],
    }.items():
        found = []
        for hour in (11, 13, 16, 19, 99):
            at = datetime(2022, 7, 3, tzinfo=UTC) + timedelta(hours=hour)
            if counted_at(f"{at:%Y-%m-%dT%H:%MZ}&q={words}")[0]:
                found.append(hour)
        assert found == hours, words


def test_what_is_published_or_withdrawn_is_in_the_next_count_of_a_moment() -> None:
    incident = make_published()
    assert counted_at("2022-07-03T10:00Z") == (1, 1, 0)
    assert counted_at("2022-07-04") == (1, 1, 1)

    make_claim(incident=incident, statement=make_statement())
    publish(incident, "Another claim.")
    assert counted_at("2022-07-04") == (1, 2, 2)

    withdraw(incident, "Under review.")
    assert counted_at("2022-07-04") == (0, 0, 0)


@pytest.mark.parametrize("known", ["", "&known=2026-01-01", "&known=2022-07-03T12:00Z"])
@pytest.mark.parametrize(
    "address",
    [
        "/?from=2022-07-01&sort=changed",
        "/?from=2022-07-01&q=explosions&sort=relevance",
        "/incidents.atom?from=2022-07-01",
        "/api/v1/incidents/?from=2022-07-01",
        "/api/v1/incidents/?from=2022-07-01&sort=changed",
        "/api/v1/incidents/?from=2022-07-01&q=explosions&sort=relevance",
    ],
)
def test_no_list_walks_past_what_its_filter_leaves_out(
    client: Client, address: str, known: str
) -> None:
    incident = make_published()

    with CaptureQueriesContext(connection) as asked:
        content = client.get(f"{address}{known}", follow=True).content.decode()

    assert incident.public_id in content
    assert not [query["sql"] for query in asked if '"last_day" >=' in query["sql"]]


def test_what_was_published_since_is_read_without_a_walk_through_all_versions() -> None:
    make_published()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        cursor.execute(f"explain {indexing._SINCE}", {"serial": 1})
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "Scan using version_number_once" in plan
    assert "Seq Scan on incidents_version" not in plan
