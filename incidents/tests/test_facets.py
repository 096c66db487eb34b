"""Facets against a count by hand: of random entries, under random filters."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db import transaction
from django.http import QueryDict
from django.test import Client
from pytest_django import DjangoDbBlocker

from incidents.public import facets, index
from incidents.public.choices import Facet
from incidents.public.facets import Counted, count
from incidents.public.filters import FACETS, Filters
from incidents.public.numbers import Balance
from incidents.record.indexing import from_entries
from incidents.record.models import Entry, RecordActor, RecordName, RecordPlace, RecordSource
from incidents.record.publish import publish
from incidents.tests.factories import (
    make_actor,
    make_claim,
    make_entries,
    make_entry,
    make_incident,
    make_place,
    make_published,
    make_publisher,
    make_snapshot,
    make_source,
    make_statement,
)
from incidents.tests.reading import attribute, chips, facet, find, ids, one, text, tree
from incidents.vocabulary import IncidentKind, Question, Side, Stance, Standing

pytestmark = pytest.mark.django_db

DAY = datetime(2022, 7, 1, tzinfo=UTC)
STANDINGS = [standing for standing in Standing.values if standing != Standing.NO_CLAIMS]
# Country › region › settlement: two of each in the one above.
COUNTRIES = ["C000000001", "C000000002"]
REGIONS = {f"R00000000{n}": COUNTRIES[n % 2] for n in range(4)}
TOWNS = {f"T00000000{n}": f"R00000000{n % 4}" for n in range(8)}
PATHS = (
    [[country] for country in COUNTRIES]
    + [[country, region] for region, country in REGIONS.items()]
    + [[REGIONS[region], region, town] for town, region in TOWNS.items()]
)
ACTORS = [f"A0000000{n:02}" for n in range(12)]
PUBLISHERS = [f"P0000000{n:02}" for n in range(6)]
TITLES = ["Shelling of Kyiv", "Shelling of Odesa", "Drones over Kyiv"]
VALUES: dict[str, list[str]] = {
    "kind": IncidentKind.values,
    "place": [*COUNTRIES, *REGIONS, *TOWNS],
    "standing": STANDINGS,
    "side": Side.values,
    "question": Question.values,
    "stance": Stance.values,
    "actor": ACTORS,
    "publisher": PUBLISHERS,
}


def make_name(model: type[RecordName], key: str, **fields: Any) -> None:
    defaults: dict[str, Any] = {"name": f"Name {key}", "serial": 1, "details": {}}
    model._default_manager.create(id=key, **defaults | fields)


def test_every_word_of_a_vocabulary_stands_in_its_order_even_at_nought(client: Client) -> None:
    make_entry(kind="protest", sides=["none"], stances=["denies"], questions=["control"])

    response = client.get("/")

    assert list(facet(response, "kind")) == IncidentKind.values
    assert list(facet(response, "side")) == Side.values
    assert facet(response, "stance") == dict.fromkeys(Stance.values, 0) | {"denies": 1}
    assert facet(response, "question") == dict.fromkeys(Question.values, 0) | {"control": 1}
    assert list(facet(response, "standing")) == STANDINGS


def test_places_are_a_tree_that_opens_under_what_is_chosen(client: Client) -> None:
    country = make_place("Ukraine", kind="country")
    region = make_place("Luhansk Oblast", kind="region", parent=country)
    other = make_place("Odesa Oblast", kind="region", parent=country)
    for town, above in (("Lysychansk", region), ("Sievierodonetsk", region), ("Serhiivka", other)):
        make_published(place=make_place(town, parent=above))

    def places(query: str) -> list[tuple[str, str]]:
        rail = one(tree(client.get(f"/{query}")), "details", id="facet-place")
        return [
            (attribute(choice, "class").split()[0], text(one(choice, "label")))
            for choice in find(rail, "li")
        ]

    closed = [("indent-0", "Ukraine"), ("indent-1", "Luhansk Oblast"), ("indent-1", "Odesa Oblast")]
    opened = [("indent-2", "Lysychansk"), ("indent-2", "Sievierodonetsk")]
    town = RecordPlace.objects.get(name="Lysychansk").pk
    assert places("") == closed
    assert places(f"?place={region.public_id}") == [*closed[:2], *opened, closed[2]]
    assert places(f"?place={town}") == [*closed[:2], *opened, closed[2]]


def test_a_region_counts_what_happened_anywhere_in_it(client: Client) -> None:
    country = make_place("Ukraine", kind="country")
    region = make_place("Luhansk Oblast", kind="region", parent=country)
    make_published(place=make_place("Lysychansk", parent=region))
    make_published(place=region)
    make_published(place=country)

    response = client.get("/")

    assert facet(response, "place") == {country.public_id: 3, region.public_id: 2}
    assert len(ids(client.get(f"/?place={region.public_id}"))) == 2


def test_a_town_without_a_region_stands_once_its_country_is_chosen(client: Client) -> None:
    country = make_place("Ukraine", kind="country")
    town = make_place("Lysychansk", parent=country)
    make_published(place=town)

    assert facet(client.get(f"/?place={country.public_id}"), "place") == {
        country.public_id: 1,
        town.public_id: 1,
    }


@pytest.mark.parametrize("key", ["place", "actor", "publisher"])
def test_a_chosen_id_that_the_record_does_not_know_is_shown_and_can_be_taken_back(
    client: Client, key: str
) -> None:
    make_entry()

    response = client.get(f"/?{key}=0123456789&kind=explosion", follow=True)

    assert ids(response) == []
    assert facet(response, key) == {"0123456789": 0}
    box = one(tree(response), "input", type="checkbox", value="0123456789")
    assert "checked" in dict(box.attributes)
    (words,) = [chip for chip in chips(response) if "0123456789 (not in the record)" in chip]
    assert chips(response)[words] == "/?kind=explosion"


def test_a_body_that_is_spoken_for_counts_with_its_speakers(client: Client) -> None:
    ministry = make_actor("Ministry")
    incident = make_incident()
    speaker = make_actor("Spokesman", organisation=ministry)
    make_claim(incident=incident, statement=make_statement(speaker=speaker))
    publish(incident)

    response = client.get("/")

    assert facet(response, "actor") == {speaker.public_id: 1, ministry.public_id: 1}
    assert ids(client.get(f"/?actor={ministry.public_id}")) == [incident.public_id]


def test_outlets_are_those_that_reported_a_claim_most_frequent_first(client: Client) -> None:
    often, once = make_publisher(name="A daily"), make_publisher(name="An agency")
    for publisher in (often, once, often):
        incident = make_incident()
        claim = make_claim(incident=incident, cited=False)
        snapshot = make_snapshot(source=make_source(publisher=publisher))
        claim.citations.create(snapshot=snapshot, start=0, end=8, quote=snapshot.text[:8])
        publish(incident)

    response = client.get("/")

    assert list(facet(response, "publisher").items()) == [
        (often.public_id, 2),
        (once.public_id, 1),
    ]


def test_of_many_speakers_the_most_frequent_are_listed_and_any_that_is_chosen(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facets, "MOST", 2)
    for actor in ACTORS[:4]:
        make_name(RecordActor, actor, side="other")
    make_entries({"actors": actors} for actors in (ACTORS[:1], ACTORS[:2], ACTORS[:3], ACTORS[:4]))

    assert facet(client.get("/"), "actor") == {ACTORS[0]: 4, ACTORS[1]: 3}
    assert list(facet(client.get(f"/?actor={ACTORS[3]}"), "actor")) == [*ACTORS[:2], ACTORS[3]]


def test_boxes_are_ticked_for_what_is_chosen_and_for_nothing_else(client: Client) -> None:
    response = client.get("/?kind=strike&stance=denies&stance=disputes")

    rail = one(tree(response), "form", id="filters")
    ticked = [box for box in find(rail, "input") if "checked" in dict(box.attributes)]
    assert sorted(attribute(box, "value") for box in ticked) == ["denies", "disputes", "strike"]


def test_filters_across_keys_narrow_and_within_a_key_widen(client: Client) -> None:
    strike = make_entry(kind="strike", stances=["denies"], at=DAY)
    protest = make_entry(kind="protest", stances=["denies"], at=DAY + timedelta(hours=1))
    make_entry(kind="protest", stances=["asserts"], at=DAY + timedelta(hours=2))

    response = client.get("/?kind=protest&kind=strike&stance=denies")

    assert ids(response) == [protest.incident, strike.incident]


# Counts by hand. These stand last: their record is there until the last of them is through.


def some(random: Random, values: list[str], most: int) -> list[str]:
    return sorted(random.sample(values, random.randint(1, most)))


def random_rows(random: Random, number: int) -> Iterator[dict[str, Any]]:
    for _ in range(number):
        at = DAY + timedelta(hours=random.randrange(24 * 30))
        yield {
            "at": at,
            "last_day": (at + timedelta(days=random.choice([0, 0, 0, 5, 20]))).date(),
            "title": random.choice(TITLES),
            "kind": random.choice(IncidentKind.values),
            "standing": random.choice(STANDINGS),
            "places": random.choice([*PATHS, []]),
            "sides": some(random, Side.values, 3),
            "questions": some(random, Question.values, 5),
            "stances": some(random, Stance.values, 3),
            "actors": some(random, ACTORS, 4),
            "publishers": some(random, PUBLISHERS, 2),
            "killed_most": random.choice([None, 0, 1, 5, 40]),
            "claim_count": random.randint(1, 9),
            "origins": some(random, ACTORS, 2),
            "countered": random.random() < 0.3,
            "verification": random.choice(["", "", "verified", "could_not_verify"]),
        }


@pytest.fixture(scope="module")
def rows(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[list[Entry]]:
    """A record of 200 entries with its names, for the tests that ask for it; rolled back after."""
    with django_db_blocker.unblock(), transaction.atomic():
        for path in PATHS:
            kind = ["country", "region", "settlement"][len(path) - 1]
            make_name(RecordPlace, path[-1], kind=kind, details={"path": path})
        for actor in ACTORS:
            make_name(RecordActor, actor, side="other")
        for number, publisher in enumerate(PUBLISHERS):
            make_name(
                RecordSource,
                f"S00000000{number}",
                publisher=publisher,
                publisher_name=publisher,
                published_at=DAY,
            )
        yield make_entries(random_rows(Random(20220703), 200))
        transaction.set_rollback(True)


@pytest.fixture(params=["by SQL", "from memory"], autouse=True)
def source(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every count, both ways. Entries made without versions do not move the record clock, so the
    bitmaps are made anew each time."""
    if request.param == "from memory":
        monkeypatch.setattr(index, "current", lambda: from_entries().bitmaps)


