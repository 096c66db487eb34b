"""Whatever is altered in a version is found: any field of any row, any leaf of its document."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incidents.models import Incident
from incidents.record.models import Version
from incidents.record.publish import publish, withdraw
from incidents.record.verify import Broken, check_versions
from incidents.tests.factories import make_claim, make_published, make_statement

pytestmark = pytest.mark.django_db

FIELDS = [field.attname for field in Version._meta.concrete_fields]


@pytest.fixture
def record() -> list[Version]:
    """Four versions, of an incident with two claims and of another one, withdrawn, in a database
    whose owner has switched off what guards them."""
    incident = make_published()
    make_claim(
        incident=incident,
        statement=make_statement(),
        text="at least 3 killed",
        qualifier="at_least",
        low=3,
        unit="people",
    )
    Incident.objects.filter(pk=incident.pk).update(title="Second title")
    publish(incident, "A better title.")
    withdraw(make_published(place=incident.place), "In doubt.")
    with connection.cursor() as cursor:
        cursor.execute("alter table incidents_version disable trigger version_immutable")
    return list(Version.objects.order_by("serial"))


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where the values stand that hold no others, empty lists and objects among them."""
    if isinstance(value, dict | list) and value:
        parts = value.items() if isinstance(value, dict) else enumerate(value)
        for key, part in parts:
            yield from leaves(part, (*path, key))
    else:
        yield path


def altered(value: Any, draw: Any) -> Any:
    """As little different as may be."""
    match value:
        case bool():
            return not value
        case int() | float():
            return value + draw(st.sampled_from([-1, 1, 1000]))
        case str() if value:
            at = draw(st.integers(0, len(value) - 1))
            letter = draw(st.sampled_from("aA0\u0430").filter(lambda one: one != value[at]))
            return f"{value[:at]}{letter}{value[at + 1 :]}"
        case list():
            return [*value, "0123456789"] if draw(st.booleans()) or not value else value[1:]
        case dict():
            return {**value, "more": None}
        case _:
            return "x"


def altered_document(document: Any, draw: Any) -> Any:
    """One of its leaves is another, or gone."""
    *above, last = draw(st.sampled_from(sorted(leaves(document), key=str)))
    whole = deepcopy(document)
    part = whole
    for key in above:
        part = part[key]
    if draw(st.booleans()):
        del part[last]
    else:
        part[last] = altered(part[last], draw)
    return whole


def altered_field(version: Version, field: str, draw: Any) -> Any:
    value = getattr(version, field)
    match field:
        case "document":
            return altered_document(value, draw)
        case "published_at":
            return value + timedelta(microseconds=draw(st.sampled_from([-1, 1, 3_600_000_000])))
        case "serial":
            return value + draw(st.sampled_from([10, 1000]))
        case "removed":
            return {"serial": version.serial + 1, "sha256": version.sha256}
        case "number":
            return value + draw(st.sampled_from([10, 1000]))
        case _:
            return altered(value, draw)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_alteration_of_a_version_is_missed(record: list[Version], data: st.DataObject) -> None:
    version = data.draw(st.sampled_from(record))
    # Most of a version is its document.
    field = data.draw(st.sampled_from([*FIELDS, *["document"] * len(FIELDS)]))
    value = altered_field(version, field, data.draw)

    with transaction.atomic():
        Version.objects.filter(pk=version.serial).update(**{field: value})
        with pytest.raises(Broken):
            check_versions()
        transaction.set_rollback(True)


def test_the_same_written_again_is_no_alteration(record: list[Version]) -> None:
    """Control: it is not the writing that is found."""
    for version in record:
        fields = {name: getattr(version, name) for name in FIELDS if name != "serial"}
        Version.objects.filter(pk=version.serial).update(**fields)

    assert check_versions().versions == len(record)
