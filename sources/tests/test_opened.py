"""Marks tell whether rows are still what a page showed."""

from collections.abc import Callable

import pytest
from django.db import connection, transaction

from incidents.tests.factories import make_publisher, make_snapshot, make_source
from sources.admin.opened import Overtaken, fingerprint, lock_and_check, mark_of
from sources.models import Publisher, Snapshot, Source

pytestmark = pytest.mark.django_db


def by_sql() -> None:
    with connection.cursor() as cursor:
        cursor.execute("update sources_source set title = 'Another'")


@pytest.mark.parametrize(
    "change",
    [
        lambda: Source.objects.update(title="Another"),
        by_sql,
        lambda: make_snapshot(source=Source.objects.get(), text="Another text."),
        lambda: Snapshot.objects.update(language="uk"),
        lambda: Snapshot.objects.all().delete(),
    ],
    ids=["update", "sql", "row added", "row changed", "row deleted"],
)
def test_a_row_that_changed_does_not_fit_its_mark(change: Callable[[], object]) -> None:
    source = make_snapshot().source
    mark = mark_of(source, source.snapshots.all())

    change()

    with pytest.raises(Overtaken), transaction.atomic():
        lock_and_check(mark, source, source.snapshots.all())


def test_a_row_that_is_as_it_was_fits_its_mark() -> None:
    source = make_snapshot().source
    mark = mark_of(source, source.snapshots.all())
    make_snapshot()
    Publisher.objects.update(country="UA")

    with transaction.atomic():
        lock_and_check(mark, source, source.snapshots.all())


def test_a_row_that_is_gone_does_not_fit_its_mark() -> None:
    publisher = make_publisher()
    mark = mark_of(publisher)
    shown = Publisher.objects.filter(pk=publisher.pk)
    publisher.delete()

    with pytest.raises(Overtaken), transaction.atomic():
        lock_and_check(mark, shown)


def test_rows_of_a_list_with_joins_and_sums_can_be_held_against_their_mark() -> None:
    make_source()
    listed = Source.objects.select_related("publisher").order_by("publisher__name", "title")
    mark = mark_of(listed)

    with transaction.atomic():
        lock_and_check(mark, listed)


def test_the_line_ends_of_a_browser_are_no_change() -> None:
    assert fingerprint("One\r\ntwo") == fingerprint("One\ntwo")


def test_nothing_and_empty_words_and_zero_differ() -> None:
    assert len({fingerprint(None), fingerprint(""), fingerprint(0), fingerprint([])}) == 4
