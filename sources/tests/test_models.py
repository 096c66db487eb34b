import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from incidents.tests.factories import (
    make_citation,
    make_claim,
    make_publisher,
    make_snapshot,
    make_source,
)
from sources.models import Publisher, Snapshot, Source, SourceLink

pytestmark = pytest.mark.django_db


@contextmanager
def refused(constraint: str) -> Iterator[None]:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        yield


def test_a_snapshot_gets_the_hash_of_its_text_in_utf_8() -> None:
    text = "🇺🇦 Троє загиблих."

    assert make_snapshot(text=text).sha256 == hashlib.sha256(text.encode()).hexdigest()


def test_bulk_methods_cannot_write_another_hash() -> None:
    snapshot = make_snapshot(text="Three killed")

    with refused("snapshot_hash_of_text"):
        Snapshot.objects.update(sha256="0" * 64)
    with refused("snapshot_hash_of_text"):
        Snapshot.objects.update(text="Seven killed")
    with refused("snapshot_hash"):
        Snapshot.objects.bulk_create(
            [Snapshot(source=snapshot.source, kind="precis", language="en", text="Unhashed")]
        )


def test_a_source_has_a_text_once_but_two_sources_may_share_it() -> None:
    snapshot = make_snapshot(text="Three killed")
    make_snapshot(text="Three killed")

    with refused("snapshot_text_once"):
        make_snapshot(source=snapshot.source, text="Three killed")


def test_a_snapshot_without_text_is_no_evidence() -> None:
    with refused("snapshot_has_text"):
        make_snapshot(text="")


def test_a_snapshot_is_of_a_known_kind() -> None:
    with refused("snapshot_kind_known"):
        make_snapshot(kind="rumour")


def test_a_source_is_recorded_once_by_its_address() -> None:
    make_source(url="https://outlet.example/one")

    with refused("source_url_once"):
        make_source(url="https://outlet.example/one")


def test_sources_without_address_may_be_many() -> None:
    make_source(url="")
    make_source(url="")

    assert Source.objects.filter(url="").count() == 2


def test_a_source_is_not_modified_before_it_is_published() -> None:
    published = datetime(2022, 7, 3, 18, 30, tzinfo=UTC)
    make_source(published_at=published, modified_at=published)
    make_source(published_at=None, modified_at=published)

    with refused("source_published_before_modified"):
        make_source(published_at=published, modified_at=datetime(2022, 7, 3, 18, 29, tzinfo=UTC))


def test_a_precision_is_one_of_those_we_know() -> None:
    with refused("source_published_precision_known"):
        make_source(published_precision="fortnight")


def test_a_zone_that_is_not_in_the_iana_list_is_refused() -> None:
    with pytest.raises(ValidationError) as error:
        make_source(zone="Kyiv time").full_clean()

    assert set(error.value.message_dict) == {"zone"}


def test_a_publisher_has_a_name_of_its_own() -> None:
    make_publisher(name="The Guardian")

    with refused("sources_publisher_name"):
        make_publisher(name="The Guardian")


def test_a_publisher_and_a_source_stay_while_something_rests_on_them() -> None:
    snapshot = make_snapshot()

    with pytest.raises(ProtectedError):
        snapshot.source.publisher.delete()
    with pytest.raises(ProtectedError):
        snapshot.source.delete()
    assert Publisher.objects.exists()


def test_a_source_that_another_one_links_to_stays() -> None:
    source, target = make_source(), make_source()
    SourceLink.objects.create(source=source, target=target, kind=SourceLink.Kind.QUOTES)

    with pytest.raises(ProtectedError):
        target.delete()
    source.delete()
    target.delete()


@pytest.mark.parametrize("kind", SourceLink.Kind.values)
def test_a_source_does_not_link_to_itself(kind: str) -> None:
    source = make_source()

    with refused("source_link_to_another"):
        SourceLink.objects.create(source=source, target=source, kind=kind)


def test_a_link_is_recorded_once_and_of_a_known_kind() -> None:
    source, target = make_source(), make_source()
    SourceLink.objects.create(source=source, target=target, kind="quotes")

    with refused("source_link_once"):
        SourceLink.objects.create(source=source, target=target, kind="quotes")
    with refused("source_link_kind_known"):
        SourceLink.objects.create(source=source, target=target, kind="imitates")


def test_only_the_same_publisher_corrects_a_report() -> None:
    outlet = make_publisher()
    report, correction = make_source(publisher=outlet), make_source(publisher=outlet)
    SourceLink(source=correction, target=report, kind="corrects").full_clean()

    with pytest.raises(ValidationError, match="Only the same publisher"):
        SourceLink(source=make_source(), target=report, kind="corrects").full_clean()
    SourceLink(source=make_source(), target=report, kind="quotes").full_clean()


def test_sources_that_lack_something_are_found() -> None:
    undated, bare, uncited = make_source(published_at=None), make_source(), make_source()
    make_snapshot(source=undated)
    make_snapshot(source=uncited)
    cited = make_source()
    snapshot = make_snapshot(source=cited, text="Three killed")
    make_citation(make_claim(cited=False), "Three", snapshot=snapshot)

    assert set(Source.objects.without_date()) == {undated}
    assert set(Source.objects.without_snapshot()) == {bare}
    assert set(Source.objects.without_citation()) == {undated, bare, uncited}


def test_the_newest_source_comes_first_and_an_undated_one_last() -> None:
    old = make_source(published_at=datetime(2022, 7, 1, tzinfo=UTC))
    undated = make_source(published_at=None)
    new = make_source(published_at=datetime(2022, 7, 2, tzinfo=UTC))

    assert list(Source.objects.all()) == [new, old, undated]
