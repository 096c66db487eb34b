from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.html import Element
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from incidents.models import Actor, Claim, Incident, Place
from incidents.public import held, territory
from incidents.public.control import ControlClaim
from incidents.public.kept import Kept
from incidents.public.lanes import Lanes, lanes
from incidents.record.models import EntryClaim
from incidents.record.publish import publish, withdraw
from incidents.tests.factories import (
    load_demo_data,
    make_actor,
    make_citation,
    make_claim,
    make_incident,
    make_place,
    make_relation,
    make_snapshot,
    make_source,
    make_statement,
)
from incidents.tests.reading import Response, attribute, chips, earlier, find, html, one, text, tree
from incidents.vocabulary import ControlStatus, PlaceKind, Question, RelationKind, Side, Stance
from sources.moments import Precision

pytestmark = pytest.mark.django_db

JULY_2, JULY_3, JULY_4 = (datetime(2022, 7, day, tzinfo=UTC) for day in (2, 3, 4))


def control(
    place: Place,
    status: str = ControlStatus.FULL_CONTROL,
    *,
    at: datetime = JULY_3,
    precision: str = Precision.DAY,
    speaker: Actor | None = None,
    side: str = Side.RUSSIA,
    incident: Incident | None = None,
    **fields: Any,
) -> Claim:
    """`side` is said to hold the place, or not, by a speaker of the same side."""
    statement = make_statement(
        speaker=speaker or make_actor("Shoigu", side=side),
        said_at=at,
        said_precision=precision,
        zone="UTC",
    )
    claim = make_claim(
        cited=False,
        incident=incident or make_incident(place=place),
        statement=statement,
        question=Question.CONTROL,
        control_status=status,
        control_place=place,
        control_side=side,
        **{"text": f"{status} of {place}"} | fields,
    )
    # Printed so late that it is known from when it was said.
    report = make_source(published_at=datetime(2022, 12, 1, tzinfo=UTC))
    make_citation(claim, "the words", snapshot=make_snapshot(source=report, text="the words"))
    return claim


def publish_all(*claims: Claim) -> None:
    for incident in {claim.incident for claim in claims}:
        publish(incident)


def places(response: Response) -> list[str]:
    sections = find(tree(response), "section", class_="held")
    return [text(one(section, "h2")) for section in sections]


def lane(response: Response, side: str) -> list[Element]:
    """The marks in the only lane of that side."""
    return find(one(tree(response), "g", class_=side), "a")


def names(response: Response) -> list[str]:
    """What a screen reader says of each mark, lane by lane."""
    return [
        attribute(mark, "aria-label")
        for drawn in find(tree(response), "svg", class_="lanes")
        for mark in find(drawn, "a")
    ]


def rows(response: Response) -> list[str]:
    tables = find(tree(response), "table")
    return [text(row) for table in tables for row in find(one(table, "tbody"), "tr")]


def texts(response: Response) -> list[str]:
    """The claims in the tables, in their words."""
    tables = find(tree(response), "table")
    bodies = [one(table, "tbody") for table in tables]
    return [text(find(row, "a")[0]) for body in bodies for row in find(body, "tr")]


def bar(mark: Element) -> tuple[int, int]:
    """Where the bar of a mark begins and ends, what is not said since with it."""
    bars = find(mark, "rect", class_="bar") + find(mark, "rect", class_="open")
    ends = [int(attribute(b, "x")) + int(attribute(b, "width")) for b in bars]
    return int(attribute(bars[0], "x")), max(ends)


def shows_no_claim(response: Response) -> bool:
    return 'role="alert"' in html(response) and names(response) == rows(response) == []


# Lanes


def test_a_claim_is_a_mark_in_the_lane_of_the_side_that_speaks(client: Client) -> None:
    place = make_place("Lysychansk")
    haidai = make_actor("Haidai", side=Side.UKRAINE)
    publish_all(control(place, speaker=haidai, text="Russians hold the city"))

    response = client.get("/territory/")

    (mark,) = lane(response, "ukraine")
    assert attribute(mark, "aria-label") == "Haidai: Russians hold the city, 3 Jul 2022"
    assert "russia" in attribute(mark, "class").split()


def test_a_mark_names_the_body_and_leads_to_its_claim(client: Client) -> None:
    ministry = make_actor("Russian Ministry of Defence")
    shoigu = make_actor("Shoigu", organisation=ministry)
    claim = control(make_place("Lysychansk"), speaker=shoigu, text="all of Lysychansk is ours")
    publish_all(claim)

    response = client.get("/territory/")

    (mark,) = lane(response, "russia")
    assert attribute(mark, "aria-label") == (
        "Shoigu, Russian Ministry of Defence: all of Lysychansk is ours, 3 Jul 2022"
    )
    assert attribute(mark, "href") == f"/claims/{claim.public_id}/"


