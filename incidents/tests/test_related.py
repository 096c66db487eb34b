"""The incidents that a page names as related to its own, and what they cost."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from incidents.models import Incident
from incidents.record.publish import publish, withdraw
from incidents.tests.factories import (
    make_citation,
    make_claim,
    make_incident,
    make_place,
    make_published,
    make_snapshot,
)
from incidents.tests.reading import find, text, tree
from sources.models import Snapshot

pytestmark = pytest.mark.django_db


def groups(client: Client, incident: Incident) -> dict[str, list[str]]:
    """What stands under each heading, as read."""
    page = tree(client.get(f"/incidents/{incident.public_id}/", follow=True))
    sections = find(page, "section", id="related")
    if not sections:
        return {}
    (section,) = sections
    return {
        text(heading): [text(row) for row in find(rows, "li")]
        for heading, rows in zip(find(section, "h3"), find(section, "ul"), strict=True)
    }


def on(day: int, **fields: object) -> Incident:
    earliest = datetime(2022, 7, day, 10, 0, tzinfo=UTC)
    return make_published(earliest=earliest, latest=earliest, **fields)


def cited_from(snapshot: Snapshot, title: str) -> Incident:
    incident = make_incident(title=title)
    make_citation(make_claim(incident=incident, cited=False), "three died", snapshot=snapshot)
    publish(incident)
    return incident


def test_an_incident_with_no_other_has_no_such_section(client: Client) -> None:
    assert groups(client, make_published()) == {}


def test_whole_and_parts_name_each_other_while_they_are_public(client: Client) -> None:
    whole = make_published(title="Battle of Lysychansk")
    part = make_published(title="Shelling of a refinery", parent=whole)

    assert groups(client, part) == {
        "Part of": ["Battle of Lysychansk 3 Jul 2022, about 03:00 One origin"]
    }
    assert groups(client, whole) == {
        "Its parts": ["Shelling of a refinery 3 Jul 2022, about 03:00 One origin"]
    }
    withdraw(whole, "It was entered twice.")
    assert groups(client, part) == {}


def test_near_is_the_same_place_within_three_days_either_way(client: Client) -> None:
    place = make_place("Belgorod")
    incident = on(10, place=place, title="Tenth")
    for day in (6, 7, 13, 14):
        on(day, place=place, title=f"Day {day}")
    on(10, place=make_place("Kursk"), title="Elsewhere")
    on(10, place=make_place("Street", parent=place, kind="site"), title="A site within")

    (rows,) = groups(client, incident).values()

    assert [row.split(" 2022")[0] for row in rows] == ["Day 13 13 Jul", "Day 7 7 Jul"]


def test_those_with_the_most_reports_in_common_stand_first(client: Client) -> None:
    one_snapshot, other = make_snapshot(text="three died"), make_snapshot(text="three died")
    incident = cited_from(one_snapshot, "Asked")
    claim = make_claim(incident=incident, cited=False)
    make_citation(claim, "three died", snapshot=other)
    publish(incident, "Another report.")
    both = cited_from(one_snapshot, "Shares both")
    make_citation(make_claim(incident=both, cited=False), "three died", snapshot=other)
    publish(both, "Another report.")
    cited_from(other, "Shares one")

    rows = groups(client, incident)["In the same reports"]

    first, second = rows
    assert first.startswith("Shares both")
    assert first.endswith("2 reports in common")
    assert second.startswith("Shares one")
    assert second.endswith("1 report in common")


def test_each_incident_stands_once_and_five_under_a_heading(client: Client) -> None:
    place, snapshot = make_place(), make_snapshot(text="three died")
    whole = make_published(title="Whole", place=place)
    for number in range(7):
        part = make_incident(title=f"Part {number}", place=place, parent=whole)
        claim = make_claim(incident=part, cited=False)
        make_citation(claim, "three died", snapshot=snapshot)
        publish(part)

    found = groups(client, part)

    assert [len(rows) for rows in found.values()] == [1, 5, 1]
    every = [row.split(" 3 Jul")[0] for rows in found.values() for row in rows]
    assert len(set(every)) == len(every)
    assert "Part 6" not in every


def test_a_page_costs_at_most_five_queries_however_much_is_related(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    place, snapshot = make_place(), make_snapshot(text="three died")
    whole = make_published(title="The battle", place=place)
    alone = make_published(title="Alone", place=None)
    for number in range(8):
        part = make_incident(title=f"Part {number}", place=place, parent=whole)
        for crater in range(number):
            claim = make_claim(incident=part, text=f"crater {crater}", cited=False)
            make_citation(claim, "three died", snapshot=snapshot)
        make_citation(make_claim(incident=part, cited=False), "three died", snapshot=snapshot)
        publish(part)

    for address, queries in (
        (f"/incidents/{part.public_id}/part-7/", 3),
        (f"/incidents/{part.public_id}/v/1/", 5),
        (f"/incidents/{whole.public_id}/the-battle/", 3),
        (f"/incidents/{alone.public_id}/alone/", 3),
    ):
        with django_assert_num_queries(queries):
            assert client.get(address).status_code == 200
