"""The line above the entries: how much of what is shown rests on how many."""

import pytest
from django.test import Client

from incidents.tests.factories import make_entry
from incidents.tests.reading import balance

pytestmark = pytest.mark.django_db


def test_each_number_counts_the_incidents_shown(client: Client) -> None:
    make_entry(standing="contested", countered=True, claim_count=5)
    make_entry(countered=True, verification="could_not_verify", claim_count=2)
    make_entry(kind="protest", verification="verified", claim_count=1)

    assert balance(client.get("/")) == [
        "3 incidents",
        "8 claims",
        "0 origins",
        "1 contested (33 %)",
        "2 with a counter-claim (67 %)",
        "2 with a verification statement (67 %)",
    ]
    assert balance(client.get("/?kind=protest")) == [
        "1 incident",
        "1 claim",
        "0 origins",
        "0 contested (0 %)",
        "0 with a counter-claim (0 %)",
        "1 with a verification statement (100 %)",
    ]


def test_a_body_that_speaks_on_two_incidents_is_one_origin(client: Client) -> None:
    make_entry(origins=["0000000001", "0000000002"])
    make_entry(origins=["0000000002"])

    assert "2 origins" in balance(client.get("/"))


def test_choosing_a_standing_narrows_the_whole_line(client: Client) -> None:
    make_entry(standing="contested")
    make_entry(standing="one_origin")

    assert balance(client.get("/?standing=one_origin"))[3] == "0 contested (0 %)"