def test_both_sides_have_a_lane_so_that_silence_shows(client: Client) -> None:
    publish_all(control(make_place()))

    response = client.get("/territory/")

    assert "nothing recorded" in text(one(tree(response), "g", class_="ukraine"))
    assert "Third parties" not in text(one(tree(response), "section", class_="held"))


def test_a_status_holds_until_the_same_side_speaks_of_a_later_time(client: Client) -> None:
    place = make_place()
    incident = make_incident(place=place)
    publish_all(
        control(place, ControlStatus.ENCIRCLED, at=JULY_2, incident=incident),
        control(place, ControlStatus.FULL_CONTROL, at=JULY_4, incident=incident),
        control(place, ControlStatus.HELD, at=JULY_3, side=Side.UKRAINE, incident=incident),
    )

    response = client.get("/territory/")

    encircled, full = lane(response, "russia")
    (held,) = lane(response, "ukraine")
    assert bar(encircled)[1] == bar(full)[0]
    assert bar(held)[0] < bar(full)[0]
    assert bar(held)[1] == bar(full)[1] > bar(encircled)[1]
    assert [bool(find(m, "rect", class_="open")) for m in (encircled, full)] == [False, True]


def test_who_declines_to_answer_is_marked_and_ends_nothing(client: Client) -> None:
    place = make_place()
    publish_all(
        control(place, at=JULY_2),
        control(place, at=JULY_4, stance=Stance.DECLINES_TO_COMMENT, text="no comment"),
    )

    response = client.get("/territory/")

    full, silent = lane(response, "russia")
    assert find(full, "rect", class_="open")
    assert find(silent, "line", class_="silent")
    assert not find(silent, "rect", class_="bar")
    assert "declines to comment" in text(silent)


def test_a_denial_is_an_empty_frame_whatever_it_denies(client: Client) -> None:
    publish_all(control(make_place(), side=Side.UKRAINE, stance=Stance.DENIES))

    (mark,) = lane(client.get("/territory/"), "ukraine")

    assert "hollow" in attribute(mark, "class").split()
    assert "full control · denies · Shoigu" in text(mark)


def test_claims_about_one_time_stand_in_rows_and_cover_no_other(client: Client) -> None:
    place = make_place()
    publish_all(*(control(place, text=f"claim {n}") for n in range(4)))

    marks = lane(client.get("/territory/"), "russia")

    assert len({attribute(one(mark, "rect", class_="bar"), "y") for mark in marks}) == 4


def test_a_month_begins_somewhere_in_that_month(client: Client) -> None:
    place = make_place()
    publish_all(
        control(place, at=datetime(2022, 9, 1, tzinfo=UTC), precision=Precision.MONTH),
        control(place, at=datetime(2022, 9, 1, tzinfo=UTC)),
    )

    day, month = sorted(
        int(attribute(one(mark, "rect", class_="soft"), "width"))
        for mark in lane(client.get("/territory/"), "russia")
    )
    assert month > 20 * day


def test_a_day_in_kyiv_and_the_same_day_in_london_begin_together(client: Client) -> None:
    place = make_place()
    kyiv, london = control(place, at=JULY_2), control(place, at=JULY_2)
    for claim, zone, hour in ((kyiv, "Europe/Kyiv", 21), (london, "Europe/London", 23)):
        claim.statement.zone = zone
        claim.statement.said_at = JULY_2 + timedelta(hours=hour)
        claim.statement.save()
    publish_all(kyiv, london)

    first, second = lane(client.get("/territory/"), "russia")

    assert bar(first)[0] == bar(second)[0]
    assert attribute(first, "aria-label").endswith("3 Jul 2022")


# Clashes


def test_claims_that_exclude_each_other_say_so_on_the_mark_and_in_words(client: Client) -> None:
    place = make_place()
    incident = make_incident(place=place)
    sak = make_actor("Sak", side=Side.UKRAINE)
    publish_all(
        control(place, incident=incident, text="full control"),
        control(
            place,
            ControlStatus.NOT_FULL_CONTROL,
            incident=incident,
            speaker=sak,
            stance=Stance.DENIES,
            text="not under full control",
        ),
    )

    response = client.get("/territory/")

    assert names(response) == [
        "Shoigu: full control, 3 Jul 2022; contradicted",
        "Sak denies: not under full control, 3 Jul 2022; contradicted",
    ]
    denial, shoigu = sorted(rows(response), key=lambda row: "Russian side: Shoigu" in row)
    assert "contradicted: Sak denies: not under full control" in shoigu
    assert "contradicted: Shoigu asserts: full control" in denial
    assert "2 claims contradicted" in html(response)