def random_query(random: Random) -> dict[str, list[str]]:
    keys = random.sample(list(VALUES), random.randint(0, 3))
    query = {key: some(random, VALUES[key], 3) for key in keys}
    for key, value in (
        ("from", f"2022-07-{random.randint(1, 10):02}"),
        ("to", f"2022-07-{random.randint(15, 31):02}"),
        ("killed_min", str(random.choice([0, 1, 5]))),
        ("q", random.choice(["kyiv", "shelling", "shelling -kyiv", "odesa or drones"])),
    ):
        if random.random() < 0.25:
            query[key] = [value]
    return query


def words_found(row: Entry, search: str) -> bool:
    title = row.title.lower()
    return {
        "kyiv": "kyiv" in title,
        "shelling": "shelling" in title,
        "shelling -kyiv": "shelling" in title and "kyiv" not in title,
        "odesa or drones": "odesa" in title or "drones" in title,
    }[search]


def values_of(row: Entry, key: str) -> list[str]:
    value = getattr(row, FACETS[key])
    return value if isinstance(value, list) else [value]


def matches(row: Entry, query: dict[str, list[str]]) -> bool:
    """By the plain rules: any of the values of a key, and all keys."""
    return all(matches_key(row, key, values) for key, values in query.items())


def matches_key(row: Entry, key: str, values: list[str]) -> bool:
    match key:
        case "from":
            return str(row.last_day) >= values[0]
        case "to":
            return str(row.first_day) <= values[0]
        case "killed_min":
            return row.killed_most is not None and row.killed_most >= int(values[0])
        case "q":
            return words_found(row, values[0])
    return bool(set(values_of(row, key)) & set(values))


