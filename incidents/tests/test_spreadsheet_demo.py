"""The table of the demo data."""

import csv
from io import StringIO

import pytest
from django.test import Client

from incidents.tests.tables import from_the_list, table

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


@pytest.mark.parametrize(
    ("query", "claims"),
    [
        ({}, 159),
        ({"sort": "changed", "kind": "strike"}, 45),
        ({"q": "Lysychansk"}, 24),
        ({"known": "2022-07-03T18:00Z"}, 15),
        ({"kind": "protest", "to": "1999-01-02"}, 0),
    ],
)
def test_the_table_tells_what_the_list_tells_byte_for_byte(
    client: Client, query: dict[str, str], claims: int
) -> None:
    found = table(client, **query)

    assert found == from_the_list(client, **query)
    assert len(list(csv.reader(StringIO(found, newline="")))) == 1 + claims
