"""Sources, places and actors in the API."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from incidents.models import Incident, PlaceName
from incidents.record.publish import publish, withdraw
from incidents.tests.api_reading import answer, listed, problem
from incidents.tests.factories import (
    make_actor,
    make_citation,
    make_claim,
    make_incident,
    make_place,
    make_publisher,
    make_snapshot,
    make_source,
    make_statement,
)
from incidents.vocabulary import Side
from sources.models import Source, SourceLink

pytestmark = pytest.mark.django_db


def carried(source: Source, **fields: object) -> Incident:
    """A published incident with one claim that rests on `source`."""
    incident = make_incident(**fields)
    claim = make_claim(incident=incident, cited=False)
    make_citation(claim, snapshot=make_snapshot(source=source))
    publish(incident)
    return incident


def test_a_source_says_by_whom_when_and_of_which_text_and_not_the_text(client: Client) -> None:
    publisher = make_publisher(name="The Daily")
    source = make_source(title="Взрывы", language="ru", publisher=publisher, url="")
    incident = carried(source)

    found = answer(client, f"/sources/{source.public_id}/")

    assert found["publisher"] == {"id": publisher.public_id, "name": "The Daily", "country": "GB"}
    assert (found["title"], found["language"], found["original"]) == ("Взрывы", "ru", None)
    assert found["published"]["at"] == "2022-07-03T18:30:00Z"
    assert found["removed_at"] is None
    (snapshot,) = found["snapshots"]
    assert set(snapshot) == {"sha256", "kind", "language"}
    (claim,) = answer(client, found["claims"])["claims"]
    assert claim["incident"]["id"] == incident.public_id
    assert claim["citations"][0]["snapshot"] == snapshot["sha256"]


def test_sources_stand_newest_first_and_those_of_a_publisher_alone(client: Client) -> None:
    place = make_place()
    sources = [
        make_source(title=f"Day {day}", published_at=datetime(2022, 7, day, tzinfo=UTC))
        for day in (1, 3, 2)
    ]
    for source in sources:
        carried(source, place=place)

    assert [one["title"] for one in listed(client, "/sources/", limit=1)] == [
        "Day 3", "Day 2", "Day 1"
    ]  # fmt: skip
    publisher = sources[0].publisher.public_id
    assert [one["title"] for one in listed(client, "/sources/", publisher=publisher)] == ["Day 1"]


def test_links_lead_only_to_reports_that_readers_may_see(client: Client) -> None:
    shown, hidden, copy = (make_source(title=title) for title in ("Shown", "Hidden", "Copy"))
    place = make_place()
    carried(shown, place=place)
    for target in (shown, hidden):
        SourceLink.objects.create(source=copy, kind=SourceLink.Kind.REPUBLISHES, target=target)
    carried(copy, place=place)

    found = answer(client, f"/sources/{copy.public_id}/")

    assert found["links"] == [{"kind": "republishes", "source": shown.public_id}]


def test_a_place_has_its_names_its_path_and_what_happened_there(client: Client) -> None:
    place = make_place("Lysychansk", latitude=48.9, longitude=38.4)
    PlaceName.objects.create(place=place, name="Лисичанськ", language="uk")
    incident = carried(make_source(), place=place)

    found = answer(client, f"/places/{place.public_id.lower()}/")

    assert [above["name"] for above in found["path"]] == ["Ukraine", "Lysychansk"]
    assert (found["latitude"], found["longitude"]) == (48.9, 38.4)
    assert {"language": "uk", "name": "Лисичанськ"} in found["names"]
    assert {"language": None, "name": "Lysychansk"} in found["names"]
    (one,) = answer(client, found["incidents"])["incidents"]
    assert one["id"] == incident.public_id
    assert answer(client, found["claims"])["claims"]


def test_where_a_place_lies_is_null_and_not_zero_while_nobody_entered_it(client: Client) -> None:
    place = make_place()
    carried(make_source(), place=place)

    found = answer(client, f"/places/{place.public_id}/")

    assert (found["latitude"], found["longitude"]) == (None, None)


def test_places_of_a_kind_can_be_listed_alone(client: Client) -> None:
    carried(make_source())

    assert {one["name"] for one in listed(client, "/places/", limit=1)} == {"Ukraine", "Lysychansk"}
    assert [one["name"] for one in listed(client, "/places/", kind="country")] == ["Ukraine"]


def test_an_actor_says_for_whom_it_speaks_and_what_it_claims(client: Client) -> None:
    body = make_actor("Ministry")
    actor = make_actor("Minister", ["Міністр"], organisation=body)
    incident = make_incident()
    make_claim(incident=incident, statement=make_statement(speaker=actor))
    publish(incident)

    found = answer(client, f"/actors/{actor.public_id}/")

    assert found["organisation"] == {"id": body.public_id, "name": "Ministry"}
    assert {one["name"] for one in found["names"]} == {"Minister", "Міністр"}
    assert len(answer(client, found["claims"])["claims"]) == 1
    assert answer(client, f"/actors/{body.public_id}/")["organisation"] is None
    names = {one["name"] for one in listed(client, "/actors/", side=Side.RUSSIA, limit=1)}
    assert names == {"Ministry", "Minister"}
    assert listed(client, "/actors/", side=Side.UKRAINE) == []


def test_names_that_no_public_incident_uses_do_not_exist(client: Client) -> None:
    source, place, actor = make_source(), make_place(), make_actor("Draft speaker")
    withdraw(carried(source, place=place), "It was entered twice.")

    for kind, row in (("sources", source), ("places", place), ("actors", actor)):
        problem(client, f"/{kind}/{row.public_id}/", 404)
        assert listed(client, f"/{kind}/") == []