def counted(query: dict[str, list[str]]) -> Counted:
    asked = QueryDict(mutable=True)
    for key, values in query.items():
        asked.setlist(key, values)
    return count(Filters.read(asked), set())


def by_hand(rows: list[Entry], query: dict[str, list[str]], key: str) -> Counter[str]:
    others = {other: values for other, values in query.items() if other != key}
    return Counter(v for row in rows if matches(row, others) for v in values_of(row, key))


def number_of(query: dict[str, Any]) -> int:
    """Of incidents."""
    balance = counted(query).balance
    assert balance is not None
    return balance.incidents


def by_key(found: Counted) -> dict[str, Facet]:
    return {one.key: one for one in found.facets}


@pytest.mark.parametrize("seed", range(40))
def test_counts_are_exact_for_any_filters(rows: list[Entry], seed: int) -> None:
    query = random_query(Random(seed))

    found = counted(query)

    there = [row for row in rows if matches(row, query)]
    assert found.balance == Balance(
        incidents=len(there),
        claims=sum(row.claim_count for row in there),
        origins=len({origin for row in there for origin in row.origins}),
        contested=sum(row.standing == Standing.CONTESTED for row in there),
        countered=sum(row.countered for row in there),
        verified=sum(row.verification != "" for row in there),
    )
    for key, one_facet in by_key(found).items():
        expected = by_hand(rows, query, key)
        shown = {choice.value: choice.count for choice in one_facet.choices}
        assert shown == {value: expected[value] for value in shown}, key
        if key != "place":  # what lies in a region shows when the region is opened
            assert {value for value, number in expected.items() if number} <= set(shown), key


