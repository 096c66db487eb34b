"""The bitmaps follow the record clock: each count is of the record as it is now."""

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.http import QueryDict
from pytest_django import DjangoAssertNumQueries

from incidents.models import Incident
from incidents.public import grouping, index, tallying
from incidents.public.filters import Filters
from incidents.public.index import current
from incidents.record.bitmaps import Bitmaps
from incidents.record.models import Entry
from incidents.record.publish import merge, publish, withdraw
from incidents.tests.factories import make_published

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bitmaps")]


def now() -> Bitmaps:
    bitmaps = current()
    assert bitmaps is not None
    return bitmaps


def counted() -> int:
    """How many incidents are counted; the same number by SQL, and of each kind."""
    filters = Filters.read(QueryDict())
    from_memory, by_sql = tallying.numbers(filters, now()), grouping.numbers(filters)
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
    numbers = tallying.numbers(Filters.read(QueryDict()), before)

    withdraw(incident, "Under review.")
    make_published(place=incident.place, kind="protest")
    now()

    assert tallying.numbers(Filters.read(QueryDict()), before) == numbers


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
