"""A small synthetic record is a valid one."""

from io import StringIO

import pytest
from django.core.management import call_command

from bench.corpus import write
from bench.twins import multiply
from bench.versions import Plan, versions
from incidents.record.models import Entry, RecordSource, Version
from incidents.record.verify import check_entries, check_versions

INCIDENTS = 257
VERSIONS = INCIDENTS + INCIDENTS // 32 + 1


@pytest.fixture
def record(transactional_db: None) -> None:
    write(Plan(1, INCIDENTS))
    call_command("rebuild_record", stdout=StringIO(), stderr=StringIO())


@pytest.mark.usefixtures("record")
def test_a_synthetic_record_is_whole() -> None:
    assert check_versions().versions == VERSIONS
    assert check_entries() == Entry.objects.count() == INCIDENTS
    assert set(Version.objects.values_list("kind", flat=True)) == {
        "published",
        "updated",
        "withdrawn",
    }
    assert Entry.objects.filter(standing="contested").exists()
    assert RecordSource.objects.count() < INCIDENTS


@pytest.mark.usefixtures("record")
def test_twins_are_as_whole_as_the_first_ones() -> None:
    multiply(3, processes=1)

    assert check_versions().versions == 3 * VERSIONS
    assert check_entries(sample=90) == 90
    assert Entry.objects.count() == 3 * INCIDENTS


def test_the_same_seed_gives_the_same_record() -> None:
    assert versions((Plan(1, 20), 0)) == versions((Plan(1, 20), 0))
    assert versions((Plan(1, 20), 0)) != versions((Plan(2, 20), 0))