def test_the_random_filters_are_not_all_empty(rows: list[Entry]) -> None:
    found = [number_of(random_query(Random(seed))) for seed in range(40)]

    assert sum(number > 0 for number in found) >= 20
    assert len(set(found)) >= 10


@pytest.mark.parametrize("key", FACETS)
def test_a_count_says_what_choosing_that_value_would_give(rows: list[Entry], key: str) -> None:
    query = {"stance": [Stance.ASSERTS.value], "from": ["2022-07-05"]}
    query.pop(key, None)

    for choice in by_key(counted(query))[key].choices:
        assert number_of(query | {key: [choice.value]}) == choice.count


@pytest.mark.parametrize("key", FACETS)
def test_a_facet_leaves_out_its_own_choice_and_the_others_do_not(
    rows: list[Entry], key: str
) -> None:
    chosen = by_hand(rows, {}, key).most_common(1)[0][0]
    before, after = by_key(counted({})), by_key(counted({key: [chosen]}))

    def numbers(one_facet: Facet) -> dict[str, int]:
        return {choice.value: choice.count for choice in one_facet.choices if choice.count}

    if key != "place":  # its tree opens under the chosen one
        assert numbers(after[key]) == numbers(before[key])
    other = "stance" if key == "kind" else "kind"
    assert numbers(after[other]) != numbers(before[other])