def test_claims_of_two_incidents_clash_only_about_one_time(client: Client) -> None:
    place = make_place()
    publish_all(
        control(place, at=JULY_3),
        control(place, at=JULY_3, side=Side.UKRAINE),
        control(place, at=JULY_2, side=Side.UKRAINE),
    )

    said = names(client.get("/territory/"))

    assert [name.endswith("contradicted") for name in said] == [True, False, True]


def test_a_clash_does_not_show_before_both_were_claimed(client: Client) -> None:
    place = make_place()
    incident = make_incident(place=place)
    publish_all(
        control(place, at=JULY_2, incident=incident, text="ours"),
        control(place, at=JULY_4, side=Side.UKRAINE, incident=incident, text="still ours"),
    )

    assert names(client.get("/territory/?known=2022-07-03")) == ["Shoigu: ours, 2 Jul 2022"]
    assert len(names(client.get("/territory/"))) == 2


def test_what_its_own_speaker_corrected_is_shown_as_replaced(client: Client) -> None:
    place = make_place()
    incident, shoigu = make_incident(place=place), make_actor("Shoigu")
    first = control(place, at=JULY_2, incident=incident, speaker=shoigu)
    second = control(place, at=JULY_3, incident=incident, speaker=shoigu)
    make_relation(second, first, RelationKind.UPDATES)
    publish_all(first)

    earlier, later = rows(client.get("/territory/"))

    assert "since replaced by the same speaker" in earlier
    assert "since replaced" not in later


# The table


def test_the_table_shows_the_words_and_the_report_that_prints_them(client: Client) -> None:
    claim = control(make_place("Lysychansk"), text="full control")
    publish_all(claim)

    (row,) = rows(client.get("/territory/"))

    publisher = claim.citations.get().snapshot.source.publisher.name
    assert row.startswith("1 3 Jul 2022 Russian side: Shoigu")
    assert "Russian side: full control" in row
    assert f"the words (our précis) {publisher}" in row


def test_every_claim_of_the_demo_is_drawn_and_in_a_table_with_words(client: Client) -> None:
    load_demo_data()

    response = client.get("/territory/")

    assert len(names(response)) == len(rows(response)) == EntryClaim.objects.on_control().count()
    assert len(find(tree(response), "p", class_="quote")) >= len(rows(response))
    assert "Luhansk Oblast" in places(response)


# Filters


def test_a_region_shows_what_lies_in_it(client: Client) -> None:
    region = make_place("Luhansk Oblast", kind=PlaceKind.REGION)
    publish_all(
        control(make_place("Lysychansk", parent=region)), control(region), control(make_place("A"))
    )

    response = client.get(f"/territory/?place={region.public_id}")

    assert sorted(places(response)) == ["Luhansk Oblast", "Lysychansk"]
    assert list(chips(response)) == ["Remove filter Where Luhansk Oblast ×"]


def counts(response: Response) -> dict[str, list[str]]:
    """What the filter of places says beside each."""
    return {
        text(one(choice, "label")): [text(number) for number in find(choice, class_="num")]
        for choice in find(one(tree(response), "details", id="facet-place"), "li")
    }


def test_regions_are_counted_whatever_place_is_chosen(client: Client) -> None:
    region = make_place("Luhansk Oblast", kind=PlaceKind.REGION)
    town = make_place("Lysychansk", parent=region)
    publish_all(control(town), control(region), control(make_place("Alone")))

    found = counts(client.get(f"/territory/?place={town.public_id}"))

    assert found["Luhansk Oblast"] == ["2 claims"]
    assert found["Lysychansk"] == []


@pytest.mark.usefixtures("bitmaps")
def test_regions_are_counted_once_until_something_is_published(
    client: Client,
) -> None:
    region = make_place("Luhansk Oblast", kind=PlaceKind.REGION)
    towns = [make_place(name, parent=region) for name in ("Lysychansk", "Rubizhne")]
    publish_all(control(towns[0]), control(towns[1]))
    first, second = (f"/territory/?place={town.public_id}" for town in towns)
    # What cannot be read is no count of anything.
    client.get(f"{first}&from=yesterday")

    with CaptureQueriesContext(connection) as anew:
        assert counts(client.get(first))["Luhansk Oblast"] == ["2 claims"]
    with CaptureQueriesContext(connection) as again:
        assert counts(client.get(second))["Luhansk Oblast"] == ["2 claims"]
    publish_all(control(region))

    assert grouped(anew) == 2
    assert grouped(again) == 1
    assert counts(client.get(first))["Luhansk Oblast"] == ["3 claims"]


def grouped(queries: CaptureQueriesContext) -> int:
    return sum("GROUP BY" in query["sql"] for query in queries)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("side=ukraine", ["b"]),
        ("status=encircled", ["b"]),
        ("stance=denies", ["b"]),
        ("side=russia&side=ukraine", ["a", "b"]),
        ("side=other", []),
        ("from=2022-07-04", ["b"]),
        ("to=2022-07-03", ["a"]),
        ("from=2022-07-01&to=2022-07-02", []),
        ("known=2022-07-03", ["a"]),
        ("known=2022-07-02", []),
    ],
)
def test_a_filter_narrows_the_claims(client: Client, query: str, shown: list[str]) -> None:
    place = make_place()
    publish_all(
        control(place, at=JULY_3, text="a"),
        control(
            place,
            ControlStatus.ENCIRCLED,
            at=JULY_4,
            side=Side.UKRAINE,
            stance=Stance.DENIES,
            text="b",
        ),
    )

    response = client.get(f"/territory/?{query}")

    assert texts(response) == shown


def test_a_claim_about_a_month_is_about_each_of_its_days(client: Client) -> None:
    place = make_place()
    first = datetime(2022, 9, 1, tzinfo=UTC)
    publish_all(control(place, at=first, precision=Precision.MONTH, text="that month"))

    assert texts(client.get("/territory/?from=2022-09-30")) == ["that month"]
    assert texts(client.get("/territory/?from=2022-10-01")) == []
    assert texts(client.get("/territory/?to=2022-08-31")) == []


def test_days_are_those_of_the_speakers_clock(client: Client) -> None:
    claim = control(make_place(), at=JULY_2 + timedelta(hours=21), text="on the third")
    claim.statement.zone = "Europe/Kyiv"
    claim.statement.save()
    publish_all(claim)

    assert texts(client.get("/territory/?from=2022-07-03&to=2022-07-03")) == ["on the third"]
    assert texts(client.get("/territory/?to=2022-07-02")) == []


def test_a_speaker_is_found_by_name_and_by_body(client: Client) -> None:
    ministry = make_actor("Ministry")
    shoigu = make_actor("Shoigu", organisation=ministry)
    place = make_place()
    publish_all(control(place, speaker=shoigu, text="his"), control(place, text="another's"))

    for actor in (shoigu, ministry):
        response = client.get(f"/territory/?actor={actor.public_id}")
        assert texts(response) == ["his"]
    assert list(chips(response)) == ["Remove filter Speaker Ministry ×"]


@pytest.mark.parametrize(
    "query",
    [
        "side=martian",
        "status=mine",
        "stance=maybe",
        "place=nowhere",
        "place=%00",
        "actor=x",
        "from=yesterday",
        "from=0001-01-01&to=0000-01-01",
        "from=2022-07-04&to=2022-07-03",
        "known=soon",
        "known=2022-07-03&known=2022-07-04",
        "after=1_2",
        "after=99999999999999999999_0000000000",
        "statuss=held",
        "kind=strike",
    ],
)
def test_a_filter_that_cannot_be_read_shows_the_error_and_no_claim(
    client: Client, query: str
) -> None:
    publish_all(control(make_place()))

    response = client.get(f"/territory/?{query}")

    assert response.status_code == HTTPStatus.OK
    assert shows_no_claim(response)


@pytest.mark.parametrize(
    "query", ["from=0001-01-01", "to=9999-12-31", "known=9999-12-30", "place=0000000000"]
)
def test_the_farthest_values_are_answered(client: Client, query: str) -> None:
    publish_all(control(make_place()))

    response = client.get(f"/territory/?{query}")

    assert response.status_code == HTTPStatus.OK
    assert 'role="alert"' not in html(response)


@given(st.dictionaries(st.sampled_from(["place", "from", "known", "after", "x"]), st.text()))
def test_no_query_string_breaks_the_page(query: dict[str, str]) -> None:
    response = Client().get("/territory/", query)

    assert response.status_code in (HTTPStatus.OK, HTTPStatus.FOUND)


def test_empty_fields_of_a_form_lead_to_the_plain_address(client: Client) -> None:
    response = client.get("/territory/?place=&from=&side=russia")

    assert response.status_code == HTTPStatus.FOUND
    assert response.headers["Location"] == "/territory/?side=russia"


def test_htmx_gets_the_part_and_the_count_for_the_live_region(client: Client) -> None:
    publish_all(control(make_place()))

    response = client.get("/territory/?side=russia", headers={"HX-Request": "true"})

    assert "<html" not in html(response)
    assert "1 claim on who holds a place" in text(one(tree(response), "p", id="announce"))
    assert response.headers["HX-Push-Url"] == "/territory/?side=russia"


# Pages


def test_the_place_claimed_last_comes_first_and_pages_repeat_and_skip_none(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(territory, "PLACES", 2)
    for number in range(5):
        publish_all(control(make_place(f"Town {number}"), at=JULY_2 + timedelta(days=number // 2)))
    address, seen = "/territory/", []
    while address:
        response = client.get(address)
        seen.append(places(response))
        address = earlier(response, "More places")

    assert [len(page) for page in seen] == [2, 2, 1]
    flat = [place for page in seen for place in page]
    assert flat[0] == "Town 4"
    assert sorted(flat) == [f"Town {number}" for number in range(5)]


def test_a_place_with_many_claims_shows_the_last_and_leads_to_the_others(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(territory, "CLAIMS", 2)
    place = make_place()
    publish_all(*(control(place, at=day, text=f"{day:%d}") for day in (JULY_2, JULY_3, JULY_4)))

    response = client.get("/territory/")

    assert texts(response) == ["03", "04"]
    (link,) = [a for a in find(tree(response), "a") if "1 more claim" in text(a)]
    assert texts(client.get(attribute(link, "href"))) == ["02", "03"]


@pytest.mark.parametrize("number", [1, 4])
def test_the_page_asks_as_much_for_many_claims_as_for_one(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    places = [make_place(f"Town {n}") for n in range(number)]
    publish_all(*(control(place) for place in places for _ in range(number)))
    actor = Actor.objects.latest("pk")

    with django_assert_num_queries(5):
        client.get("/territory/")
    with django_assert_num_queries(7):
        client.get(f"/territory/?actor={actor.public_id}&known=2023-01-01&side=russia")


# What is kept


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The claims of each place that is drawn; none is kept before."""
    monkeypatch.setattr(held, "_kept", Kept(held.MOST_BYTES))
    made: list[list[str]] = []

    def noted(claims: list[ControlClaim]) -> Lanes:
        made.append([claim.row.text for claim in claims])
        return lanes(claims)

    monkeypatch.setattr(held, "lanes", noted)
    return made


def test_a_place_is_drawn_once_for_the_same_claims_in_each_language(
    client: Client, drawn: list[list[str]]
) -> None:
    publish_all(control(make_place(), text="It is ours."))

    for query in ("", "?side=russia", "?stance=asserts"):
        assert texts(client.get(f"/territory/{query}")) == ["It is ours."]
    assert drawn == [["It is ours."]]

    response = client.get("/territory/", headers={"Accept-Language": "uk"})
    assert "Як опубліковано" in text(one(tree(response), "table"))
    assert len(drawn) == 2


def test_a_claim_more_or_in_other_words_is_in_the_next_answer_and_only_its_place_is_drawn(
    client: Client, drawn: list[list[str]]
) -> None:
    town, other = make_place("Lysychansk"), make_place("Bakhmut")
    claim = control(town, text="It is ours.")
    publish_all(claim, control(other, text="So is this."))
    client.get("/territory/")

    claim.text = "It is all ours."
    claim.save()
    publish(claim.incident, "Again.")
    assert set(texts(client.get("/territory/"))) == {"It is all ours.", "So is this."}

    publish_all(control(town, text="It is not.", side=Side.UKRAINE, at=JULY_4))
    assert set(texts(client.get("/territory/"))) == {"It is all ours.", "It is not.", "So is this."}
    assert sorted(drawn[2:]) == [["It is all ours."], ["It is all ours.", "It is not."]]


# What readers may not see


def test_neither_drafts_nor_withdrawn_claims_show(client: Client) -> None:
    control(make_place("Draft town"))
    withdrawn = control(make_place("Withdrawn town"))
    publish_all(withdrawn)
    withdraw(withdrawn.incident, "Entered twice.")

    response = client.get("/territory/")

    assert places(response) == []
    assert "Draft town" not in html(response)
    assert "Withdrawn town" not in html(response)
    assert "Nothing recorded" in html(response)


def test_nothing_changed_is_answered_by_304(client: Client) -> None:
    publish_all(control(make_place()))
    etag = client.get("/territory/").headers["ETag"]

    response = client.get("/territory/", headers={"If-None-Match": etag})

    assert response.status_code == HTTPStatus.NOT_MODIFIED


def test_the_navigation_leads_there(client: Client) -> None:
    assert '<a href="/territory/">Territory</a>' in html(client.get("/"))
